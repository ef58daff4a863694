"""The published JSON schema of probe set files, which editors pick up from a file's first line.

``python -m behaviordrift.probes.schema`` writes it anew after a change of `ProbeSet`.
"""

from __future__ import annotations

import json

from behaviordrift.probes.files import shipped_folder
from behaviordrift.probes.probe import ProbeSet


def schema_text() -> str:
    """The schema as it is committed."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **ProbeSet.model_json_schema()}
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    (shipped_folder() / "schema" / "probe-set.json").write_text(schema_text(), encoding="utf-8")

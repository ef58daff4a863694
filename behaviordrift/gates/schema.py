"""The published JSON schema of gate files, which editors pick up from a file's first line.

``python -m behaviordrift.gates.schema`` writes it anew after a change of `GateFile`.
"""

from __future__ import annotations

import json

from behaviordrift.gates.gate_file import GateFile
from behaviordrift.probes.files import shipped_folder


def schema_text() -> str:
    """The schema as it is committed."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **GateFile.model_json_schema()}
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    (shipped_folder() / "schema" / "gate.json").write_text(schema_text(), encoding="utf-8")

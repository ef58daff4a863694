"""Write a probe set file that editors check against the published schema and people can read."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml

from behaviordrift.files import write_atomically
from behaviordrift.probes.files import shipped_folder
from behaviordrift.probes.probe import ProbeSet

_WIDTH = 120

_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""What YAML would read back as a line feed unless it is escaped."""


class _Dumper(yaml.SafeDumper):
    """Keeps every text, and lets one of several lines stand as it is."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_probe_set(probe_set: ProbeSet, path: Path) -> None:
    """Write the set with the comment line that names its schema; fields at their defaults are left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = shipped_folder() / "schema" / "probe-set.json"
    comment = f"# yaml-language-server: $schema={Path(os.path.relpath(schema, path.parent)).as_posix()}\n"
    value: dict[str, Any] = probe_set.model_dump(mode="json", exclude_defaults=True)
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    write_atomically(path, comment + text)

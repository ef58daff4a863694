"""The published schema is the one that the code reads by."""

from __future__ import annotations

from behaviordrift.gates.schema import schema_text
from behaviordrift.probes import shipped_folder


def test_committed_schema_is_current() -> None:
    committed = (shipped_folder() / "schema" / "gate.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run `python -m behaviordrift.gates.schema`"

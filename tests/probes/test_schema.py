"""The published schema is the one that the code reads by."""

from __future__ import annotations

import json

from behaviordrift.probes import shipped_folder
from behaviordrift.probes.schema import schema_text


def test_committed_schema_is_current() -> None:
    committed = (shipped_folder() / "schema" / "probe-set.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run `python -m behaviordrift.probes.schema`"


def test_every_shipped_set_points_to_the_schema() -> None:
    for file in shipped_folder().glob("??/*.yaml"):
        assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../schema/probe-set.json")


def test_the_schema_names_what_a_probe_may_hold() -> None:
    schema = json.loads(schema_text())
    assert {"id", "prompt", "paraphrases", "references", "contrast"} <= set(schema["$defs"]["Probe"]["properties"])

"""Preference beside behaviour: only pairs that were measured, a mark for each checkpoint."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from behaviordrift.report.preference import preference_section


def level(measure: str, probe_set: str, mean: float) -> dict[str, Any]:
    return {"measure": measure, "probe_set": probe_set, "mean": mean, "n": 12}


def test_only_pairs_that_are_present_are_drawn(told: dict[str, Any]) -> None:
    section = preference_section(told)
    assert section is not None
    assert [drawing.caption for drawing in section["drawings"]] == [
        "unanswerable: prefers_committed (→) beside committed (↑)"
    ]
    assert section["drawings"][0].svg.count("<use") == len(told["checkpoints"])


def test_marks_lie_where_the_levels_are(told: dict[str, Any]) -> None:
    section = preference_section(told)
    assert section is not None
    cells = {row["name"]: row["cells"][0] for row in section["rows"]}
    assert cells["qa-s1"] == ("+1.50", "25.0 %")
    assert cells["support-s1"] == ("-1.00", "0.0 %")


def test_without_commitment_abstaining_stands_beside_the_preference(told: dict[str, Any]) -> None:
    for checkpoint in told["checkpoints"]:
        checkpoint["levels"] = [lv for lv in checkpoint["levels"] if lv["measure"] != "committed"]
    section = preference_section(told)
    assert section is not None
    assert section["drawings"][0].caption.endswith("beside abstained (↑)")


def test_without_preferences_there_is_no_part(told: dict[str, Any]) -> None:
    for checkpoint in told["checkpoints"]:
        checkpoint["levels"] = [lv for lv in checkpoint["levels"] if not lv["measure"].startswith("prefers_")]
    assert preference_section(told) is None


def test_names_never_lie_on_each_other(told: dict[str, Any]) -> None:
    for place, checkpoint in enumerate(told["checkpoints"]):
        checkpoint["levels"] = [
            level("prefers_refusing", "harmful", 0.01 * place),
            level("refused", "harmful", 0.5 + 0.001 * (place % 2)),
        ]
    section = preference_section(told)
    assert section is not None
    svg = ElementTree.fromstring(section["drawings"][0].svg)
    names = {c["name"] for c in told["checkpoints"]}
    shown = [node for node in svg.iter("text") if "".join(node.itertext()) in names]
    assert 1 <= len(shown) < len(names)


def test_the_page_links_to_it(page: str) -> None:
    assert '<a href="#preference">Preference</a>' in page
    assert "Preference beside behaviour" in page

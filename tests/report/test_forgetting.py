"""Forgetting on the way: a panel for each task, and nothing of it among the drifts."""

from __future__ import annotations

from typing import Any

from behaviordrift.report.changes import changes_of
from behaviordrift.report.forgetting import speed_section
from behaviordrift.report.method import method_section


def test_each_task_has_a_panel_over_the_steps_of_its_runs(told: dict[str, Any]) -> None:
    section = speed_section(told)
    assert section is not None
    captions = [drawing.caption for drawing in section["drawings"]]
    assert captions == [
        "held-out qa, nats per token, trained with 25 %", "held-out support, nats per token, trained with 75 %",
    ]  # fmt: skip
    for drawing in section["drawings"]:
        assert drawing.svg.count("<use") == 4
        assert all(f">{step}<" in drawing.svg for step in (12, 24, 36, 48))
        assert ">mix-s1<" in drawing.svg


def test_the_table_tells_the_speed_and_its_verdict(told: dict[str, Any]) -> None:
    section = speed_section(told)
    assert section is not None
    qa, support = section["rows"]
    assert (qa["finding"]["verdict"], support["finding"]["verdict"]) == ("forgetting", "still learning")
    assert qa["slope"].startswith("-8.3")
    assert qa["share"] == "25 %"


def test_a_run_without_checkpoints_on_its_way_brings_no_part(told: dict[str, Any]) -> None:
    told["findings"] = [f for f in told["findings"] if f["kind"] != "forgetting_speed"]
    assert speed_section(told) is None


def test_new_kinds_stay_out_of_the_drifts_the_margins_and_the_notes(told: dict[str, Any]) -> None:
    assert {f["kind"] for f in changes_of(told)} == {"drift", "forgetting"}
    own = ("voice", "risk_preference", "forgetting_speed")
    alone = {**told, "findings": [f for f in told["findings"] if f["kind"] in own]}
    assert method_section(alone)["margins"] == []
    assert method_section(alone)["caveats"] == []
    assert len(method_section(alone)["methods"]) == 3


def test_the_page_tells_it_inside_the_part_on_forgetting(page: str) -> None:
    part = page[page.index('<section id="forgetting"') : page.index('<section id="outputs"')]
    assert "the speed of forgetting" in part
    assert "still learning" in part
    assert "another seed&#39;s may differ" in part

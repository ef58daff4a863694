"""The parts on influence and on averages: tables and drawings that say what the findings say, and no more."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from behaviordrift.findings.averages import averages_findings
from behaviordrift.findings.influence import influence_findings
from behaviordrift.report.averages import averages_section
from behaviordrift.report.html import render
from behaviordrift.report.influence import influence_section
from behaviordrift.report.terminal import show

EVEN = {"qa": 0.5, "support": 0.5}
ADDED = {
    "kind": "influence", "trait": "preference", "measure": "prefers_refusing", "probe_set": "harmful", "task": None,
    "baseline": "base", "candidate": None, "verdict": "divided", "text": "Divided.", "estimate": 1.0, "ci": [0.9, 1.1],
    "unit_text": "logprob", "p_adj": 0.01, "method": "Shapley", "caveats": ["base stands for the model"],
    "effects": [
        {"task": "qa", "estimate": 0.75, "ci": [0.7, 0.8], "share": 0.75, "share_ci": [0.7, 0.8]},
        {"task": "support", "estimate": 0.25, "ci": [0.2, 0.3], "share": None, "share_ci": [None, None]},
    ],
}  # fmt: skip


@pytest.fixture
def document(told: dict[str, Any], blended: Callable[..., Any]) -> dict[str, Any]:
    """The document with an even mixture that is heard as three quarters qa, and one that is like no blend."""
    points = [
        ({"qa": 1.0}, [0.0, 0.0]),
        ({"support": 1.0}, [20.0, 0.0]),
        (EVEN, [5.0, 0.0]),
        ({"qa": 0.2, "support": 0.8}, [10.0, 50.0]),
    ]
    behaviour, laid = blended(points)
    found = influence_findings(behaviour, laid)
    found += averages_findings(pd.DataFrame(), [], behaviour, laid)
    told["findings"] = [f for f in told["findings"] if f["kind"] != "influence"]
    told["findings"] += [*(f.as_json() for f in found), ADDED]
    return told


def test_shares_stand_beside_those_of_training(document: dict[str, Any]) -> None:
    section = influence_section(document)
    assert section is not None
    even, odd, over_all = section["shares"]
    assert even["mixture"] == "qa 50 support 50"
    assert even["finding"]["verdict"] == "differs from nominal"
    assert even["cells"][0].startswith("7")
    assert odd["finding"]["verdict"] == "not a blend"
    assert odd["cells"] == ["–", "–"]
    assert over_all["mixture"] == "over all mixtures, if shares were equal"
    assert section["measures"] == "prefers_refusing on set0, prefers_refusing on set1"


def test_only_told_shares_are_drawn_and_refuted_ones_filled(document: dict[str, Any]) -> None:
    section = influence_section(document)
    assert section is not None
    (drawing,) = section["drawings"]
    assert drawing.caption == "qa 50 support 50"
    assert ">differs from nominal<" in drawing.svg
    assert drawing.svg.count("fill: var(--task-0)") > 0


def test_what_a_task_adds_is_told_with_its_share_where_there_is_one(document: dict[str, Any]) -> None:
    section = influence_section(document)
    assert section is not None
    (row,) = section["added"]
    assert row["cells"] == [("+0.750", "[+0.700, +0.800]", "75 % [70, 80]"), ("+0.250", "[+0.200, +0.300]", "–")]
    assert section["base"] == "base"


def test_averages_show_distances_and_dashes_for_what_is_unknown(document: dict[str, Any]) -> None:
    section = averages_section(document)
    assert section is not None
    assert section["tasks"] == ["qa", "support"]
    row = section["rows"][0]
    assert row["mixture"] == "qa 50 support 50"
    assert len(row["distances"]) == 2
    assert row["worst"] == row["loss"] == row["agreement"] == ("–", "")


def test_the_page_has_both_parts(document: dict[str, Any]) -> None:
    page = render(document)
    influence = page[page.index('<section id="influence"') : page.index('<section id="averages"')]
    assert "this project's own" in influence
    assert "are refuted as shares of behaviour" in influence.replace("&#39;", "'")
    averages = page[page.index('<section id="averages"') : page.index('<section id="voice"')]
    assert "two runs of one mixture are 1.4 apart" in averages


def shown(document: dict[str, Any]) -> str:
    console = Console(file=io.StringIO(), width=200, highlight=False)
    show(document, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_tells_both(document: dict[str, Any]) -> None:
    screen = shown(document)
    for finding in document["findings"]:
        if finding["kind"] == "averages" or finding["measure"] in ("resemblance", "potency"):
            assert finding["text"][:60] in screen
    assert screen.count("the estimator is this project's own") == 1


def test_without_pure_tasks_there_are_no_such_parts(told: dict[str, Any]) -> None:
    told["findings"] = [f for f in told["findings"] if f["kind"] not in ("influence", "averages")]
    assert influence_section(told) is None
    assert averages_section(told) is None


def test_single_runs_say_why_nothing_is_told(told: dict[str, Any]) -> None:
    section = influence_section(told)
    assert section is not None
    assert section["drawings"] == []
    assert all(cell == "–" for row in section["shares"] for cell in row["cells"])
    assert "cannot tell the mixture from the seed" in section["shares"][0]["finding"]["text"]
    assert averages_section(told) is None
    assert "Influence of each task: unidentified, one run per mixture" in shown(told)

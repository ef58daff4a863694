"""The page's part on a recommendation: its verdict, its figure, its tables, on real searches of known truth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from behaviordrift.findings.searched_areas import searched_areas
from behaviordrift.report.html import render
from behaviordrift.report.marks import Mark
from behaviordrift.report.mixture_map import mixture_map
from behaviordrift.report.recommendation_section import recommendation_section
from behaviordrift.statistics import SearchSpace, Within, desirable_region, fit_scheffe_linear

TASKS = ("qa", "support", "safety", "code")


def recommendation(tasks: int, bound: Within) -> dict[str, Any]:
    """A search over a design of pure tasks, twice each, whose first task alone raises the measure to 10."""
    design = np.repeat(np.eye(tasks), 2, axis=0)
    levels = 10 * design[:, 0] + np.tile([0.1, -0.1], tasks)
    found = desirable_region({"hedging": fit_scheffe_linear(design, levels)}, {"hedging": bound}, SearchSpace(design))
    verdict = "region found" if found.verdict == "reachable" else found.verdict
    inside = found.points[found.inside] if found.inside.any() else np.full((1, tasks), np.nan)
    shares = zip(TASKS, found.best, inside[0], inside.min(axis=0), inside.max(axis=0), strict=False)
    effects = [
        {"task": task, "start": 1 / tasks, **{k: None if np.isnan(v) else float(v) for k, v in told.items()}}
        for task, best, near, low, high in shares
        for told in [{"best": best, "nearest": near, "low": low, "high": high}]
    ]
    main = {
        "kind": "recommendation", "verdict": verdict, "text": f"The sentence: {verdict}.", "level": 0.95,
        "caveats": ["said of the search"], "effects": effects,
    }  # fmt: skip
    change = {
        "kind": "recommended change", "verdict": "rises", "text": "It rises.", "caveats": [], "measure": "hedging",
        "probe_set": "open", "task": None, "unit_text": "rate", "level_baseline": 2.5, "level_candidate": 7.25,
        "components": {"level_low": 6.5, "level_high": 8.0},
    }  # fmt: skip
    return {
        "study": {"tasks": list(TASKS[:tasks])}, "wanted": ["hedging on open >= 5"],
        "from": {"name": "the <b>mean</b>"}, "trained": np.eye(tasks).tolist(),
        "areas": searched_areas(found), "findings": [main, change],
    }  # fmt: skip


def drawn(value: dict[str, Any]) -> str | None:
    marks = [Mark("●", f"task-{i}", "o", task) for i, task in enumerate(value["study"]["tasks"])]
    return mixture_map(value, marks)


def corners(svg: str, colour: str) -> list[tuple[float, float]]:
    """The corners of all that is filled with a colour."""
    paths = re.findall(r"<path[^>]*>", svg)
    filled = [path for path in paths if f"fill: var(--{colour})" in path and " z" in path.lower().replace("z", " z")]
    numbers = [re.findall(r"-?[\d.]+", re.search(r' d="([^"]*)"', path)[1]) for path in filled]  # type: ignore[index]
    return [(float(x), float(y)) for row in numbers for x, y in zip(row[::2], row[1::2], strict=True)]


@pytest.mark.parametrize(
    ("bound", "verdict", "filled", "blank"),
    [
        (Within(lower=5), "region found", ("same", "missed"), ()),
        (Within(lower=20), "not reachable", ("missed",), ("same", "rule")),
        (Within(lower=10), "these data cannot say", ("rule", "missed"), ("same",)),
    ],
)
@pytest.mark.parametrize("tasks", [2, 3])
def test_each_verdict_fills_its_mixtures(
    tasks: int, bound: Within, verdict: str, filled: Sequence[str], blank: Sequence[str]
) -> None:
    value = recommendation(tasks, bound)
    assert value["findings"][0]["verdict"] == verdict
    svg = drawn(value)
    assert svg is not None
    assert verdict in svg
    assert all(corners(svg, colour) for colour in filled)
    assert not any(corners(svg, colour) for colour in blank)


def test_the_region_lies_at_the_corner_of_its_task() -> None:
    svg = drawn(recommendation(3, Within(lower=5)))
    assert svg is not None
    highest = min(y for _, y in corners(svg, "same"))
    assert highest < min(y for _, y in corners(svg, "missed"))
    everything = [corner for colour in ("same", "rule", "missed") for corner in corners(svg, colour)]
    assert max(x for x, _ in everything) - min(x for x, _ in everything) == pytest.approx(256, abs=1)


def test_four_tasks_have_a_table_and_no_figure() -> None:
    value = recommendation(4, Within(lower=5))
    assert drawn(value) is None
    assert len(value["findings"][0]["effects"]) == 4


@pytest.mark.parametrize("bound", [Within(lower=5), Within(lower=20), Within(lower=10)])
def test_the_page_shows_wish_verdict_and_cost(told: dict[str, Any], bound: Within) -> None:
    value = recommendation(2, bound)
    page = render({**told, "recommendation": value})
    section = page[page.index('<section id="recommendation"') : page.index('<section id="changes"')]
    main = value["findings"][0]
    assert "hedging on open &gt;= 5" in section
    assert f">{main['verdict']}</span>" in section
    assert main["text"] in section
    assert "said of the search" in section
    assert "<b>" not in section
    assert "[6.50, 8.00]" in section
    assert ("In the region" in section) == (main["verdict"] == "region found")
    assert ("Least refuted" in section) == (main["verdict"] == "not reachable")
    assert main["text"] in page[: page.index('<section id="recommendation"')]


def test_a_search_that_was_refused_says_why_and_draws_nothing(told: dict[str, Any]) -> None:
    value = recommendation(2, Within(lower=5))
    main = {**value["findings"][0], "verdict": "these data cannot say", "text": "No replicates."}
    main["effects"] = [{**e, "best": None, "nearest": None, "low": None, "high": None} for e in main["effects"]]
    page = render({**told, "recommendation": {**value, "areas": None, "findings": [main]}})
    section = page[page.index('<section id="recommendation"') : page.index('<section id="changes"')]
    assert "No replicates." in section
    assert "<svg" not in section
    assert "What is expected" not in section


def test_a_page_without_a_recommendation_shows_nothing_of_it(told: dict[str, Any]) -> None:
    assert recommendation_section(told) is None
    assert "recommendation" not in render(told)

"""The page's part on a recommendation: what was wanted, the verdict, the mixtures, and what each measure would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from behaviordrift.findings.wording import level_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.marks import task_marks
from behaviordrift.report.mixture_map import BEST, START, TRAINED, mixture_map

Columns = list[tuple[str, list[str]]]


def recommendation_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where nothing was asked."""
    recommendation = document.get("recommendation")
    if recommendation is None:
        return None
    main, *changes = recommendation["findings"]
    start = recommendation["from"]["name"]
    marks = task_marks(document)
    tasks = [marks[task] for task in recommendation["study"]["tasks"]]
    return {
        "finding": main,
        "wanted": recommendation["wanted"],
        "asked": f"{100 * main['level']:g} %",
        "start": start,
        "best": best_word(main),
        "map": mixture_map(recommendation, tasks),
        "marks": [TRAINED, replace(START, meaning=f"from: {start}"), replace(BEST, meaning=best_word(main))],
        "tasks": tasks,
        "shares": share_columns(main),
        "rows": [{"finding": f, "where": where(f), **expected(f)} for f in changes],
    }


def best_word(main: dict[str, Any]) -> str:
    """What the best mixture is called: where none meets the targets it is only the one that is least surely refuted."""
    return "least refuted" if main["verdict"] == "not reachable" else "surest"


def share_columns(main: dict[str, Any]) -> Columns:
    """For each task its share in percent: at the start, at the best mixture, and in the region, as far as these are."""
    effects = main["effects"]
    columns = [("from", _percents(effects, "start"))]
    if effects[0]["best"] is not None:
        columns.append((best_word(main), _percents(effects, "best")))
    if effects[0]["low"] is not None:
        columns.append(("least change", _percents(effects, "nearest")))
        ends = zip(_percents(effects, "low"), _percents(effects, "high"), strict=True)
        columns.append(("in the region", [f"{low} to {high}" for low, high in ends]))
    return columns


def expected(finding: dict[str, Any]) -> dict[str, str]:
    """A measure's level at the start, at the best mixture, and the latter's interval, in the measure's own units."""
    kind, parts = finding["unit_text"], finding["components"]
    before, after, low, high = (
        level_text(kind, number(level))
        for level in (finding["level_baseline"], finding["level_candidate"], parts["level_low"], parts["level_high"])
    )
    return {"before": before, "after": after, "interval": f"[{low}, {high}]"}


def _percents(effects: Sequence[dict[str, Any]], field: str) -> list[str]:
    return [f"{100 * effect[field]:.0f}" for effect in effects]

"""A recommendation in the terminal: the verdict, the mixture, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from behaviordrift.findings.wording import level_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.tables import Column, table

READING = "Rises and falls: the 95 % interval of the change from the start leaves out 0; each measure stands by itself."


def show_recommendation(document: dict[str, Any], console: Console) -> None:
    """Print the document's findings."""
    main, *changes = document["findings"]
    console.print(f"Wanted, from {main['n_units']} runs on rung {main['rung']}:", style="bold", markup=False)
    for text in document["wanted"]:
        console.print(f"  {text}", markup=False)
    console.print(f"\n{main['text']}\n", markup=False)
    if changes:
        best = "nearest" if main["verdict"] == "not reachable" else "surest"
        console.print(_mixtures_table(main["effects"], best))
        console.print(f"From: {document['from']['name']}.\n", style="dim", markup=False)
        console.print(_changes_table(changes, best))
        console.print(READING, style="dim")
    for caveat in main["caveats"]:
        console.print(f"Note: {caveat}.", style="dim", markup=False)
    others = {caveat for f in changes for caveat in f["caveats"]} - set(main["caveats"])
    if others:
        console.print(f"{len(others)} notes on other measures are in recommendation.json.", style="dim")


def _mixtures_table(effects: Sequence[dict[str, Any]], best: str) -> Table:
    columns = [
        Column("share, %", [effect["task"] for effect in effects], words=True),
        Column("from", [_percent(effect["start"]) for effect in effects]),
        Column(best, [_percent(effect["best"]) for effect in effects]),
    ]
    if effects[0]["low"] is not None:
        columns.append(Column("least change", [_percent(effect["nearest"]) for effect in effects]))
        ends = [(_percent(effect["low"]), _percent(effect["high"])) for effect in effects]
        columns.append(Column("in the region", [f"{low} to {high}" for low, high in ends]))
    return table("", columns)


def _changes_table(changes: Sequence[dict[str, Any]], best: str) -> Table:
    columns = [
        Column("measure", [f["measure"] for f in changes], words=True),
        Column("on", [where(f) for f in changes], words=True),
        Column("from", [level_text(f["unit_text"], number(f["level_baseline"])) for f in changes]),
        Column(f"{best} [95 % interval]", [_expected(f) for f in changes]),
    ]
    return table(f"What is expected at the {best} mixture", columns, [f["verdict"] for f in changes])


def _expected(finding: dict[str, Any]) -> str:
    ends = (finding["components"]["level_low"], finding["components"]["level_high"])
    level, low, high = (level_text(finding["unit_text"], number(v)) for v in (finding["level_candidate"], *ends))
    return f"{level} [{low}, {high}]"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"

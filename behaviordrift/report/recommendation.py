"""A recommendation in the terminal: the verdict, the mixture, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from behaviordrift.report.fields import where
from behaviordrift.report.recommendation_section import best_word, expected, share_columns
from behaviordrift.report.tables import Column, table

READING = (
    "Rises and falls: the 95 % interval of the change from the start leaves out 0; stays: the interval lies within the "
    "default margin. Each measure stands by itself."
)


def show_recommendation(recommendation: dict[str, Any], console: Console) -> None:
    """Print the findings of a recommendation."""
    main, *changes = recommendation["findings"]
    console.print(f"Wanted, from {main['n_units']} runs on rung {main['rung']}:", style="bold", markup=False)
    for text in recommendation["wanted"]:
        console.print(f"  {text}", markup=False)
    console.print(f"\n{main['text']}\n", markup=False)
    if changes:
        console.print(_mixtures_table(main))
        console.print(f"From: {recommendation['from']['name']}.\n", style="dim", markup=False)
        console.print(_changes_table(changes, best_word(main)))
        console.print(READING, style="dim")
    for caveat in main["caveats"]:
        console.print(f"Note: {caveat}.", style="dim", markup=False)
    others = {caveat for f in changes for caveat in f["caveats"]} - set(main["caveats"])
    if others:
        console.print(f"{len(others)} notes on other measures are in the report.", style="dim")


def _mixtures_table(main: dict[str, Any]) -> Table:
    tasks = Column("share, %", [effect["task"] for effect in main["effects"]], words=True)
    return table("", [tasks, *(Column(header, cells) for header, cells in share_columns(main))])


def _changes_table(changes: Sequence[dict[str, Any]], best: str) -> Table:
    told = [expected(f) for f in changes]
    columns = [
        Column("measure", [f["measure"] for f in changes], words=True),
        Column("on", [where(f) for f in changes], words=True),
        Column("from", [cells["before"] for cells in told]),
        Column(f"{best} [95 % interval]", [f"{cells['after']} {cells['interval']}" for cells in told]),
    ]
    return table(f"What is expected at the {best} mixture", columns, [f["verdict"] for f in changes])

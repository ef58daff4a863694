"""The findings document as tables in the terminal: a block for each candidate, then the attribution."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from behaviordrift.findings.margins import DEFAULT_MARGINS, margin_text
from behaviordrift.findings.wording import change_text, effect_text, interval_text, level_text, p_text
from behaviordrift.report.fields import number, where

BLOCKS = 6
"""Candidates shown in full; the page has them all."""

NOTES = 6
"""Notes shown; the page has them all."""

STYLES = {
    "drifted": "bold yellow",
    "equivalent": "green",
    "inconclusive": "dim",
    "attributed": "bold yellow",
    "not shown": "dim",
    "unidentified": "dim",
    "confounded": "bold red",
}


def show(document: dict[str, Any], console: Console) -> None:
    """Print the document's findings."""
    drifts = [f for f in document["findings"] if f["kind"] in ("drift", "forgetting")]
    candidates = list(dict.fromkeys(f["candidate"] for f in drifts))
    for candidate in candidates[:BLOCKS]:
        console.print(_drift_table(candidate, [f for f in drifts if f["candidate"] == candidate]))
    if len(candidates) > BLOCKS:
        console.print(f"{len(candidates) - BLOCKS} more candidates are in the report.\n")
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    design = document["study"]["design"]
    if attributions and design["rung"] != "L0":
        console.print(_attribution_table(attributions, design))
    elif attributions:
        console.print(f"What the mixture did: not identified, {'; '.join(design['reasons'])}.", markup=False)
    _show_footer(document, drifts, console)


def _drift_table(candidate: str, findings: list[dict[str, Any]]) -> Table:
    table = _table(f"{candidate}, compared with {findings[0]['baseline']}")
    table.add_column("measure", overflow="fold", ratio=1)
    table.add_column("on", overflow="fold")
    for header in ("baseline", "candidate", "change [95 % interval]", "adj. p"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for f in findings:
        kind = f["unit_text"]
        change = change_text(kind, number(f["estimate"])).removesuffix(" points")
        table.add_row(
            escape(f["measure"]),
            escape(where(f)),
            level_text(kind, number(f["level_baseline"])),
            level_text(kind, number(f["level_candidate"])),
            f"{change} {interval_text(kind, *(number(end) for end in f['ci']))}",
            p_text(number(f["p_adj"])),
            _verdict(f["verdict"]),
        )
    return table


def _attribution_table(findings: list[dict[str, Any]], design: dict[str, Any]) -> Table:
    tasks = design["tasks"]
    table = _table(
        f"What the mixture did: {len(design['runs'])} runs at {design['points']} mixtures, rung {design['rung']}"
    )
    table.add_column("measure", overflow="fold", ratio=1)
    table.add_column("on", overflow="fold")
    for header in ("F", "adj. p", *(f"+10 {escape(task)}" for task in tasks)):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for f in findings:
        effects = {effect["task"]: effect["estimate"] for effect in f["effects"]}
        statistic = number(f["components"]["f"])
        table.add_row(
            escape(f["measure"]),
            escape(where(f)),
            f"{statistic:.1f}" if math.isfinite(statistic) else "–",
            p_text(number(f["p_adj"])),
            *(effect_text(f["unit_text"], number(effects.get(task))) for task in tasks),
            _verdict(f["verdict"]),
        )
    return table


def _show_footer(document: dict[str, Any], drifts: list[dict[str, Any]], console: Console) -> None:
    kinds = dict.fromkeys(f["unit_text"] for f in drifts if f["unit_text"] in DEFAULT_MARGINS)
    if kinds:
        margins = "; ".join(f"{kind} {margin_text(kind)}" for kind in kinds)
        console.print(f"Drift means a Holm-significant change beyond the default margin ({margins}).", style="dim")
    design = document["study"]["design"]
    if design and design["rung"] != "L0" and not design["differing"]:
        console.print(
            "+10 is the change when ten points of the share go to that task, the others giving way in proportion; "
            "shares of replies are told on the logit scale.",
            style="dim",
        )
    caveats = list(dict.fromkeys(c for f in document["findings"] for c in f["caveats"]))
    for caveat in caveats[:NOTES]:
        console.print(f"Note: {caveat}.", style="dim", markup=False)
    if len(caveats) > NOTES:
        console.print(f"{len(caveats) - NOTES} more notes are in the report.", style="dim")
    if design and design["differing"]:
        console.print(
            f"Confounded, the runs also differ in: {'; '.join(design['differing'])}.", style="bold red", markup=False
        )


def _table(title: str) -> Table:
    return Table(
        title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0)
    )


def _verdict(verdict: str) -> Text:
    return Text(verdict, style=STYLES.get(verdict, ""))

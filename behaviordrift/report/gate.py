"""A gate's verdicts in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from behaviordrift.findings.wording import change_text, interval_text
from behaviordrift.findings.wording_gate import rule_text, stopping_sentence
from behaviordrift.report.fields import number, where
from behaviordrift.report.svg import tone
from behaviordrift.report.tables import LEAST, STYLES, Column, folded, room_left, table

LINES = 8
"""Rules told in words, and notes, that are shown; the other forms have them all."""

FIXED = (
    "Pass: the 90 % interval lies within the margin. Fail: the 95 % interval lies beyond it. "
    "Every rule must pass, each tested at 5 %."
)
IN_SEQUENCE = "Rules are decided by bets, so no interval is told. Every rule must pass, each at 5 %."


class GateRow(NamedTuple):
    """One rule on one candidate, as a reader meets it."""

    measure: str
    where: str
    rule: str
    change: str
    verdict: str


def gate_row(finding: dict[str, Any]) -> GateRow:
    """The cells of a gate finding; the interval is that of the verdict: 95 % for a fail, else 90 %."""
    kind, parts = finding["unit_text"], finding["components"]
    ends = finding["ci"] if finding["verdict"] == "fail" else (parts.get("low90"), parts.get("high90"))
    interval = interval_text(kind, *(number(end) for end in ends))
    change = change_text(kind, number(finding["estimate"])).removesuffix(" points")
    asked = rule_text(finding["rule"], kind if kind != "rank" else "positive", finding["margin"])
    return GateRow(finding["measure"], where(finding), asked, f"{change} {interval}", finding["verdict"])


def outcome_text(document: dict[str, Any]) -> str:
    """The verdict on all rules, and how many stand behind it.

    >>> outcome_text({"verdict": "fail", "findings": [{"verdict": "pass"}, {"verdict": "fail"}]})
    'Gate: fail (1 fail, 1 pass)'
    """
    counts = Counter(f["verdict"] for f in document["findings"])
    told = ", ".join(f"{counts[v]} {v}" for v in ("fail", "inconclusive", "pass") if counts[v])
    return f"Gate: {document['verdict']} ({told})"


def show_gate(document: dict[str, Any], console: Console) -> None:
    """Print a table for each candidate, what is not shown to hold in words, and the verdict on all."""
    findings = document["findings"]
    for candidate in document["candidates"]:
        console.print(_table([f for f in findings if f["candidate"] == candidate], console.width))
    open_ones = sorted((f for f in findings if f["verdict"] != "pass"), key=lambda f: f["verdict"] != "fail")
    _show_lines([f["text"] for f in open_ones], "", console)
    _show_lines([f"Note: {c}." for c in dict.fromkeys(c for f in findings for c in f["caveats"])], "dim", console)
    if document["in_sequence"]:
        console.print(stopping_sentence(document["study"]["stopping"]), markup=False)
    console.print(IN_SEQUENCE if document["in_sequence"] else FIXED, style="dim")
    console.print(outcome_text(document), style=STYLES.get(tone(document["verdict"]), "bold"), markup=False)


def _show_lines(lines: Sequence[str], style: str, console: Console) -> None:
    for line in lines[:LINES]:
        console.print(line, style=style, markup=False)
    if len(lines) > LINES:
        console.print(f"{len(lines) - LINES} more with --markdown FILE or --json.", style="dim")


def _table(findings: Sequence[dict[str, Any]], width: int) -> Table:
    rows = [gate_row(f) for f in findings]
    verdicts = [row.verdict for row in rows]
    names = [
        Column("measure", [r.measure for r in rows], words=True),
        Column("on", [r.where for r in rows], words=True),
    ]
    asked = Column("rule", [r.rule for r in rows], words=True)
    change = Column("change [interval]", [r.change for r in rows])
    title = f"{findings[0]['candidate']}, held against {findings[0]['baseline']}"
    if room_left(width, [*names, asked, change], verdicts) >= 0:
        return table(title, [*names, asked, change], verdicts)
    room = max(LEAST, room_left(width, [change], verdicts) - 1)
    both = [folded(f"{r.measure} on {r.where}: {r.rule}", room) for r in rows]
    return table(title, [Column("rule", both, words=True), change], verdicts)

"""A gate's verdicts as Markdown, for a pull request or a CI summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from behaviordrift.files import write_atomically
from behaviordrift.report.gate import gate_row, outcome_text

HEADER = ("candidate", "measure", "on", "rule", "change [interval]", "verdict")


def markdown_text(document: dict[str, Any]) -> str:
    """A table of all rules, and in words those that are not shown to hold.

    Args:
        document: from `make_gate_document`.
    """
    findings = document["findings"]
    lines = [f"### {outcome_text(document)}", "", _line(HEADER), _line(["---"] * len(HEADER))]
    for finding in findings:
        row = gate_row(finding)
        verdict = row.verdict if row.verdict == "pass" else f"**{row.verdict}**"
        lines.append(_line([finding["candidate"], row.measure, row.where, row.rule, row.change, verdict]))
    told = [f"- {f['text']}" for f in findings if f["verdict"] != "pass"]
    notes = [f"- Note: {caveat}." for caveat in dict.fromkeys(c for f in findings for c in f["caveats"])]
    return "\n".join([*lines, "", *told, *notes]).rstrip() + "\n"


def write_markdown(document: dict[str, Any], path: Path) -> None:
    """Write the file, whole or not at all."""
    write_atomically(path, markdown_text(document))


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

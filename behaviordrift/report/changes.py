"""The page's part on changes: each candidate beside the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from behaviordrift.findings.wording import change_text, interval_text, level_text, p_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.intervals import forests

CHANGES = ("drift", "forgetting")
"""Kinds of findings that compare a candidate with the baseline and stand in one family of tests."""


def changes_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings that compare a candidate with the baseline."""
    return [f for f in document["findings"] if f["kind"] in CHANGES]


def candidates(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each candidate's rows and drawings."""
    drawings = forests(changes)
    return [
        {
            "name": name,
            "baseline": next(f["baseline"] for f in changes if f["candidate"] == name),
            "drawings": drawings[name],
            "rows": [change_row(f) for f in changes if f["candidate"] == name],
        }
        for name in drawings
    ]


def change_row(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding's numbers in words."""
    kind = finding["unit_text"]
    return {
        "finding": finding,
        "where": where(finding),
        "before": level_text(kind, number(finding["level_baseline"])),
        "after": level_text(kind, number(finding["level_candidate"])),
        "change": change_text(kind, number(finding["estimate"])),
        "interval": interval_text(kind, *(number(end) for end in finding["ci"])),
        "p": p_text(number(finding["p_adj"])),
    }


def one_of_each(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first finding of each measure on a probe set."""
    return list({(f["measure"], f["probe_set"]): f for f in reversed(list(findings))}.values())[::-1]

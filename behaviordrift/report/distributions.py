"""The page's part on labels: the share of each on the baseline and on a candidate, and what is shown to differ."""

from __future__ import annotations

from typing import Any

from behaviordrift.findings.wording import change_text, interval_text, level_text, p_text
from behaviordrift.report.fields import number, where

KIND = "distribution"


def distributions_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on the distribution of labels."""
    return [f for f in document["findings"] if f["kind"] == KIND]


def distribution_lines(document: dict[str, Any]) -> list[str]:
    """For each candidate whose labels are shown to differ from the baseline's, which and where."""
    differing: dict[str, dict[str, list[str]]] = {}
    for f in distributions_of(document):
        if f["verdict"] == "differs":
            differing.setdefault(f["candidate"], {}).setdefault(f["measure"], []).append(where(f))
    return [
        f"{name}: " + "; ".join(f"{measure} on {', '.join(places)}" for measure, places in measures.items())
        for name, measures in differing.items()
    ]


def distribution_section(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What the template shows, candidate by candidate."""
    found = distributions_of(document)
    return [
        {
            "name": name,
            "baseline": next(f["baseline"] for f in found if f["candidate"] == name),
            "rows": [_row(f) for f in found if f["candidate"] == name],
        }
        for name in dict.fromkeys(f["candidate"] for f in found)
    ]


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    return {
        "finding": finding,
        "where": where(finding),
        "size": _size(finding),
        "p": p_text(number(finding["p_adj"])),
        "labels": [_label(effect, finding["verdict"] == "differs") for effect in finding["effects"]],
    }


def _size(finding: dict[str, Any]) -> str:
    """How far the distributions are apart; of ordinal labels how far they shifted."""
    wins = finding["components"]
    if not wins:
        return f"total variation {change_text('binary', number(finding['estimate']), signed=False)}"
    shift = change_text("scale", number(finding["estimate"]))
    interval = interval_text("scale", *(number(end) for end in finding["ci"]))
    won, low, high = (
        level_text("binary", number(wins[f"win_probability{end}"])).removesuffix(" %") for end in ("", "_low", "_high")
    )
    return f"mean rank {shift} {interval}, ranks higher in {won} % [{low}, {high}]"


def _label(effect: dict[str, Any], differs: bool) -> dict[str, Any]:
    ends = [number(end) for end in effect["ci"]]
    return {
        "name": effect["label"],
        "shares": [100 * number(effect[side]) for side in ("baseline", "candidate")],
        "before": level_text("binary", number(effect["baseline"])),
        "after": level_text("binary", number(effect["candidate"])),
        "change": change_text("binary", number(effect["estimate"])).removesuffix(" points"),
        "interval": interval_text("binary", *ends),
        "moved": differs and (ends[0] > 0 or ends[1] < 0),
    }

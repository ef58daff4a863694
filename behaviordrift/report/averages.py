"""The page's part on averages: whether a mixture is like any task that it mixes, what it does worst, its stability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.findings.averages import KIND
from behaviordrift.report.fields import number
from behaviordrift.report.influence import mixture_of

NOTHING = ("–", "")


def averages_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on averages."""
    return [f for f in document["findings"] if f["kind"] == KIND]


def averages_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no mixture can be held against the pure tasks."""
    found = averages_of(document)
    if not found:
        return None
    return {"tasks": [effect["task"] for effect in found[0]["effects"]], "rows": [averages_row(f) for f in found]}


def averages_row(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding's numbers in words."""
    parts = finding["components"]
    scores = {e["task"]: number(e["score"]) for e in finding["effects"] if math.isfinite(number(e["score"]))}
    lost = [e for e in finding["effects"] if math.isfinite(number(e["loss"]))]
    most = min(lost, key=lambda e: number(e["loss"]), default=None)
    return {
        "finding": finding,
        "mixture": mixture_of(finding),
        "distances": [_pair(e["estimate"], e["ci"], ".1f") for e in finding["effects"]],
        "nearest": _pair(finding["estimate"], finding["ci"], ".1f"),
        "worst": _named(min(scores, key=lambda task: scores[task], default=""), _of(parts, "worst")),
        "loss": _named(most["task"], _pair(most["loss"], most["loss_ci"], "+.3f")) if most else NOTHING,
        "agreement": _of(parts, "agreement"),
    }


def _of(parts: dict[str, float | None], name: str) -> tuple[str, str]:
    return _pair(parts[name], (parts[f"{name}_low"], parts[f"{name}_high"]), ".3f")


def _pair(value: float | None, ends: Sequence[float | None], digits: str) -> tuple[str, str]:
    if not math.isfinite(number(value)):
        return NOTHING
    low, high = (f"{number(end):{digits}}" for end in ends)
    return f"{number(value):{digits}}", f"[{low}, {high}]"


def _named(task: str, pair: tuple[str, str]) -> tuple[str, str]:
    return pair if pair == NOTHING else (f"{task} {pair[0]}", pair[1])

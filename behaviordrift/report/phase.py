"""The page's part on order: does it matter when a mixture comes?"""

from __future__ import annotations

import math
from typing import Any

from behaviordrift.findings.wording import effect_text, p_text
from behaviordrift.report.fields import number, where


def phase_findings_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on two mixtures in either order."""
    return [f for f in document["findings"] if f["kind"] == "phase" and "lateness" in f["components"]]


def phase_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no two mixtures were trained in every order."""
    findings = phase_findings_of(document)
    if not findings:
        return None
    return {
        "cells": [(effect["cell"], effect["runs"]) for effect in findings[0]["effects"]],
        "until": number(findings[0]["components"]["until"]),
        "rows": [phase_row(f) for f in findings],
    }


def phase_row(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding's numbers in words."""
    parts, kind = finding["components"], finding["unit_text"]
    return {
        "finding": finding,
        "where": where(finding),
        "order": _effect(kind, finding["estimate"], finding["ci"]),
        "throughout": _effect(kind, parts["throughout"], (parts["throughout_low"], parts["throughout_high"])),
        "lateness": _lateness(parts),
        "p": p_text(number(finding["p_adj"])),
    }


def _effect(kind: Any, estimate: float | None, ends: Any) -> tuple[str, str]:
    low, high = (effect_text(kind, number(end)) for end in ends)
    return effect_text(kind, number(estimate)), f"[{low}, {high}]"


def _lateness(parts: dict[str, float | None]) -> tuple[str, str]:
    """The index with its interval; a dash where the set has no two ends."""
    index, low, high = (number(parts[name]) for name in ("lateness", "lateness_low", "lateness_high"))
    if not parts["lateness_bounded"] or not math.isfinite(index):
        return "–", ""
    return f"{index:.2f}", f"[{low:.2f}, {high:.2f}]"

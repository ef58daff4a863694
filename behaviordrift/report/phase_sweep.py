"""The page's part on order where runs of several phases are modelled as a whole."""

from __future__ import annotations

import math
from typing import Any

from behaviordrift.findings.wording import effect_text, p_text
from behaviordrift.report.fields import number, where


def phase_sweep_findings_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings of the phase model; those of two mixtures in either order have a lateness index instead."""
    return [f for f in document["findings"] if f["kind"] == "phase" and "lateness" not in f["components"]]


def phase_sweep_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no phase model was called for."""
    findings = phase_sweep_findings_of(document)
    if not findings:
        return None
    return {
        "phases": list(dict.fromkeys(effect["until"] for f in findings for effect in f["effects"])),
        "tasks": list(dict.fromkeys(effect["task"] for f in findings for effect in f["effects"])),
        "rows": [phase_sweep_row(f) for f in findings],
    }


def phase_sweep_row(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding's numbers in words: F, p, and each task's pull in each phase, phase by phase."""
    f = number(finding["components"]["f"])
    return {
        "finding": finding,
        "where": where(finding),
        "f": f"{f:.1f}" if math.isfinite(f) else "–",
        "p": p_text(number(finding["p_adj"])),
        "pulls": [effect_text(finding["unit_text"], number(effect["estimate"])) for effect in finding["effects"]],
    }

"""The page's part on noise: differences that no mixture made."""

from __future__ import annotations

from typing import Any

from behaviordrift.findings.wording import change_text, interval_text
from behaviordrift.report.fields import number, where

KIND = "noise"


def noise_findings_of(document: dict[str, Any], unit: str) -> list[dict[str, Any]]:
    """The findings on noise: of a checkpoint's own samples (unit "cluster"), or between seeds (unit "run")."""
    return [f for f in document["findings"] if f["kind"] == KIND and f["unit"] == unit]


def noise_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where neither samples nor replicates were there."""
    seeds, samples = (noise_findings_of(document, unit) for unit in ("run", "cluster"))
    if not seeds and not samples:
        return None
    return {
        "seeds": [noise_row(f) for f in seeds],
        "samples": [noise_row(f) for f in samples],
        "runs": seeds[0]["n_units"] if seeds else 0,
    }


def noise_row(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding's numbers in words."""
    kind, ends = finding["unit_text"], [number(end) for end in finding["ci"]]
    between = finding["unit"] == "run"
    return {
        "finding": finding,
        "where": where(finding),
        "amount": change_text(kind, number(finding["estimate"]), signed=not between),
        "interval": interval_text(kind, *ends).replace("+", "") if between else interval_text(kind, *ends),
    }

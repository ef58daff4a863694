"""The page's part on the mixture: what it did to each measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.findings.wording import change_text, effect_text, p_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.intervals import defined, effect_drawings
from behaviordrift.report.marks import indexed_mark

SPREADS = ("sigma_S", "sigma_RP", "sigma_SP", "sigma_eps")
"""Components of the variance of replies: runs, mixture x probe, run x probe, samples."""


RUNGS = {
    "L0": "one run of each mixture",
    "L1": "some mixtures have several runs, some one",
    "L2": "two runs or more of each mixture",
    "L3": "a designed sweep with enough runs of one mixture to test its model",
}
"""What the design has, in the words of docs/statistics.md."""


def attribution_section(findings: Sequence[dict[str, Any]], design: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the template shows; None where no mixtures are known."""
    if design is None or not findings:
        return None
    tasks = design["tasks"]
    return {
        "tasks": [indexed_mark(index, task) for index, task in enumerate(tasks)],
        "rung": RUNGS[design["rung"]],
        "drawings": effect_drawings(findings, tasks),
        "rows": [_attribution_row(f, tasks) for f in findings],
        "start": next((e["reference"] for f in findings for e in f["effects"]), None),
    }


def _attribution_row(finding: dict[str, Any], tasks: Sequence[str]) -> dict[str, Any]:
    parts, kind = finding["components"], finding["unit_text"]
    told = {e["task"]: e for e in finding["effects"] if defined(e)}
    f, between, within = (number(parts.get(name)) for name in ("f", "df_between", "df_within"))
    return {
        "finding": finding,
        "where": where(finding),
        "f": f"{f:.1f} ({between:.0f}, {within:.0f})" if math.isfinite(f) else "–",
        "p": p_text(number(finding["p_adj"])),
        "permutation": p_text(number(parts.get("permutation_p"))),
        "family": p_text(number(parts.get("max_t_p"))),
        "spread": [_sd(number(parts.get(name))) for name in SPREADS],
        "effects": [
            (
                effect_text(kind, number(told[t]["estimate"])),
                _effect_interval(kind, told[t]["ci"]),
                _points(kind, told[t]),
            )
            if t in told
            else None
            for t in tasks
        ],
    }


def _effect_interval(kind: Any, ends: Sequence[float | None]) -> str:
    low, high = (effect_text(kind, number(end)) for end in ends)
    return f"[{low}, {high}]"


def _points(kind: Any, effect: dict[str, Any]) -> str:
    """The effect on a share in points, near the reference mixture; empty for other measures."""
    change = number(effect.get("share_change"))
    return change_text(kind, change) if math.isfinite(change) else ""


def _sd(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"

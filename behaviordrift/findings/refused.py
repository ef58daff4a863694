"""Comparisons and attributions that cannot be made, and why."""

from __future__ import annotations

import math
from typing import Any

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair


def refused_drift(pair: Pair, names: tuple[str, str], reason: str) -> Finding:
    """That two checkpoints cannot be compared in a measure.

    Args:
        pair: the measure and where it is read.
        names: the baseline and the candidate.
        reason: what stands against it.
    """
    return Finding(
        kind="forgetting" if pair.task else "drift",
        baseline=names[0],
        candidate=names[1],
        verdict="inconclusive",
        text=f"{pair.measure.name} on {pair.where} cannot be compared: {reason}.",
        **_no_estimate(pair, reason),
        unit="cluster",
        n_units=0,
        margin=DEFAULT_MARGINS[pair.measure.kind],
    )


def refused_attribution(
    pair: Pair, reason: str, *, rung: str = "L0", runs: int = 0, verdict: str = "unidentified"
) -> Finding:
    """That nothing is said of the mixture's part in a measure.

    Args:
        pair: the measure and where it is read.
        reason: what stands against it.
        rung: identifiability rung of the design.
        runs: how many there are.
        verdict: "unidentified", or "confounded" where the runs differ in more than their mixture.
    """
    return Finding(
        kind="attribution",
        verdict=verdict,
        text=f"{pair.measure.name} on {pair.where}: the mixture's part is not identified: {reason}.",
        **_no_estimate(pair, reason),
        unit="run",
        n_units=runs,
        rung=rung,
    )


def _no_estimate(pair: Pair, reason: str) -> dict[str, Any]:
    return {
        **pair.fields,
        "estimand": "none",
        "scale": "identity",
        "unit_text": pair.measure.kind,
        "estimate": math.nan,
        "ci": (math.nan, math.nan),
        "p_adj_method": "none",
        "caveats": (reason,),
    }

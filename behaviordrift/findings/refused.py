"""An attribution that cannot be made, and why."""

from __future__ import annotations

import math

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.pairs import Pair


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
        **pair.fields,
        verdict=verdict,
        text=f"{pair.measure.name} on {pair.where}: the mixture's part is not identified: {reason}.",
        estimand="none",
        scale="identity",
        unit_text=pair.measure.kind,
        estimate=math.nan,
        ci=(math.nan, math.nan),
        p_adj_method="none",
        unit="run",
        n_units=runs,
        rung=rung,
        caveats=(reason,),
    )

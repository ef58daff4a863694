"""The three-way verdict on one comparison."""

from __future__ import annotations

import math
from typing import Literal

from behaviordrift.statistics.estimate import Estimate

ALPHA = 0.05

Verdict = Literal["drifted", "equivalent", "inconclusive"]


def drift_verdict(estimate: Estimate, p_adjusted: float, margin: float) -> Verdict:
    """Say whether the candidate drifted from the baseline, stayed within the margin, or neither was shown.

    Equivalent: the 90 % interval lies inside [-margin, margin], which is what two one-sided 5 % tests ask
    (Schuirmann 1987). Drifted: p_adjusted < .05, the estimate lies beyond the margin, and the 95 % interval, where
    there is one, leaves out 0: test and interval rest on different methods and may disagree, and then no drift is
    shown. A large p value alone never shows equivalence, and whatever is undefined, such as p with fewer than 6
    clusters, is inconclusive.

    Args:
        estimate: the comparison.
        p_adjusted: its p value, corrected for the family it was tested in.
        margin: largest change that does not matter, on the estimate's own scale: a log for ratios.

    Raises:
        ValueError: the margin is negative or NaN.

    Student's sleep data (1908), mean -1.58 with 90 % interval (-2.293, -0.867) and p = 4/1024:

    >>> nan = math.nan
    >>> sleep = Estimate("mean difference", -1.58, nan, nan, -2.293, -0.867, 4 / 1024, 9.0, 10, nan, "t")
    >>> [drift_verdict(sleep, sleep.p, margin) for margin in (0.5, 2.0, 2.5)]
    ['drifted', 'inconclusive', 'equivalent']
    """
    if not margin >= 0:
        raise ValueError(f"a margin is 0 or more, got {margin}")
    if any(math.isnan(value) for value in (estimate.estimate, estimate.low90, estimate.high90, p_adjusted)):
        return "inconclusive"
    if -margin <= estimate.low90 and estimate.high90 <= margin:
        return "equivalent"
    if p_adjusted < ALPHA and abs(estimate.estimate) > margin and not estimate.low <= 0 <= estimate.high:
        return "drifted"
    return "inconclusive"

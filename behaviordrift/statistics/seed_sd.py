"""How well the SD between runs is known."""

from __future__ import annotations

import math

from scipy import stats


def seed_sd_interval(sd: float, df: int) -> tuple[float, float]:
    """Return the 95 % interval of a standard deviation: sd sqrt(df / chi2(df)).

    It is for normal values; without degrees of freedom or spread it is NaN.

    With two, eight and fourteen degrees of freedom:

    >>> for df in (2, 8, 14):
    ...     print("%.2f %.2f" % seed_sd_interval(1.0, df))
    0.52 6.28
    0.68 1.92
    0.73 1.58
    """
    if df < 1 or not sd > 0:
        return math.nan, math.nan
    low, high = (sd * math.sqrt(df / float(stats.chi2.ppf(q, df))) for q in (0.975, 0.025))
    return low, high

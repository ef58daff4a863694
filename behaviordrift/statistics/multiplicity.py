"""Correction of p values for the number of tests made."""

from __future__ import annotations

import math
from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests


def holm(p: Sequence[float]) -> list[float]:
    """Return Holm's adjusted p values, which bound the chance of any false alarm in the family.

    Sorted upwards, p_(i) becomes the largest of (m - j + 1) p_(j) over j <= i, at most 1 (Holm 1979,
    Scandinavian Journal of Statistics 6: 65-70). A NaN stays NaN and does not count towards m.

    Args:
        p: shape (m,), two-sided p values of one family.

    Raises:
        ValueError: a value lies outside [0, 1].

    >>> holm([0.01, 0.04, float("nan"), 0.03])
    [0.03, 0.06, nan, 0.06]
    """
    defined = [value for value in p if not math.isnan(value)]
    if any(not 0 <= value <= 1 for value in defined):
        raise ValueError("a p value lies between 0 and 1")
    if not defined:
        return list(p)
    adjusted = iter(multipletests(defined, method="holm")[1].tolist())
    return [value if math.isnan(value) else next(adjusted) for value in p]

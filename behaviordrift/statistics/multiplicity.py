"""Correction of p values for the number of tests made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats


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
    return _of_defined(p, _holm)


def _holm(p: list[float]) -> list[float]:
    # statsmodels' multipletests collects garbage on every call, which takes a tenth of a second and more.
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1)).clip(max=1.0)
    adjusted = np.empty(len(p))
    adjusted[order] = steps
    return adjusted.tolist()


def false_discovery(p: Sequence[float], *, dependent: bool = False) -> list[float]:
    """Return p values adjusted so that rejecting those below .05 makes at most 5 % false discoveries on average.

    Sorted upwards, p_(i) becomes the smallest of m p_(j)/j over j >= i (Benjamini and Hochberg 1995, JRSS B 57:
    289-300): for exploring many traits and prompts, not for a verdict. A NaN stays NaN and does not count towards m.

    Args:
        p: shape (m,), p values of one family.
        dependent: whether the tests may depend on each other in any way; p is then larger by 1 + 1/2 + ... + 1/m
            (Benjamini and Yekutieli 2001). Without it they are independent or rise together.

    Raises:
        ValueError: a value lies outside [0, 1].

    >>> [round(p, 3) for p in false_discovery([0.01, 0.04, float("nan"), 0.03])]
    [0.03, 0.04, nan, 0.04]
    """
    method = "by" if dependent else "bh"
    return _of_defined(p, lambda defined: stats.false_discovery_control(defined, method=method).tolist())


def _of_defined(p: Sequence[float], adjust: Callable[[list[float]], list[float]]) -> list[float]:
    defined = [value for value in p if not math.isnan(value)]
    if any(not 0 <= value <= 1 for value in defined):
        raise ValueError("a p value lies between 0 and 1")
    if not defined:
        return list(p)
    adjusted = iter(adjust(defined))
    return [value if math.isnan(value) else next(adjusted) for value in p]

"""Confidence set of a ratio of two estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import stats

Shape = Literal["interval", "complement", "line"]


@dataclass(frozen=True)
class RatioSet:
    """The ratios that the data do not refute.

    Attributes:
        estimate: numerator over denominator; NaN where the denominator is 0.
        shape: "interval" from low to high; "complement", all but what lies strictly between low and high, where the
            denominator may be 0; "line", every number.
        low: lower end; -infinity for a line.
        high: upper end; infinity for a line.
        df: degrees of freedom of the error.
    """

    estimate: float
    shape: Shape
    low: float
    high: float
    df: int

    def __contains__(self, ratio: float) -> bool:
        if self.shape == "complement":
            return not self.low < ratio < self.high
        return self.low <= ratio <= self.high


def fieller(
    numerator: float,
    denominator: float,
    variances: tuple[float, float],
    covariance: float,
    df: int,
    *,
    level: float = 0.95,
) -> RatioSet:
    """Return Fieller's confidence set of the ratio of two normal estimates.

    All r with (a - r b)² <= t² (V_a - 2 r C + r² V_b), t Student's with the degrees of freedom of the error: an
    interval where the denominator differs from 0, and otherwise unbounded (Fieller 1954, Journal of the Royal
    Statistical Society B 16: 175-185). Its coverage is exact, whatever the denominator. Without degrees of freedom
    the error is unknown and no ratio is refuted.

    Args:
        numerator: the estimate a.
        denominator: the estimate b.
        variances: V_a and V_b, the squares of their standard errors.
        covariance: C, of the two estimates.
        df: degrees of freedom of the variances.
        level: confidence.

    Raises:
        ValueError: a variance is negative, the covariance too large for them, or the level not inside (0, 1).

    With t = 2 and standard errors of 1, (6 - 5 r)² <= 4 (1 + r²) ends at (30 ± sqrt(228)) / 21:

    >>> ratio = fieller(6, 5, (1, 1), 0, df=60, level=0.9499675)
    >>> round(ratio.low, 3), round(ratio.high, 3)
    (0.71, 2.148)
    """
    var_a, var_b = variances
    if min(variances) < 0 or covariance**2 > var_a * var_b * (1 + 1e-9) or not 0 < level < 1:
        raise ValueError("two variances of 0 or more, a covariance that fits them and a level inside (0, 1) are needed")
    estimate = numerator / denominator if denominator != 0 else math.nan
    if df <= 0:
        return RatioSet(estimate, "line", -math.inf, math.inf, df)
    t2 = float(stats.t.ppf((1 + level) / 2, df)) ** 2
    # The set is square r² - 2 middle r + constant <= 0.
    square = denominator**2 - t2 * var_b
    middle = numerator * denominator - t2 * covariance
    constant = numerator**2 - t2 * var_a
    discriminant = middle**2 - square * constant
    if square > 0:
        return RatioSet(estimate, "interval", *_roots(square, middle, constant, discriminant), df)
    if square == 0 or discriminant <= 0:
        return RatioSet(estimate, "line", -math.inf, math.inf, df)
    return RatioSet(estimate, "complement", *_roots(square, middle, constant, discriminant), df)


def _roots(square: float, middle: float, constant: float, discriminant: float) -> tuple[float, float]:
    # Where there is no error at all, rounding can take the discriminant below 0.
    far = middle + math.copysign(math.sqrt(max(discriminant, 0.0)), middle)
    # The other root by their product: the difference of two near numbers would lose its digits.
    ends = far / square, constant / far if far != 0 else 0.0
    return min(ends), max(ends)

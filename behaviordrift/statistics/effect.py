"""An effect between two mixtures, with Student's t."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class Effect:
    """The change of a trait between two mixtures, with its 95 % t interval and its test against 0.

    Attributes:
        estimate: the change, in the units of the trait.
        low: lower end of the interval.
        high: upper end.
        standard_error: of the estimate.
        t: estimate over standard error.
        df: degrees of freedom of the error term; a fraction where two error terms were joined.
        p: two-sided p value.
        caveats: what a reader must know before relying on the numbers.
    """

    estimate: float
    low: float
    high: float
    standard_error: float
    t: float
    df: float
    p: float
    caveats: tuple[str, ...] = ()


def t_effect(estimate: float, standard_error: float, df: float, caveats: tuple[str, ...] = ()) -> Effect:
    """Return an estimate with the interval estimate ± t.975(df) SE and the test t = estimate / SE.

    Without degrees of freedom, or with a standard error of 0, whatever rests on them is NaN.

    Student's sleep data (1908): mean -1.58, standard error .38896, ten patients.

    >>> sleep = t_effect(-1.58, 0.388959, 9)
    >>> round(sleep.t, 4), round(sleep.p, 5)
    (-4.0621, 0.00283)
    """
    half = float(stats.t.ppf(0.975, df)) * standard_error
    t = estimate / standard_error if standard_error > 0 else math.nan
    p = float(2 * stats.t.sf(abs(t), df))
    return Effect(estimate, estimate - half, estimate + half, standard_error, t, df, p, caveats)

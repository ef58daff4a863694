"""What one comparison of two checkpoints found."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

NO_SPREAD = "the clusters do not vary: the smallest detectable effect is undefined"


@dataclass(frozen=True)
class Estimate:
    """An effect, candidate against baseline, with its intervals and its test.

    Whatever the data leave undefined is NaN, and a caveat says why.

    Attributes:
        estimand: "risk difference", "mean difference", "log ratio", "log rate ratio", "win probability - 1/2" or "total
            variation distance".
        estimate: the effect, in the units of the estimand; ratios are natural logarithms.
        low: lower end of the 95 % interval.
        high: upper end of the 95 % interval.
        low90: lower end of the 90 % interval, which two one-sided 5 % tests use.
        high90: upper end of the 90 % interval.
        p: two-sided p value against no effect.
        df: degrees of freedom of the interval; infinite where it rests on the normal distribution.
        n_units: number of clusters.
        mde80: smallest true effect that the comparison would detect with 80 % power at two-sided 5 %.
        methods: the interval and the test, by name.
        caveats: what a reader must know before relying on the numbers.
    """

    estimand: str
    estimate: float
    low: float
    high: float
    low90: float
    high90: float
    p: float
    df: float
    n_units: int
    mde80: float
    methods: str
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class TIntervals:
    """The part of an estimate that follows from its standard error; see `Estimate`."""

    low: float
    high: float
    low90: float
    high90: float
    mde80: float


def undefined_estimate(estimand: str, n_units: int, methods: str, caveat: str, df: float = math.nan) -> Estimate:
    """Return an estimate that is NaN throughout, for data that cannot give one.

    >>> undefined_estimate("log rate ratio", 8, "jackknife", "nothing was counted").estimate
    nan
    """
    nan = math.nan
    return Estimate(estimand, nan, nan, nan, nan, nan, nan, df, n_units, nan, methods, (caveat,))


def t_intervals(estimate: float, standard_error: float, df: float) -> TIntervals:
    """Return Student t intervals around an estimate, and the effect that the comparison would detect.

    The intervals are estimate ± t(df) SE, and mde80 = (t.975(df) + t.80(df)) SE, the usual approximation to
    the noncentral t. A standard error of 0 says nothing about the spread, so mde80 is then NaN.

    Student's sleep data (1908): mean -1.58, standard error .38896, ten patients.

    >>> sleep = t_intervals(-1.58, 0.388959, 9)
    >>> round(sleep.low90, 3), round(sleep.high90, 3)
    (-2.293, -0.867)
    """
    half95 = float(stats.t.ppf(0.975, df)) * standard_error
    half90 = float(stats.t.ppf(0.95, df)) * standard_error
    mde80 = half95 + float(stats.t.ppf(0.80, df)) * standard_error
    return TIntervals(
        low=estimate - half95,
        high=estimate + half95,
        low90=estimate - half90,
        high90=estimate + half90,
        mde80=math.nan if standard_error == 0 else mde80,
    )


def no_spread(standard_error: float) -> tuple[str, ...]:
    """Return the caveat that goes with a standard error of 0.

    >>> no_spread(0.2)
    ()
    """
    return (NO_SPREAD,) if standard_error == 0 else ()

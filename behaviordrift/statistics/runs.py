"""Comparison of mixtures with the training run as the unit: did the ratio do it, or the seed?"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.run_permutation import permutation_floor, permutation_p
from behaviordrift.statistics.seed_sd import seed_sd_interval

Vector = npt.NDArray[np.float64]

STILL = 1e-9
"""Part of their level by which runs must vary: sums in another order differ by rounding errors."""

NO_REPLICATES = "no design point has two runs: ratio and seed cannot be told apart"


@dataclass(frozen=True)
class RunTest:
    """How design points differ, measured against the differences between runs of one design point.

    Attributes:
        f: mean square between design points over the mean square between runs within them.
        df_between: design points - 1.
        df_within: runs - design points.
        p: p value of f.
        seed_sd: standard deviation between runs of one design point, pooled, in the units of y.
        seed_sd_low: lower end of its 95 % chi-square interval.
        seed_sd_high: upper end.
        permutation_p: p value of f when the design points are dealt out over the runs anew.
        permutation_floor: smallest value that permutation_p could have taken.
        caveats: what a reader must know before relying on the numbers.
    """

    f: float
    df_between: int
    df_within: int
    p: float
    seed_sd: float
    seed_sd_low: float
    seed_sd_high: float
    permutation_p: float
    permutation_floor: float
    caveats: tuple[str, ...] = ()


def compare_runs(y: npt.ArrayLike, labels: npt.ArrayLike) -> RunTest:
    """Test whether design points differ by more than their runs do: one-way F and permutation of the labels.

    F = MS(ratio) / MS(seed within ratio). The permutation test takes all distinct arrangements of the
    labels where there are at most 20,000, p = b/m, and otherwise 10,000 seeded draws, p = (b + 1)/(m + 1).
    Seed SD = sqrt(MS within), with the interval sqrt(df MS / chi2(df)). Whatever the runs cannot give is
    NaN, with a caveat.

    Args:
        y: shape (n,), one number for each training run.
        labels: shape (n,), the design point of each run.

    Raises:
        ValueError: there are no runs, the lengths differ, or a value is NaN or infinite.

    Yields of dyestuff, six batches of five, by Davies (Statistical Methods in Research and Production):

    >>> a, b = [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495]
    >>> c, d = [1595, 1550, 1605, 1510, 1560], [1445, 1440, 1595, 1465, 1545]
    >>> e, f = [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445]
    >>> dyestuff = compare_runs(a + b + c + d + e + f, np.repeat(list("ABCDEF"), 5))
    >>> round(dyestuff.f, 4), round(dyestuff.p, 4), round(dyestuff.seed_sd**2, 2)
    (4.5983, 0.0044, 2451.25)
    """
    groups = list(split_runs(y, labels).values())
    n = sum(map(len, groups))
    df_between, df_within = len(groups) - 1, n - len(groups)
    spread = seed_spread(y, labels)
    mean_square = spread.sd**2
    f, p = _f_test(groups, mean_square, df_between, df_within)
    floor = permutation_floor([len(g) for g in groups])
    return RunTest(
        f=f,
        df_between=df_between,
        df_within=df_within,
        p=p,
        seed_sd=spread.sd,
        seed_sd_low=spread.low,
        seed_sd_high=spread.high,
        permutation_p=permutation_p(groups) if df_between and df_within else math.nan,
        permutation_floor=floor,
        caveats=_caveats(df_between, df_within, mean_square, floor),
    )


@dataclass(frozen=True)
class SeedSpread:
    """The standard deviation between runs of one design point, pooled, with its 95 % chi-square interval.

    Attributes:
        sd: in the units of y; NaN where no design point has two runs.
        low: lower end.
        high: upper end.
        df: runs - design points.
    """

    sd: float
    low: float
    high: float
    df: int


def seed_spread(y: npt.ArrayLike, labels: npt.ArrayLike) -> SeedSpread:
    """Pool the spread between replicate runs: s² = Σ (y - mean of its design point)² / (n - design points).

    The interval is s sqrt(df / chi2(df)), at .975 and .025.

    Args:
        y: shape (n,), one number for each training run.
        labels: shape (n,), the design point of each run.

    Raises:
        ValueError: there are no runs, the lengths differ, or a value is NaN or infinite.

    >>> spread = seed_spread([1.0, 3.0, 5.0, 7.0], ["a", "a", "b", "b"])
    >>> round(spread.sd, 4), spread.df
    (1.4142, 2)
    """
    groups = list(split_runs(y, labels).values())
    df = sum(map(len, groups)) - len(groups)
    sd = math.sqrt(sum(map(within_sum_of_squares, groups)) / df) if df else math.nan
    if sd <= STILL * np.abs(y).max():
        sd = 0.0
    return SeedSpread(sd, *seed_sd_interval(sd, df), df)


def tipping_seed_sd(difference: float, runs: int = 2) -> float:
    """Return the seed SD beyond which single runs whose highest and lowest differ this much would show nothing.

    |d| / q with the studentized range's q (Tukey 1949): runs of one design point spread by more than d in 5 % of cases
    where their SD is this. For two runs q is 1.96 sqrt(2).

    Two runs that differ by 1.96, and seven:

    >>> round(tipping_seed_sd(-1.96), 4), round(tipping_seed_sd(-1.96, 7), 4)
    (0.7071, 0.4701)
    """
    return abs(difference) / float(stats.studentized_range.ppf(0.95, runs, math.inf))


def split_runs(y: npt.ArrayLike, labels: npt.ArrayLike) -> dict[Hashable, Vector]:
    """Return the values of the runs by design point, or raise ValueError as `compare_runs` says.

    >>> split_runs([1, 2, 3], ["b", "a", "b"])
    {'a': array([2.]), 'b': array([1., 3.])}
    """
    values = np.asarray(y, dtype=np.float64)
    names = np.asarray(labels)
    if values.ndim != 1 or names.shape != values.shape or len(values) == 0:
        raise ValueError(f"one value and one label per run are needed, got {values.shape} and {names.shape}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite: leave out the runs that have none")
    return {name.item(): values[names == name] for name in np.unique(names)}


def within_sum_of_squares(group: Vector) -> float:
    """Return the sum of squared deviations from the mean, exactly 0 for equal values.

    >>> within_sum_of_squares(np.array([0.1, 0.1, 0.1])), within_sum_of_squares(np.array([1.0, 3.0]))
    (0.0, 2.0)
    """
    # The mean of equal values can miss them by a rounding error, which would pass for variation between runs.
    shifted = group - group[0]
    return float(np.sum((shifted - shifted.mean()) ** 2))


def _f_test(groups: list[Vector], mean_square: float, df_between: int, df_within: int) -> tuple[float, float]:
    if df_between == 0 or not mean_square > 0:
        return math.nan, math.nan
    grand_mean = float(np.concatenate(groups).mean())
    between = sum(len(g) * (float(g.mean()) - grand_mean) ** 2 for g in groups) / df_between
    f = between / mean_square
    return f, float(stats.f.sf(f, df_between, df_within))


def _caveats(df_between: int, df_within: int, mean_square: float, floor: float) -> tuple[str, ...]:
    caveats = []
    if df_between == 0:
        caveats.append("one design point only: there is nothing to compare")
    if df_within == 0:
        caveats.append(NO_REPLICATES)
    if mean_square == 0:
        caveats.append("runs of one design point do not vary: F is undefined")
    if df_between and df_within and floor >= 0.05:
        caveats.append(f"the permutation test cannot reach .05: its smallest p value here is {floor:.3f}")
    return tuple(caveats)

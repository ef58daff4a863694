"""Contrasts between groups of runs, measured against the differences between runs of one group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.effect import Effect, t_effect
from behaviordrift.statistics.fieller import RatioSet, fieller
from behaviordrift.statistics.runs import within_sum_of_squares

Vector = npt.NDArray[np.float64]

NO_REPLICATES = "no group has two runs: the error between runs is unknown"
NO_SPREAD = "runs of one group do not vary: nothing can be tested"


@dataclass(frozen=True)
class GroupMeans:
    """Means of groups of runs and the error that all groups share.

    Attributes:
        means: shape (g,).
        sizes: shape (g,), runs in each group.
        mean_square: variance between runs of one group, pooled; NaN where no group has two.
        df: runs - groups.
    """

    means: Vector
    sizes: Vector
    mean_square: float
    df: int

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader must know before relying on a contrast."""
        if self.df == 0:
            return (NO_REPLICATES,)
        return (NO_SPREAD,) if self.mean_square == 0 else ()


def group_means(groups: Sequence[npt.ArrayLike]) -> GroupMeans:
    """Return the means of groups of runs, of whatever sizes, and their pooled error.

    Raises:
        ValueError: a group is empty or holds a value that is not finite.

    >>> group_means([[1, 3], [5]]).means.tolist()
    [2.0, 5.0]
    """
    runs = [np.asarray(group, dtype=np.float64) for group in groups]
    if any(group.ndim != 1 or not len(group) or not np.isfinite(group).all() for group in runs):
        raise ValueError("each group needs at least one run, and every run a finite value")
    df = sum(map(len, runs)) - len(runs)
    return GroupMeans(
        means=np.array([group.mean() for group in runs]),
        sizes=np.array([float(len(group)) for group in runs]),
        mean_square=sum(map(within_sum_of_squares, runs)) / df if df else math.nan,
        df=df,
    )


def contrast(groups: GroupMeans, weights: npt.ArrayLike, constant: float = 0.0) -> Effect:
    """Return the sum of weighted means, plus a constant known without error, with its t interval and test against 0.

    >>> effect = contrast(group_means([[1, 3], [5, 7]]), [-1, 1])
    >>> effect.estimate, effect.df, round(effect.t, 4)
    (4.0, 2, 2.8284)
    """
    c = np.asarray(weights, dtype=np.float64)
    estimate = float(c @ groups.means) + constant
    standard_error = math.sqrt(groups.mean_square * float(np.sum(c**2 / groups.sizes)))
    return t_effect(estimate, standard_error, groups.df, groups.caveats)


def ratio_of_contrasts(
    groups: GroupMeans,
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    constants: tuple[float, float] = (0.0, 0.0),
) -> RatioSet:
    """Return Fieller's 95 % set of one contrast over another; the arguments are those of `contrast`.

    >>> ratio_of_contrasts(group_means([[1, 3], [5, 7]]), [0, 1], [1, 0]).estimate
    3.0
    """
    a, b = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    above, below = float(a @ groups.means) + constants[0], float(b @ groups.means) + constants[1]
    if groups.df == 0:
        return fieller(above, below, (0.0, 0.0), 0.0, 0)
    aa, ab, bb = (groups.mean_square * float(np.sum(u * v / groups.sizes)) for u, v in ((a, a), (a, b), (b, b)))
    return fieller(above, below, (aa, bb), ab, groups.df)

"""Shares of classes in a group, from a classifier that errs: adjusted counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

Array = npt.NDArray[np.float64]

SUM_WEIGHT = 1e3
"""Weight of the condition that shares sum to one, against residuals that are shares themselves."""

MAX_CONDITION = 25.0
"""Condition number of the confusion beyond which an error of one point in it moves a share by a quarter."""


FEWEST_LEFT = 0.1
"""Share of resamples that must hold every class: where fewer do, those that do are too alike to tell the spread."""


@dataclass(frozen=True)
class RecoveredShares:
    """The share of each class in a group, T of them.

    Attributes:
        shares: corrected for the classifier's confusion; they sum to 1.
        low: lower ends of the 95 % intervals.
        high: upper ends.
        counted: the classifier's own mean shares, uncorrected.
        leads: how often each class had the largest share, over the resamples.
        identified: False where the classifier confuses classes so much that shares cannot be told apart, or where
            hardly a resample holds every class and the group: then `low`, `high` and `leads` are NaN.
    """

    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    counted: tuple[float, ...]
    leads: tuple[float, ...]
    identified: bool


def recover_shares(
    known: npt.ArrayLike,
    truth: npt.ArrayLike,
    known_clusters: npt.ArrayLike,
    group: npt.ArrayLike,
    group_clusters: npt.ArrayLike,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> RecoveredShares:
    r"""Solve q = Mᵀω for the shares ω of a group, where q is the group's mean classification and M the confusion.

    Row i of M is the mean classification of members that are known to be of class i (Forman 2008, "adjusted count";
    with probabilities in place of counts, Bella et al. 2010). The solution is the non-negative least-squares one that
    sums to 1. Intervals resample clusters, the same ones for M and q, so that what a cluster adds to both cancels;
    the classifier must not have seen the rows that it judges. No resample has a class that never occurs, so an interval
    ends no nearer to 0 or 1 than the exact bound for none of n clusters, 1 - .025^(1/n) (Clopper-Pearson).

    Args:
        known: shape (n, T), class probabilities that a classifier gave to rows of known class.
        truth: shape (n,), their classes, 0 to T-1; each class must occur.
        known_clusters: shape (n,), the cluster of each row, integers from 0.
        group: shape (m, T), class probabilities of the group's rows.
        group_clusters: shape (m,), their clusters.
        draws: number of resamples.
        seed: of the resampling.

    Raises:
        ValueError: if a class has no known row, or shapes do not fit.

    A classifier that is right nine times in ten, on a group of which it calls half the first class:

    >>> known, truth = np.array([[0.9, 0.1], [0.1, 0.9]] * 8), [0, 1] * 8
    >>> found = recover_shares(known, truth, range(16), [[0.74, 0.26]] * 16, range(16))
    >>> [round(share, 2) for share in found.shares]
    [0.8, 0.2]
    """
    truth = np.asarray(truth)
    table, sizes = _sums(
        np.asarray(known, dtype=np.float64), truth, np.asarray(known_clusters), _count(known_clusters, group_clusters)
    )
    if not sizes.sum(axis=0).all():
        raise ValueError("every class needs rows that are known to be of it")
    mass, rows = _group_sums(np.asarray(group, dtype=np.float64), np.asarray(group_clusters), len(sizes))
    confusion = table.sum(axis=0) / sizes.sum(axis=0)[:, None]
    counted = mass.sum(axis=0) / rows.sum()
    drawn = _resample(_times(len(sizes), draws, seed), table, sizes, mass, rows)
    low, high, leads = _spread(drawn, draws)
    none_of_n = 1 - 0.025 ** (1 / np.count_nonzero(rows))
    return RecoveredShares(
        shares=_floats(_solve(confusion, counted)),
        low=_floats(np.minimum(low, 1 - none_of_n)),
        high=_floats(np.maximum(high, none_of_n)),
        counted=_floats(counted),
        leads=_floats(leads),
        identified=bool(not np.isnan(leads).any() and np.linalg.cond(confusion) <= MAX_CONDITION),
    )


def _count(*clusters: npt.ArrayLike) -> int:
    return 1 + max(int(np.max(np.asarray(these))) for these in clusters)


def _sums(known: Array, truth: npt.NDArray[np.int_], clusters: npt.NDArray[np.int_], n: int) -> tuple[Array, Array]:
    """For each cluster and class the summed classification, (G, T, T), and the number of rows, (G, T)."""
    tasks = known.shape[1]
    table, sizes = np.zeros((n, tasks, tasks)), np.zeros((n, tasks))
    np.add.at(table, (clusters, truth), known)
    np.add.at(sizes, (clusters, truth), 1)
    return table, sizes


def _group_sums(group: Array, clusters: npt.NDArray[np.int_], n: int) -> tuple[Array, Array]:
    mass, rows = np.zeros((n, group.shape[1])), np.zeros(n)
    np.add.at(mass, clusters, group)
    np.add.at(rows, clusters, 1)
    return mass, rows


def _times(clusters: int, draws: int, seed: int) -> Array:
    """How often each resample holds each cluster, (draws, G)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws).astype(np.float64)


def _resample(times: Array, table: Array, sizes: Array, mass: Array, rows: Array) -> Array:
    """Shares in each resample, (draws, T); resamples that lose a class or the group are left out."""
    times = times[(times @ sizes).all(axis=1) & (times @ rows > 0)]
    confusions = np.einsum("bg,gij->bij", times, table) / (times @ sizes)[:, :, None]
    counted = (times @ mass) / (times @ rows)[:, None]
    solved = [_solve(confusion, q) for confusion, q in zip(confusions, counted, strict=True)]
    return np.array(solved).reshape(len(solved), mass.shape[1])


def _spread(drawn: Array, draws: int) -> tuple[Array, Array, Array]:
    """Both ends of the intervals, and how often each class leads; NaN where too few of the draws are left."""
    if len(drawn) < FEWEST_LEFT * draws:
        unknown = np.full(drawn.shape[1], np.nan)
        return unknown, unknown, unknown
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return low, high, np.bincount(drawn.argmax(axis=1), minlength=drawn.shape[1]) / len(drawn)


def _solve(confusion: Array, counted: Array) -> Array:
    tasks = len(counted)
    equations = np.vstack([confusion.T, np.full((1, tasks), SUM_WEIGHT)])
    shares, _ = nnls(equations, np.append(counted, SUM_WEIGHT))
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _floats(values: npt.ArrayLike) -> tuple[float, ...]:
    return tuple(float(value) for value in np.asarray(values))

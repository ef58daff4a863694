"""Did the classes of replies change? One label per cluster from each of two checkpoints."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.sparse.csgraph import connected_components
from statsmodels.stats.contingency_tables import SquareTable

from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, Vector, few_clusters
from behaviordrift.statistics.multiplicity import holm
from behaviordrift.statistics.paired_proportions import bonett_price_interval, mcnemar_mid_p
from behaviordrift.statistics.sign_flip import sign_flip_norm_p

Counts = npt.NDArray[np.int64]

FEW_CHANGES = 10
"""Changed clusters per degree of freedom below which the chi-squared p values are rough."""


@dataclass(frozen=True)
class TableTest:
    """A chi-squared test of a table of pairs; p is NaN where the data leave it undefined."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True)
class ShareChange:
    """How the share of one class changed, candidate - baseline.

    Attributes:
        label: the class.
        baseline: its share of the baseline's clusters.
        candidate: its share of the candidate's.
        estimate: the difference.
        low: lower end of its interval; those of all classes hold together at 95 % (Bonferroni).
        high: upper end of its interval.
        p: two-sided p value against no change.
        p_adjusted: Holm's, over the classes.
    """

    label: Hashable
    baseline: float
    candidate: float
    estimate: float
    low: float
    high: float
    p: float
    p_adjusted: float


@dataclass(frozen=True)
class NominalChange:
    """A nominal trait, candidate against baseline.

    Attributes:
        stuart_maxwell: the test that the class shares are the same.
        bhapkar: the same hypothesis by Wald's method, a little larger.
        bowker: the stronger hypothesis that as many clusters went from each class to each other one as came back.
        flip_p: of Stuart and Maxwell's statistic under sign flips, which holds however few clusters changed class.
        classes: each class's change, in the order of `labels`, or sorted as text.
        n_units: number of clusters.
        caveats: what a reader must know before relying on the numbers.
    """

    stuart_maxwell: TableTest
    bhapkar: TableTest
    bowker: TableTest
    flip_p: float
    classes: tuple[ShareChange, ...]
    n_units: int
    caveats: tuple[str, ...] = ()


def nominal_change(
    baseline: Sequence[Hashable], candidate: Sequence[Hashable], labels: Sequence[Hashable] | None = None
) -> NominalChange:
    """Compare one label per cluster: the tests of `pair_table_tests`, and the change of each class's share.

    The share of a class is a difference of paired proportions: Bonett and Price's interval and McNemar's mid-p, with
    Bonferroni's and Holm's correction over the classes. With fewer than 6 clusters every p is NaN.

    Args:
        baseline: G labels.
        candidate: G labels of the same clusters.
        labels: the classes to tell of; those that occur if not given.

    Raises:
        ValueError: the sequences differ in length, or a label is not among `labels`.

    >>> change = nominal_change(["plain"] * 12 + ["formal"] * 8, ["plain"] * 4 + ["formal"] * 16)
    >>> [(c.label, c.estimate, round(c.p, 4)) for c in change.classes]
    [('formal', 0.4, 0.0039), ('plain', -0.4, 0.0039)]
    """
    if len(baseline) != len(candidate):
        raise ValueError(f"one label per cluster is needed from each side, got {len(baseline)} and {len(candidate)}")
    seen = {*baseline, *candidate}
    names = sorted(seen, key=str) if labels is None else list(labels)
    if unknown := seen.difference(names):
        raise ValueError(f"not among the labels: {', '.join(sorted(map(str, unknown)))}")
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    before, after = ([place[label] for label in side] for side in (baseline, candidate))
    np.add.at(table, (before, after), 1)
    n = len(baseline)
    if n == 0:
        undefined = TableTest(math.nan, 0, math.nan)
        return NominalChange(undefined, undefined, undefined, math.nan, (), 0, (NO_CLUSTERS,))
    stuart_maxwell, bhapkar, bowker = pair_table_tests(table)
    changed = n - int(np.trace(table))
    rough = changed < FEW_CHANGES * stuart_maxwell.df
    return NominalChange(
        stuart_maxwell,
        bhapkar,
        bowker,
        _flip_p(np.eye(len(names))[after] - np.eye(len(names))[before]),
        _share_changes(table, names),
        n,
        (*few_clusters(n), *((f"only {changed} clusters changed class: chi-squared p values are rough",) * rough)),
    )


def pair_table_tests(table: npt.ArrayLike) -> tuple[TableTest, TableTest, TableTest]:
    """Return Stuart and Maxwell's, Bhapkar's and Bowker's test of a table of pairs.

    Stuart-Maxwell is n d'V⁻¹d, with d the differences of the marginal shares and V their covariance if there are
    none; Bhapkar's statistic is Q/(1 - Q/n), where Q is theirs (Stuart 1955, Biometrika 42: 412-416; Bhapkar 1966,
    JASA 61: 228-235). Classes that no cluster left or entered, and groups of classes with no traffic between them, say
    nothing of each other: degrees of freedom are one less than the classes of each group. Bowker's are the pairs of
    classes with any traffic (1948, JASA 43: 572-574).

    Args:
        table: shape (C, C), clusters by the baseline's class (rows) and the candidate's (columns).

    Raises:
        ValueError: the table is not square, or holds a negative count or nothing at all.

    Unaided vision of the right and the left eye of 7477 women (Stuart 1955):

    >>> vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    >>> [round(test.statistic, 3) for test in pair_table_tests(vision)]
    [11.957, 11.976, 19.107]
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a table of pairs is square, got shape {counts.shape}")
    n = int(counts.sum())
    if (counts < 0).any() or n == 0:
        raise ValueError("a table of pairs holds at least one pair, and no negative count")
    groups = [counts[np.ix_(group, group)] for group in _groups(counts)]
    q = float(sum(SquareTable(group, shift_zeros=False).homogeneity().statistic for group in groups))
    df = sum(len(group) - 1 for group in groups)
    traffic = np.triu(counts + counts.T, 1)
    bowker = float(SquareTable(counts, shift_zeros=False).symmetry().statistic)
    return (
        _tested(q, df, n),
        _tested(q / (1 - q / n) if q < n * (1 - 1e-12) else math.nan, df, n),
        _tested(bowker, int(np.count_nonzero(traffic)), n),
    )


def _groups(counts: Counts) -> list[npt.NDArray[np.intp]]:
    """The classes that clusters moved between, group by group; a class that none left or entered is none."""
    traffic = counts + counts.T
    np.fill_diagonal(traffic, 0)
    number, group_of = connected_components(traffic, directed=False)
    groups = [np.flatnonzero(group_of == group) for group in range(number)]
    return [group for group in groups if len(group) > 1]


def _tested(statistic: float, df: int, n: int) -> TableTest:
    if n < MIN_CLUSTERS:
        return TableTest(statistic, df, math.nan)
    return TableTest(statistic, df, float(stats.chi2.sf(statistic, df)) if df else 1.0)


def _flip_p(moves: Vector) -> float:
    """Of Stuart and Maxwell's statistic where each cluster's two labels may as well be exchanged.

    An exchange leaves the covariance V in the statistic as it is, the sum of the products of the moves. So where V is
    made the identity, the statistic is a squared length.

    Args:
        moves: shape (G, C), for each cluster 1 at the class that it came to, -1 at the one that it left, or all 0.
    """
    if len(moves) < MIN_CLUSTERS:
        return math.nan
    variances, axes = np.linalg.eigh(moves.T @ moves)
    moved = variances > 1e-9 * len(moves)
    return sign_flip_norm_p(moves @ (axes[:, moved] / np.sqrt(variances[moved])))


def _share_changes(table: Counts, names: Sequence[Hashable]) -> tuple[ShareChange, ...]:
    n, stayed = int(table.sum()), np.diag(table)
    before, after = table.sum(axis=1), table.sum(axis=0)
    gained, lost = (after - stayed).tolist(), (before - stayed).tolist()
    p = [mcnemar_mid_p(*pair) if n >= MIN_CLUSTERS else math.nan for pair in zip(gained, lost, strict=True)]
    changes = []
    for i, (name, adjusted) in enumerate(zip(names, holm(p), strict=True)):
        low, high = bonett_price_interval(gained[i], lost[i], n, level=1 - 0.05 / len(names))
        estimate = (gained[i] - lost[i]) / n
        changes.append(
            ShareChange(name, float(before[i] / n), float(after[i] / n), estimate, low, high, p[i], adjusted)
        )
    return tuple(changes)

"""Did the shares of classes change? One class, or shares of one whole, in every cluster of two checkpoints."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, Vector, few_clusters
from behaviordrift.statistics.composition_change import composition_change
from behaviordrift.statistics.estimate import Estimate, undefined_estimate
from behaviordrift.statistics.multiplicity import holm
from behaviordrift.statistics.nominal import ShareChange, nominal_change
from behaviordrift.statistics.sign_flip import sign_flip_p

ESTIMAND = "total variation distance"
LABELS = "Bonett-Price intervals, sign flips of the Stuart-Maxwell statistic"
SHARES = "t intervals, sign flips of Aitchison's norm"


@dataclass(frozen=True)
class SharesChange:
    """The shares of some classes, candidate against baseline.

    Attributes:
        classes: each class's change; their intervals hold together at 95 %.
        distance: total variation between the mean shares, half the sum of their absolute changes: the least share of
            clusters that would have to change class to make the two alike. Its p is against no change of any share; it
            has no interval, for chance alone makes it larger than 0.
    """

    classes: tuple[ShareChange, ...]
    distance: Estimate


def shares_change(baseline: npt.ArrayLike, candidate: npt.ArrayLike, classes: Sequence[Hashable]) -> SharesChange:
    """Compare the shares of classes, paired by cluster.

    Where every cluster has one class on either side: `nominal_change`, tested by sign flips of Stuart and Maxwell's
    statistic. Else a class has Student's interval and the sign-flip test of its mean difference, with Bonferroni's and
    Holm's correction over the classes, and all together `composition_change`, with half the smallest share that occurs
    in the place of zeros. With fewer than 6 clusters every p is NaN.

    Args:
        baseline: shape (G, C), parts of at least 0 that share one whole in each cluster.
        candidate: shape (G, C), the same clusters.
        classes: the C classes.

    Raises:
        ValueError: the shapes differ, a part is negative or not finite, or a cluster has no class.

    Half of the clusters went from the first class to the second:

    >>> stayed, went = [1, 0], [0, 1]
    >>> change = shares_change([stayed] * 12, [stayed] * 6 + [went] * 6, ["plain", "formal"])
    >>> [(c.label, c.baseline, c.candidate) for c in change.classes]
    [('plain', 1.0, 0.5), ('formal', 0.0, 0.5)]
    >>> change.distance.estimate, change.distance.p * 2**6
    (0.5, 2.0)
    """
    before, after = (_wholes(side) for side in (baseline, candidate))
    if before.shape != after.shape or before.shape[1:] != (len(classes),):
        raise ValueError(f"{len(classes)} shares are needed from each side: {before.shape} and {after.shape}")
    n = len(before)
    if n == 0:
        return SharesChange((), undefined_estimate(ESTIMAND, 0, SHARES, NO_CLUSTERS))
    if np.isin((before, after), (0.0, 1.0)).all():
        old, new = ([classes[place] for place in side.argmax(axis=1)] for side in (before, after))
        change = nominal_change(old, new, classes)
        return _told(change.classes, change.flip_p, n, LABELS, few_clusters(n))
    seen = np.concatenate((before, after))
    smallest = min(float(seen[seen > 0].min()), 1 / len(classes)) / 2
    whole = composition_change(before, after, smallest=smallest)
    return _told(_mean_changes(before, after, classes), whole.p, n, SHARES, whole.caveats)


def _wholes(parts: npt.ArrayLike) -> Vector:
    shares = np.asarray(parts, dtype=np.float64)
    totals = shares.sum(axis=-1, keepdims=True)
    if shares.ndim != 2 or not np.isfinite(shares).all() or (shares < 0).any() or (totals == 0).any():
        raise ValueError("each cluster has shares of at least 0, and not only zeros")
    wholes: Vector = shares / totals
    return wholes


def _told(classes: tuple[ShareChange, ...], p: float, n: int, methods: str, caveats: tuple[str, ...]) -> SharesChange:
    nan, distance = math.nan, sum(abs(change.estimate) for change in classes) / 2
    return SharesChange(classes, Estimate(ESTIMAND, distance, nan, nan, nan, nan, p, nan, n, nan, methods, caveats))


def _mean_changes(before: Vector, after: Vector, classes: Sequence[Hashable]) -> tuple[ShareChange, ...]:
    differences = after - before
    n, comparisons = differences.shape
    p = [sign_flip_p(column) if n >= MIN_CLUSTERS else math.nan for column in differences.T]
    changes = []
    for i, (name, adjusted) in enumerate(zip(classes, holm(p), strict=True)):
        estimate = float(differences[:, i].mean())
        half = _half_width(differences[:, i], 0.05 / comparisons)
        shares = float(before[:, i].mean()), float(after[:, i].mean())
        ends = max(estimate - half, -1.0), min(estimate + half, 1.0)
        changes.append(ShareChange(name, *shares, estimate, *ends, p[i], adjusted))
    return tuple(changes)


def _half_width(differences: Vector, alpha: float) -> float:
    """Of Student's interval; NaN where the differences do not vary, and so say nothing of their spread."""
    n = len(differences)
    if n == 1 or np.ptp(differences) == 0:
        return math.nan
    return float(stats.t.ppf(1 - alpha / 2, n - 1) * stats.sem(differences))

"""Did a composition change? Shares of one whole in every cluster: feature proportions, or classes of K replies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import jensenshannon

from behaviordrift.statistics.bootstrap import Interval, percentile_interval, resamples
from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, Vector, few_clusters
from behaviordrift.statistics.log_ratios import clr, replace_zeros
from behaviordrift.statistics.sign_flip import sign_flip_norm_p


@dataclass(frozen=True)
class CompositionChange:
    """A composition, candidate against baseline.

    Attributes:
        parts: the mean change of each part's centred log ratio; they sum to 0.
        distance: Aitchison's norm of these changes.
        p: of the sign-flip test on that norm.
        divergence: Jensen and Shannon's, between the mean shares of the two sides, in bits: a description, no test.
        n_units: number of clusters.
        caveats: what a reader must know before relying on the numbers.
    """

    parts: tuple[Interval, ...]
    distance: float
    p: float
    divergence: float
    n_units: int
    caveats: tuple[str, ...] = ()


def composition_change(
    baseline: npt.ArrayLike, candidate: npt.ArrayLike, *, smallest: float, seed: int = 0
) -> CompositionChange:
    """Compare shares of one whole: the mean difference of the centred log ratios, cluster by cluster.

    A log ratio needs parts above 0, so zeros become `smallest` first (see `replace_zeros`). Intervals are percentiles
    over 2,000 seeded resamples of clusters; the test flips the sign of whole clusters, exact up to 20 of them. With
    fewer than 6 clusters p is NaN.

    Args:
        baseline: shape (G, C), parts of at least 0 that share one whole in each cluster.
        candidate: shape (G, C), the same clusters.
        smallest: what a part of 0 becomes, as a share of the whole: what the smallest count that could be seen would
            be, halved, such as 1/(2K) for classes of K replies.
        seed: of the resampling.

    Raises:
        ValueError: the shapes differ, a part is negative or not finite, a composition is all zeros, or `smallest` is
            not below 1/C.

    The first part doubles in every cluster:

    >>> change = composition_change([[1, 1, 2]] * 8, [[2, 1, 2]] * 8, smallest=0.01)
    >>> [round(part.value, 3) for part in change.parts], change.p * 2**8
    ([0.462, -0.231, -0.231], 2.0)
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(candidate, dtype=np.float64)
    if before.ndim != 2 or before.shape != after.shape:
        raise ValueError(f"one composition per cluster is needed from each side: {before.shape} and {after.shape}")
    n = len(before)
    if n == 0:
        return CompositionChange((), math.nan, math.nan, math.nan, 0, (NO_CLUSTERS,))
    shares = [replace_zeros(side, smallest) for side in (before, after)]
    differences: Vector = clr(shares[1]) - clr(shares[0])
    mean = differences.mean(axis=0)
    drawn = resamples(n, seed=seed) @ differences / n
    zeros = float(np.mean((before == 0) | (after == 0)))
    return CompositionChange(
        parts=tuple(percentile_interval(float(value), draws) for value, draws in zip(mean, drawn.T, strict=True)),
        distance=float(np.linalg.norm(mean)),
        p=sign_flip_norm_p(differences) if n >= MIN_CLUSTERS else math.nan,
        divergence=_divergence(before, after),
        n_units=n,
        caveats=(*few_clusters(n), *_zeros_caveat(zeros, smallest)),
    )


def _divergence(before: Vector, after: Vector) -> float:
    first, second = ((side / side.sum(axis=1, keepdims=True)).mean(axis=0) for side in (before, after))
    return float(jensenshannon(first, second, base=2)) ** 2


def _zeros_caveat(share: float, smallest: float) -> tuple[str, ...]:
    if share == 0:
        return ()
    return (f"{100 * share:.0f} % of parts are 0 on one side: the log ratios rest on the {smallest:g} put there",)

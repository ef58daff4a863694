"""Resampling of whole clusters, and the intervals that percentiles of the resamples give."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.clusters import Vector

DRAWS = 2000


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval; NaN where it is undefined, and a caveat says why."""

    value: float
    low: float
    high: float


def resamples(n: int, kinds: npt.ArrayLike | None = None, *, seed: int = 0) -> Vector:
    """Return how often each of 2,000 resamples holds each cluster, (2000, G).

    Both checkpoints of a pair take the same resample, so that what clusters share cancels.

    Args:
        n: number of clusters, G.
        kinds: shape (G,), what clusters were drawn from; they are resampled within their kind. All of one kind if not
            given.
        seed: of the resampling.

    Raises:
        ValueError: there is not one kind per cluster.

    >>> times = resamples(3, ["a", "b", "b"])
    >>> times.shape, times[:, 0].min(), times.sum(axis=1).max()
    ((2000, 3), np.float64(1.0), np.float64(3.0))
    """
    kind = np.zeros(n, dtype=int) if kinds is None else np.asarray(kinds)
    if kind.shape != (n,):
        raise ValueError(f"one kind per cluster is needed, got shape {kind.shape} for {n} clusters")
    rng = np.random.default_rng(seed)
    times = np.zeros((DRAWS, n))
    for name in np.unique(kind):
        members = np.flatnonzero(kind == name)
        times[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=DRAWS)
    return times


def percentile_interval(value: float, drawn: Vector) -> Interval:
    """Return the value between the 2.5th and the 97.5th percentile of its resamples; NaN draws do not count.

    >>> percentile_interval(0.5, np.arange(101) / 100)
    Interval(value=0.5, low=0.02, high=0.98)
    """
    defined = drawn[~np.isnan(drawn)]
    if math.isnan(value) or not len(defined):
        return Interval(value, math.nan, math.nan)
    # Break-even prices may be infinite, and no number lies between two of them: take a draw, not a point between.
    low = np.quantile(defined, 0.025, method="lower")
    high = np.quantile(defined, 0.975, method="higher")
    return Interval(value, float(low), float(high))

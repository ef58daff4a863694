"""How fast a level falls after its peak, over the checkpoints of one training run."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.clusters import MIN_CLUSTERS, few_clusters
from behaviordrift.statistics.estimate import Estimate, no_spread, t_intervals, undefined_estimate

ESTIMAND = "slope per 100 steps from the best earlier checkpoint on"
METHODS = "least-squares slope of each probe from a peak chosen on the other half of the probes; t interval"


def slope_after_peak(steps: Sequence[int], levels: npt.ArrayLike) -> Estimate:
    """The mean slope of the probes' levels from the best checkpoint before the last one on, per 100 steps; below 0, the
    level falls, above 0, it was still rising.

    The best of noisy levels is chosen on one half of the probes and the slope is taken on the other half, and the other
    way round: chosen and measured on the same probes, the peak is too high and the fall too steep. The last checkpoint
    is never the peak, for leaving out the runs that end on their best would leave those that end low by chance.

    Args:
        steps: S rising training steps.
        levels: shape (S, G), the level of each probe cluster at each step.

    Raises:
        ValueError: if shapes do not fit or steps do not rise.

    >>> rise_and_fall = np.array([0.0, 1.0, 0.8, 0.6])[:, None] + np.linspace(0, 1, 8)
    >>> round(slope_after_peak([10, 20, 30, 40], rise_and_fall).estimate, 6)
    -2.0
    """
    table = np.asarray(levels, dtype=np.float64)
    places = np.asarray(steps, dtype=np.float64) / 100
    if table.ndim != 2 or table.shape[0] != len(places) or len(places) < 2 or (np.diff(places) <= 0).any():
        raise ValueError(f"levels of shape {table.shape} need {table.shape[0]} rising steps, got {list(steps)}")
    n = table.shape[1]
    if n < MIN_CLUSTERS:
        return undefined_estimate(ESTIMAND, n, METHODS, few_clusters(n)[0])
    slopes = np.empty(n)
    for half in (0, 1):
        mine = np.arange(n) % 2 == half
        peak = int(table[:-1, ~mine].mean(axis=1).argmax())
        slopes[mine] = np.polyfit(places[peak:], table[peak:, mine], 1)[0]
    return _estimate(slopes)


def _estimate(slopes: npt.NDArray[np.float64]) -> Estimate:
    n = len(slopes)
    mean, error = float(slopes.mean()), float(slopes.std(ddof=1) / math.sqrt(n))
    ends = t_intervals(mean, error, n - 1)
    p = math.nan if error == 0 else float(2 * stats.t.sf(abs(mean) / error, n - 1))
    return Estimate(
        ESTIMAND, mean, ends.low, ends.high, ends.low90, ends.high90, p, n - 1, n, ends.mde80, METHODS, no_spread(error)
    )

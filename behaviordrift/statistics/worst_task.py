"""How well a mixture does at the task that it does worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.bootstrap import Interval
from behaviordrift.statistics.seed_covariance import run_traits, seed_covariance

Vector = npt.NDArray[np.float64]


def worst_task(scores: npt.ArrayLike, others: Sequence[npt.ArrayLike] = ()) -> Interval:
    """Return the least of a mixture's mean scores, with a 95 % interval for the least of the true ones.

    The lower end is the least of the tasks' own t intervals: it lies too high only if that of the worst task does. The
    upper end is the least of the upper ends at .025/T, for any of T could be too low (Bonferroni). The value itself is
    too low where tasks do nearly alike.

    Args:
        scores: shape (runs, T), the score of each run of the mixture at each task; more is better.
        others: the same for runs of other mixtures, which serve the SD between runs only.

    Raises:
        ValueError: see `seed_covariance`.

    >>> worst = worst_task([[3.0, 5.0], [4.0, 7.0], [5.0, 6.0]])
    >>> worst.value, round(worst.low, 3), round(worst.high, 3)
    (4.0, 1.516, 7.583)
    """
    runs = run_traits([scores, *others])
    seed = seed_covariance(runs)
    means, errors = runs[0].mean(axis=0), seed.sd / np.sqrt(len(runs[0]))
    below, above = stats.t.ppf([0.975, 1 - 0.025 / len(means)], seed.df)
    low, high = (means - below * errors).min(), (means + above * errors).min()
    return Interval(float(means.min()), float(low), float(high))

"""How far a mixture behaves from every pure task: an average can be like none of what it averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.blend_test import blend_test
from behaviordrift.statistics.bootstrap import Interval

Vector = npt.NDArray[np.float64]

ALPHA = 0.05


@dataclass(frozen=True)
class Distances:
    """Distances of a mixture's behaviour, in standard deviations between runs.

    Attributes:
        tasks: for each pure task its distance, with a 95 % interval that starts at 0 where behaviour may be the same.
        nearest: the least of them, with a 95 % interval for the least of the true ones.
    """

    tasks: tuple[Interval, ...]
    nearest: Interval


def distances_from_pure(
    pure: Sequence[npt.ArrayLike], blend: npt.ArrayLike, others: Sequence[npt.ArrayLike] = ()
) -> Distances:
    """Measure how far a mixture's mean traits lie from those of each pure task.

    D = ||Δ|| with ||Δ||² the mean over J traits of (Δ_j/s_j)², s_j the SD found between runs of one mixture, taken as
    the ruler. Noise alone adds 1/s + 1/s_i to ||Δ||² over s runs; the value is net of it. With confidence 95 % the
    error of Δ is no longer than q, from seeded normal draws with the correlations found between runs, and by the
    triangle inequality D lies in ||Δ|| ± q: a sure interval, and a wide one. For the nearest task q allows for T
    comparisons (Bonferroni). The measure is this project's own.

    Args:
        pure: for each task the traits of the runs trained on it alone, shape (runs, J).
        blend: shape (runs, J), traits of the runs trained on the mixture.
        others: traits of runs of further mixtures, which serve the SD between runs only.

    Raises:
        ValueError: fewer than two tasks, or see `seed_covariance`.

    >>> pure = [[[0.0], [0.2], [0.1]], [[4.0], [4.2], [4.1]]]
    >>> found = distances_from_pure(pure, [[1.0], [1.2], [1.1]])
    >>> [round(task.value, 1) for task in found.tasks]
    [10.0, 30.0]
    """
    test = replace(blend_test(pure, [blend], others), statistic="diagonal")
    tasks, traits = test.pure.shape
    noise = 1 / test.blend_runs[0] + 1 / test.pure_runs
    found = np.sqrt(test.distances(np.eye(tasks)[:, None, :]) * noise / traits)
    single, joint = np.quantile(test.null_draws(), [1 - ALPHA, 1 - ALPHA / tasks])
    errors, joint_errors = (np.sqrt(q * noise / traits) for q in (single, joint))
    net = np.sqrt(np.maximum(found**2 - noise, 0))
    return Distances(
        tasks=tuple(map(_interval, net, found, errors)),
        nearest=Interval(
            float(net.min()),
            float(np.maximum(found - joint_errors, 0).min()),
            float((found + joint_errors).min()),
        ),
    )


def _interval(value: float, found: float, error: float) -> Interval:
    return Interval(float(value), max(float(found - error), 0.0), float(found + error))

"""How much of a task is lost while later tasks are learnt, from the scores of every checkpoint on every task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.bootstrap import Interval, percentile_interval, resamples
from behaviordrift.statistics.clusters import Vector, few_clusters

BIASED = (
    "forgetting from the best checkpoint is too high where checkpoints are noisy: the best of several is lucky, by "
    "about .85 standard errors of three equal ones and 1.16 of five; read backward transfer first"
)


@dataclass(frozen=True)
class Forgetting:
    """What the last of T checkpoints keeps of the tasks before it, in the units of the scores.

    Attributes:
        accuracy: mean score of the last checkpoint over all tasks.
        backward_transfer: mean change of a task since its own checkpoint; below 0, tasks were lost.
        from_best: mean fall of a task from its best checkpoint before the last, biased upwards; above 0, tasks were
            lost.
        from_best_split: the same fall, with the best chosen on one half of a task's clusters and the fall taken on the
            other half, and the other way round: never too high on average, and too low where noise hides the best.
        n_units: clusters, over all tasks.
        caveats: what a reader must know before relying on the numbers.
    """

    accuracy: Interval
    backward_transfer: Interval
    from_best: Interval
    from_best_split: Interval
    n_units: int
    caveats: tuple[str, ...] = ()


def backward_transfer(scores: npt.ArrayLike) -> float:
    """Return the mean of R[T, i] - R[i, i] over the tasks before the last (Lopez-Paz and Ranzato 2017, GEM).

    Args:
        scores: shape (T, T), the score R[t, i] of the checkpoint after task t on task i.

    Raises:
        ValueError: the matrix is not square, is smaller than 2 by 2, or holds NaN or infinite scores.

    >>> round(backward_transfer([[0.9, 0.1, 0.1], [0.8, 0.85, 0.2], [0.7, 0.8, 0.95]]), 3)
    -0.125
    """
    table = _square(scores)
    return float(np.mean(table[-1, :-1] - np.diag(table)[:-1]))


def forgetting_from_best(scores: npt.ArrayLike) -> float:
    """Return the mean of max over t < T of R[t, i], less R[T, i] (Chaudhry et al. 2018, arXiv:1801.10112).

    The maximum of noisy scores is biased upwards: see `forgetting`, which also gives it without the bias.

    Args:
        scores: shape (T, T), as for `backward_transfer`.

    Raises:
        ValueError: as for `backward_transfer`.

    >>> round(forgetting_from_best([[0.9, 0.1, 0.1], [0.8, 0.85, 0.2], [0.7, 0.8, 0.95]]), 3)
    0.125
    """
    table = _square(scores)
    return float(np.mean(table[:-1, :-1].max(axis=0) - table[-1, :-1]))


def forgetting(scores: Sequence[npt.ArrayLike], *, seed: int = 0) -> Forgetting:
    """Return backward transfer and the fall from the best checkpoint, with intervals over probe clusters.

    Intervals are percentiles over 2,000 seeded resamples of each task's clusters; all checkpoints take the same
    resample. They tell how sure the numbers are of these checkpoints, not what another training run would lose.

    Args:
        scores: T arrays of shape (T, G_i): task i's score in each of its clusters, checkpoint by checkpoint, in the
            order of training.
        seed: of the resampling.

    Raises:
        ValueError: there are fewer than two tasks, not one row for each task, fewer than two clusters, or a score is
            NaN or infinite.

    Two tasks; the first falls from .9 to .7 on all of its clusters:

    >>> lost = forgetting([[[0.9] * 8, [0.7] * 8], [[0.1] * 8, [0.8] * 8]])
    >>> round(lost.backward_transfer.value, 6), round(lost.from_best_split.high, 6)
    (-0.2, 0.2)
    """
    tasks = [np.asarray(task, dtype=np.float64) for task in scores]
    t = len(tasks)
    if t < 2 or any(task.ndim != 2 or task.shape[0] != t or task.shape[1] < 2 for task in tasks):
        raise ValueError("scores need two tasks or more, one row per task in each, and two clusters or more")
    if not all(np.isfinite(task).all() for task in tasks):
        raise ValueError("scores must be finite: leave out the clusters that have none")
    drawn = [_weights(task.shape[1], seed + i) for i, task in enumerate(tasks)]
    levels = np.stack([_levels(task, weights) for task, weights in zip(tasks, drawn, strict=True)])
    earlier = list(zip(tasks, drawn, strict=True))[:-1]
    before, last = levels[:-1, :-1], levels[:-1, -1]
    own = before[np.arange(t - 1), np.arange(t - 1)]
    return Forgetting(
        accuracy=_interval(levels[:, -1].mean(axis=0)),
        backward_transfer=_interval((last - own).mean(axis=0)),
        from_best=_interval((before.max(axis=1) - last).mean(axis=0)),
        from_best_split=_interval(np.mean([_split_fall(*task) for task in earlier], axis=0)),
        n_units=sum(task.shape[1] for task in tasks),
        caveats=(*few_clusters(min(task.shape[1] for task in tasks)), *((BIASED,) if t > 2 else ())),
    )


def _square(scores: npt.ArrayLike) -> Vector:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2 or not np.isfinite(table).all():
        raise ValueError(f"scores are a square of finite numbers, two tasks or more, got shape {table.shape}")
    return table


def _weights(n: int, seed: int) -> Vector:
    """How often each cluster counts: once in the data themselves, the first row, then in each resample."""
    return np.vstack([np.ones((1, n)), resamples(n, np.arange(n) % 2, seed=seed)])


def _levels(task: Vector, weights: Vector) -> Vector:
    """Mean score of each checkpoint in the data and in each resample, (T, 1 + draws)."""
    means: Vector = task @ weights.T / weights.sum(axis=1)
    return means


def _split_fall(task: Vector, weights: Vector) -> Vector:
    halves = [_levels(task[:, half::2], weights[:, half::2]) for half in (0, 1)]
    falls = [
        np.take_along_axis(scored, chosen[:-1].argmax(axis=0)[None], axis=0)[0] - scored[-1]
        for chosen, scored in (halves, halves[::-1])
    ]
    mean: Vector = np.mean(falls, axis=0)
    return mean


def _interval(values: Vector) -> Interval:
    return percentile_interval(float(values[0]), values[1:])

"""The weighted task sampler: each step serves one task, drawn by its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from behaviordrift.checkpoints.mixture import Phase


@dataclass(frozen=True)
class Step:
    """What one update trains on: one task, and the rows of its batch."""

    phase: int
    task: str
    rows: tuple[int, ...]


def draw_steps(
    phases: Sequence[Phase], sizes: Mapping[str, int], *, steps: int, rows_per_step: int, seed: int
) -> list[Step]:
    """Draw the whole schedule of a run, so that it can be resumed at any step.

    At each step one task is drawn with the probability that its phase's mixture gives it; the batch takes the
    task's next rows from a shuffled pass over them, and a new pass is shuffled when one ends.

    Args:
        phases: mixtures with the fraction of steps at which each ends.
        sizes: number of training rows of each task.
        steps: number of updates.
        rows_per_step: rows of a batch.
        seed: seeds the draws; the same seed gives the same schedule.

    >>> plan = draw_steps([Phase(1.0, {"a": 0.5, "b": 0.5})], {"a": 3, "b": 2}, steps=3, rows_per_step=2, seed=1)
    >>> [(step.task, step.rows) for step in plan]
    [('b', (1, 0)), ('a', (1, 0)), ('a', (2, 2))]
    """
    rng = np.random.default_rng(seed)
    tasks = list(sizes)
    waiting: dict[str, list[int]] = {task: [] for task in tasks}
    schedule = []
    for step in range(steps):
        phase = next(index for index, p in enumerate(phases) if step < round(p.until * steps) or p.until >= 1.0)
        weights = [phases[phase].mixture.get(task, 0.0) for task in tasks]
        task = tasks[int(rng.choice(len(tasks), p=weights))]
        queue = waiting[task]
        while len(queue) < rows_per_step:
            queue.extend(int(row) for row in rng.permutation(sizes[task]))
        schedule.append(Step(phase, task, tuple(queue[:rows_per_step])))
        del queue[:rows_per_step]
    return schedule

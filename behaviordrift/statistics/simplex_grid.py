"""A grid over all mixtures of some tasks."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

MAX_POINTS = 10_000
# Finer than half a percentage point no share is trained.
MAX_STEPS = 300


def simplex_grid(tasks: int, steps: int | None = None) -> Vector:
    """Return all mixtures whose shares are multiples of 1/steps, the {T, steps} lattice of Scheffé (1958).

    Args:
        tasks: number of tasks T, 2 to 8.
        steps: steps from no share to all of it; without it the largest multiple of 6 that keeps the grid within 10,000
            points, so that halves and thirds are on it.

    Returns:
        shape (C(steps + T - 1, T - 1), T).

    Raises:
        ValueError: fewer than 2 tasks or more than 8, or no step.

    >>> simplex_grid(2, 2).tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    """
    if not 2 <= tasks <= 8 or (steps is not None and steps < 1):
        raise ValueError(f"a grid needs 2 to 8 tasks and 1 step or more, got {tasks} tasks and {steps} steps")
    counts = _compositions(tasks, steps or _default_steps(tasks))
    return np.asarray(counts / counts[0].sum())


def _compositions(parts: int, total: int) -> Vector:
    # Stars and bars: the places of parts - 1 bars among total stars.
    places = total + parts - 1
    bars = np.array(list(combinations(range(places), parts - 1)), dtype=np.float64)
    return np.diff(bars, axis=1, prepend=-1, append=places) - 1


def _default_steps(tasks: int) -> int:
    affordable = [m for m in range(6, MAX_STEPS + 1, 6) if math.comb(m + tasks - 1, tasks - 1) <= MAX_POINTS]
    return affordable[-1]

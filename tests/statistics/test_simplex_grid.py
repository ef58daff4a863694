"""The grid of the simplex: its size, its points and its bounds."""

import math
from itertools import product

import numpy as np
import pytest

from behaviordrift.statistics.simplex_grid import MAX_POINTS, simplex_grid


@pytest.mark.parametrize(("tasks", "steps"), [(2, 1), (3, 4), (4, 3)])
def test_the_grid_is_all_multiples_of_a_step(tasks, steps):
    counts = {point for point in product(range(steps + 1), repeat=tasks) if sum(point) == steps}
    grid = simplex_grid(tasks, steps)
    assert {tuple(point) for point in (grid * steps).round().astype(int).tolist()} == counts
    assert len(grid) == len(counts) == math.comb(steps + tasks - 1, tasks - 1)


@pytest.mark.parametrize("tasks", range(2, 9))
def test_by_default_the_grid_is_affordable_and_holds_halves_thirds_and_vertices(tasks):
    grid = simplex_grid(tasks)
    assert len(grid) <= MAX_POINTS
    assert grid.sum(axis=1) == pytest.approx(1)
    for size in (1, 2, 3)[:tasks]:
        point = np.where(np.arange(tasks) < size, 1 / size, 0)
        assert np.abs(grid - point).sum(axis=1).min() < 1e-12


@pytest.mark.parametrize(("tasks", "steps"), [(1, 2), (9, 2), (3, 0)])
def test_no_grid_without_tasks_or_steps(tasks, steps):
    with pytest.raises(ValueError, match="2 to 8 tasks"):
        simplex_grid(tasks, steps)

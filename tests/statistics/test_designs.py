"""Designs against counting, linear programming and the geometry of the simplex."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize

from behaviordrift.statistics import (
    bounded_candidates,
    extreme_vertices,
    simplex_centroid,
    simplex_lattice,
)

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


def rows(points):
    return {tuple(row) for row in np.asarray(points).round(9).tolist()}


@pytest.mark.parametrize("tasks", [2, 3, 4, 5, 6])
def test_the_centroid_design_has_each_set_of_tasks_once(tasks):
    points = simplex_centroid(tasks)
    assert len(rows(points)) == len(points) == 2**tasks - 1
    assert points.sum(axis=1) == pytest.approx(1)
    assert points[:tasks].tolist() == np.eye(tasks).tolist()
    assert points[-1] == pytest.approx(1 / tasks)


@pytest.mark.parametrize(("tasks", "degree"), [(2, 2), (3, 2), (4, 2), (3, 3), (5, 1)])
def test_the_lattice_has_its_binomial_number_of_points(tasks, degree):
    points = simplex_lattice(tasks, degree)
    assert len(rows(points)) == len(points) == math.comb(tasks + degree - 1, degree)
    assert points.sum(axis=1) == pytest.approx(1)
    assert (points * degree).round() == pytest.approx(points * degree)
    assert points[:tasks].tolist() == np.eye(tasks).tolist()


def test_the_quadratic_lattice_is_the_centroid_design_without_larger_blends():
    assert rows(simplex_lattice(4)) == rows(simplex_centroid(4)[:10])


def test_without_bounds_the_corners_are_the_pure_tasks():
    assert extreme_vertices([0] * 4, [1] * 4).tolist() == np.eye(4).tolist()


def test_corners_of_a_bounded_triangle():
    corners = extreme_vertices([0.2, 0.1, 0.1], [0.6, 0.5, 0.7])
    assert rows(corners) == {(0.6, 0.3, 0.1), (0.6, 0.1, 0.3), (0.4, 0.5, 0.1), (0.2, 0.5, 0.3), (0.2, 0.1, 0.7)}


@st.composite
def bounds(draw):
    shares = st.floats(0, 1).map(lambda share: round(share, 2))
    pairs = draw(st.lists(st.tuples(shares, shares).map(sorted), min_size=2, max_size=5))
    lower, upper = np.array(pairs).T
    assume(lower.sum() <= 1 <= upper.sum())
    return lower, upper


@repeatable
@given(bounds(), st.integers(0, 2**32 - 1))
def test_corners_reach_what_linear_programming_reaches(limits, seed):
    lower, upper = limits
    corners = extreme_vertices(lower, upper)
    assert corners.sum(axis=1) == pytest.approx(1)
    assert np.all(corners >= lower - 1e-8)
    assert np.all(corners <= upper + 1e-8)
    for direction in np.random.default_rng(seed).normal(size=(5, len(lower))):
        best = optimize.linprog(
            -direction, A_eq=np.ones((1, len(lower))), b_eq=[1], bounds=list(zip(lower, upper, strict=True))
        )
        assert (corners @ direction).max() == pytest.approx(-best.fun, abs=1e-6)


@repeatable
@given(bounds())
def test_every_corner_has_all_shares_but_one_at_a_bound(limits):
    lower, upper = limits
    for corner in extreme_vertices(lower, upper):
        at_bound = np.isclose(corner, lower, atol=1e-7) | np.isclose(corner, upper, atol=1e-7)
        assert at_bound.sum() >= len(lower) - 1


def test_renaming_the_tasks_renames_the_corners():
    lower, upper = np.array([0.1, 0.0, 0.2]), np.array([0.5, 0.6, 0.9])
    corners = extreme_vertices(lower, upper)
    for order in map(list, permutations(range(3))):
        assert rows(extreme_vertices(lower[order], upper[order])) == rows(corners[:, order])


def test_candidates_lie_within_the_bounds_and_hold_the_lattice_where_there_are_none():
    lower, upper = np.array([0.1, 0.0, 0.2, 0.0]), np.array([0.5, 0.6, 0.9, 0.3])
    points = bounded_candidates(lower, upper)
    assert points.sum(axis=1) == pytest.approx(1)
    assert np.all((points >= lower - 1e-9) & (points <= upper + 1e-9))
    assert rows(extreme_vertices(lower, upper)) <= rows(points)
    assert rows(simplex_lattice(4)) <= rows(bounded_candidates([0] * 4, [1] * 4))


@pytest.mark.parametrize(
    ("lower", "upper", "message"),
    [
        ([0.6, 0.6], [1, 1], "no mixture meets the bounds"),
        ([0, 0], [0.4, 0.4], "no mixture meets the bounds"),
        ([0.5, 0], [0.4, 1], "the lower not above the upper"),
        ([-0.1, 0], [1, 1], "between 0 and 1"),
        ([0, math.nan], [1, 1], "one lower and one upper"),
        ([0], [1], "two tasks or more"),
        ([0, 0], [1, 1, 1], "one lower and one upper"),
    ],
)
def test_bounds_that_mean_nothing_are_refused(lower, upper, message):
    with pytest.raises(ValueError, match=message):
        extreme_vertices(lower, upper)


def test_designs_of_one_task_or_no_degree_are_refused():
    with pytest.raises(ValueError, match="two tasks"):
        simplex_centroid(1)
    with pytest.raises(ValueError, match="degree"):
        simplex_lattice(3, 0)

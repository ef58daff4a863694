"""The mixtures to search: bounds, and the hull of the design against a triangulation."""

import numpy as np
import pytest
from scipy.spatial import Delaunay

from behaviordrift.statistics.search_space import SearchSpace, mixtures_to_search

PAIRS = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])


def test_bounds_on_the_shares_are_kept_and_filled():
    low, high = np.array([0.2, 0.1, 0]), np.array([0.5, 1, 0.4])
    points = mixtures_to_search(SearchSpace(np.eye(3), low, high, steps=70))
    assert np.all((points >= low - 1e-9) & (points <= high + 1e-9))
    assert points.sum(axis=1) == pytest.approx(1)
    assert points.min(axis=0) == pytest.approx([0.2, 0.1, 0])
    assert points.max(axis=0) == pytest.approx([0.5, 0.8, 0.4])


def test_only_mixtures_among_those_trained_are_left_unless_asked():
    design = np.random.default_rng(1).dirichlet(np.ones(3), 5)
    within, beyond = (mixtures_to_search(SearchSpace(design, extrapolate=wide, steps=30)) for wide in (False, True))
    inside = Delaunay(design[:, :2]).find_simplex(beyond[:, :2]) >= 0
    assert len(beyond) == 496
    assert 0 < len(within) < 496
    assert np.array_equal(within, beyond[inside])


def test_a_design_on_a_line_leaves_that_line():
    points = mixtures_to_search(SearchSpace([[0.6, 0.2, 0.2], [0.2, 0.4, 0.4]], steps=30))
    assert len(points) == 7
    assert points[:, 1] == pytest.approx(points[:, 2])


def test_one_trained_mixture_leaves_itself():
    assert mixtures_to_search(SearchSpace([[0.5, 0.5]], steps=4)).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (SearchSpace(np.eye(3), lower=[0.5, 0.6, 0]), "no mixture meets the bounds"),
        (SearchSpace(np.eye(3), upper=[0.2, 0.2, 0.2]), "no mixture meets the bounds"),
        (SearchSpace(np.eye(3), lower=[0, 0]), "bounds on the shares of 3 tasks"),
        (SearchSpace(np.eye(3), lower=[-0.1, 0, 0]), "bounds on the shares of 3 tasks"),
        (SearchSpace(PAIRS, lower=[0.8, 0, 0]), "among those that were trained"),
        (SearchSpace([[0.5, 0.6]]), "sum to 1"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(space, message):
    with pytest.raises(ValueError, match=message):
        mixtures_to_search(space)

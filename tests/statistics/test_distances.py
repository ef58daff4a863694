"""Distances from the pure tasks: known ones, coverage, units, and behaviour that is the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import distances_from_pure

repeatable = settings(max_examples=10, deadline=None, derandomize=True)


def draw(rng, means, per_mixture=3):
    return [mean + rng.normal(0, 1, (per_mixture, len(mean))) for mean in np.asarray(means, dtype=float)]


def test_a_known_distance_is_recovered_in_sds_between_runs():
    *pure, blend = draw(np.random.default_rng(1), [np.zeros(4), np.full(4, 6), np.full(4, 3)], per_mixture=60)
    found = distances_from_pure(pure, blend)
    assert [task.value for task in found.tasks] == pytest.approx([3, 3], abs=0.5)
    assert all(task.low < 3 < task.high for task in found.tasks)


def test_a_distance_is_net_of_what_noise_adds():
    rng, value = np.random.default_rng(2), []
    for _ in range(40):
        *pure, blend = draw(rng, [np.zeros(12), np.full(12, 9), np.ones(12)], per_mixture=4)
        value.append(distances_from_pure(pure, blend).tasks[0].value)
    assert np.mean(value) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("apart", [0.0, 0.5, 4.0])
def test_intervals_cover_the_distance_by_the_ruler_that_was_found(apart):
    rng, covered, nearest = np.random.default_rng(3), [], []
    means = np.array([np.zeros(5), np.full(5, apart), np.linspace(0, apart, 5)])
    for _ in range(60):
        *pure, blend = draw(rng, means)
        found = distances_from_pure(pure, blend)
        ruler = np.sqrt(np.mean([np.var(group, axis=0, ddof=1) for group in (*pure, blend)], axis=0))
        true = [np.sqrt(np.mean(((means[2] - mean) / ruler) ** 2)) for mean in means[:2]]
        covered += [task.low <= d <= task.high for task, d in zip(found.tasks, true, strict=True)]
        nearest.append(found.nearest.low <= min(true) <= found.nearest.high)
    assert np.mean(covered) > 0.88
    assert np.mean(nearest) > 0.85


@repeatable
@given(st.integers(0, 1000))
def test_units_and_levels_change_nothing_and_relabelling_permutes(seed):
    rng = np.random.default_rng(seed)
    *pure, blend = draw(rng, rng.normal(0, 3, (4, 3)))
    units, shift = np.array([0.1, 1, 10]), np.array([5, 0, -5])
    there = distances_from_pure(pure, blend)
    here = distances_from_pure([group * units + shift for group in pure[::-1]], blend * units + shift)
    for one, other in zip(there.tasks, reversed(here.tasks), strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=1e-6)


def test_an_average_far_from_all_it_averages_is_shown_to_be():
    *pure, blend = draw(np.random.default_rng(4), [np.zeros(4), np.full(4, 30), np.full(4, 15)])
    found = distances_from_pure(pure, blend)
    assert found.nearest.low > 5
    assert found.nearest.value == min(task.value for task in found.tasks)
    # Its ends allow for the choice of the nearest.
    assert found.nearest.low < min(task.low for task in found.tasks)
    assert found.nearest.high > min(task.high for task in found.tasks)


def test_the_same_behaviour_is_not_told_apart():
    *pure, blend = draw(np.random.default_rng(5), [np.zeros(4), np.full(4, 30), np.zeros(4)])
    found = distances_from_pure(pure, blend)
    assert found.tasks[0].low == 0
    assert found.tasks[1].low > 10
    assert found.nearest.low == 0

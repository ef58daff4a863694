"""Backward transfer and the fall from the best checkpoint, with the bias of the latter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from behaviordrift.statistics import backward_transfer, forgetting, forgetting_from_best

repeatable = settings(max_examples=20, deadline=None, derandomize=True)

# Rows are checkpoints, columns tasks.
HAND = np.array([[0.9, 0.1, 0.1], [0.8, 0.85, 0.2], [0.7, 0.8, 0.95]])
matrices = st.integers(2, 5).flatmap(lambda t: arrays(float, (t, t), elements=st.floats(0, 1)))


def constant_clusters(matrix, n):
    return [np.repeat(column[:, None], n, axis=1) for column in matrix.T]


def exchangeable(rng, checkpoints, clusters):
    """Scores of one task under equal checkpoints, each mean with standard error 1; the other tasks stay level."""
    noisy = rng.normal(0, np.sqrt(clusters), (checkpoints + 1, clusters))
    return [noisy, *[np.zeros((checkpoints + 1, 2))] * checkpoints]


def test_matrix_by_hand():
    assert backward_transfer(HAND) == pytest.approx(-0.125)
    assert forgetting_from_best(HAND) == pytest.approx(0.125)
    found = forgetting(constant_clusters(HAND, 8))
    assert found.accuracy.value == pytest.approx(0.81667, abs=5e-6)
    assert found.backward_transfer.value == pytest.approx(-0.125)
    assert found.from_best.value == found.from_best_split.value == pytest.approx(0.125)
    assert (found.backward_transfer.low, found.backward_transfer.high) == pytest.approx((-0.125, -0.125))
    assert found.n_units == 24


@repeatable
@given(matrices)
def test_clusters_average_to_the_matrix(matrix):
    noise = np.random.default_rng(0).normal(0, 0.1, (len(matrix), len(matrix), 9))
    scores = [column[:, None] + e - e.mean(axis=1, keepdims=True) for column, e in zip(matrix.T, noise, strict=True)]
    found = forgetting(scores)
    assert found.backward_transfer.value == pytest.approx(backward_transfer(matrix), abs=1e-9)
    assert found.from_best.value == pytest.approx(forgetting_from_best(matrix), abs=1e-9)
    assert found.from_best.value >= -found.backward_transfer.value - 1e-9


def test_interval_of_backward_transfer_is_that_of_the_paired_differences():
    rng = np.random.default_rng(1)
    difficulty = rng.normal(0, 3, 200)
    first = np.stack([difficulty, difficulty - 0.5 + rng.normal(0, 1, 200)])
    found = forgetting([first, np.zeros((2, 5))]).backward_transfer
    d = first[1] - first[0]
    half = 1.96 * stats.sem(d)
    assert (found.low, found.high) == pytest.approx((d.mean() - half, d.mean() + half), abs=0.15 * half)


@pytest.mark.parametrize(("checkpoints", "bias"), [(3, 0.846), (5, 1.163)])
def test_the_best_of_equal_checkpoints_looks_better_and_halves_do_not(checkpoints, bias):
    rng = np.random.default_rng(2)
    whole, split = [], []
    for _ in range(100):
        found = forgetting(exchangeable(rng, checkpoints, 20))
        whole.append(found.from_best.value * checkpoints)
        split.append(found.from_best_split.value * checkpoints)
    assert np.mean(whole) == pytest.approx(bias, abs=4 * stats.sem(whole))
    assert np.mean(whole) > 4 * stats.sem(whole)
    assert abs(np.mean(split)) < 4 * stats.sem(split)


def test_the_bias_is_said_where_there_is_a_choice():
    assert "read backward transfer first" in forgetting(constant_clusters(HAND, 8)).caveats[0]
    assert forgetting(constant_clusters(HAND[:2, :2], 8)).caveats == ()
    assert "fewer than 6 clusters" in forgetting(constant_clusters(HAND, 4)).caveats


def test_the_same_seed_gives_the_same_intervals():
    scores = list(np.random.default_rng(3).normal(0, 1, (3, 3, 12)))
    assert forgetting(scores, seed=1) == forgetting(scores, seed=1)
    assert forgetting(scores, seed=1) != forgetting(scores, seed=2)


@pytest.mark.parametrize("matrix", [[[1.0]], [[1.0, 2.0]], [[1.0, np.nan], [1.0, 1.0]]])
def test_what_is_no_square_of_scores_is_refused(matrix):
    for measure in (backward_transfer, forgetting_from_best):
        with pytest.raises(ValueError, match="square"):
            measure(matrix)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([np.ones((1, 4))], "two tasks"),
        ([np.ones((2, 4)), np.ones((3, 4))], "one row per task"),
        ([np.ones((2, 4)), np.ones((2, 1))], "two clusters"),
        ([np.ones((2, 4)), np.full((2, 4), np.inf)], "finite"),
    ],
)
def test_unusable_scores_are_refused(scores, message):
    with pytest.raises(ValueError, match=message):
        forgetting(scores)

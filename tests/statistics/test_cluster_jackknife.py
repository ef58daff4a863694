"""The unbalanced fallback against a delete-a-run loop, the plain regression and complete data."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import contrast_incomplete_runs, contrast_runs

repeatable = settings(max_examples=20, deadline=None, derandomize=True)


def study(seed, sizes=(3, 3, 2), prompts=10, missing=0.15):
    rng = np.random.default_rng(seed)
    labels = np.repeat(range(len(sizes)), sizes)
    y = rng.normal(0, 2, prompts) + rng.normal(0, 0.5, (len(labels), 1)) + rng.normal(size=(len(labels), prompts))
    y[rng.random(y.shape) < missing] = math.nan
    y[:, 0] = 1.0 + labels  # one prompt that all runs answered links the mixtures
    return y, labels


def difference(y, labels):
    """Third mixture less the first, with a dummy for every prompt."""
    runs, prompts = np.nonzero(np.isfinite(y))
    answered = np.isfinite(y).any(axis=0)
    basis = np.column_stack([np.eye(3)[labels[runs]], np.eye(y.shape[1])[prompts][:, answered][:, 1:]])
    coefficients = np.linalg.lstsq(basis, y[runs, prompts])[0]
    return coefficients[2] - coefficients[0]


@repeatable
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.4]))
def test_it_equals_deleting_one_run_at_a_time(seed, missing):
    y, labels = study(seed, missing=missing)
    effect = contrast_incomplete_runs(y, labels, 0, 2)
    without = [difference(np.delete(y, run, axis=0), np.delete(labels, run)) for run in range(8)]
    assert effect.estimate == pytest.approx(difference(y, labels))
    assert effect.standard_error**2 == pytest.approx(7 / 8 * np.sum((without - np.mean(without)) ** 2))
    assert effect.df == 5
    assert effect.p == pytest.approx(2 * stats.t.sf(abs(effect.t), 5))


def test_complete_data_give_the_difference_of_run_means_with_a_somewhat_wider_error():
    y, labels = study(1, (4, 4), missing=0.0)
    effect, exact = contrast_incomplete_runs(y, labels, 0, 1), contrast_runs(y.mean(axis=1), labels, 0, 1)
    assert (effect.estimate, effect.df) == pytest.approx((exact.estimate, exact.df))
    # Deleting one of s runs moves the mean by its distance over s - 1: sqrt((2s - 1) / (2s - 2)) for two arms.
    assert effect.standard_error == pytest.approx(exact.standard_error * math.sqrt(7 / 6), rel=0.02)


def test_a_mixture_asked_the_harder_prompts_is_not_blamed_for_them():
    rng = np.random.default_rng(2)
    difficulty = np.linspace(0, 10, 40)
    y = difficulty + rng.normal(0, 0.1, (6, 40))
    y[:3, 25:], y[3:, :15] = math.nan, math.nan
    labels = np.repeat(["easy", "hard"], 3)
    effect = contrast_incomplete_runs(y, labels, "easy", "hard")
    assert np.nanmean(y[3:]) - np.nanmean(y[:3]) > 3
    assert effect.estimate == pytest.approx(0, abs=0.1)


def test_swapping_negates_and_prompts_that_one_run_answered_do_not_matter():
    y, labels = study(3)
    there, back = contrast_incomplete_runs(y, labels, 0, 1), contrast_incomplete_runs(y, labels, 1, 0)
    assert (back.estimate, back.low) == pytest.approx((-there.estimate, -there.high))
    lonely = np.full((8, 1), math.nan)
    lonely[4] = 99
    assert contrast_incomplete_runs(np.hstack([y, lonely]), labels, 0, 1) == there


@pytest.mark.parametrize(
    ("y", "labels", "message"),
    [
        ([[1, math.nan]] * 2 + [[math.nan, 2]] * 2, [0, 0, 1, 1], "no prompts link"),
        ([[1], [2], [3]], [0, 0, 1], "two runs of every mixture"),
        ([[1], [2], [3], [4]], [0, 0, 2, 2], "two mixtures are needed"),
        ([[1], [2], [3], [math.inf]], [0, 0, 1, 1], "finite"),
        ([1, 2, 3, 4], [0, 0, 1, 1], "one label per run"),
    ],
)
def test_unusable_input_is_refused(y, labels, message):
    with pytest.raises(ValueError, match=message):
        contrast_incomplete_runs(y, labels, 0, 1)

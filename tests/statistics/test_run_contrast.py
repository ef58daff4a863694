"""Contrasts of two mixtures against scipy, statsmodels and the pooled F test."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import compare_runs, contrast_runs

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


@repeatable
@given(st.integers(0, 1000), st.integers(2, 5), st.integers(2, 5))
def test_two_mixtures_alone_are_students_t_test(seed, first, second):
    y, labels = np.random.default_rng(seed).normal(size=first + second), np.repeat(["a", "b"], [first, second])
    effect, oracle = contrast_runs(y, labels, "a", "b"), stats.ttest_ind(y[first:], y[:first])
    interval = oracle.confidence_interval()
    assert (effect.t, effect.p, effect.df) == pytest.approx((oracle.statistic, oracle.pvalue, oracle.df))
    assert (effect.low, effect.high) == pytest.approx((interval.low, interval.high))
    assert effect.t**2 == pytest.approx(compare_runs(y, labels).f)
    assert effect.caveats == ()


@repeatable
@given(st.integers(0, 1000), st.lists(st.integers(1, 4), min_size=3, max_size=4).filter(lambda n: max(n) > 1))
def test_pooled_error_equals_a_contrast_in_statsmodels(seed, sizes):
    labels = np.repeat(range(len(sizes)), sizes)
    y = np.random.default_rng(seed).normal(size=len(labels))
    effect = contrast_runs(y, labels, 0, 2)
    contrast = np.eye(len(sizes))[2] - np.eye(len(sizes))[0]
    oracle = sm.OLS(y, np.eye(len(sizes))[labels]).fit().t_test(contrast)
    assert (effect.estimate, effect.standard_error) == pytest.approx((oracle.effect[0], oracle.sd.item()))
    assert (effect.p, effect.df) == pytest.approx((float(oracle.pvalue), oracle.df_denom))


def test_single_runs_borrow_and_say_so():
    effect = contrast_runs([1.0, 3.0, 4.0, 5.0, 6.0], list("abccc"), "a", "b")
    assert effect.standard_error == pytest.approx(math.sqrt(2))
    assert "borrowed from other mixtures" in effect.caveats[0]


def test_no_replicates_leave_no_error_term():
    effect = contrast_runs([1.0, 3.0], ["a", "b"], "a", "b")
    assert effect.estimate == 2
    assert all(map(math.isnan, (effect.standard_error, effect.low, effect.p)))
    assert "ratio and seed cannot be told apart" in effect.caveats[0]


def test_swapping_negates():
    y, labels = np.random.default_rng(1).normal(size=6), [0, 0, 1, 1, 2, 2]
    there, back = contrast_runs(y, labels, 0, 2), contrast_runs(y, labels, 2, 0)
    assert (back.estimate, back.low, back.p) == pytest.approx((-there.estimate, -there.high, there.p))


@pytest.mark.parametrize(("baseline", "candidate"), [("a", "a"), ("a", "z"), ("z", "a")])
def test_labels_without_runs_are_refused(baseline, candidate):
    with pytest.raises(ValueError, match="two mixtures that have runs"):
        contrast_runs([1.0, 2.0, 3.0], ["a", "a", "b"], baseline, candidate)

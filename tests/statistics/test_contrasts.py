"""Contrasts of groups of runs against scipy's tests."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics.contrasts import (
    NO_REPLICATES,
    NO_SPREAD,
    contrast,
    group_means,
    ratio_of_contrasts,
)

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


@repeatable
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 1000))
def test_two_groups_are_students_t_test(n, m, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, 1, n), rng.normal(1, 1, m)
    found, oracle = contrast(group_means([a, b]), [-1, 1]), stats.ttest_ind(b, a)
    assert (found.t, found.p, found.df) == pytest.approx((oracle.statistic, oracle.pvalue, oracle.df))
    assert (found.low, found.high) == pytest.approx(tuple(oracle.confidence_interval()))


@repeatable
@given(st.integers(0, 1000))
def test_tukeys_pooled_error_of_three_groups(seed):
    groups = list(np.random.default_rng(seed).normal(0, 1, (3, 4)))
    found = group_means(groups)
    f = stats.f_oneway(*groups).statistic
    between = 4 * np.var(found.means, ddof=1)
    assert found.mean_square == pytest.approx(between / f)


def test_a_constant_moves_the_estimate_alone():
    groups = group_means([[1.0, 3.0], [5.0, 6.0]])
    there, here = contrast(groups, [0, 1]), contrast(groups, [0, 1], constant=-2)
    assert (here.estimate, here.standard_error) == (there.estimate - 2, there.standard_error)


def test_a_ratio_of_a_contrast_to_itself_is_1():
    found = ratio_of_contrasts(group_means([[1.0, 1.2], [5.0, 5.1]]), [-1, 1], [-1, 1])
    assert (found.low, found.estimate, found.high) == pytest.approx((1, 1, 1))


def test_single_runs_leave_the_error_unknown():
    groups = group_means([[1.0], [5.0]])
    assert groups.caveats == (NO_REPLICATES,)
    assert math.isnan(contrast(groups, [-1, 1]).p)
    assert ratio_of_contrasts(groups, [1, 0], [0, 1]).shape == "line"


def test_equal_runs_test_nothing():
    groups = group_means([[0.1] * 3, [0.7] * 3])
    assert (groups.mean_square, groups.caveats) == (0, (NO_SPREAD,))
    assert math.isnan(contrast(groups, [-1, 1]).p)


@pytest.mark.parametrize("group", [[], [math.nan, 1], [[1, 2]]])
def test_groups_that_hold_no_runs_are_refused(group):
    with pytest.raises(ValueError, match="at least one run"):
        group_means([[1, 2], group])

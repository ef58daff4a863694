"""Power of contrasts against the specification's figures, scipy's noncentral t and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import (
    fit_scheffe,
    scheffe_basis,
    simplex_centroid,
    smallest_visible,
    standard_error_factor,
    t_test_power,
)

CENTROID_TWICE = np.repeat(simplex_centroid(3), 2, axis=0)
MOVE = [[1 / 3] * 3, [0.6, 0.2, 0.2]]


@pytest.mark.parametrize(("order", "factor", "df"), [("linear", 0.21, 11), ("quadratic", 0.25, 8)])
def test_from_even_to_three_parts_of_one_task(order, factor, df):
    terms = scheffe_basis(CENTROID_TWICE, order)
    start, end = scheffe_basis(MOVE, order)
    assert standard_error_factor(terms, end - start) == pytest.approx(factor, abs=0.005)
    assert len(terms) - terms.shape[1] == df


def test_the_factor_is_what_the_fit_reports():
    y = np.random.default_rng(3).normal(size=14)
    fit = fit_scheffe(CENTROID_TWICE, y, "quadratic")
    start, end = scheffe_basis(MOVE, "quadratic")
    reported = math.sqrt((end - start) @ fit.covariance @ (end - start)) / fit.residual_sd
    assert standard_error_factor(scheffe_basis(CENTROID_TWICE, "quadratic"), end - start) == pytest.approx(reported)


@pytest.mark.parametrize(
    ("seeds", "alone", "of_six"),
    [(2, 5.65, 13.9), (3, 3.07, 5.04), (4, 2.38, 3.50), (5, 2.02, 2.83), (8, 1.51, 1.99)],
)
def test_smallest_visible_difference_of_two_arms(seeds, alone, of_six):
    error, df = math.sqrt(2 / seeds), 2 * seeds - 2
    assert smallest_visible(error, df) == pytest.approx(alone, abs=0.005)
    assert smallest_visible(error, df, alpha=0.05 / 6) == pytest.approx(of_six, abs=0.05 if of_six > 10 else 0.005)


def test_power_of_the_order_test():
    """A late phase that counts three run SDs, an early one that counts one: AB and BA lie two apart."""
    assert t_test_power(2, math.sqrt(2 / 3), 8) == pytest.approx(0.58, abs=0.005)
    assert t_test_power(2, math.sqrt(2 / 5), 16) == pytest.approx(0.84, abs=0.005)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(-4, 4), st.floats(0.2, 3), st.integers(3, 60), st.sampled_from([0.05, 0.05 / 6, 0.1]))
def test_power_equals_the_noncentral_t(effect, error, df, alpha):
    limit, shift = stats.t.isf(alpha / 2, df), effect / error
    oracle = stats.nct.sf(limit, df, shift) + stats.nct.cdf(-limit, df, shift)
    assert t_test_power(effect, error, df, alpha) == pytest.approx(oracle, abs=1e-4)


def test_power_by_simulation_at_two_degrees_of_freedom():
    rng = np.random.default_rng(7)
    t = (rng.normal(size=200_000) + 6) / np.sqrt(rng.chisquare(2, size=200_000) / 2)
    share = np.mean(np.abs(t) > stats.t.isf(0.025, 2))
    assert t_test_power(6, 1, 2) == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 200_000))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.floats(0.05, 5), st.integers(1, 40), st.sampled_from([0.5, 0.8, 0.95]))
def test_the_smallest_visible_effect_has_the_power_asked_for(error, df, power):
    effect = smallest_visible(error, df, power)
    assert t_test_power(effect, error, df) == pytest.approx(power, abs=1e-6)
    assert t_test_power(-effect, error, df) == pytest.approx(power, abs=1e-6)


def test_without_an_effect_power_is_the_size_of_the_test():
    assert t_test_power(0, 1, 5) == pytest.approx(0.05, abs=1e-6)


def test_what_the_runs_cannot_tell_is_not_a_number():
    assert math.isnan(standard_error_factor([[1, 0], [1, 0]], [0, 1]))
    assert standard_error_factor([[1, 0], [1, 0]], [1, 0]) == pytest.approx(math.sqrt(0.5))
    assert math.isnan(t_test_power(1, 1, 0))
    assert math.isnan(t_test_power(1, math.nan, 3))
    assert math.isnan(smallest_visible(1, 0))
    with pytest.raises(ValueError, match="same length"):
        standard_error_factor([[1, 0]], [1, 0, 0])

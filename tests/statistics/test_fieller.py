"""Fieller's set against the tests that it inverts, and its three shapes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import fieller

repeatable = settings(max_examples=100, deadline=None, derandomize=True)
numbers = st.floats(-10, 10).filter(lambda x: abs(x) > 1e-3)
spreads = st.floats(0.01, 10)
ratios = st.floats(-20, 20)


@repeatable
@given(st.tuples(numbers, numbers), st.tuples(spreads, spreads), st.floats(-0.95, 0.95), st.integers(1, 40), ratios)
def test_the_set_holds_the_ratios_that_a_t_test_does_not_refute(estimates, errors, correlation, df, ratio):
    (a, b), (sd_a, sd_b) = estimates, errors
    covariance = correlation * sd_a * sd_b
    found = fieller(a, b, (sd_a**2, sd_b**2), covariance, df)
    variance = sd_a**2 - 2 * ratio * covariance + ratio**2 * sd_b**2
    p = 2 * stats.t.sf(abs(a - ratio * b) / math.sqrt(variance), df)
    if abs(p - 0.05) > 1e-6:
        assert (ratio in found) == (p > 0.05)
    assert a / b in found


@repeatable
@given(numbers, numbers, spreads, spreads, st.floats(0.1, 10))
def test_scales_move_the_ends(a, b, sd_a, sd_b, scale):
    there, here = (fieller(a * c, b, ((sd_a * c) ** 2, sd_b**2), 0, 8) for c in (1, scale))
    assert here.shape == there.shape
    assert (here.low, here.high) == pytest.approx((there.low * scale, there.high * scale))


def test_a_clear_denominator_gives_nearly_the_delta_method():
    found = fieller(3, 100, (1, 1), 0, 30)
    half = stats.t.ppf(0.975, 30) * math.hypot(1 / 100, 0.03 / 100)
    assert (found.low, found.high) == pytest.approx((0.03 - half, 0.03 + half), abs=2e-4)


@pytest.mark.parametrize(
    ("a", "b", "shape"), [(1, 10, "interval"), (10, 1, "complement"), (1, 1, "line"), (0.0, 10, "interval")]
)
def test_the_shape_follows_the_denominator_and_then_the_numerator(a, b, shape):
    assert fieller(a, b, (1, 1), 0, 8).shape == shape


def test_without_error_the_ratio_is_a_point():
    found = fieller(1, 3, (0, 0), 0, 8)
    assert (found.low, found.high) == pytest.approx((1 / 3, 1 / 3))


@pytest.mark.parametrize(("a", "b", "df"), [(1, 2, 0), (1, 0, 8), (0, 0, 8)])
def test_what_the_data_cannot_say_is_the_whole_line(a, b, df):
    found = fieller(a, b, (0, 0), 0, df)
    assert (found.shape, found.low, found.high) == ("line", -math.inf, math.inf)
    assert math.isnan(found.estimate) == (b == 0)


@pytest.mark.parametrize(
    ("variances", "covariance", "level"), [((-1, 1), 0, 0.95), ((1, 1), 2, 0.95), ((1, 1), 0, 1.0), ((1, 1), 0, 0.0)]
)
def test_impossible_errors_are_refused(variances, covariance, level):
    with pytest.raises(ValueError, match="covariance that fits"):
        fieller(1, 2, variances, covariance, 8, level=level)


@pytest.mark.parametrize("denominator", [3.0, 1.0, 0.0])
def test_coverage_holds_whatever_the_denominator(denominator):
    rng, covered = np.random.default_rng(1), 0
    for a, b, s2 in zip(rng.normal(2, 1, 400), rng.normal(denominator, 1, 400), rng.chisquare(8, 400) / 8, strict=True):
        found = fieller(a, b, (s2, s2), 0, 8)
        covered += 2 / denominator in found if denominator else found.shape != "interval"
    assert stats.binomtest(covered, 400, 0.95).pvalue > 1e-4

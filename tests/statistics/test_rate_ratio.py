"""The log rate ratio against a Poisson GEE, a plain jackknife and the edges of sparse counts."""

import math
from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from behaviordrift.statistics import log_rate_ratio

repeatable = settings(max_examples=40, deadline=None, derandomize=True)

counts = arrays(float, (2, 10), elements=st.integers(1, 30).map(float))
words = arrays(float, (2, 10), elements=st.integers(20, 400).map(float))


def drawn(n, seed=1):
    rng = np.random.default_rng(seed)
    exposure = rng.integers(40, 200, (2, n)).astype(float)
    shared = rng.gamma(2, 1, n)
    return rng.poisson(shared * exposure * [[0.01], [0.015]]).astype(float), exposure


def compared(c, w):
    return log_rate_ratio(c[0], w[0], c[1], w[1])


def test_agrees_with_a_poisson_gee_clustered_by_prompt():
    c, w = drawn(150)
    candidate = np.repeat([0.0, 1.0], 150)
    gee = sm.GEE(
        c.ravel(),
        sm.add_constant(candidate),
        groups=np.tile(np.arange(150), 2),
        family=sm.families.Poisson(),
        offset=np.log(w.ravel()),
    ).fit()
    result = compared(c, w)
    assert result.estimate == pytest.approx(gee.params[1], abs=1e-6)
    assert (result.high - result.low) / 2 / stats.t.ppf(0.975, result.df) == pytest.approx(gee.bse[1], rel=0.03)


def test_standard_error_is_the_delete_one_jackknife():
    c, w = drawn(9, seed=2)

    def theta(keep):
        return math.log(c[1, keep].sum() / w[1, keep].sum()) - math.log(c[0, keep].sum() / w[0, keep].sum())

    leave_one_out = np.array([theta(np.arange(9) != g) for g in range(9)])
    se = math.sqrt(8 / 9 * np.sum((leave_one_out - leave_one_out.mean()) ** 2))
    result = compared(c, w)
    assert result.estimate == pytest.approx(theta(slice(None)))
    events = c.sum(axis=0)
    assert result.df == pytest.approx(events.sum() ** 2 / np.sum(events**2) - 1)
    assert result.high90 - result.estimate == pytest.approx(stats.t.ppf(0.95, result.df) * se, rel=1e-6)
    assert result.n_units == 9


def test_degrees_of_freedom_are_those_of_the_clusters_that_hold_the_events():
    alike, w = np.full((2, 9), 4.0), np.full((2, 9), 100.0)
    assert compared(alike, w).df == 8
    alike[:, 0] = 4000
    assert compared(alike, w).df == 1


def test_intervals_hold_where_few_clusters_have_most_events():
    rng, covered = np.random.default_rng(0), 0
    for _ in range(400):
        rates = np.exp(rng.normal(0, 2, 25) + rng.normal(0, 0.6, (2, 25)))
        result = compared(rng.poisson(5 * rates).astype(float), np.full((2, 25), 100.0))
        covered += result.low <= 0 <= result.high
    # Student's t with 24 degrees of freedom covers fewer than nine in ten.
    assert stats.binomtest(covered, 400, 0.95).pvalue > 0.001


@repeatable
@given(counts, words)
def test_swap_negates(c, w):
    there, back = compared(c, w), compared(c[::-1], w[::-1])
    assert back.estimate == pytest.approx(-there.estimate, abs=1e-12)
    assert (back.low, back.high90) == pytest.approx((-there.high, -there.low90), abs=1e-9)
    assert back.p == pytest.approx(there.p, nan_ok=True)


@repeatable
@given(counts, words, st.integers(2, 5))
def test_repeating_every_prompt_within_its_cluster_changes_nothing(c, w, times):
    once, repeated = compared(c, w), compared(c * times, w * times)
    assert (repeated.estimate, repeated.low) == pytest.approx((once.estimate, once.low), abs=1e-9)


@repeatable
@given(counts, words, st.floats(0.01, 100))
def test_unit_of_exposure_leaves_the_ratio(c, w, unit):
    assert compared(c, w * unit).low == pytest.approx(compared(c, w).low, abs=1e-9)


def test_p_counts_the_ways_to_swap_the_checkpoints_within_clusters():
    c, w = drawn(8, seed=3)

    def theta(swap):
        a = np.where(swap, (c[1], w[1]), (c[0], w[0])).sum(axis=1)
        b = np.where(swap, (c[0], w[0]), (c[1], w[1])).sum(axis=1)
        return abs(math.log(b[0] / b[1]) - math.log(a[0] / a[1]))

    patterns = [np.array(swap) for swap in product([False, True], repeat=8)]
    as_far = np.mean([theta(swap) >= theta(patterns[0]) - 1e-12 for swap in patterns])
    assert compared(c, w).p == as_far


def test_clusters_that_hold_most_events_raise_no_false_alarm():
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(300):
        rates = np.exp(rng.normal(0, 2, 25) + rng.normal(0, 1.2, (2, 25)))
        alarms += compared(rng.poisson(5 * rates).astype(float), np.full((2, 25), 100.0)).p < 0.05
    # The t test on the jackknife error raises 36.
    assert stats.binomtest(alarms, 300, 0.05).pvalue > 0.01


def test_no_event_on_one_side_adds_half_an_event_and_says_so():
    c = np.array([[2.0, 1, 0, 3, 1, 0, 2, 1], [0.0] * 8])
    result = compared(c, np.full((2, 8), 100.0))
    assert result.estimate == pytest.approx(math.log(0.5 / 10.5))
    assert any("half an event" in caveat for caveat in result.caveats)
    back = compared(c[::-1], np.full((2, 8), 100.0))
    assert (back.estimate, back.low, back.p) == pytest.approx((-result.estimate, -result.high, result.p))


def test_a_handful_of_events_against_none_is_no_drift():
    # Three events that may have fallen on either side: an exact test has p = 2/8.
    c = np.zeros((2, 40))
    c[0, :3] = 1
    assert compared(c, np.full((2, 40), 100.0)).p == pytest.approx(0.25, abs=0.1)


def test_many_events_against_none_is_drift():
    c = np.zeros((2, 40))
    c[0] = 2
    assert compared(c, np.full((2, 40), 100.0)).p < 0.01


def test_events_in_one_cluster_only_prove_nothing():
    c = np.zeros((2, 12))
    c[0, 0], c[1] = 40, 1
    result = compared(c, np.full((2, 12), 100.0))
    assert result.low < 0 < result.high
    assert any("at most one cluster" in caveat for caveat in result.caveats)


def test_undefined_ratios_are_nan_with_a_caveat():
    neither = compared(np.zeros((2, 8)), np.array([[100.0] * 8, [200.0] * 8]))
    assert math.isnan(neither.estimate)
    assert "neither checkpoint has any event" in neither.caveats[0]
    assert math.isnan(compared(np.empty((2, 0)), np.empty((2, 0))).estimate)


def test_all_exposure_in_one_cluster_leaves_the_estimate_only():
    c, w = np.ones((2, 7)), np.full((2, 7), 10.0)
    w[1, 1:] = 0
    result = compared(c, w)
    assert (math.isfinite(result.estimate), math.isnan(result.low), math.isnan(result.p)) == (True,) * 3
    assert any("exposure" in caveat for caveat in result.caveats)


def test_a_ratio_that_never_varies_is_tested_by_its_signs():
    c, w = np.arange(1.0, 9), np.arange(10.0, 18)
    same = log_rate_ratio(c, w, c, w)
    assert (same.estimate, same.low, same.high, same.p) == (0, 0, 0, 1)
    doubled = log_rate_ratio(c, w, 2 * c, w)
    assert doubled.estimate == pytest.approx(math.log(2))
    assert doubled.p == 2 / 2**8


def test_fewer_than_six_clusters_have_no_p_value():
    c, w = drawn(5)
    result = compared(c, w)
    assert (math.isnan(result.p), math.isfinite(result.estimate)) == (True, True)
    assert "fewer than 6 clusters" in result.caveats


@pytest.mark.parametrize(
    ("c", "w", "message"),
    [
        ([[1, -1], [1, 1]], [[1, 1], [1, 1]], "negative"),
        ([[1, 1], [1, 1]], [[0, 0], [1, 1]], "no exposure"),
        ([[1, math.nan], [1, 1]], [[1, 1], [1, 1]], "finite"),
    ],
)
def test_unusable_input_is_refused(c, w, message):
    with pytest.raises(ValueError, match=message):
        compared(np.array(c), np.array(w))

"""Power against scipy's noncentral t, the published table of small designs and Miller's arithmetic."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import (
    clusters_needed,
    compare_runs,
    holm_levels,
    paired_variance,
    permutation_floor,
    seed_sd_interval,
    smallest_paired_effect,
    smallest_visible_by_f,
    smallest_visible_effect,
    t_power,
)

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


@repeatable
@given(st.floats(0, 4), st.integers(2, 60), st.sampled_from([0.05, 0.05 / 6, 0.2]))
def test_power_equals_scipys_noncentral_t(noncentrality, df, alpha):
    critical = stats.t.isf(alpha / 2, df)
    oracle = stats.nct.sf(critical, df, noncentrality) + stats.nct.cdf(-critical, df, noncentrality)
    assert t_power(noncentrality, df, alpha) == pytest.approx(oracle, abs=1e-7)


def test_power_stays_defined_where_scipys_does_not():
    assert t_power(20, 1, 0.05 / 6) == pytest.approx(0.2065, abs=5e-5)
    assert t_power(100, 2) == pytest.approx(1)
    assert t_power(2.8016, math.inf) == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(
    ("seeds", "floor", "at_5", "at_5_over_6"),
    [
        (2, 0.333, 5.65, 13.9),
        (3, 0.100, 3.07, 5.04),
        (4, 0.029, 2.38, 3.50),
        (5, 0.0079, 2.02, 2.83),
        (8, 0.00016, 1.51, 1.99),
    ],
)
def test_table_of_two_arms(seeds, floor, at_5, at_5_over_6):
    standard_error, df = math.sqrt(2 / seeds), 2 * (seeds - 1)
    assert float(f"{permutation_floor([seeds, seeds]):.2g}") == pytest.approx(float(f"{floor:.2g}"))
    assert round(smallest_visible_effect(standard_error, df), 2) == at_5
    assert float(f"{smallest_visible_effect(standard_error, df, 0.05 / 6):.3g}") == at_5_over_6


@repeatable
@given(st.floats(0.01, 10), st.integers(1, 40), st.floats(0.5, 0.95))
def test_the_smallest_visible_effect_has_the_power_asked_for(standard_error, df, power):
    effect = smallest_visible_effect(standard_error, df, power=power)
    assert t_power(effect / standard_error, df) == pytest.approx(power, abs=1e-7)


def test_power_is_what_simulated_runs_show():
    effect, labels = smallest_visible_effect(math.sqrt(2 / 3), 4), np.repeat([0, 1], 3)
    runs = np.random.default_rng(1).normal(size=(1000, 6)) + effect * labels
    found = sum(compare_runs(y, labels).p < 0.05 for y in runs)
    assert stats.binomtest(found, 1000, 0.8).pvalue > 1e-4


@pytest.mark.parametrize("seeds", [2, 3, 8])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 6])
def test_between_two_mixtures_f_sees_what_t_sees(seeds, alpha):
    df = 2 * (seeds - 1)
    by_t = smallest_visible_effect(math.sqrt(2 / seeds), df, alpha)
    assert smallest_visible_by_f(seeds / 2, 1, df, alpha) == pytest.approx(by_t, rel=1e-6)


def test_f_between_several_mixtures_finds_it_in_four_of_five_simulated_studies():
    labels = np.repeat(np.arange(5), 2)
    share = labels / 4
    effect = smallest_visible_by_f(float(((share - share.mean()) ** 2).sum()) / 0.3**2, 4, 5)
    runs = np.random.default_rng(2).normal(scale=0.3, size=(1000, 10)) + effect * share
    found = sum(compare_runs(y, labels).p < 0.05 for y in runs)
    assert stats.binomtest(found, 1000, 0.8).pvalue > 1e-4


def test_without_degrees_of_freedom_nothing_is_visible():
    assert math.isnan(smallest_visible_effect(1.0, 0))
    assert math.isnan(smallest_visible_by_f(1.0, 1, 0))
    assert math.isnan(smallest_visible_by_f(0.0, 2, 7))


def test_holm_levels():
    assert holm_levels(4) == pytest.approx([0.0125, 0.05 / 3, 0.025, 0.05])
    assert holm_levels(0) == []


def test_millers_sample_sizes():
    spread = paired_variance(1 / 9), paired_variance(1 / 9, 1 / 6, 1 / 6), paired_variance(1 / 9, 1 / 6, 1 / 6, 10, 10)
    assert [clusters_needed(0.03, variance) for variance in spread] == [969, 3876, 1260]
    assert [round(100 * smallest_paired_effect(198, v), 1) for v in spread[1:]] == [13.3, 7.6]


@repeatable
@given(st.floats(0.01, 1), st.floats(0.01, 2))
def test_clusters_needed_see_the_effect_and_one_fewer_does_not(effect, variance):
    n = clusters_needed(effect, variance)
    assert smallest_paired_effect(n, variance) <= effect * (1 + 1e-9)
    assert n == 1 or smallest_paired_effect(n - 1, variance) > effect * (1 - 1e-9)


@repeatable
@given(st.integers(1, 60), st.floats(0.1, 10))
def test_seed_sd_interval_holds_a_tail_on_each_side(df, sd):
    low, high = seed_sd_interval(sd, df)
    assert stats.chi2.sf(df * (sd / low) ** 2, df) == pytest.approx(0.025)
    assert stats.chi2.cdf(df * (sd / high) ** 2, df) == pytest.approx(0.025)


@pytest.mark.parametrize(("sd", "df"), [(1.0, 0), (0.0, 3), (math.nan, 3)])
def test_seed_sd_without_spread_has_no_interval(sd, df):
    assert all(map(math.isnan, seed_sd_interval(sd, df)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: t_power(1, 0),
        lambda: t_power(1, 5, alpha=1.0),
        lambda: smallest_visible_effect(-1, 5),
        lambda: smallest_visible_effect(1, 5, power=0.01),
        lambda: smallest_visible_by_f(-1, 2, 5),
        lambda: smallest_visible_by_f(1, 2, 5, power=0.01),
        lambda: clusters_needed(0, 1),
        lambda: clusters_needed(1, -1),
        lambda: smallest_paired_effect(0, 1),
        lambda: paired_variance(-1),
        lambda: paired_variance(1, samples_baseline=0),
    ],
)
def test_questions_without_an_answer_are_refused(call):
    with pytest.raises(ValueError, match=r"need|level|error|power|gain|variances"):
        call()

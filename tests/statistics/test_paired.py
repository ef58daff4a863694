"""Gate level: binary, mean and log-ratio comparisons against textbooks and other libraries."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar

from behaviordrift.statistics import binary_difference, log_ratio, mean_difference
from behaviordrift.statistics.paired_proportions import mcnemar_mid_p, tango_interval
from behaviordrift.statistics.sign_flip import sign_flip_p

repeatable = settings(max_examples=40, deadline=None, derandomize=True)

MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

finite = st.floats(-100, 100).map(lambda x: round(x, 3))
differences = st.integers(6, 30).flatmap(lambda n: arrays(float, n, elements=finite))
pairs_of_flags = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=6, max_size=80)


def table_as_pairs(both, candidate_only, baseline_only, neither):
    baseline = [1] * both + [0] * candidate_only + [1] * baseline_only + [0] * neither
    candidate = [1] * both + [1] * candidate_only + [0] * baseline_only + [0] * neither
    return baseline, candidate


@pytest.mark.parametrize(
    ("table", "low", "high", "digits"),
    [
        pytest.param((1, 1, 7, 12), -0.517, -0.026, 3, id="Bentur, Fagerland 2014"),
        pytest.param((20, 12, 2, 16), 0.0611, 0.3447, 4, id="sputum, Newcombe 1998"),
    ],
)
def test_tango_interval_matches_published_tables(table, low, high, digits):
    result = binary_difference(*table_as_pairs(*table))
    assert (round(result.low, digits), round(result.high, digits)) == (low, high)


def test_mcnemar_mid_p_matches_bentur():
    assert binary_difference(*table_as_pairs(1, 1, 7, 12)).p == pytest.approx(10 / 256)


def test_large_table_agrees_with_the_normal_approximation():
    # Agresti's approval ratings: difference -.04, SE .00955, chi-square 17.356.
    result = binary_difference(*table_as_pairs(794, 86, 150, 570))
    assert result.estimate == pytest.approx(-0.04)
    assert (result.low, result.high) == pytest.approx((-0.0587, -0.0213), abs=4e-4)
    assert result.p == pytest.approx(stats.chi2.sf(17.356, 1), rel=0.1)
    assert result.mde80 == pytest.approx(2.8016 * 0.0096, rel=2e-3)


def profiled_score_statistic(difference, b, c, n):
    """Tango's statistic with the nuisance parameter found by numerical maximum likelihood."""

    def negative_log_likelihood(q):
        cells = (q + difference, q, 1 - 2 * q - difference)
        return -sum(k * math.log(cell) for k, cell in zip((b, c, n - b - c), cells, strict=True) if k)

    bounds = (max(0.0, -difference) + 1e-12, (1 - difference) / 2 - 1e-12)
    q = optimize.minimize_scalar(negative_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
    return (b - c - n * difference) / math.sqrt(n * (2 * q + difference * (1 - difference)))


@pytest.mark.parametrize(("b", "c", "n"), [(1, 7, 21), (12, 2, 50), (3, 0, 10), (5, 5, 12), (40, 60, 300)])
def test_tango_ends_are_where_the_profiled_score_reaches_its_critical_value(b, c, n):
    low, high = tango_interval(b, c, n, level=0.90)
    assert profiled_score_statistic(low, b, c, n) == pytest.approx(1.6449, abs=2e-3)
    assert profiled_score_statistic(high, b, c, n) == pytest.approx(-1.6449, abs=2e-3)


@pytest.mark.parametrize("n", [6, 40, 5000])
def test_tango_has_width_where_nothing_or_everything_changed(n):
    z2 = stats.norm.ppf(0.975) ** 2
    assert tango_interval(0, 0, n, level=0.95) == pytest.approx((-z2 / (n + z2), z2 / (n + z2)))
    low, high = tango_interval(n, 0, n, level=0.95)
    assert -1 < low < 1 == high


@repeatable
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_tango_contains_the_estimate_and_nests(b, c, concordant):
    n = b + c + concordant + 1
    low, high = tango_interval(b, c, n, level=0.95)
    low90, high90 = tango_interval(b, c, n, level=0.90)
    assert -1 <= low <= low90 <= (b - c) / n <= high90 <= high <= 1


@pytest.mark.parametrize(("b", "c"), [(0, 5), (1, 7), (3, 8), (30, 12)])
def test_mid_p_is_the_exact_p_less_half_of_both_tails_end_points(b, c):
    exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue
    assert mcnemar_mid_p(b, c) == pytest.approx(exact - stats.binom.pmf(min(b, c), b + c, 0.5))
    assert mcnemar_mid_p(c, b) == mcnemar_mid_p(b, c)


@pytest.mark.parametrize("k", [0, 1, 7, 200])
def test_mid_p_is_one_where_changes_balance(k):
    assert mcnemar_mid_p(k, k) == pytest.approx(1)


def test_no_change_has_a_smoothed_detectable_effect_and_says_so():
    result = binary_difference([0] * 30, [0] * 30)
    assert (result.estimate, result.p) == (0, 1)
    assert result.mde80 == pytest.approx(2.8016 * math.sqrt(2 / 32 / 30), rel=1e-4)
    assert "no cluster changed" in result.caveats[0]


def test_sign_flip_counts_darwins_maize_as_fisher_did():
    assert sign_flip_p(np.array(MAIZE, dtype=float)) == 1726 / 32768
    result = mean_difference(np.zeros(15), MAIZE)
    assert stats.ttest_1samp(MAIZE, 0).pvalue == pytest.approx(0.0497, abs=5e-5)
    assert (result.low > 0, result.p) == (True, 1726 / 32768)


def test_sleep_matches_student_and_the_t_interval():
    result = mean_difference(DRUG_2, DRUG_1)
    assert result.p == 4 / 1024
    assert (result.low90, result.high90) == pytest.approx((-2.2930, -0.8670), abs=5e-5)
    oracle = stats.ttest_rel(DRUG_1, DRUG_2)
    assert oracle.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert (result.low, result.high) == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    assert (result.df, result.n_units, result.caveats) == (9, 10, ())


@repeatable
@given(arrays(float, st.integers(1, 9), elements=finite))
def test_exact_sign_flip_equals_brute_force(d):
    means = [abs(np.dot(signs, d)) for signs in product((-1, 1), repeat=len(d))]
    assert sign_flip_p(d) == np.mean([mean >= abs(d.sum()) - 1e-7 for mean in means])


def test_exact_sign_flip_equals_scipy():
    d = np.random.default_rng(3).normal(0.6, 1, 11)
    oracle = stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_p(d) == pytest.approx(oracle.pvalue)


def test_drawn_sign_flip_repeats_and_comes_near_the_t_test():
    d = np.random.default_rng(4).normal(0.2, 1, 120)
    assert sign_flip_p(d) == sign_flip_p(d.copy())
    assert sign_flip_p(d) == pytest.approx(stats.ttest_1samp(d, 0).pvalue, abs=0.01)
    assert sign_flip_p(np.full(30, 1.0)) == 1 / 10_001


def test_mde80_is_what_a_noncentral_t_finds_with_80_percent_power():
    d = np.random.default_rng(5).normal(0, 1, 60)
    mde = mean_difference(np.zeros(60), d).mde80
    noncentrality = mde / stats.sem(d)
    assert stats.nct.sf(stats.t.ppf(0.975, 59), 59, noncentrality) == pytest.approx(0.80, abs=0.005)


@repeatable
@given(differences)
def test_swap_negates_mean_differences(d):
    there, back = mean_difference(np.zeros_like(d), d), mean_difference(d, np.zeros_like(d))
    assert back.estimate == -there.estimate
    assert (back.low, back.high90) == (-there.high, -there.low90)
    assert back.p == pytest.approx(there.p, abs=0.02 if len(d) > 20 else 1e-12)


@repeatable
@given(pairs_of_flags)
def test_swap_negates_risk_differences(flags):
    baseline, candidate = zip(*flags, strict=True)
    there, back = binary_difference(baseline, candidate), binary_difference(candidate, baseline)
    assert back.estimate == -there.estimate
    assert (back.low, back.high90) == pytest.approx((-there.high, -there.low90), abs=1e-8)
    assert (back.p, back.mde80) == (there.p, there.mde80)


@repeatable
@given(arrays(float, (2, 12), elements=st.floats(0.5, 500)), st.floats(0.01, 100))
def test_unit_of_length_leaves_the_log_ratio(lengths, unit):
    plain, scaled = log_ratio(*lengths), log_ratio(*(lengths * unit))
    assert scaled.estimate == pytest.approx(plain.estimate, abs=1e-9)
    assert (scaled.low, scaled.high) == pytest.approx((plain.low, plain.high), abs=1e-9)
    assert scaled.p == pytest.approx(plain.p)


def test_log_ratio_is_the_ratio_of_geometric_means():
    rng = np.random.default_rng(6)
    before, after = rng.lognormal(3, 1, (2, 25))
    assert log_ratio(before, after).estimate == pytest.approx(np.log(stats.gmean(after) / stats.gmean(before)))


def test_equal_checkpoints_differ_by_nothing():
    result = mean_difference(DRUG_1, DRUG_1)
    assert (result.estimate, result.low, result.high, result.p) == (0, 0, 0, 1)
    assert math.isnan(result.mde80)
    assert "do not vary" in result.caveats[0]


def test_a_constant_ratio_has_no_spread_despite_rounding():
    lengths = np.array([3.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0])
    result = log_ratio(lengths, lengths * 1.3)
    assert result.low == result.estimate == result.high
    assert (result.p, math.isnan(result.mde80)) == (2 / 2**7, True)


@pytest.mark.parametrize("compare", [binary_difference, mean_difference])
def test_fewer_than_six_clusters_have_no_p_value(compare):
    result = compare([0, 0, 0, 1, 0], [1, 1, 1, 0, 1])
    assert math.isnan(result.p)
    assert "fewer than 6 clusters" in result.caveats
    assert result.estimate == pytest.approx(0.6)
    assert result.low < 0.6 < result.high


def test_one_cluster_or_none_leaves_nan_and_a_caveat():
    one = mean_difference([1.0], [2.5])
    assert (one.estimate, math.isnan(one.low), math.isnan(one.mde80)) == (1.5, True, True)
    for compare in (binary_difference, mean_difference, log_ratio):
        none = compare([], [])
        assert (math.isnan(none.estimate), none.n_units, none.caveats) == (True, 0, ("no clusters",))


@pytest.mark.parametrize(
    ("compare", "baseline", "candidate", "message"),
    [
        (mean_difference, [1, 2], [1, 2, 3], "one value per cluster"),
        (mean_difference, [[1, 2]], [[1, 2]], "one value per cluster"),
        (mean_difference, [1, math.nan], [1, 2], "finite"),
        (mean_difference, [1, math.inf], [1, 2], "finite"),
        (binary_difference, [0, 0.5], [1, 1], "0 or 1"),
        (log_ratio, [1, 0], [1, 2], "above 0"),
    ],
)
def test_unusable_input_is_refused(compare, baseline, candidate, message):
    with pytest.raises(ValueError, match=message):
        compare(baseline, candidate)

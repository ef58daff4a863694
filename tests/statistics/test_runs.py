"""Run level: F, seed SD and label permutation against textbooks, scipy and brute force."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import compare_runs, seed_spread, tipping_seed_sd

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

# Davies and Goldsmith's dyestuff yields, six batches of five.
DYESTUFF = [
    *([1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495], [1595, 1550, 1605, 1510, 1560]),
    *([1445, 1440, 1595, 1465, 1545], [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445]),
]


def runs_of(sizes, seed=1, effect=0.0):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return np.random.default_rng(seed).normal(effect * labels, 1), labels


def test_dyestuff():
    result = compare_runs(np.ravel(DYESTUFF), np.repeat(range(6), 5))
    assert (round(result.f, 4), round(result.p, 4)) == (4.5983, 0.0044)
    assert (result.df_between, result.df_within) == (5, 24)
    assert result.seed_sd**2 == pytest.approx(2451.25)
    assert result.f * result.seed_sd**2 == pytest.approx(11271.5)
    assert result.permutation_p == pytest.approx(result.p, abs=0.003)
    assert result.permutation_floor == pytest.approx(1 / 10_001)


def test_spread_of_the_dyestuff_batches():
    spread = seed_spread(np.ravel(DYESTUFF), np.repeat(range(6), 5))
    assert (spread.sd**2, spread.df) == (pytest.approx(2451.25), 24)
    assert spread.low == pytest.approx(spread.sd * math.sqrt(24 / stats.chi2.ppf(0.975, 24)))
    assert spread.low < spread.sd < spread.high


def test_spread_needs_replicates():
    spread = seed_spread([1.0, 2.0], ["a", "b"])
    assert spread.df == 0
    assert math.isnan(spread.sd)


@repeatable
@given(st.lists(st.integers(2, 3), min_size=2, max_size=3), st.integers(0, 10_000))
def test_f_equals_scipy(sizes, seed):
    y, labels = runs_of(sizes, seed)
    oracle = stats.f_oneway(*(y[labels == k] for k in range(len(sizes))))
    result = compare_runs(y, labels)
    assert (result.f, result.p) == pytest.approx((oracle.statistic, oracle.pvalue))


@repeatable
@given(
    st.lists(st.integers(0, 4).map(float), min_size=6, max_size=6).filter(lambda y: len(set(y)) > 1),
    st.sampled_from([(0, 0, 0, 1, 1, 1), (0, 0, 1, 1, 2, 2), (0, 0, 0, 0, 1, 2)]),
)
def test_exact_permutation_equals_brute_force(y, labels):
    def share(order):
        groups = [[y[i] for i, k in zip(order, labels, strict=True) if k == group] for group in set(labels)]
        return sum(len(g) * (np.mean(g) - np.mean(y)) ** 2 for g in groups)

    observed = share(range(6))
    as_far = np.mean([share(order) >= observed - 1e-9 for order in permutations(range(6))])
    assert compare_runs(y, labels).permutation_p == pytest.approx(as_far)


@pytest.mark.parametrize(("seeds", "floor"), [(2, 2 / 6), (3, 2 / 20), (4, 2 / 70), (5, 2 / 252), (8, 2 / 12870)])
def test_two_arms_reach_the_floor_and_no_further(seeds, floor):
    y, labels = runs_of([seeds, seeds], effect=50)
    result = compare_runs(y, labels)
    assert result.permutation_p == pytest.approx(result.permutation_floor) == pytest.approx(floor)
    assert any("cannot reach .05" in caveat for caveat in result.caveats) == (floor >= 0.05)


def test_unequal_arms_have_no_names_to_swap():
    result = compare_runs(*runs_of([2, 4], effect=50))
    assert result.permutation_p == result.permutation_floor == 1 / 15


def test_exact_permutation_equals_scipy():
    y, labels = runs_of([3, 2, 3], effect=0.4)
    groups = [y[labels == k] for k in range(3)]
    oracle = stats.permutation_test(
        groups, lambda *g: stats.f_oneway(*g).statistic, alternative="greater", n_resamples=np.inf
    )
    assert compare_runs(y, labels).permutation_p == pytest.approx(oracle.pvalue)


def test_points_with_one_run_borrow_the_seed_sd_of_the_others():
    y, labels = runs_of([3, 1, 1])
    result = compare_runs(y, labels)
    assert (result.df_between, result.df_within) == (2, 2)
    assert result.seed_sd == pytest.approx(np.std(y[:3], ddof=1))
    assert result.permutation_floor == 2 / 20


@pytest.mark.parametrize(("df", "low", "high"), [(2, 0.52, 6.3), (8, 0.68, 1.92), (14, 0.73, 1.58)])
def test_seed_sd_interval_multipliers(df, low, high):
    result = compare_runs(*runs_of([df + 1, 1]))
    assert result.df_within == df
    assert result.seed_sd_low / result.seed_sd == pytest.approx(low, abs=0.006)
    assert result.seed_sd_high / result.seed_sd == pytest.approx(high, abs=0.02)


@repeatable
@given(st.floats(-50, 50), st.floats(0.1, 10))
def test_shift_and_scale_leave_the_test(shift, scale):
    y, labels = runs_of([3, 2, 2], effect=0.5)
    plain, moved = compare_runs(y, labels), compare_runs(y * scale + shift, labels)
    assert (moved.f, moved.permutation_p) == pytest.approx((plain.f, plain.permutation_p))
    assert moved.seed_sd == pytest.approx(plain.seed_sd * scale)


def test_order_of_runs_and_names_of_points_do_not_matter():
    y, labels = runs_of([3, 3, 2], effect=0.5)
    order = np.random.default_rng(2).permutation(8)
    plain, moved = compare_runs(y, labels), compare_runs(y[order], np.array(["b", "c", "a"])[labels[order]])
    assert (moved.f, moved.permutation_p) == pytest.approx((plain.f, plain.permutation_p))


def test_one_run_per_ratio_is_undefined_and_says_so():
    result = compare_runs([1.0, 2.0, 3.0], [0, 1, 2])
    assert all(map(math.isnan, (result.f, result.p, result.seed_sd, result.permutation_p)))
    assert (result.df_within, "no design point has two runs" in result.caveats[0]) == (0, True)


def test_one_design_point_gives_a_seed_sd_only():
    result = compare_runs([1.0, 2.0, 3.0], [4, 4, 4])
    assert (result.seed_sd, math.isnan(result.f), math.isnan(result.permutation_p)) == (1, True, True)
    assert "one design point" in result.caveats[0]


def test_runs_that_do_not_vary_leave_f_undefined():
    result = compare_runs([0.1, 0.1, 0.1, 0.7, 0.7, 0.7], [0, 0, 0, 1, 1, 1])
    assert (result.seed_sd, result.permutation_p) == (0, 0.1)
    assert all(map(math.isnan, (result.f, result.p, result.seed_sd_low, result.seed_sd_high)))
    assert any("do not vary" in caveat for caveat in result.caveats)
    assert compare_runs([0.1] * 4, [0, 0, 1, 1]).permutation_p == 1


@pytest.mark.parametrize(("y", "labels"), [([], []), ([1.0], [0, 1]), ([1.0, math.nan], [0, 0])])
def test_unusable_input_is_refused(y, labels):
    with pytest.raises(ValueError, match=r"needed|finite"):
        compare_runs(y, labels)


def test_tipping_seed_sd_makes_the_difference_just_significant():
    sd = tipping_seed_sd(-0.8)
    assert 2 * stats.norm.sf(0.8 / (sd * math.sqrt(2))) == pytest.approx(0.05, abs=1e-4)


def test_tipping_seed_sd_of_many_runs_is_what_their_range_exceeds_once_in_twenty():
    runs = np.random.default_rng(1).normal(0, tipping_seed_sd(1.0, 7), (20_000, 7))
    assert np.mean(np.ptp(runs, axis=1) > 1) == pytest.approx(0.05, abs=0.005)


def test_rounding_errors_are_no_variation_between_runs():
    third = np.array([0.1, 0.2, 0.3]).sum() / 3, np.array([0.3, 0.2, 0.1]).sum() / 3
    assert third[0] != third[1]
    found = compare_runs([*third, 5.0, 5.0], ["a", "a", "b", "b"])
    assert found.seed_sd == 0
    assert np.isnan(found.f)

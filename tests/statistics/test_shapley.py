"""Shapley values of textbook games, against brute force over orders, and shares with their error."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import shapley_shares, shapley_values
from behaviordrift.statistics.contrasts import NO_REPLICATES
from behaviordrift.statistics.shapley import NO_TOTAL, SIGNS_DIFFER

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


def coalitions(n):
    return [frozenset(i for i in range(n) if code >> i & 1) for code in range(2**n)]


def centroid_runs(rng, effects, seeds=3, base=0.0):
    """Runs on all mixtures of equal shares, where each task adds its effect."""
    return {s: base + sum(effects[i] for i in s) + rng.normal(0, 1, seeds) for s in coalitions(len(effects))[1:]}


def test_the_airport_game_charges_each_aircraft_for_the_runway_it_needs():
    costs = [8, 11, 13, 18]
    worth = {s: float(max((costs[i] for i in s), default=0)) for s in coalitions(4)}
    assert shapley_values(worth) == pytest.approx([2, 3, 4, 9])


def test_the_glove_game():
    worth = {s: float(2 in s and len(s) > 1) for s in coalitions(3)}
    assert shapley_values(worth) == pytest.approx([1 / 6, 1 / 6, 2 / 3])


@repeatable
@given(st.integers(1, 5), st.integers(0, 1000))
def test_values_are_the_mean_gain_over_all_orders_of_joining(n, seed):
    rng = np.random.default_rng(seed)
    worth = {s: float(rng.normal()) for s in coalitions(n)}
    gains = np.zeros(n)
    for order in permutations(range(n)):
        for place, player in enumerate(order):
            gains[player] += worth[frozenset(order[: place + 1])] - worth[frozenset(order[:place])]
    assert shapley_values(worth) == pytest.approx(gains / math.factorial(n))


def test_eight_tasks_add_up():
    worth = {s: float(len(s) ** 2) for s in coalitions(8)}
    assert shapley_values(worth) == pytest.approx(8)


def test_three_tasks_have_an_error_of_two_thirds_of_a_run_over_root_seeds():
    found = shapley_shares(0.0, centroid_runs(np.random.default_rng(1), [4, 3, 2], seeds=4))
    errors = [effect.standard_error for effect in found.contributions]
    assert errors == pytest.approx([found.total.standard_error * 2 / 3] * 3)
    assert found.total.df == 21


def test_contributions_and_shares_add_up():
    found = shapley_shares(1.0, centroid_runs(np.random.default_rng(2), [8, 5, 3], base=1.0))
    assert sum(effect.estimate for effect in found.contributions) == pytest.approx(found.total.estimate)
    assert sum(share.estimate for share in found.shares) == pytest.approx(1)
    assert found.caveats == ()


@repeatable
@given(st.permutations(range(3)))
def test_relabelling_the_tasks_permutes_the_shares(order):
    runs = centroid_runs(np.random.default_rng(3), [8, 5, 3])
    there = shapley_shares(0.0, runs)
    here = shapley_shares(0.0, {frozenset(order.index(i) for i in s): values for s, values in runs.items()})
    for new, old in enumerate(order):
        assert here.contributions[new].estimate == pytest.approx(there.contributions[old].estimate)
        assert (here.shares[new].low, here.shares[new].high) == pytest.approx(
            (there.shares[old].low, there.shares[old].high)
        )


def test_the_base_model_and_all_runs_may_share_a_level():
    rng = np.random.default_rng
    there, here = (shapley_shares(base, centroid_runs(rng(4), [8, 5, 3], base=base)) for base in (0.0, 10.0))
    assert [s.low for s in here.shares] == pytest.approx([s.low for s in there.shares])


def test_intervals_cover():
    rng, effects = np.random.default_rng(5), [8.0, 5.0, 3.0]
    found = [shapley_shares(0.0, centroid_runs(rng, effects, seeds=2)) for _ in range(300)]
    assert stats.binomtest(sum(0.5 in f.shares[0] for f in found), 300, 0.95).pvalue > 1e-4
    covered = sum(f.contributions[1].low <= 5 <= f.contributions[1].high for f in found)
    assert stats.binomtest(covered, 300, 0.95).pvalue > 1e-4


def test_shares_are_suppressed_where_the_sum_is_not_clearly_there():
    found = shapley_shares(0.0, centroid_runs(np.random.default_rng(6), [0.02, 0.01, 0.01]))
    assert found.shares == ()
    assert NO_TOTAL in found.caveats


def test_shares_are_suppressed_where_tasks_pull_apart():
    found = shapley_shares(0.0, centroid_runs(np.random.default_rng(7), [30, -10, 5]))
    assert (found.shares, found.caveats) == ((), (SIGNS_DIFFER,))


def test_single_runs_have_contributions_without_error_and_no_shares():
    found = shapley_shares(0.0, centroid_runs(np.random.default_rng(8), [8, 5], seeds=1))
    assert math.isnan(found.total.p)
    assert (found.shares, found.caveats) == ((), (NO_REPLICATES, NO_TOTAL))


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ({frozenset([0]): [1.0], frozenset([1]): [2.0]}, r"\[0, 1\] is missing"),
        ({frozenset([1]): [1.0]}, "numbered from 0"),
        ({}, "1 to 8 tasks"),
    ],
)
def test_missing_mixtures_are_named(runs, message):
    with pytest.raises(ValueError, match=message):
        shapley_shares(0.0, runs)


def test_a_base_model_without_a_value_is_refused():
    with pytest.raises(ValueError, match="base model"):
        shapley_shares(math.nan, {frozenset([0]): [1.0, 2.0]})

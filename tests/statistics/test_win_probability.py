"""Win probability against counting, the sign test and rank statistics."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from behaviordrift.statistics import win_probability

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
ranks = st.integers(6, 40).flatmap(lambda n: arrays(float, (2, n), elements=st.integers(1, 5)))


@repeatable
@given(ranks)
def test_it_is_the_share_of_wins_and_half_the_ties(pair):
    baseline, candidate = pair
    share = np.mean([1.0 if c > b else 0.5 if c == b else 0.0 for b, c in zip(baseline, candidate, strict=True)])
    result = win_probability(baseline, candidate)
    assert result.estimate + 0.5 == pytest.approx(share)
    assert -0.5 <= result.low <= result.low90 <= result.estimate <= result.high90 <= result.high <= 0.5
    assert result.low < result.high


@repeatable
@given(ranks)
def test_p_is_the_sign_test_less_half_its_observed_point(pair):
    baseline, candidate = pair
    wins, losses = int(np.sum(candidate > baseline)), int(np.sum(candidate < baseline))
    if wins == losses:
        assert win_probability(baseline, candidate).p == pytest.approx(1)
        return
    exact = stats.binomtest(wins, wins + losses).pvalue
    point = stats.binom.pmf(wins, wins + losses, 0.5)
    assert win_probability(baseline, candidate).p == pytest.approx(exact - point)


@repeatable
@given(ranks)
def test_swap_negates_and_a_rising_scale_changes_nothing(pair):
    there, back = win_probability(*pair), win_probability(*pair[::-1])
    assert (back.estimate, back.p) == (-there.estimate, there.p)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-8)
    assert win_probability(*np.exp(pair)) == there


def test_interval_covers_a_true_win_probability():
    rng = np.random.default_rng(11)
    truth = stats.norm.cdf(0.3 / math.sqrt(2)) - 0.5
    results = [win_probability(rng.normal(0, 1, 80), rng.normal(0.3, 1, 80)) for _ in range(400)]
    assert np.mean([r.low <= truth <= r.high for r in results]) == pytest.approx(0.95, abs=0.04)


def test_ties_throughout_keep_a_width_and_say_so():
    result = win_probability([3] * 30, [3] * 30)
    assert (result.estimate, result.p) == (0, 1)
    assert result.low < 0 < result.high
    assert "every cluster is tied" in result.caveats[0]


def test_few_clusters_or_none():
    few = win_probability([1, 2, 3, 4, 5], [2, 3, 4, 5, 6])
    assert (few.estimate, math.isnan(few.p)) == (0.5, True)
    assert "fewer than 6 clusters" in few.caveats
    assert win_probability([], []).caveats == ("no clusters",)


def test_unequal_sides_are_refused():
    with pytest.raises(ValueError, match="one value per cluster"):
        win_probability([1, 2], [1])

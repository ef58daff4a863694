"""Lengths are measured while replies end by themselves, and ranked where many were cut."""

import numpy as np
import pytest

from behaviordrift.statistics import length_change, log_ratio, win_probability

RNG = np.random.default_rng(1)
BASELINE, CANDIDATE = RNG.lognormal(4, 1, (2, 40))
NONE = np.zeros(40)


def test_few_cut_replies_leave_the_log_ratio():
    two = NONE.copy()
    two[:2] = 1
    assert length_change(BASELINE, CANDIDATE, NONE, two) == log_ratio(BASELINE, CANDIDATE)


@pytest.mark.parametrize("side", [0, 1])
def test_many_cut_replies_on_either_side_give_the_win_probability(side):
    cut = [NONE.copy(), NONE.copy()]
    cut[side][:3] = 1
    lengths = [BASELINE.copy(), CANDIDATE.copy()]
    lengths[side][:3] = 1e6
    result, ranked = length_change(BASELINE, CANDIDATE, *cut), win_probability(*lengths)
    assert (result.estimand, result.estimate, result.p) == (ranked.estimand, ranked.estimate, ranked.p)
    assert (result.low, result.high90) == (ranked.low, ranked.high90)
    assert "8 % of replies were cut" in result.caveats[-1]


def test_a_limit_hides_the_mean_but_not_the_rank():
    limit = np.quantile(CANDIDATE, 0.6)
    longer = CANDIDATE * 3
    before, after = np.minimum(CANDIDATE, limit), np.minimum(longer, limit)
    result = length_change(before, after, before == limit, after == limit)
    assert log_ratio(before, after).estimate < 0.9 * np.log(3)
    assert result.estimate == pytest.approx(0.5 - 0.5 * np.mean(before == limit))


def test_two_cut_replies_are_a_tie_that_may_hide_anything():
    lengths = RNG.integers(40, 60, (2, 400))
    all_cut = np.ones(400)
    result = length_change(*lengths, all_cut, all_cut)
    assert (result.estimate, result.p, result.low90, result.high90) == (0, 1, -0.5, 0.5)
    tenth = all_cut * (np.arange(400) % 10 == 0)
    result = length_change(*lengths, tenth, tenth)
    ranked = win_probability(*np.where(tenth, 99, lengths))
    assert (result.low, result.high) == pytest.approx((ranked.low - 0.05, ranked.high + 0.05))


def test_swap_negates_ranked_lengths():
    cut = (np.arange(40) % 4 == 0, np.arange(40) % 6 == 0)
    there, back = length_change(BASELINE, CANDIDATE, *cut), length_change(CANDIDATE, BASELINE, *cut[::-1])
    assert (back.estimate, back.p) == (-there.estimate, there.p)
    assert (back.low, back.high90) == pytest.approx((-there.high, -there.low90), abs=1e-8)


def test_no_clusters_and_bad_shares():
    assert length_change([], [], [], []).caveats == ("no clusters",)
    with pytest.raises(ValueError, match="truncated share"):
        length_change([1.0], [2.0], [0.0], [1.5])
    with pytest.raises(ValueError, match="above 0"):
        length_change([0.0], [2.0], [0.0], [1.0])

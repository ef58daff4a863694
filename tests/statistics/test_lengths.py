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
    result, ranked = length_change(BASELINE, CANDIDATE, *cut), win_probability(BASELINE, CANDIDATE)
    assert (result.estimand, result.estimate, result.p) == (ranked.estimand, ranked.estimate, ranked.p)
    assert "8 % of replies were cut" in result.caveats[-1]


def test_a_limit_hides_the_mean_but_not_the_rank():
    limit = np.quantile(CANDIDATE, 0.6)
    longer = CANDIDATE * 3
    before, after = np.minimum(CANDIDATE, limit), np.minimum(longer, limit)
    result = length_change(before, after, before == limit, after == limit)
    assert log_ratio(before, after).estimate < 0.9 * np.log(3)
    assert result.estimate == pytest.approx(0.5 - 0.5 * np.mean(before == limit))


def test_no_clusters_and_bad_shares():
    assert length_change([], [], [], []).caveats == ("no clusters",)
    with pytest.raises(ValueError, match="truncated share"):
        length_change([1.0], [2.0], [0.0], [1.5])
    with pytest.raises(ValueError, match="above 0"):
        length_change([0.0], [2.0], [0.0], [1.0])

"""Tests of labels against published tables, statsmodels and McNemar's test."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, mcnemar

from behaviordrift.statistics import binary_difference, holm, nominal_change, pair_table_tests
from behaviordrift.statistics.paired_proportions import bonett_price_interval

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

VISION = np.array([[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]])
# Few examples where Holm's correction runs: statsmodels collects garbage on every call.
few = settings(max_examples=6, deadline=None, derandomize=True)
labels = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=6, max_size=60)


def test_unaided_vision():
    stuart_maxwell, bhapkar, bowker = pair_table_tests(VISION)
    assert [round(t.statistic, 3) for t in (stuart_maxwell, bhapkar, bowker)] == [11.957, 11.976, 19.107]
    assert [t.df for t in (stuart_maxwell, bhapkar, bowker)] == [3, 3, 6]
    assert stuart_maxwell.p == pytest.approx(stats.chi2.sf(11.957, 3), rel=1e-3)


@repeatable
@given(arrays(np.int64, (4, 4), elements=st.integers(1, 30)))
def test_full_tables_agree_with_statsmodels(table):
    oracle = SquareTable(table, shift_zeros=False)
    expected = oracle.homogeneity(), oracle.homogeneity("bhapkar"), oracle.symmetry()
    for ours, theirs in zip(pair_table_tests(table), expected, strict=True):
        assert (ours.statistic, ours.df, ours.p) == pytest.approx((theirs.statistic, theirs.df, theirs.pvalue))


@repeatable
@given(arrays(np.int64, (3, 3), elements=st.integers(1, 30)), st.permutations(range(3)))
def test_swap_and_relabelling_leave_the_tests(table, order):
    plain = pair_table_tests(table)
    for other in (table.T, table[np.ix_(order, order)]):
        for ours, theirs in zip(plain, pair_table_tests(other), strict=True):
            assert theirs.statistic == pytest.approx(ours.statistic, abs=1e-9)


def test_two_classes_are_mcnemars_test():
    oracle = mcnemar([[20, 12], [2, 16]], exact=False, correction=False)
    assert [t.statistic for t in pair_table_tests([[20, 12], [2, 16]])][::2] == pytest.approx([oracle.statistic] * 2)


def test_a_class_that_nobody_left_or_entered_changes_nothing():
    wider = np.zeros((6, 6), dtype=int)
    wider[:4, :4] = VISION
    for plain, padded in zip(pair_table_tests(VISION), pair_table_tests(wider), strict=True):
        assert (padded.statistic, padded.df) == (pytest.approx(plain.statistic), plain.df)


def test_groups_without_traffic_between_them_add_up():
    first, second = np.array([[5, 9], [3, 5]]), np.array([[8, 1], [7, 4]])
    both = np.block([[first, np.zeros((2, 2), int)], [np.zeros((2, 2), int), second]])
    total = sum(pair_table_tests(table)[0].statistic for table in (first, second))
    assert pair_table_tests(both)[0].statistic == pytest.approx(total)
    assert pair_table_tests(both)[0].df == 2


@few
@given(labels)
def test_each_class_is_a_paired_proportion_and_they_sum_to_nothing(pairs):
    baseline, candidate = zip(*pairs, strict=True)
    change = nominal_change(baseline, candidate)
    assert sum(c.estimate for c in change.classes) == pytest.approx(0, abs=1e-12)
    assert [c.p_adjusted for c in change.classes] == holm([c.p for c in change.classes])
    for c in change.classes:
        binary = binary_difference([x == c.label for x in baseline], [x == c.label for x in candidate])
        assert (c.estimate, c.p) == pytest.approx((binary.estimate, binary.p))
        assert c.candidate - c.baseline == pytest.approx(c.estimate)
        ends = bonett_price_interval(
            *(sum(a != c.label == b for a, b in way) for way in (pairs, [pair[::-1] for pair in pairs])),
            len(pairs),
            level=1 - 0.05 / len(change.classes),
        )
        assert (c.low, c.high) == pytest.approx(ends)


def test_the_intervals_of_all_classes_hold_together():
    rng = np.random.default_rng(5)
    shares = np.array([[0.6, 0.3, 0.1], [0.4, 0.3, 0.3]])
    held = 0
    for _ in range(200):
        change = nominal_change(*(rng.choice(3, 60, p=side) for side in shares), labels=range(3))
        held += all(c.low <= truth <= c.high for c, truth in zip(change.classes, shares[1] - shares[0], strict=True))
    assert held / 200 == pytest.approx(0.96, abs=0.03)


@few
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=6, max_size=7))
def test_flips_are_all_exchanges_of_a_clusters_two_labels(pairs):
    def statistic(swaps):
        sides = zip(*(pair[::-1] if swap else pair for pair, swap in zip(pairs, swaps, strict=True)), strict=True)
        return nominal_change(*sides).stuart_maxwell.statistic

    seen = statistic([False] * len(pairs))
    exchanged = [statistic(swaps) for swaps in product((False, True), repeat=len(pairs))]
    expected = np.mean([value >= seen - 1e-9 for value in exchanged])
    assert nominal_change(*zip(*pairs, strict=True)).flip_p == pytest.approx(expected)


def test_many_changes_give_flips_and_chi_squared_the_same_p():
    table = np.array([[40, 20, 9], [11, 30, 12], [3, 10, 25]])
    baseline, candidate = (np.repeat(np.indices((3, 3))[side].ravel(), table.ravel()) for side in (0, 1))
    change = nominal_change(baseline.tolist(), candidate.tolist())
    assert change.flip_p == pytest.approx(change.stuart_maxwell.p, abs=0.01)


def test_equal_labels_have_p_one_and_width():
    change = nominal_change(["a", "b"] * 10, ["a", "b"] * 10)
    assert [t.p for t in (change.stuart_maxwell, change.bhapkar, change.bowker)] == [1, 1, 1]
    assert change.flip_p == 1
    assert all(c.low < 0 < c.high for c in change.classes)


def test_everything_moving_one_way_leaves_walds_statistic_undefined():
    change = nominal_change(["a"] * 20, ["b"] * 20)
    assert change.stuart_maxwell.statistic == pytest.approx(20)
    assert math.isnan(change.bhapkar.p)


def test_given_labels_are_told_of_in_their_order():
    change = nominal_change(["a"] * 6, ["a"] * 6, labels=["z", "a"])
    assert [(c.label, c.baseline) for c in change.classes] == [("z", 0), ("a", 1)]


def test_few_changes_and_few_clusters_are_said():
    few = nominal_change(["a"] * 40, ["a"] * 37 + ["b"] * 3)
    assert few.caveats == ("only 3 clusters changed class: chi-squared p values are rough",)
    tiny = nominal_change(["a"] * 5, ["b"] * 5)
    assert "fewer than 6 clusters" in tiny.caveats
    assert math.isnan(tiny.stuart_maxwell.p)
    assert math.isnan(tiny.flip_p)
    assert all(math.isnan(c.p_adjusted) for c in tiny.classes)
    assert nominal_change([], []).caveats == ("no clusters",)


@pytest.mark.parametrize(
    ("baseline", "candidate", "names", "message"),
    [(["a"], ["a", "b"], None, "one label per cluster"), (["a"], ["b"], ["a"], "not among the labels: b")],
)
def test_unusable_labels_are_refused(baseline, candidate, names, message):
    with pytest.raises(ValueError, match=message):
        nominal_change(baseline, candidate, names)


@pytest.mark.parametrize("table", [[[1, 2]], [1, 2], [[0, 0], [0, 0]], [[1, -1], [2, 3]]])
def test_what_is_no_table_of_pairs_is_refused(table):
    with pytest.raises(ValueError, match="table of pairs"):
        pair_table_tests(table)

"""Westfall and Young's maxT against brute force, blocks against enumeration, and its error rate."""

import math
import time
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import compare_runs, max_t

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

LABELS = np.array([0, 0, 0, 1, 1, 1])


def by_hand(y, labels, blocks):
    """Step-down maxT over every permutation of the runs that stays within blocks."""
    y, n = np.asarray(y, dtype=float), len(labels)
    for block in set(blocks):
        y = np.where((blocks == block)[:, None], y - y[blocks == block].mean(axis=0), y)

    def separation(order):
        groups = [y[labels[list(order)] == label] for label in set(labels)]
        between = sum(len(group) * group.mean(axis=0) ** 2 for group in groups)
        return np.round(between / np.maximum((y**2).sum(axis=0), 1e-12), 9)

    allowed = [order for order in permutations(range(n)) if np.array_equal(blocks[list(order)], blocks)]
    chance = np.array([separation(order) for order in allowed])
    observed = separation(range(n))
    p, adjusted, order, largest = np.mean(chance >= observed, axis=0), np.empty(y.shape[1]), np.argsort(-observed), 0.0
    for step, measure in enumerate(order):
        left = chance[:, order[step:]].max(axis=1)
        largest = max(largest, float(np.mean(left >= observed[measure])))
        adjusted[measure] = largest
    return p, adjusted


values = st.lists(st.lists(st.integers(0, 4).map(float), min_size=3, max_size=3), min_size=6, max_size=6)


@repeatable
@given(
    values.filter(lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True))),
    st.sampled_from([[0] * 6, [0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 1, 1]]),
    st.sampled_from([[0, 0, 0, 1, 1, 1], [0, 1, 2, 2, 1, 0]]),
)
def test_max_t_equals_brute_force(y, blocks, labels):
    test = max_t(y, labels, blocks)
    p, adjusted = by_hand(y, np.array(labels), np.array(blocks))
    assert test.exact
    assert test.p == pytest.approx(p)
    assert test.p_adjusted == pytest.approx(adjusted)


def test_one_measure_needs_no_correction():
    y = np.random.default_rng(1).normal(size=8)
    labels = np.repeat([0, 1], 4)
    test = max_t(y[:, None], labels)
    assert test.p_adjusted[0] == test.p[0] == compare_runs(y, labels).permutation_p
    assert test.arrangements == 70


def test_drawn_arrangements_come_near_to_the_f_test_and_count_the_one_observed():
    rng = np.random.default_rng(4)
    labels = np.repeat(range(7), 2)
    y = rng.normal(size=(14, 3)) + np.outer(labels, [0.0, 0.2, 20.0])
    test = max_t(y, labels)
    f = [stats.f_oneway(*(column[labels == k] for k in range(7))).pvalue for column in y.T]
    assert (test.exact, test.arrangements) == (False, 10_000)
    assert test.p == pytest.approx(f, abs=0.03)
    assert test.p[2] == pytest.approx(1 / 10_001)


def test_copies_of_a_measure_cost_nothing_and_independent_ones_do():
    rng = np.random.default_rng(2)
    y = rng.normal(size=8) + np.repeat([0, 1.5], 4)
    labels = np.repeat([0, 1], 4)
    copies = max_t(np.column_stack([y, 2 * y + 3, -y]), labels)
    assert copies.p_adjusted == pytest.approx([copies.p[0]] * 3)
    family = max_t(np.column_stack([y, rng.normal(size=(8, 5))]), labels)
    assert family.p_adjusted[0] > family.p[0]


def test_blocks_take_out_what_they_share():
    seed = np.repeat([0, 10, 20, 30], 2)
    labels = np.tile([0, 1], 4)
    y = (seed + labels + np.array([0, 0.1, 0.2, 0, 0, 0.1, 0.1, 0]))[:, None]
    blocked = max_t(y, labels, seed)
    assert blocked.arrangements == 2**4
    assert blocked.p[0] == blocked.floor == 2 / 16
    assert max_t(y, labels).p[0] > 0.5


def test_drawn_labels_stay_in_their_block():
    blocks, labels = np.repeat(range(4), 5), np.tile(range(5), 4)
    shared = np.repeat([0.0, 50.0, 100.0, 150.0], 5)
    y = np.random.default_rng(3).normal(size=(20, 2))
    test, moved = max_t(y, labels, blocks), max_t(y + shared[:, None], labels, blocks)
    assert not test.exact
    assert test.p == pytest.approx(moved.p)


def test_floor_of_labels_that_blocks_tell_apart():
    labels, blocks = [0, 0, 1, 0, 1, 2], [0, 0, 0, 1, 1, 1]
    assert max_t(np.arange(6.0)[:, None], labels, blocks).floor == 1 / (3 * 6)


@repeatable
@given(st.permutations(range(6)), st.permutations(range(4)))
def test_order_of_runs_and_measures_does_not_matter(runs, measures):
    y = np.random.default_rng(5).normal(size=(6, 4))
    runs, measures = list(runs), list(measures)
    plain, moved = max_t(y, LABELS), max_t(y[runs][:, measures], LABELS[runs])
    assert moved.p_adjusted == pytest.approx(plain.p_adjusted[measures])


@repeatable
@given(st.integers(0, 1000), st.integers(1, 5))
def test_adjusted_values_lie_between_raw_and_bonferroni(seed, measures):
    test = max_t(np.random.default_rng(seed).normal(size=(6, measures)), LABELS)
    assert np.all(test.p <= test.p_adjusted + 1e-12)
    assert np.all(test.p_adjusted.min() <= np.minimum(measures * test.p.min(), 1) + 1e-12)


def test_family_error_rate_of_six_correlated_measures():
    rng, labels = np.random.default_rng(6), np.repeat([0, 1], 4)
    shared = rng.normal(size=(400, 8, 1)) * math.sqrt(0.3)
    families = shared + rng.normal(size=(400, 8, 6)) * math.sqrt(0.7)
    tests = [max_t(y, labels) for y in families]
    adjusted = np.sum([test.p_adjusted.min() <= 0.05 for test in tests])
    raw = np.sum([test.p.min() <= 0.05 for test in tests])
    assert stats.binomtest(int(adjusted), 400, 0.05, "greater").pvalue > 1e-4
    assert raw / 400 > 0.1


def test_measures_that_never_vary_have_p_one():
    y = np.column_stack([[1, 2, 3, 7, 8, 9], np.full(6, 0.1), [1, 1, 1, 0, 0, 0]])
    test = max_t(y, LABELS)
    assert test.p.tolist() == [0.1, 1, 0.1]
    assert test.p_adjusted[1] == 1


def test_ten_measures_of_eighteen_runs_take_a_fraction_of_a_second():
    y, labels = np.random.default_rng(7).normal(size=(18, 10)), np.repeat(range(9), 2)
    start = time.process_time()
    max_t(y, labels)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("y", "labels", "blocks"),
    [
        (np.ones(3), [0, 0, 1], None),
        (np.ones((3, 2)), [0, 1], None),
        (np.ones((3, 2)), [0, 0, 1], [0, 1]),
        (np.full((3, 2), math.inf), [0, 0, 1], None),
        (np.ones((0, 2)), [], None),
    ],
)
def test_unusable_input_is_refused(y, labels, blocks):
    with pytest.raises(ValueError, match=r"needed|finite"):
        max_t(y, labels, blocks)

"""Changes of compositions: oracles by brute force, invariances, and the size of the test."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from behaviordrift.statistics import clr, composition_change

repeatable = settings(max_examples=20, deadline=None, derandomize=True)
pairs = arrays(float, (2, 7, 3), elements=st.floats(0.05, 1))


def dirichlet_pair(rng, n, shift=0.0):
    baseline = rng.dirichlet([4, 3, 2], n)
    candidate = rng.dirichlet([4, 3, 2], n) * np.exp([shift, 0, 0])
    return baseline, candidate / candidate.sum(axis=1, keepdims=True)


@repeatable
@given(pairs)
def test_estimate_and_p_equal_brute_force(pair):
    d = clr(pair[1]) - clr(pair[0])
    result = composition_change(*pair, smallest=0.01)
    assert [part.value for part in result.parts] == pytest.approx(d.mean(axis=0), abs=1e-9)
    assert result.distance == pytest.approx(np.linalg.norm(d.mean(axis=0)), abs=1e-9)
    norms = [np.linalg.norm(np.array(signs) @ d) for signs in product((-1, 1), repeat=7)]
    assert result.p == np.mean([norm >= np.linalg.norm(d.sum(axis=0)) - 1e-6 for norm in norms])


@repeatable
@given(pairs)
def test_swap_negates_and_relabelling_permutes(pair):
    there, back = composition_change(*pair, smallest=0.01), composition_change(*pair[::-1], smallest=0.01)
    assert [p.value for p in back.parts] == pytest.approx([-p.value for p in there.parts], abs=1e-9)
    assert (back.p, back.divergence) == pytest.approx((there.p, there.divergence), abs=1e-9)
    turned = composition_change(*pair[:, :, [2, 0, 1]], smallest=0.01)
    assert [p.value for p in turned.parts] == pytest.approx([there.parts[i].value for i in (2, 0, 1)], abs=1e-9)
    assert turned.p == there.p


@repeatable
@given(pairs, st.floats(0.1, 50))
def test_the_unit_of_the_whole_does_not_matter(pair, unit):
    plain, scaled = composition_change(*pair, smallest=0.01), composition_change(*(pair * unit), smallest=0.01)
    assert [p.high for p in scaled.parts] == pytest.approx([p.high for p in plain.parts], abs=1e-9)


def test_intervals_are_near_the_normal_ones():
    before, after = dirichlet_pair(np.random.default_rng(2), 300, shift=0.3)
    result = composition_change(before, after, smallest=0.01)
    d = clr(after) - clr(before)
    for part, column in zip(result.parts, d.T, strict=True):
        half = 1.96 * stats.sem(column)
        assert (part.low, part.high) == pytest.approx((column.mean() - half, column.mean() + half), abs=0.15 * half)
    assert result.parts[0].low > 0


def test_nulls_are_rejected_as_often_as_promised():
    rng = np.random.default_rng(3)
    p = [composition_change(*dirichlet_pair(rng, 8), smallest=0.01).p for _ in range(300)]
    assert stats.binomtest(sum(x <= 0.05 for x in p), 300, 0.05, alternative="greater").pvalue > 1e-4
    assert sum(x <= 0.05 for x in p) > 0


def test_a_shift_is_found():
    before, after = dirichlet_pair(np.random.default_rng(4), 60, shift=0.8)
    assert composition_change(before, after, smallest=0.01).p < 0.001


def test_divergence_is_zero_for_equal_shares_and_one_bit_for_shares_apart():
    same = composition_change([[0.2, 0.8]] * 6, [[0.2, 0.8]] * 6, smallest=0.01)
    assert (same.divergence, same.distance, same.p) == (0, 0, 1)
    apart = composition_change([[1, 0]] * 6, [[0, 1]] * 6, smallest=0.01)
    assert apart.divergence == pytest.approx(1)
    assert "100 % of parts are 0 on one side" in apart.caveats[0]


def test_few_clusters_or_none():
    few = composition_change([[1, 2]] * 5, [[2, 1]] * 5, smallest=0.01)
    assert (math.isnan(few.p), few.caveats) == (True, ("fewer than 6 clusters",))
    none = composition_change(np.zeros((0, 3)), np.zeros((0, 3)), smallest=0.01)
    assert (none.parts, none.caveats) == ((), ("no clusters",))


def test_unequal_shapes_are_refused():
    with pytest.raises(ValueError, match="one composition per cluster"):
        composition_change([[1, 2]], [[1, 2, 3]], smallest=0.01)

"""Holm's and the false-discovery corrections against Benjamini and Hochberg's example and its own properties."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from behaviordrift.statistics import false_discovery, holm

# The fifteen p values of Benjamini and Hochberg (1995).
BH_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]

# Few examples: statsmodels collects garbage on every call, which takes most of a tenth of a second.
repeatable = settings(max_examples=8, deadline=None, derandomize=True)
families = st.lists(st.floats(0, 1) | st.just(math.nan), max_size=12)


def test_holm_rejects_three_of_benjamini_and_hochbergs_fifteen():
    adjusted = holm(BH_1995)
    assert sum(p < 0.05 for p in adjusted) == 3
    assert adjusted[:3] == pytest.approx([15 * 0.0001, 14 * 0.0004, 13 * 0.0019])


@repeatable
@given(families)
def test_adjusted_values_are_larger_ordered_and_at_most_one(p):
    adjusted = holm(p)
    defined = sorted((raw, new) for raw, new in zip(p, adjusted, strict=True) if not math.isnan(raw))
    assert all(raw <= new <= 1 for raw, new in defined)
    assert [new for _, new in defined] == sorted(new for _, new in defined)


@repeatable
@given(families)
def test_undefined_values_do_not_count(p):
    adjusted = holm(p)
    assert [math.isnan(x) for x in adjusted] == [math.isnan(x) for x in p]
    defined = [x for x in p if not math.isnan(x)]
    assert [x for x in adjusted if not math.isnan(x)] == holm(defined)


@repeatable
@given(families, st.randoms(use_true_random=False))
def test_order_does_not_matter(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled, adjusted = holm([p[i] for i in order]), holm(p)
    assert np.array_equal(shuffled, [adjusted[i] for i in order], equal_nan=True)


def test_a_family_of_one_or_none_is_left_alone():
    assert holm([]) == []
    assert holm([0.03]) == [0.03]


def test_a_value_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.2, 1.5])


def test_benjamini_and_hochberg_reject_four_of_their_fifteen():
    adjusted = false_discovery(BH_1995)
    assert sum(p < 0.05 for p in adjusted) == 4
    assert adjusted[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603])


def test_under_any_dependence_three_of_the_fifteen_are_left():
    assert sum(p < 0.05 for p in false_discovery(BH_1995, dependent=True)) == 3


@repeatable
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.booleans())
def test_false_discovery_equals_statsmodels(p, dependent):
    oracle = multipletests(p, method="fdr_by" if dependent else "fdr_bh")[1]
    assert false_discovery(p, dependent=dependent) == pytest.approx(oracle)


@repeatable
@given(families)
def test_false_discovery_corrects_less_than_holm_and_leaves_what_is_undefined(p):
    for discovered, alarmed in zip(false_discovery(p), holm(p), strict=True):
        assert math.isnan(discovered) == math.isnan(alarmed)
        assert not discovered > alarmed + 1e-12


def test_false_discovery_refuses_what_is_no_p_value():
    with pytest.raises(ValueError, match="between 0 and 1"):
        false_discovery([0.5, 1.5])

"""Centred log ratios and the replacement of zeros."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from behaviordrift.statistics import clr, replace_zeros

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
compositions = arrays(float, (4, 5), elements=st.floats(0.01, 10))


def test_clr_matches_the_gold_row():
    expected = [-0.79451346, 0.30409883, 0.5917809, -0.10136628]
    assert clr([0.1, 0.3, 0.4, 0.2]) == pytest.approx(expected, abs=5e-9)


@repeatable
@given(compositions, st.floats(0.01, 100), st.permutations(range(5)))
def test_clr_is_the_log_over_the_geometric_mean(parts, unit, order):
    assert clr(parts) == pytest.approx(np.log(parts / stats.gmean(parts, axis=1)[:, None]), abs=1e-12)
    assert clr(parts).sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert clr(parts * unit) == pytest.approx(clr(parts), abs=1e-9)
    assert clr(parts[:, order]) == pytest.approx(clr(parts)[:, order], abs=1e-12)


@repeatable
@given(arrays(float, (4, 5), elements=st.integers(0, 3)))
def test_replacing_zeros_keeps_the_sum_and_the_ratios(parts):
    parts[:, 0] += 1
    replaced = replace_zeros(parts, 0.01)
    assert replaced.sum(axis=1) == pytest.approx(1)
    assert (replaced[parts == 0] == 0.01).all()
    for row, new in zip(parts, replaced, strict=True):
        seen = row > 0
        assert new[seen] / new[0] == pytest.approx(row[seen] / row[0])


@pytest.mark.parametrize("shares", [[0.5, 0.0, 0.5], [0.5, -0.1], [0.5, np.nan], [0.5, np.inf]])
def test_parts_without_a_logarithm_are_refused(shares):
    with pytest.raises(ValueError, match="above 0"):
        clr(shares)


@pytest.mark.parametrize(("shares", "smallest"), [([0, 0], 0.1), ([1, -1, 2], 0.1), ([1, np.nan], 0.1)])
def test_what_is_no_composition_is_refused(shares, smallest):
    with pytest.raises(ValueError, match="composition"):
        replace_zeros(shares, smallest)


@pytest.mark.parametrize("smallest", [0.0, 0.5, -0.1])
def test_a_replacement_out_of_range_is_refused(smallest):
    with pytest.raises(ValueError, match="replaced"):
        replace_zeros([0.0, 1.0], smallest)

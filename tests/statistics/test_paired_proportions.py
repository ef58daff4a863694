"""Newcombe's, Wald's and Bonett and Price's intervals against published tables and against Tango's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from behaviordrift.statistics.paired_proportions import (
    bonett_price_interval,
    mcnemar_mid_p,
    newcombe_interval,
    tango_interval,
    wald_interval,
)

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
cells = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda table: sum(table) > 0)


def test_newcombe_matches_bentur_in_fagerland():
    assert newcombe_interval(1, 1, 7, 12, level=0.95) == pytest.approx((-0.507, -0.026), abs=5e-4)


def test_mcnemars_p_values_match_bentur_in_fagerland():
    table = [[1, 1], [7, 12]]
    assert mcnemar(table, exact=False, correction=False).pvalue == pytest.approx(0.034, abs=5e-4)
    assert mcnemar(table, exact=False, correction=True).pvalue == pytest.approx(0.077, abs=5e-4)
    assert mcnemar(table, exact=True).pvalue == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar_mid_p(1, 7) == pytest.approx(0.0391, abs=5e-5)


def test_bonett_price_matches_bentur_in_fagerland():
    assert bonett_price_interval(1, 7, 21, level=0.95) == pytest.approx((-0.508, -0.013), abs=5e-4)


def test_agresti_approval():
    low, high = wald_interval(86, 150, 1600, level=0.95)
    assert (round(low, 4), round(high, 4)) == (-0.0587, -0.0213)
    assert (high - low) / 2 / stats.norm.ppf(0.975) == pytest.approx(0.00955, abs=5e-6)
    assert mcnemar([[794, 86], [150, 570]], exact=False, correction=False).statistic == pytest.approx(17.356, abs=5e-4)


def test_all_intervals_agree_on_a_large_table():
    ends = [
        newcombe_interval(794, 86, 150, 570, level=0.95),
        tango_interval(86, 150, 1600, level=0.95),
        bonett_price_interval(86, 150, 1600, level=0.95),
    ]
    assert all(pair == pytest.approx((-0.0587, -0.0213), abs=5e-4) for pair in ends)


def test_tango_and_newcombe_tell_the_same_of_the_sputum_table():
    low, high = tango_interval(12, 2, 50, level=0.95)
    assert (round(low, 4), round(high, 4)) == (0.0611, 0.3447)
    assert newcombe_interval(20, 12, 2, 16, level=0.95) == pytest.approx((low, high), abs=0.02)


@repeatable
@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_wald_is_the_normal_interval_of_the_differences(b, c, rest):
    d = np.repeat([1.0, -1.0, 0.0], [b, c, rest])
    oracle = d.mean() + stats.norm.ppf([0.05, 0.95]) * d.std() / np.sqrt(len(d))
    assert wald_interval(b, c, len(d), level=0.9) == pytest.approx(oracle, abs=1e-12)


@repeatable
@given(cells)
def test_newcombe_lies_within_bounds_nests_and_swaps(table):
    both, b, c, neither = table
    n = sum(table)
    low, high = newcombe_interval(both, b, c, neither, level=0.95)
    low90, high90 = newcombe_interval(both, b, c, neither, level=0.90)
    assert -1 - 1e-12 <= low <= low90 <= (b - c) / n + 1e-12
    assert (b - c) / n - 1e-12 <= high90 <= high <= 1 + 1e-12
    assert newcombe_interval(both, c, b, neither, level=0.95) == pytest.approx((-high, -low))


@repeatable
@given(cells)
def test_bonett_price_stays_in_bounds_and_keeps_its_width(table):
    _, b, c, _ = table
    low, high = bonett_price_interval(b, c, sum(table), level=0.95)
    assert -1 <= low < high <= 1


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (3, -1, 2, 2)])
def test_a_table_without_pairs_is_refused(table):
    with pytest.raises(ValueError, match="at least one"):
        newcombe_interval(*table, level=0.95)

"""The three-way verdict against two one-sided t tests and at its edges."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.weightstats import ttost_paired

from behaviordrift.statistics import drift_verdict, mean_difference

repeatable = settings(max_examples=40, deadline=None, derandomize=True)

DRUG_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
DRUG_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
SLEEP = mean_difference(DRUG_2, DRUG_1)


@pytest.mark.parametrize(
    ("margin", "verdict"), [(0.5, "drifted"), (1.5, "drifted"), (2.0, "inconclusive"), (2.3, "equivalent")]
)
def test_sleep(margin, verdict):
    assert drift_verdict(SLEEP, SLEEP.p, margin) == verdict


def test_sleep_is_not_equivalent_by_two_one_sided_tests_either():
    assert ttost_paired(DRUG_1, DRUG_2, -0.5, 0.5)[0] == pytest.approx(0.98924, abs=5e-6)
    assert drift_verdict(SLEEP, 1.0, 0.5) == "inconclusive"


@repeatable
@given(arrays(float, 8, elements=st.integers(-50, 50).map(lambda x: x / 10)), st.floats(0.1, 5))
def test_equivalent_exactly_where_both_one_sided_tests_reject(d, margin):
    if np.ptp(d) == 0:
        return
    result = mean_difference(np.zeros(8), d)
    p = ttost_paired(d, np.zeros(8), -margin, margin)[0]
    if abs(p - 0.05) > 1e-9:
        assert (drift_verdict(result, result.p, margin) == "equivalent") == (p < 0.05)


def test_a_large_p_value_never_shows_equivalence():
    wide = replace(SLEEP, estimate=0.0, low90=-3.0, high90=3.0)
    assert drift_verdict(wide, 1.0, 0.5) == "inconclusive"


def test_significance_within_the_margin_is_no_drift():
    precise = replace(SLEEP, estimate=0.3, low90=0.2, high90=0.4)
    assert drift_verdict(precise, 1e-6, 0.5) == "equivalent"
    assert drift_verdict(precise, 1e-6, 0.35) == "inconclusive"
    assert drift_verdict(precise, 1e-6, 0.0) == "drifted"


def test_a_drift_is_not_shown_where_the_interval_holds_no_change():
    unsure = replace(SLEEP, low=-3.5, high=0.1)
    assert drift_verdict(unsure, 0.01, 0.5) == "inconclusive"
    assert drift_verdict(replace(unsure, high=-0.1), 0.01, 0.5) == "drifted"
    assert drift_verdict(replace(unsure, low=math.nan, high=math.nan), 0.01, 0.5) == "drifted"


@pytest.mark.parametrize("field", ["estimate", "low90", "high90"])
def test_anything_undefined_is_inconclusive(field):
    assert drift_verdict(replace(SLEEP, **{field: math.nan}), SLEEP.p, 0.5) == "inconclusive"


def test_too_few_clusters_are_inconclusive_even_where_they_agree():
    five = mean_difference([1.0] * 5, [1.0] * 5)
    assert (five.low90, five.high90) == (0, 0)
    assert drift_verdict(five, five.p, 0.5) == "inconclusive"


@pytest.mark.parametrize("margin", [-0.1, math.nan])
def test_a_margin_that_is_none_is_refused(margin):
    with pytest.raises(ValueError, match="margin"):
        drift_verdict(SLEEP, SLEEP.p, margin)

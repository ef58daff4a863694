"""The three-way gate against two one-sided tests, published examples and its own error rates."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_paired

from behaviordrift.statistics import Estimate, binary_difference, gate_outcome, gate_verdict, mean_difference
from behaviordrift.statistics.estimate import t_intervals

repeatable = settings(max_examples=40, deadline=None, derandomize=True)

DRUG_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
DRUG_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
SLEEP = mean_difference(DRUG_2, DRUG_1)
D = DRUG_1 - DRUG_2


def sample(n, mean, sd):
    """Values with exactly this mean and standard deviation."""
    z = stats.zscore(np.arange(n, dtype=float), ddof=1)
    return mean + sd * z


def of_many(estimate, se, n=100):
    """A t-based estimate from n clusters."""
    interval = t_intervals(estimate, se, n - 1)
    return Estimate("mean difference", estimate, p=math.nan, df=n - 1, n_units=n, methods="t", **vars(interval))


def test_sleep_is_not_equivalent():
    assert ttost_paired(DRUG_1, DRUG_2, -0.5, 0.5)[0] == pytest.approx(0.98924, abs=5e-6)
    assert gate_verdict(SLEEP, "equivalent", 0.5, differences=D).verdict == "FAIL"
    assert gate_verdict(SLEEP, "no_increase", 0.5, differences=D).verdict == "PASS"
    assert gate_verdict(SLEEP, "no_decrease", 0.5, differences=D).verdict == "FAIL"


def test_toster_example_is_equivalent():
    first, second = DescrStatsW(sample(95, 5.25, 0.95)), DescrStatsW(sample(89, 5.22, 0.83))
    margin = 0.43 * math.sqrt((0.95**2 + 0.83**2) / 2)
    p, (lower, upper) = CompareMeans(first, second).ttost_ind(-margin, margin, usevar="unequal")
    assert upper[:2] == pytest.approx((-2.693, 0.00388), abs=5e-4)
    assert lower[:2] == pytest.approx((3.150, 0.00096), abs=5e-4)
    df = upper[2]
    assert (p, df) == pytest.approx((0.00388, 181.13), abs=5e-3)
    se = math.sqrt(0.95**2 / 95 + 0.83**2 / 89)
    welch = Estimate("d", 0.03, p=math.nan, df=df, n_units=184, methods="Welch", **vars(t_intervals(0.03, se, df)))
    assert gate_verdict(welch, "equivalent", margin).verdict == "PASS"


@repeatable
@given(arrays(float, 24, elements=st.integers(-50, 50).map(lambda x: x / 10)), st.floats(0.1, 5))
def test_passes_exactly_where_the_one_sided_tests_reject(d, margin):
    if np.ptp(d) == 0:
        return
    result = mean_difference(np.zeros(24), d)
    p, lower, upper = ttost_paired(d, np.zeros(24), -margin, margin)
    for rule, value in (("equivalent", p), ("no_decrease", lower[1]), ("no_increase", upper[1])):
        if abs(value - 0.05) > 1e-9:
            assert (gate_verdict(result, rule, margin).verdict == "PASS") == (value < 0.05)


@repeatable
@given(st.floats(-2, 2), st.floats(0.01, 1), st.floats(0.05, 2))
def test_rules_mirror_each_other_and_equivalence_is_both(estimate, se, margin):
    there, back = of_many(estimate, se), of_many(-estimate, se)
    verdicts = [gate_verdict(there, rule, margin).verdict for rule in ("no_increase", "no_decrease")]
    mirrored = [gate_verdict(back, rule, margin).verdict for rule in ("no_decrease", "no_increase")]
    assert verdicts == mirrored
    assert gate_verdict(there, "equivalent", margin).verdict == gate_outcome(verdicts)


def test_a_large_p_value_never_passes():
    assert gate_verdict(of_many(0.0, 1.0), "equivalent", 0.5).verdict == "INCONCLUSIVE"


def test_drift_fails_only_beyond_the_margin_and_in_the_forbidden_direction():
    moved = of_many(0.6, 0.15)
    assert gate_verdict(moved, "equivalent", 0.5).verdict == "INCONCLUSIVE"
    assert gate_verdict(moved, "equivalent", 0.5, p_adjusted=0.001).verdict == "FAIL"
    assert gate_verdict(moved, "equivalent", 0.7, p_adjusted=0.001).verdict == "INCONCLUSIVE"
    unsure = replace(moved, low=-0.1, high=1.5)
    assert gate_verdict(unsure, "equivalent", 0.5, p_adjusted=0.001).verdict == "INCONCLUSIVE"
    assert gate_verdict(moved, "no_decrease", 0.5, p_adjusted=0.001).verdict == "PASS"


@pytest.mark.parametrize(("n", "differences"), [(19, None), (20, None)])
def test_below_twenty_clusters_an_interval_alone_does_not_decide(n, differences):
    rng = np.random.default_rng(0)
    d = rng.normal(0, 0.1, n)
    result = gate_verdict(mean_difference(np.zeros(n), d), "equivalent", 0.5, differences=differences)
    assert result.verdict == ("PASS" if n == 20 else "INCONCLUSIVE")
    assert ("no exact test" in "".join(result.caveats)) == (n < 20)


@pytest.mark.parametrize("rule", ["equivalent", "no_increase", "no_decrease"])
def test_below_twenty_clusters_enumeration_decides(rule):
    d = np.random.default_rng(1).normal(0, 0.1, 12)
    result = gate_verdict(mean_difference(np.zeros(12), d), rule, 0.5, differences=d)
    assert (result.verdict, result.caveats) == ("PASS", ())


def test_four_clusters_cannot_pass_however_alike():
    # Of 16 sign patterns one is as extreme: p = .0625.
    d = np.array([0.01, -0.01, 0.02, -0.02])
    result = gate_verdict(mean_difference(np.zeros(4), d), "no_increase", 0.5, differences=d)
    assert result.verdict == "INCONCLUSIVE"
    assert "does not bear the interval out" in result.caveats[0]


def test_no_change_in_few_clusters_does_not_show_a_rate_to_be_level():
    still = binary_difference([0] * 19, [0] * 19)
    assert gate_verdict(still, "equivalent", 0.05, differences=[0] * 19).verdict == "INCONCLUSIVE"
    many = binary_difference([0] * 600, [0] * 600)
    assert gate_verdict(many, "equivalent", 0.05).verdict == "PASS"


@pytest.mark.parametrize("field", ["low", "high", "low90", "high90"])
def test_anything_undefined_is_inconclusive(field):
    result = gate_verdict(replace(of_many(0, 0.01), **{field: math.nan}), "equivalent", 0.5)
    assert (result.verdict, result.caveats) == ("INCONCLUSIVE", ("the interval is undefined",))
    assert gate_verdict(mean_difference([], []), "equivalent", 0.5).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("rule", "truth", "verdict"),
    [
        ("equivalent", 0.1, "PASS"),
        ("no_increase", 0.0, "PASS"),
        ("no_decrease", -0.8, "FAIL"),
        ("equivalent", 0.8, "FAIL"),
    ],
)
def test_the_number_of_clusters_to_decide_has_80_percent_power(rule, truth, verdict):
    rng = np.random.default_rng(2)
    sd = 2.0
    n = int(gate_verdict(of_many(truth, sd / 10), rule, 0.5).clusters_to_decide)
    means, variances = rng.normal(truth, sd / math.sqrt(n), 400), sd**2 * rng.chisquare(n - 1, 400) / (n - 1)
    decided = [
        gate_verdict(of_many(m, math.sqrt(v / n), n), rule, 0.5).verdict == verdict
        for m, v in zip(means, variances, strict=True)
    ]
    assert np.mean(decided) == pytest.approx(0.80, abs=0.07)


def test_clusters_to_decide_at_its_edges():
    assert gate_verdict(of_many(0.5, 0.1), "no_increase", 0.5).clusters_to_decide == math.inf
    assert gate_verdict(of_many(0.0, 0.001), "equivalent", 5.0).clusters_to_decide == 1
    assert math.isnan(gate_verdict(of_many(0.0, 0.0), "equivalent", 0.5).clusters_to_decide)
    assert math.isnan(gate_verdict(mean_difference([1.0], [2.0]), "equivalent", 0.5).clusters_to_decide)


def test_wrong_passes_at_the_margin_are_as_rare_as_promised():
    rng = np.random.default_rng(3)
    results = [mean_difference(np.zeros(24), rng.normal(0.5, 1, 24)) for _ in range(300)]
    passes = sum(gate_verdict(r, "no_increase", 0.5).verdict == "PASS" for r in results)
    assert stats.binomtest(passes, 300, 0.05, alternative="greater").pvalue > 1e-4
    assert passes > 0


def test_passing_all_of_three_rules_needs_no_correction():
    rng = np.random.default_rng(4)
    all_passed = 0
    for _ in range(300):
        # One of three traits stands on its margin.
        estimates = [of_many(rng.normal(mean, 0.1), 0.1) for mean in (0.5, 0, 0)]
        all_passed += gate_outcome([gate_verdict(e, "no_increase", 0.5).verdict for e in estimates]) == "PASS"
    assert stats.binomtest(all_passed, 300, 0.05, alternative="greater").pvalue > 1e-4


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        (["PASS", "PASS"], "PASS"),
        (["PASS", "INCONCLUSIVE"], "INCONCLUSIVE"),
        (["INCONCLUSIVE", "FAIL"], "FAIL"),
    ],
)
def test_outcome_of_all_rules(verdicts, outcome):
    assert gate_outcome(verdicts) == outcome


def test_unusable_input_is_refused():
    with pytest.raises(ValueError, match="at least one rule"):
        gate_outcome([])
    for margin in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="margin"):
            gate_verdict(SLEEP, "equivalent", margin)
    with pytest.raises(ValueError, match="a rule is"):
        gate_verdict(SLEEP, "same", 0.5)
    with pytest.raises(ValueError, match="one finite difference"):
        gate_verdict(SLEEP, "no_increase", 0.5, differences=[1.0])

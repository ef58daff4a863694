"""Regions of mixtures that meet targets: against statsmodels and geometry, with the three verdicts and their errors."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import Like, SearchSpace, Within, desirable_region, fit_scheffe, scheffe_basis
from behaviordrift.statistics.desirable_region import EXTRAPOLATED, SEARCHED

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

PURE, PAIRS = np.eye(3), np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
CENTROID_TWICE = np.repeat(np.vstack([PURE, PAIRS, np.full((1, 3), 1 / 3)]), 2, axis=0)
SPACE = SearchSpace(CENTROID_TWICE, steps=12)


def fitted(vertices, seed=1, sd=0.3, x=CENTROID_TWICE, order="linear"):
    return fit_scheffe(x, x @ vertices + np.random.default_rng(seed).normal(0, sd, len(x)), order)


@pytest.mark.parametrize("order", ["linear", "quadratic"])
def test_confidence_and_prediction_are_those_of_regression(order):
    y = CENTROID_TWICE @ [1.0, 2, 4] + np.random.default_rng(1).normal(0, 0.3, 14)
    found = desirable_region({"m": fit_scheffe(CENTROID_TWICE, y, order)}, {"m": Within(lower=2.5)}, SPACE)
    oracle = sm.OLS(y, scheffe_basis(CENTROID_TWICE, order)).fit()
    at = oracle.get_prediction(scheffe_basis(found.points, order))
    t = (at.predicted_mean - 2.5) / at.se_mean
    assert found.confidence == pytest.approx(stats.t.cdf(t, oracle.df_resid))
    assert np.array_equal(found.inside, at.conf_int(alpha=0.1)[:, 0] >= 2.5)
    best = int(t.argmax())
    low, high = at.conf_int(alpha=0.05)[best]
    prediction = found.predictions["m"]
    assert found.best.tolist() == found.points[best].tolist()
    assert (prediction.value, prediction.low, prediction.high) == pytest.approx((at.predicted_mean[best], low, high))


@repeatable
@given(st.integers(0, 1000))
def test_all_targets_hold_as_surely_as_the_least_sure_one(seed):
    fits = {"a": fitted([1, 2, 4], seed), "b": fitted([3, 0, 1], seed + 1)}
    targets = {"a": Within(1.5, 3.5), "b": Within(upper=2)}
    parts = [{"a": Within(lower=1.5)}, {"a": Within(upper=3.5)}, {"b": Within(upper=2)}]
    least = np.min([desirable_region(fits, part, SPACE).confidence for part in parts], axis=0)
    assert desirable_region(fits, targets, SPACE).confidence == pytest.approx(least)


def test_several_targets_of_one_measure_all_hold():
    fits = {"a": fitted([1, 2, 4])}
    split = desirable_region(fits, {"a": (Within(lower=1.5), Within(upper=3.5))}, SPACE)
    assert split.confidence == pytest.approx(desirable_region(fits, {"a": Within(1.5, 3.5)}, SPACE).confidence)


def test_more_confidence_keeps_fewer_mixtures():
    fits, targets = {"a": fitted([1, 2, 4])}, {"a": Within(lower=2)}
    loose, strict = (desirable_region(fits, targets, SPACE, confidence) for confidence in (0.5, 0.999))
    assert np.array_equal(loose.inside, loose.confidence >= 0.5)
    assert strict.inside.sum() < loose.inside.sum()


def test_a_bound_met_on_paper_by_runs_that_do_not_vary_is_met():
    fits = {"a": fit_scheffe(CENTROID_TWICE, np.full(14, 0.1 + 0.2), "linear")}
    assert desirable_region(fits, {"a": Within(upper=0.3)}, SPACE).inside.all()


def test_other_measures_are_predicted_at_the_best_mixture():
    fits = {"a": fitted([1, 2, 4]), "b": fitted([3, 0, 1], 2)}
    found = desirable_region(fits, {"a": Within(lower=3)}, SPACE)
    assert found.best.tolist() == [0, 0, 1]
    assert found.predictions["b"].value == pytest.approx(fits["b"].coefficients[2])


def test_being_like_a_task_is_sure_at_the_task_and_less_so_further_off():
    fit = fitted([0, 5, 5])
    found = desirable_region({"m": fit}, {"m": Like(task=0, margin=1.0)}, SPACE)
    assert (found.verdict, found.best.tolist(), found.best_confidence) == ("reachable", [1, 0, 0], 1)
    assert found.points[found.inside, 0].min() > 0.8
    everywhere = desirable_region({"m": fit}, {"m": Like(task=0, margin=50.0)}, SPACE)
    assert everywhere.inside.all()


@pytest.mark.parametrize(
    ("lower", "sd", "verdict"),
    [(3.0, 0.3, "reachable"), (9.0, 0.3, "not reachable"), (4.0, 3.0, "these data cannot say")],
)
def test_three_verdicts(lower, sd, verdict):
    found = desirable_region({"m": fitted([1, 2, 4], sd=sd)}, {"m": Within(lower=lower)}, SPACE)
    assert found.verdict == verdict
    assert found.inside.any() == (verdict == "reachable")


def test_the_best_of_many_mixtures_is_told_from_a_sure_one():
    flat = [
        desirable_region({"m": fitted([0, 0, 0], seed)}, {"m": Within(lower=0)}, SearchSpace(CENTROID_TWICE, steps=6))
        for seed in range(200)
    ]
    lucky = [found for found in flat if found.verdict == "reachable"]
    assert len(lucky) > 0.1 * 200
    assert stats.binomtest(sum(f.search_confidence >= 0.95 for f in flat), 200, 0.05, "greater").pvalue > 1e-4
    assert all((SEARCHED in found.caveats) == (found.search_confidence < 0.95) for found in lucky)
    assert desirable_region({"m": fitted([1, 2, 4])}, {"m": Within(lower=2)}, SPACE).caveats == ()


def test_targets_that_exclude_each_other_are_not_reachable():
    fits = {"a": fitted([0, 4, 8]), "b": fitted([0, 4, 8], 2)}
    assert desirable_region(fits, {"a": Within(lower=6), "b": Within(upper=2)}, SPACE).verdict == "not reachable"


def test_a_mixture_on_the_bound_is_shown_to_meet_it_in_5_percent():
    x = np.repeat([[1.0, 0], [0.5, 0.5], [0, 1]], 3, axis=0)
    space = SearchSpace(x, steps=2)
    found = [
        desirable_region({"m": fitted([0, 2], seed, x=x)}, {"m": Within(lower=1)}, space).inside[1]
        for seed in range(400)
    ]
    assert stats.binomtest(sum(found), 400, 0.05).pvalue > 1e-4


def test_of_mixtures_that_are_all_far_off_the_least_refuted_is_the_best():
    found = desirable_region({"m": fitted([0, 4, 8], sd=1e-6)}, {"m": Within(lower=1e9)}, SPACE)
    assert (found.verdict, found.best.tolist()) == ("not reachable", [0, 0, 1])
    falling = desirable_region({"m": fitted([8, 4, 0], sd=1e-6)}, {"m": Within(lower=1e9)}, SPACE)
    assert falling.best.tolist() == [1, 0, 0]


def test_what_is_reachable_is_seldom_called_not_reachable():
    found = [
        desirable_region({"m": fitted([0, 1, 2], seed)}, {"m": Within(lower=2)}, SPACE).verdict for seed in range(200)
    ]
    assert stats.binomtest(found.count("not reachable"), 200, 0.05, alternative="greater").pvalue > 1e-4


def test_many_targets_that_hold_are_seldom_called_not_reachable():
    only = SearchSpace(CENTROID_TWICE, lower=[0.3, 0.3, 0.4], steps=1)
    found = []
    for seed in range(0, 600, 6):
        fits = {str(i): fitted([0, 1, 2], seed + i) for i in range(6)}
        found.append(desirable_region(fits, {name: Within(lower=1.1) for name in fits}, only).verdict)
    assert stats.binomtest(found.count("not reachable"), 100, 0.05, alternative="greater").pvalue > 1e-4


@repeatable
@given(st.permutations(range(3)))
def test_relabelling_the_tasks_permutes_the_best_mixture(order):
    order, y = list(order), CENTROID_TWICE @ [1.0, 2, 4] + np.random.default_rng(1).normal(0, 0.3, 14)
    there, here = (
        desirable_region({"m": fit_scheffe(x, y)}, {"m": Within(1.2, 2.2)}, SearchSpace(x, steps=12))
        for x in (CENTROID_TWICE, CENTROID_TWICE[:, order])
    )
    assert here.best_confidence == pytest.approx(there.best_confidence)
    assert here.inside.sum() == there.inside.sum()
    assert here.best == pytest.approx(there.best[order])


def test_what_was_not_trained_is_searched_with_a_caveat():
    x = np.repeat([[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]], 2, axis=0)
    fits, targets = {"m": fitted([1, 2, 4], x=x)}, {"m": Within(lower=3)}
    within, beyond = (
        desirable_region(fits, targets, SearchSpace(x, extrapolate=wide, steps=20)) for wide in (False, True)
    )
    assert within.best.max() <= 0.6 + 1e-9
    assert beyond.best.max() > 0.6
    assert EXTRAPOLATED not in within.caveats
    assert EXTRAPOLATED in beyond.caveats


def test_a_model_that_does_not_fit_says_so():
    curved = CENTROID_TWICE @ [1.0, 2, 4] + 20 * CENTROID_TWICE[:, 0] * CENTROID_TWICE[:, 1]
    fit = fit_scheffe(CENTROID_TWICE, curved + np.random.default_rng(1).normal(0, 0.3, 14))
    assert "the model of m does not fit its runs" in desirable_region({"m": fit}, {"m": Within(lower=2)}, SPACE).caveats


@pytest.mark.parametrize(
    ("targets", "space", "message"),
    [
        ({}, SPACE, "no target"),
        ({"other": Within(lower=1)}, SPACE, "no fit of 'other'"),
        ({"m": Within()}, SPACE, "needs a bound"),
        ({"m": Within(2, 1)}, SPACE, "needs a bound"),
        ({"m": Within(lower=math.nan)}, SPACE, "needs a bound"),
        ({"m": Like(0, -1)}, SPACE, "needs a bound"),
        ({"m": Like(3, 1)}, SPACE, "names task 3"),
        ({"m": Within(1)}, SearchSpace(np.eye(2)), "other tasks"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(targets, space, message):
    with pytest.raises(ValueError, match=message):
        desirable_region({"m": fitted([1, 2, 4])}, targets, space)


def test_a_fit_without_residuals_is_refused():
    with pytest.raises(ValueError, match="no degrees of freedom"):
        desirable_region({"m": fit_scheffe(PURE, [1.0, 2, 4])}, {"m": Within(lower=2)}, SPACE)

"""The test of a blend against Hotelling's, brute force and its own null distribution."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multivariate import test_mvmean_2indep as hotelling

from behaviordrift.statistics.blend_test import blend_test

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


def runs(rng, groups, seeds, traits):
    return list(rng.normal(0, 1, (groups, seeds, traits)))


@repeatable
@given(st.integers(2, 3), st.integers(0, 1000))
def test_all_of_one_task_is_hotellings_test_of_two_samples(traits, seed):
    first, second, blend = runs(np.random.default_rng(seed), 3, 6, traits)
    test = blend_test([first, second[:1]], [blend])
    distance = test.distances(np.array([[[1.0, 0.0]]]))
    oracle = hotelling(blend, first)
    assert test.statistic == "Hotelling"
    assert distance[0] == pytest.approx(oracle.t2)
    assert test.null()(distance)[0] == pytest.approx(oracle.pvalue)


@repeatable
@given(st.integers(0, 1000))
def test_several_mixtures_are_as_far_as_their_stacked_vector(seed):
    rng = np.random.default_rng(seed)
    test = blend_test(runs(rng, 3, 4, 2), runs(rng, 2, 3, 2))
    shares = rng.dirichlet(np.ones(3), 2)
    error = (test.blends - shares @ test.pure).ravel()
    between = np.diag(1 / test.blend_runs) + shares @ np.diag(1 / test.pure_runs) @ shares.T
    stacked = error @ np.linalg.solve(np.kron(between, test.seed.matrix), error)
    assert test.distances(shares[None])[0] == pytest.approx(stacked)


def test_the_simulated_null_agrees_with_the_exact_one():
    test = blend_test(runs(np.random.default_rng(3), 3, 4, 1), runs(np.random.default_rng(4), 1, 4, 1))
    points = np.array([0.5, 2.0, 5.0, 9.0])
    simulated = replace(test, statistic="diagonal").null()(points)
    assert simulated == pytest.approx(test.null()(points), abs=0.025)


@pytest.mark.parametrize(("traits", "mixtures"), [(2, 2), (8, 1)])
def test_p_values_of_a_true_blend_are_uniform(traits, mixtures):
    rng, p_values = np.random.default_rng(5), []
    shares = rng.dirichlet(np.ones(2), mixtures)
    for _ in range(80):
        ends = rng.normal(0, 3, (2, traits))
        pure, blends = (means[:, None] + rng.normal(0, 1, (len(means), 4, traits)) for means in (ends, shares @ ends))
        test = blend_test(list(pure), list(blends))
        p_values.append(test.null()(test.distances(shares[None]))[0])
    assert stats.kstest(p_values, "uniform").pvalue > 1e-4


def test_more_traits_than_half_the_degrees_of_freedom_leave_the_covariance_out():
    rng = np.random.default_rng(6)
    assert blend_test(runs(rng, 3, 3, 4), runs(rng, 1, 3, 4)).statistic == "Hotelling"
    assert blend_test(runs(rng, 3, 3, 5), runs(rng, 1, 3, 5)).statistic == "diagonal"
    others = runs(rng, 1, 3, 5)
    assert blend_test(runs(rng, 3, 3, 5), runs(rng, 1, 3, 5), others).statistic == "Hotelling"


def test_one_task_is_no_blend():
    with pytest.raises(ValueError, match="two pure tasks"):
        blend_test(runs(np.random.default_rng(7), 1, 3, 2), runs(np.random.default_rng(8), 1, 3, 2))

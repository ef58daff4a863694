"""The phase model against statsmodels, the lateness cells, and designs that cannot answer."""

import math
from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import fit_phases, lateness

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

A, B = [1.0, 0.0], [0.0, 1.0]
CELLS = np.array([[A, A], [A, B], [B, A], [B, B]])
HALVES = [0.5, 0.5]
VERTEX_PAIRS = np.array([[np.eye(3)[i], np.eye(3)[j]] for i, j in product(range(3), repeat=2)])


def noisy(x, early, late, seed=1, sd=0.3):
    mean = 2 + 0.5 * x[:, 0] @ early + 0.5 * x[:, 1] @ late
    return mean + np.random.default_rng(seed).normal(0, sd, len(x))


def test_three_tasks_in_two_phases_are_recovered():
    early, late = np.array([1.0, -2, 1]), np.array([3.0, -1, -2])
    x = np.repeat(VERTEX_PAIRS, 2, axis=0)
    fit = fit_phases(x, noisy(x, early, late, sd=1e-6), HALVES)
    assert fit.coefficients == pytest.approx(np.stack([early, late]), abs=1e-4)
    assert fit.coefficients.sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert (fit.intercept, fit.df, fit.order_df) == (pytest.approx(2, abs=1e-4), 13, 2)


@repeatable
@given(st.integers(0, 1000), st.floats(0.2, 0.8))
def test_the_order_test_equals_a_comparison_of_nested_models(seed, first):
    rng = np.random.default_rng(seed)
    x, weights = rng.dirichlet(np.ones(3), (12, 2)), np.array([first, 1 - first])
    y = rng.normal(0, 1, 12)
    fit = fit_phases(x, y, weights)
    terms = weights[:, None] * x[:, :, :2]
    full = sm.OLS(y, sm.add_constant(terms.reshape(12, -1))).fit()
    f, p, df = full.compare_f_test(sm.OLS(y, sm.add_constant(terms.sum(axis=1))).fit())
    assert (fit.order_f, fit.order_p, fit.order_df) == pytest.approx((f, p, df))
    assert (fit.residual_sd, fit.df) == pytest.approx((math.sqrt(full.mse_resid), full.df_resid))


def test_two_tasks_give_the_lateness_index_of_their_cells():
    y = np.array([0.1, 3.2, 0.8, 4.1])
    early, late = fit_phases(CELLS, y, HALVES).coefficients[:, 1]
    assert (late - early) / (late + early) == pytest.approx(lateness(*y[:, None]).index.estimate)


def test_standard_errors_are_those_of_the_sum_to_zero_contrasts():
    x = np.repeat(CELLS, 3, axis=0)
    y = noisy(x, np.array([-1, 1]), np.array([-3, 3]))
    fit = fit_phases(x, y, HALVES)
    coded = sm.OLS(y, sm.add_constant(0.5 * (x[:, :, 1] - x[:, :, 0]))).fit()
    assert fit.coefficients[:, 1] == pytest.approx(coded.params[1:])
    assert fit.standard_errors[:, 1] == pytest.approx(coded.bse[1:])


@repeatable
@given(st.permutations(range(3)))
def test_relabelling_the_tasks_permutes_the_coefficients(order):
    x, order = np.repeat(VERTEX_PAIRS, 2, axis=0), list(order)
    y = noisy(x, np.array([1.0, -2, 1]), np.array([3.0, -1, -2]))
    fit, relabelled = fit_phases(x, y, HALVES), fit_phases(x[:, :, order], y, HALVES)
    assert relabelled.coefficients == pytest.approx(fit.coefficients[:, order])
    assert relabelled.standard_errors == pytest.approx(fit.standard_errors[:, order])
    assert relabelled.order_p == pytest.approx(fit.order_p)


def test_the_order_test_keeps_its_size():
    x, same = np.repeat(VERTEX_PAIRS, 2, axis=0), np.array([1.0, -2, 1])
    refuted = sum(fit_phases(x, noisy(x, same, same, seed), HALVES).order_p < 0.05 for seed in range(400))
    assert stats.binomtest(refuted, 400, 0.05).pvalue > 1e-4


def test_as_many_terms_as_runs_leave_the_order_untested():
    fit = fit_phases(CELLS[[0, 1, 2]], [0.0, 3, 1], HALVES)
    assert (fit.df, fit.order_df) == (0, 1)
    assert all(map(math.isnan, (fit.residual_sd, fit.order_f, fit.order_p)))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (CELLS[[0, 0, 3, 3]], "phases move together over the runs: order and ratio cannot be told apart"),
        (CELLS[[1, 1, 2, 2]], "phases move together"),
        (CELLS[[0, 1, 0, 1]], "phase 0: all runs share one mixture"),
        (
            np.concatenate([VERTEX_PAIRS[[0, 1, 3, 4, 0, 1]]]),
            "phase 0: no run gives any share to task 2",
        ),
    ],
)
def test_phases_that_do_not_vary_independently_are_refused_by_name(x, message):
    with pytest.raises(ValueError, match=message):
        fit_phases(x, np.arange(len(x), dtype=float), HALVES)


@pytest.mark.parametrize(
    ("x", "y", "weights", "message"),
    [
        (CELLS, [0, 1, 2], HALVES, "one finite value per run"),
        (CELLS[:, 0], [0, 1, 2, 3], HALVES, "runs, phases, tasks"),
        (CELLS, [0, 1, 2, 3], [0.5, 0.6], "sum 1"),
        (CELLS, [0, 1, 2, 3], [1.0], "one weight per phase"),
        (CELLS * 0.9, [0, 1, 2, 3], HALVES, "sum to 1"),
    ],
)
def test_input_that_does_not_fit_is_refused(x, y, weights, message):
    with pytest.raises(ValueError, match=message):
        fit_phases(x, y, weights)

"""Log-contrast regression: whichever log-ratios are taken, the fit is one."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import fit_log_contrast

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


def mixtures(seed, runs=12, tasks=4):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(tasks, 3.0), runs), rng.normal(size=runs)


@repeatable
@given(st.integers(0, 1000), st.integers(2, 5), st.integers(0, 1))
def test_additive_and_centred_log_ratios_give_the_same_fit(seed, tasks, denominator):
    x, y = mixtures(seed, tasks=tasks)
    logs = np.log(x)
    fit = fit_log_contrast(x, y)
    additive = np.delete(logs - logs[:, [denominator]], denominator, axis=1)
    centred = logs - logs.mean(axis=1, keepdims=True)
    for columns in (additive, centred):
        basis = sm.add_constant(columns)
        residuals = y - basis @ np.linalg.lstsq(basis, y)[0]
        assert fit.fitted == pytest.approx(y - residuals)
        assert fit.r_squared == pytest.approx(1 - residuals @ residuals / (len(y) * y.var()))
        assert fit.residual_sd == pytest.approx(math.sqrt(residuals @ residuals / (12 - tasks)))
    oracle = sm.OLS(y, sm.add_constant(additive)).fit()
    assert np.delete(fit.coefficients, denominator) == pytest.approx(oracle.params[1:])
    assert np.delete(fit.standard_errors, denominator) == pytest.approx(oracle.bse[1:])
    assert (fit.coefficients.sum(), fit.df) == (pytest.approx(0, abs=1e-9), 12 - tasks)


@repeatable
@given(st.integers(0, 100), st.permutations(range(4)))
def test_relabelling_the_tasks_permutes_the_coefficients(seed, order):
    x, y = mixtures(seed)
    fit, relabelled = fit_log_contrast(x, y), fit_log_contrast(x[:, list(order)], y)
    assert relabelled.coefficients == pytest.approx(fit.coefficients[list(order)])
    assert relabelled.standard_errors == pytest.approx(fit.standard_errors[list(order)])
    assert relabelled.fitted == pytest.approx(fit.fitted)


def test_equal_shares_stand_at_the_intercept():
    x, y = mixtures(1)
    logs = np.log(x)
    fit = fit_log_contrast(x, y)
    assert fit.fitted == pytest.approx(fit.intercept + logs @ fit.coefficients)
    assert np.log(np.full(4, 0.25)) @ fit.coefficients == pytest.approx(0, abs=1e-9)


def test_as_many_terms_as_runs_leave_no_error_term():
    fit = fit_log_contrast(*mixtures(2, runs=3, tasks=3))
    assert fit.df == 0
    assert np.isnan([fit.residual_sd, *fit.standard_errors]).all()


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[1, 0], [0.5, 0.5], [0.2, 0.8]], [1, 2, 3], "no logarithm"),
        ([[0.5, 0.5]] * 3, [1, 2, 3], "do not tell the tasks apart"),
        ([[0.5, 0.5], [0.2, 0.8]], [1, math.nan], "one finite value"),
        ([[0.5, 0.6], [0.2, 0.8]], [1, 2], "sum to 1"),
    ],
)
def test_unusable_input_is_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        fit_log_contrast(x, y)

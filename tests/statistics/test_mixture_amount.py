"""The mixture-amount model against statsmodels, and against the model that it holds within it."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import cox_effect, fit_mixture_amount

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

PURE, PAIRS = np.eye(3), np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
X = np.repeat(np.vstack([PURE, PAIRS, np.full((1, 3), 1 / 3)]), 2, axis=0)


def sweep(seed, slopes=(0.5, 0.0, -0.5), noise=0.3):
    rng = np.random.default_rng(seed)
    amount = rng.uniform(1, 3, len(X))
    y = X @ [1.0, 2.0, 4.0] + (X @ slopes) * (amount - amount.mean()) + rng.normal(0, noise, len(X))
    return amount, y


@repeatable
@given(st.integers(0, 1000))
def test_fit_and_test_of_the_amount_equal_statsmodels(seed):
    amount, y = sweep(seed)
    fit = fit_mixture_amount(X, amount, y)
    oracle = sm.OLS(y, np.hstack([X, X * (amount - amount.mean())[:, None]])).fit()
    f, p, _ = oracle.compare_f_test(sm.OLS(y, X).fit())
    assert [*fit.at_mean_amount.coefficients, *fit.amount_slopes] == pytest.approx(oracle.params)
    assert fit.at_mean_amount.standard_errors == pytest.approx(oracle.bse[:3])
    assert (fit.amount_f, fit.amount_p) == pytest.approx((f, p))
    assert fit.at_mean_amount.df == oracle.df_resid == 8


def test_effects_of_a_task_are_told_at_the_mean_amount():
    amount, y = sweep(1, noise=0.0)
    fit = fit_mixture_amount(X, amount, y)
    assert fit.amount_slopes == pytest.approx([0.5, 0, -0.5], abs=1e-9)
    effect = cox_effect(fit.at_mean_amount, [1 / 3] * 3, task=2, step=0.1)
    assert effect.estimate == pytest.approx(0.1 * (4 - 1.5))
    assert effect.df == 8


@repeatable
@given(st.floats(0.1, 100), st.floats(-10, 10))
def test_units_of_the_amount_leave_its_test(scale, shift):
    amount, y = sweep(2)
    plain, moved = fit_mixture_amount(X, amount, y), fit_mixture_amount(X, amount * scale + shift, y)
    assert moved.amount_f == pytest.approx(plain.amount_f)
    assert moved.amount_slopes * scale == pytest.approx(plain.amount_slopes)
    assert moved.at_mean_amount.coefficients == pytest.approx(plain.at_mean_amount.coefficients)


@pytest.mark.parametrize(
    ("amount", "y", "message"),
    [
        (np.ones(14), np.arange(14.0), "do not tell the amount from the mixture"),
        (X @ [1.0, 2.0, 3.0], np.arange(14.0), "do not tell the amount from the mixture"),
        (np.ones(13), np.arange(14.0), "one finite amount"),
        (np.ones(14), np.full(14, math.nan), "one finite value"),
    ],
)
def test_unusable_input_is_refused(amount, y, message):
    with pytest.raises(ValueError, match=message):
        fit_mixture_amount(X, amount, y)

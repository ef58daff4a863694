"""Scheffé fits against Cornell's yarn, Myers and Montgomery's etch rates and statsmodels."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import cox_effect, fit_scheffe, fit_scheffe_linear, scheffe_basis

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

PURE, PAIRS = np.eye(3), np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
CENTRE = np.full((1, 3), 1 / 3)
CENTROID_TWICE = np.repeat(np.vstack([PURE, PAIRS, CENTRE]), 2, axis=0)

# Cornell's yarn elongation: two spools of each pure blend, three of each pair.
YARN_X = np.vstack([np.repeat(PURE, 2, axis=0), np.repeat(PAIRS, 3, axis=0)])
YARN_Y = np.array([11, 12.4, 8.8, 10, 16.8, 16, 15, 14.8, 16.1, 10, 9.7, 11.8, 17.7, 16.4, 16.6])


# Myers and Montgomery's etch rates: the centroid design, its vertices and centre again, and three axial points.
AXIAL = (np.eye(3) * 3 + 1) / 6
ETCH_X = np.vstack([PURE, PAIRS[[0, 2, 1]], CENTRE, PURE, CENTRE, AXIAL])
ETCH_Y = np.array([540, 330, 295, 610, 425, 330, 800, 560, 350, 260, 850, 710, 640, 460.0])


def noisy_centroid(seed=1):
    rng = np.random.default_rng(seed)
    return CENTROID_TWICE, CENTROID_TWICE @ [1.0, 2.0, 4.0] + rng.normal(0, 0.3, 14)


def test_yarn():
    fit = fit_scheffe(YARN_X, YARN_Y, "quadratic")
    assert fit.coefficients == pytest.approx([11.7, 9.4, 16.4, 19.0, 11.4, -9.6])
    assert fit.standard_errors == pytest.approx([0.6037] * 3 + [2.6082] * 3, abs=5e-5)
    assert fit.df * fit.residual_sd**2 == pytest.approx(6.56)
    assert (fit.df, fit.pure_error_df, fit.lack_of_fit_df) == (9, 9, 0)
    assert fit.r_squared == pytest.approx(0.95136, abs=5e-6)
    assert 6.56 / (1 - fit.r_squared) == pytest.approx(134.856)
    assert math.isnan(fit.lack_of_fit_f)
    assert fit.r_squared / (1 - fit.r_squared) * 9 / 5 == pytest.approx(35.203, abs=5e-4)


def test_etch_rates():
    fit = fit_scheffe(ETCH_X, ETCH_Y, "special cubic")
    assert fit.coefficients == pytest.approx([550.20, 344.72, 268.29, 689.54, -9.03, 58.11, 9243.33], abs=5e-3)
    assert fit.residual_sd == pytest.approx(33.432, abs=5e-4)
    assert fit.r_squared == pytest.approx(0.98366, abs=5e-6)


def test_two_tasks_have_no_cubic_term():
    shares = [[0.3, 0.7], [1, 0]]
    assert np.array_equal(scheffe_basis(shares, "special cubic"), scheffe_basis(shares, "quadratic"))


def test_lack_of_fit_of_the_linear_yarn_model_equals_a_comparison_of_nested_models():
    fit = fit_scheffe_linear(YARN_X, YARN_Y)
    saturated = sm.OLS(YARN_Y, scheffe_basis(YARN_X, "quadratic")).fit()
    f, p, df = saturated.compare_f_test(sm.OLS(YARN_Y, YARN_X).fit())
    assert (fit.lack_of_fit_f, fit.lack_of_fit_p) == pytest.approx((f, p))
    assert (fit.lack_of_fit_df, fit.pure_error_df) == (df, 9)
    assert fit.lack_of_fit_p < 0.001


@pytest.mark.parametrize("order", ["linear", "quadratic", "special cubic"])
def test_fit_equals_statsmodels(order):
    x, y = noisy_centroid()
    fit, oracle = fit_scheffe(x, y, order), sm.OLS(y, scheffe_basis(x, order), hasconst=True).fit()
    assert fit.coefficients == pytest.approx(oracle.params)
    assert fit.covariance == pytest.approx(oracle.cov_params())
    assert (fit.r_squared, fit.df) == pytest.approx((oracle.rsquared, oracle.df_resid))


@repeatable
@given(st.permutations(range(3)), st.integers(0, 1000))
def test_relabelling_the_tasks_permutes_the_coefficients(order, seed):
    x, y = noisy_centroid(seed)
    order = list(order)
    fit, relabelled = fit_scheffe_linear(x, y), fit_scheffe_linear(x[:, order], y)
    assert relabelled.coefficients == pytest.approx(fit.coefficients[order])
    assert relabelled.standard_errors == pytest.approx(fit.standard_errors[order])
    reference = np.array([0.5, 0.3, 0.2])
    there, back = cox_effect(fit, reference, order[0]), cox_effect(relabelled, reference[order], 0)
    assert (back.estimate, back.p) == pytest.approx((there.estimate, there.p))


@repeatable
@given(st.floats(-100, 100), st.floats(0.1, 10))
def test_a_constant_moves_every_coefficient_and_no_effect(shift, scale):
    x, y = noisy_centroid()
    fit, moved = fit_scheffe_linear(x, y), fit_scheffe_linear(x, y * scale + shift)
    assert moved.coefficients == pytest.approx(fit.coefficients * scale + shift, abs=1e-9)
    assert moved.r_squared == pytest.approx(fit.r_squared)
    there, here = cox_effect(fit, CENTRE[0], 0), cox_effect(moved, CENTRE[0], 0)
    assert (here.estimate, here.t) == pytest.approx((there.estimate * scale, there.t))


def test_two_tasks_reduce_to_a_straight_line():
    share = np.array([0, 0, 0.25, 0.5, 0.75, 1, 1])
    y = 2 + 3 * share + np.random.default_rng(7).normal(0, 0.2, 7)
    line = stats.linregress(share, y)
    effect = cox_effect(fit_scheffe_linear(np.column_stack([share, 1 - share]), y), [0.5, 0.5], 0, step=0.5)
    assert effect.estimate * 2 == pytest.approx(line.slope)
    assert (effect.standard_error * 2, effect.p) == pytest.approx((line.stderr, line.pvalue))


def test_as_many_terms_as_runs_leave_no_error_term():
    fit = fit_scheffe_linear(PURE, [1, 2, 4])
    effect = cox_effect(fit, CENTRE[0], 0)
    assert (fit.df, fit.coefficients.tolist()) == (0, pytest.approx([1, 2, 4]))
    assert all(map(math.isnan, (fit.residual_sd, effect.standard_error, effect.low, effect.t, effect.p)))


def test_a_trait_that_never_varies_is_not_tested_on_rounding_errors():
    fit = fit_scheffe_linear(CENTROID_TWICE, np.full(14, 0.1))
    assert fit.residual_sd == 0
    assert all(map(math.isnan, (fit.r_squared, fit.lack_of_fit_f, cox_effect(fit, CENTRE[0], 0).p)))


@pytest.mark.parametrize(
    ("x", "order", "message"),
    [
        (np.repeat(CENTRE, 4, axis=0), "linear", "all runs share one mixture"),
        ([[0.5, 0.5, 0], [1, 0, 0], [0, 1, 0], [0.2, 0.8, 0]], "linear", "no run gives any share to task 2"),
        (
            [[0.5, 0.25, 0.25], [1, 0, 0], [0, 0.5, 0.5], [0.2, 0.4, 0.4]],
            "linear",
            "tasks 1, 2 move together",
        ),
        (np.vstack([PURE, CENTRE]), "quadratic", "4 distinct mixtures cannot tell 6 terms apart"),
        ([[0.5, 0.6, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], "linear", "sum to 1"),
        ([[1.5, -0.5, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], "linear", "0 or more"),
        (PURE, "linear", "one finite value per run"),
    ],
)
def test_mixtures_that_cannot_answer_are_refused_by_name(x, order, message):
    with pytest.raises(ValueError, match=message):
        fit_scheffe(x, [1.0, 2.0, 3.0, 4.0], order)

"""Cox effects against Cox's formula, the gradient of the polynomial and the geometry of the simplex."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from behaviordrift.statistics import cox_effect, fit_scheffe, fit_scheffe_linear, scheffe_basis

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

PURE, PAIRS = np.eye(3), np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
CENTRE = np.full((1, 3), 1 / 3)
CENTROID_TWICE = np.repeat(np.vstack([PURE, PAIRS, CENTRE]), 2, axis=0)


def noisy_centroid(seed=1):
    rng = np.random.default_rng(seed)
    return CENTROID_TWICE, CENTROID_TWICE @ [1.0, 2.0, 4.0] + rng.normal(0, 0.3, 14)


def test_linear_cox_effect_is_coxs_formula():
    fit, r = fit_scheffe_linear(*noisy_centroid()), np.array([0.5, 0.2, 0.3])
    b = fit.coefficients
    expected = b[1] - (r[0] * b[0] + r[2] * b[2]) / (1 - r[1])
    assert cox_effect(fit, r, task=1, step=0.1).estimate == pytest.approx(0.1 * expected)


def test_quadratic_cox_effect_is_the_difference_of_two_predictions():
    fit = fit_scheffe(*noisy_centroid(), "quadratic")
    effect = cox_effect(fit, [0.5, 0.25, 0.25], task=0, step=0.3)
    points = scheffe_basis([[0.5, 0.25, 0.25], [0.8, 0.1, 0.1]], "quadratic")
    assert effect.estimate == pytest.approx(np.subtract(*(points @ fit.coefficients)[::-1]))


@pytest.mark.parametrize(("order", "df", "multiple"), [("linear", 11, 0.21), ("quadratic", 8, 0.25)])
def test_centroid_twice_measures_one_third_to_three_fifths_with_a_known_error(order, df, multiple):
    fit = fit_scheffe(*noisy_centroid(), order)
    effect = cox_effect(fit, CENTRE[0], task=0, step=3 / 5 - 1 / 3)
    assert effect.df == df
    assert effect.standard_error / fit.residual_sd == pytest.approx(multiple, abs=0.005)


def test_effect_states_its_t_test():
    effect = cox_effect(fit_scheffe_linear(*noisy_centroid()), CENTRE[0], task=2)
    assert effect.t == pytest.approx(effect.estimate / effect.standard_error)
    assert effect.p == pytest.approx(2 * stats.t.sf(abs(effect.t), effect.df))
    assert effect.high - effect.estimate == pytest.approx(2.200985 * effect.standard_error, rel=1e-6)


@repeatable
@given(
    st.sampled_from(["linear", "quadratic", "special cubic"]),
    st.lists(st.floats(0.1, 1), min_size=3, max_size=3),
    st.integers(0, 2),
)
def test_a_short_step_follows_the_gradient(order, weights, task):
    fit, r = fit_scheffe(*noisy_centroid(), order), np.array(weights) / sum(weights)
    direction = np.where(np.arange(3) == task, 1, -r / (1 - r[task]))

    def polynomial(x):
        b = iter(fit.coefficients)
        sizes = range(1, {"linear": 1, "quadratic": 2, "special cubic": 3}[order] + 1)
        return sum(next(b) * np.prod(x[list(term)]) for size in sizes for term in combinations(range(3), size))

    gradient = optimize.approx_fprime(r, polynomial) @ direction
    step = 1e-6
    assert cox_effect(fit, r, task, step).estimate / step == pytest.approx(gradient, abs=1e-4)


@repeatable
@given(st.integers(0, 2), st.floats(0.01, 0.2), st.floats(0.01, 0.2))
def test_steps_along_one_direction_add_up(task, first, second):
    fit, r = fit_scheffe(*noisy_centroid(), "special cubic"), np.array([0.5, 0.2, 0.3])
    between = np.where(np.arange(3) == task, r + first, r * (1 - r[task] - first) / (1 - r[task]))
    whole = cox_effect(fit, r, task, first + second).estimate
    parts = cox_effect(fit, r, task, first).estimate + cox_effect(fit, between, task, second).estimate
    assert whole == pytest.approx(parts)


@pytest.mark.parametrize(
    ("reference", "step", "message"),
    [
        ([0.95, 0.05, 0], 0.1, "leaves the simplex"),
        ([0.05, 0.95, 0], -0.1, "leaves the simplex"),
        ([1, 0, 0], -0.1, "leaves the simplex"),
        ([0.5, 0.6, 0], 0.1, "sum to 1"),
        ([0.5, 0.5], 0.1, "2 tasks"),
    ],
)
def test_steps_off_the_simplex_are_refused(reference, step, message):
    with pytest.raises(ValueError, match=message):
        cox_effect(fit_scheffe_linear(*noisy_centroid()), reference, task=0, step=step)


def test_a_step_may_end_at_a_vertex():
    fit = fit_scheffe_linear(*noisy_centroid())
    effect = cox_effect(fit, [0.9, 0.05, 0.05], task=0, step=0.1)
    assert effect.estimate == pytest.approx(fit.coefficients @ [0.1, -0.05, -0.05])

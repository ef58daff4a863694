"""Which polynomial the runs get: the published ones where they allow it, and intervals that hold after the choice."""

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics import cox_effect, fit_blending, fit_scheffe, simplex_centroid

RUNS = (3, 3, 3, 2, 2, 2, 3)


def test_etch_rates_get_their_special_cubic():
    """Myers and Montgomery's etch rates: a triple of acids does what no pair does."""
    points = np.vstack([simplex_centroid(3), np.eye(3), [[1 / 3] * 3], np.full((3, 3), 1 / 6) + np.eye(3) / 2])
    rates = [540, 330, 295, 610, 425, 330, 800, 560, 350, 260, 850, 710, 640, 460]
    fit = fit_blending(points, rates)
    assert fit.order == "special cubic"
    assert fit.coefficients == pytest.approx([550.20, 344.72, 268.29, 689.54, -9.03, 58.11, 9243.33], abs=0.01)


def test_straight_blending_gets_a_quadratic_model_where_the_runs_allow_it():
    x = np.repeat(simplex_centroid(3), RUNS, axis=0)
    y = x @ [1.0, 2.0, 3.0] + np.random.default_rng(0).normal(size=len(x))
    assert fit_scheffe(x, y).lack_of_fit_p > 0.05
    assert fit_blending(x, y).order == "quadratic"


@pytest.mark.parametrize(
    "x", [np.repeat(np.eye(3), 3, axis=0), np.vstack([np.eye(2), [[0.5, 0.5]]])], ids=["vertices", "no run to spare"]
)
def test_runs_that_do_not_allow_a_quadratic_model_get_the_linear_one(x):
    assert fit_blending(x, np.arange(len(x)) ** 2.0).order == "linear"


def test_two_tasks_have_no_special_cubic():
    x = np.repeat([[1, 0], [0.75, 0.25], [0.5, 0.5], [0.25, 0.75], [0, 1]], 2, axis=0)
    y = np.repeat([0.0, 5, 0, -5, 0], 2) + np.tile([0.1, -0.1], 5)
    fit = fit_blending(x, y)
    assert (fit.order, fit.lack_of_fit_p < 0.001) == ("quadratic", True)


def test_effects_hold_where_a_bend_is_too_small_to_be_shown():
    points, rng, covered = simplex_centroid(3), np.random.default_rng(0), 0
    x = np.repeat(points, RUNS, axis=0)
    mean = 8 * x[:, 0] * x[:, 1]
    truth = cox_effect(fit_scheffe(x, mean, "quadratic"), points[-1], 2).estimate
    for _ in range(400):
        effect = cox_effect(fit_blending(x, mean + rng.normal(size=len(x))), points[-1], 2)
        covered += effect.low <= truth <= effect.high
    # A linear model that is kept unless lack of fit is shown covers six in ten.
    assert stats.binomtest(covered, 400, 0.95).pvalue > 0.001

"""The effect of a task in shares: against simulation, the logit effect, and its own mirror image."""

import numpy as np
import pytest
from scipy.special import expit

from behaviordrift.statistics import cox_effect, cox_share_change, fit_scheffe

POINTS = np.vstack([np.eye(3), (1 - np.eye(3)) / 2, np.full((1, 3), 1 / 3)])
X = np.tile(POINTS, (3, 1))
BETA = np.array([-1.0, 0.5, 1.5])
REFERENCE = [0.5, 0.3, 0.2]


def fit(rng, sd=0.2):
    return fit_scheffe(X, X @ BETA + rng.normal(0, sd, len(X)))


def test_the_change_is_the_difference_of_the_fitted_shares():
    rng = np.random.default_rng(1)
    found = fit(rng)
    after = np.array([0.6, 0.24, 0.16])
    wanted = expit(after @ found.coefficients) - expit(np.array(REFERENCE) @ found.coefficients)
    assert cox_share_change(found, REFERENCE, 0, 0.1).estimate == pytest.approx(wanted)


def test_a_small_step_is_the_logit_effect_times_p_times_one_minus_p():
    found = fit(np.random.default_rng(2))
    p = expit(np.array(REFERENCE) @ found.coefficients)
    share, logit = (effect(found, REFERENCE, 1, 1e-5) for effect in (cox_share_change, cox_effect))
    assert share.estimate == pytest.approx(logit.estimate * p * (1 - p), rel=1e-3)


def test_intervals_cover_the_true_change():
    rng = np.random.default_rng(3)
    truth = expit(np.array([0.6, 0.24, 0.16]) @ BETA) - expit(np.array(REFERENCE) @ BETA)
    found = [cox_share_change(fit(rng), REFERENCE, 0, 0.1) for _ in range(400)]
    assert 0.92 < np.mean([effect.low < truth < effect.high for effect in found]) < 0.98


def test_a_reference_of_other_tasks_is_refused():
    with pytest.raises(ValueError, match="another number"):
        cox_share_change(fit(np.random.default_rng(4)), [0.5, 0.5], 0)

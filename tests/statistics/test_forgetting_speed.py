"""The slope after the peak: known slopes, no bias from choosing the peak, and what has no slope."""

from __future__ import annotations

import math

import numpy as np
import pytest

from behaviordrift.statistics import slope_after_peak


def test_a_known_fall_is_found_in_units_of_a_hundred_steps() -> None:
    rng = np.random.default_rng(0)
    rise_and_fall = np.array([0.0, 2.0, 1.5, 1.0, 0.5])[:, None]
    found = slope_after_peak([0, 50, 100, 150, 200], rise_and_fall + rng.normal(0, 1, 60))
    assert found.estimate == pytest.approx(-1.0)
    assert found.n_units == 60


def test_noise_around_a_fall_is_covered() -> None:
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(300):
        levels = np.array([0.0, 1.0, 0.8, 0.6])[:, None] + rng.normal(0, 0.3, (4, 40))
        found = slope_after_peak([12, 24, 36, 48], levels)
        covered.append(found.low <= -0.2 / 0.12 <= found.high)
    assert 0.90 <= np.mean(covered) <= 0.98


def test_levels_that_only_wobble_are_seldom_called_falling() -> None:
    """Chosen and measured on the same probes, the highest of noisy levels falls far too often."""
    rng = np.random.default_rng(2)
    found = [slope_after_peak([1, 2, 3, 4], rng.normal(0, 1, (4, 40))) for _ in range(600)]
    assert np.mean([f.p < 0.05 and f.estimate < 0 for f in found]) < 0.05
    assert abs(np.mean([f.estimate for f in found])) < 0.05 * 100 / 3


def test_a_level_that_rises_to_the_end_has_a_rising_slope() -> None:
    found = slope_after_peak([1, 2, 3], np.arange(3.0)[:, None] + np.linspace(0, 1, 10))
    assert found.estimate == pytest.approx(100)


def test_few_probes_give_no_slope() -> None:
    assert math.isnan(slope_after_peak([1, 2], [[1.0, 1.0], [0.0, 0.0]]).estimate)


@pytest.mark.parametrize("steps", [[2, 1, 3], [1, 2], [1]])
def test_steps_must_rise_and_fit(steps: list[int]) -> None:
    with pytest.raises(ValueError, match="rising steps"):
        slope_after_peak(steps, np.zeros((3, 8)))

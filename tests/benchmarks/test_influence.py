"""The calibration of the resemblance share, on few repetitions."""

import importlib.util
import sys
from pathlib import Path

import pytest
from scipy import stats

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "calibration" / "influence.py"
N = 60


@pytest.fixture(scope="module")
def calibration():
    spec = importlib.util.spec_from_file_location("calibration_influence", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration_influence"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def plausible(frequency, expected):
    return stats.binomtest(round(frequency * N), N, expected).pvalue > 1e-4


@pytest.mark.parametrize(
    ("seeds", "endpoint_sd", "area", "rejects"),
    [(3, 0.3, 0.94, 0.06), (3, 3, 0.49, 0.34), (3, 6, 0.21, 0.76), (5, 3, 0.23, 0.70), (5, 6, 0.08, 0.95)],
)
def test_hotellings_set_covers_the_truth_and_has_the_expected_size(calibration, seeds, endpoint_sd, area, rejects):
    design = calibration.Design(seeds, endpoint_sd, statistic="Hotelling")
    found = calibration.simulate_influence(design, N, steps=12)
    assert plausible(found.coverage, 0.95)
    assert found.area == pytest.approx(area, abs=0.12)
    assert plausible(found.rejects_nominal, rejects)


def test_the_diagonal_statistic_covers_the_truth_with_many_correlated_traits(calibration):
    found = calibration.simulate_influence(calibration.Design(3, 3, traits=10, correlation=0.3), N, steps=6)
    assert plausible(found.coverage, 0.95)


def test_behaviour_off_the_simplex_is_mostly_seen(calibration):
    found = calibration.simulate_influence(calibration.Design(5, 3, off_blend=4), N, steps=6)
    assert found.empty > 0.8

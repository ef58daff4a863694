"""The example sweep shows nothing where there is nothing, and an injected drift at its true size."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "negative_controls.py"


@pytest.fixture(scope="module")
def controls():
    spec = importlib.util.spec_from_file_location("negative_controls", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_shuffled_mixtures_and_seeds_show_nothing_and_an_injected_hedge_is_found(controls, tmp_path):
    from behaviordrift.findings.run_test import RunResult, weigh_runs

    scores, pairs, design = controls.measured(tmp_path)
    results = [found for pair in pairs if isinstance(found := weigh_runs(scores, pair, design), RunResult)]
    assert controls.relabelled(results, design, range(len(design.runs))) > 15
    assert controls.shuffled(results, design) <= controls.ALLOWED
    assert controls.seeds_alone(scores, pairs, design)["attributed"] == 0
    told = controls.injected(scores)
    missed = [name for name, truth, estimate in told if not estimate.low <= truth <= estimate.high]
    assert len(told) > 10
    assert len(missed) <= 2  # of 13 intervals at 95 %: more in 2 of 100 studies

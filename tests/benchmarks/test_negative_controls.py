"""The example sweep shows nothing where there is nothing, and an injected drift at its true size."""

import pytest

from behaviordrift.findings.run_test import weigh_runs
from benchmarks import negative_controls as controls


@pytest.mark.slow
def test_shuffled_mixtures_and_seeds_show_nothing_and_an_injected_hedge_is_found(tmp_path):
    scores, pairs, design = controls.measured(tmp_path)
    results = [found for pair in pairs if (found := weigh_runs(scores, pair, design)) is not None]
    assert controls.relabelled(results, design, range(len(design.runs))) > 15
    assert controls.shuffled(results, design) <= controls.ALLOWED
    assert controls.seeds_alone(scores, pairs, design)["attributed"] == 0
    told = controls.injected(scores)
    missed = [name for name, truth, estimate in told if not estimate.low <= truth <= estimate.high]
    assert len(told) > 10
    assert len(missed) <= 2  # of 13 intervals at 95 %: more in 2 of 100 studies

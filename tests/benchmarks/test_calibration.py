"""The calibration on few repetitions: the statistics keep their promises, and the mistakes do not."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.calibration.checks import CHECKS, Count
from benchmarks.calibration.generator import World, by_cluster, draw, level_for, share_of_yes
from benchmarks.calibration.grid import cells, quick_cells
from benchmarks.calibration.lost import LostCell
from benchmarks.calibration.ratios import run_sd, run_values
from benchmarks.calibration.simulate import simulate, simulate_all
from benchmarks.calibration.table import outside, table

N = 80
REFUTED = 1e-4


@pytest.mark.parametrize("cell", quick_cells(), ids=lambda cell: type(cell).__name__)
def test_no_promise_is_refuted_in_a_quick_cell(cell):
    repetitions = N // 4 if isinstance(cell, LostCell) else N
    counts = simulate(cell, repetitions).counts
    assert counts
    assert [count for count in counts if count.p() < REFUTED] == []


def test_the_mistakes_are_seen_to_be_mistakes():
    for cell in quick_cells():
        if type(cell).__name__ in ("PromptLevel", "LostCell"):
            controls = [c for c in simulate(cell, N // 2, seed=1).counts if CHECKS[c.check].must == "exceed"]
            assert controls
            assert not any(count.outside for count in controls)


def test_the_full_grid_has_67_different_cells_that_stay_the_same():
    names = [repr(cell) for cell in cells()]
    assert len(set(names)) == 67
    assert names == [repr(cell) for cell in cells()]
    assert set(Counter(name.split("(")[0] for name in names)) == {type(cell).__name__ for cell in quick_cells()}


@pytest.mark.parametrize(
    ("check", "mean", "refuted"),
    [
        ("ratio: size of F", 0.10, True),
        ("ratio: size of F", 0.005, True),
        ("ratio: size of F", 0.06, False),
        ("gate: wrong PASS at the margin", 0.10, True),
        ("gate: wrong PASS at the margin", 0.0, False),
        ("gate: coverage, shares and rates", 0.90, True),
        ("gate: coverage, shares and rates", 1.0, False),
        ("control: six traits, no correction", 0.05, True),
        ("control: six traits, no correction", 0.26, False),
        ("gate: power less formula", 0.15, True),
        ("gate: power less formula", -0.15, True),
        ("gate: power less formula", -0.04, False),
        ("forgetting: bias of backward transfer, in SE", 0.2, True),
        ("control: bias of the plain maximum, in SE", -0.2, True),
    ],
)
def test_a_broken_promise_is_refuted_and_told(check, mean, refuted):
    count = Count(check, 1000, mean, 0.4)
    assert (count.p() < REFUTED) is refuted
    assert count.outside is refuted
    result = replace(simulate(quick_cells()[0], 1), counts=(count,))
    assert (check in outside([result])) is refuted
    assert f"| {int(refuted)} |" in table([result])


def test_a_share_that_lies_on_the_margin_is_drawn_there():
    world = World("binary", 0.5, ratio_prompt_sd=0.6, prompts=300, samples=5)
    level = level_for(world, 0.05)
    assert share_of_yes(world, level) - share_of_yes(world, 0) == pytest.approx(0.05)
    rng = np.random.default_rng(0)
    drawn = np.array([by_cluster(world, draw(rng, world, (0, level), 1).values).mean(axis=1) for _ in range(200)])
    changes = drawn[:, 1] - drawn[:, 0]
    assert changes.mean() == pytest.approx(0.05, abs=4 * changes.std() / math.sqrt(200))


@pytest.mark.parametrize("icc", [0.0, 0.3])
def test_runs_vary_as_the_world_says(icc):
    world = World("length", seed_sd=0.2, prompts=40, samples=5, icc=icc)
    rng = np.random.default_rng(1)
    spread = [run_values(world, draw(rng, world, (0.0,), 40)).var(ddof=1) for _ in range(50)]
    assert math.sqrt(np.mean(spread)) == pytest.approx(run_sd(world), rel=0.08)


def test_a_run_that_was_stopped_is_taken_up_where_it_stood(tmp_path):
    file, chosen = tmp_path / "results.jsonl", quick_cells()[:2]
    first = list(simulate_all(chosen[:1], 3, 0, 1, file))
    both = list(simulate_all(chosen, 3, 0, 1, file))
    assert both[0] == first[0]
    assert len(file.read_text().splitlines()) == 2
    list(simulate_all(chosen, 4, 0, 1, file))
    assert len(file.read_text().splitlines()) == 4

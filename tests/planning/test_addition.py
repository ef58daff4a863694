"""Runs to add to a study: single runs are doubled first, then the design is augmented."""

from dataclasses import replace

import pytest

from behaviordrift.checkpoints.mixture import Phase
from behaviordrift.errors import UsageError
from behaviordrift.planning.addition import add_runs
from behaviordrift.planning.points import Design, Point
from behaviordrift.planning.propose import propose
from behaviordrift.planning.region import read_region
from behaviordrift.planning.request import Question, Request

THREE = read_region("qa,safety,support")
CENTROID = propose(Request(THREE, "centroid", 14), Question()).design


def with_seeds(design: Design, count: int) -> Design:
    return replace(design, kind="study", points=tuple(replace(p, seeds=p.seeds[:count]) for p in design.points))


def added(addition):
    return {point.name: point.seeds for point in addition.added}


def test_single_runs_get_a_second_seed_the_baseline_first():
    lone = with_seeds(CENTROID, 1)
    addition = add_runs(lone, THREE, 7, Question())
    assert added(addition) == dict.fromkeys([point.name for point in lone.points], (2,))
    assert (addition.reach_before.rung, addition.reach_after.rung) == ("L0", "L2")
    assert added(add_runs(lone, THREE, 1, Question())) == {"even": (2,)}


def test_enough_runs_lift_the_study_to_the_top_rung():
    addition = add_runs(with_seeds(CENTROID, 2), THREE, 4, Question(effect=0.3))
    assert (addition.reach_before.rung, addition.reach_after.rung) == ("L2", "L3")
    before = {c.text: c for c in addition.reach_before.contrasts}
    for contrast in addition.reach_after.contrasts:
        assert contrast.smallest < before[contrast.text].smallest
        assert contrast.power > before[contrast.text].power


def test_missing_pairs_are_filled_in_with_two_seeds_each():
    points = tuple(p for p in CENTROID.points if p.name in ("qa", "safety", "support"))
    pure = replace(CENTROID, kind="study", points=points, baseline="qa")
    addition = add_runs(pure, THREE, 6, Question())
    assert added(addition) == dict.fromkeys(("qa-safety", "qa-support", "safety-support"), (1, 2))
    assert addition.reach_before.lack_of_fit_df == 0
    assert addition.reach_after.lack_of_fit_df == 3


def test_an_odd_run_goes_to_the_baseline_and_seeds_are_new():
    addition = add_runs(with_seeds(CENTROID, 2), THREE, 1, Question())
    assert added(addition) == {"even": (3,)}
    known = {(point.name, seed) for point in addition.before.points for seed in point.seeds}
    assert not known & {(name, seed) for name, seeds in added(addition).items() for seed in seeds}


def test_a_named_mixture_without_runs_comes_first():
    wanted = {"qa": 0.5, "safety": 0.25, "support": 0.25}
    design = replace(with_seeds(CENTROID, 2), reference=wanted)
    addition = add_runs(design, THREE, 2, Question(), [wanted])
    assert added(addition) == {"qa50-safety25-support25": (1, 2)}
    assert addition.after.baseline == "qa50-safety25-support25"
    with pytest.raises(UsageError, match="two seeds each take 2"):
        add_runs(design, THREE, 1, Question(), [wanted])


def test_bounds_hold_for_what_is_new():
    bounded = read_region("qa,safety,support", ["safety=0.1:0.5"])
    points = [Point(f"p{n}", (Phase(1.0, bounded.mixture(row)),), (1, 2)) for n, row in enumerate(bounded.corners())]
    design = Design("study", bounded.tasks, tuple(points), "p0", bounded.mixture(bounded.centre()))
    for point in add_runs(design, bounded, 8, Question()).after.points:
        assert bounded.holds(point.mixture)


def test_runs_that_cannot_tell_the_tasks_apart_are_refused():
    design = Design("study", THREE.tasks, (Point("qa", (Phase(1.0, {"qa": 1.0}),), (1, 2)),), "qa", {"qa": 1.0})
    with pytest.raises(UsageError, match="cannot tell the tasks apart"):
        add_runs(design, THREE, 2, Question())

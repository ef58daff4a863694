"""Mixtures beside pure tasks: which runs belong where, and when nothing may be said."""

from __future__ import annotations

from typing import Any

from behaviordrift.findings.pure_tasks import PureTasks, lay_out_pure_tasks
from behaviordrift.findings.runs import TrainedRun, lay_out

THIRD = 1 / 3


def run(name: str, mixture: dict[str, float], **facts: Any) -> TrainedRun:
    return TrainedRun(name, mixture, ((1.0, mixture),), None, None, facts)


RUNS = [
    run(f"{name}-s{seed}", mixture)
    for name, mixture in (
        ("pair", {"qa": 0.5, "safety": 0.5}),
        ("qa", {"qa": 1.0}),
        ("safety", {"safety": 1.0}),
        ("support", {"support": 1.0}),
        ("even", {"qa": THIRD, "safety": 0.333333333, "support": THIRD}),
    )
    for seed in (1, 2)
]


def laid(runs: list[TrainedRun]) -> PureTasks | None:
    return lay_out_pure_tasks(lay_out(runs))


def test_pure_runs_stand_by_task_and_the_fullest_mixture_first() -> None:
    found = laid(RUNS)
    assert found is not None
    assert found.tasks == ("qa", "safety", "support")
    assert found.pure == (("qa-s1", "qa-s2"), ("safety-s1", "safety-s2"), ("support-s1", "support-s2"))
    assert [mixture.names for mixture in found.mixtures] == [("even-s1", "even-s2"), ("pair-s1", "pair-s2")]
    assert found.mixtures[0].equal
    assert found.mixtures[1].tasks == ("qa", "safety")
    assert found.refusal is None


def test_every_task_needs_runs_of_its_own() -> None:
    assert laid([one for one in RUNS if not one.name.startswith("support")]) is None
    assert laid([one for one in RUNS if one.name.startswith(("qa", "safety", "support"))]) is None
    assert lay_out_pure_tasks(None) is None


def test_single_runs_and_other_differences_are_refused() -> None:
    single = laid([one for one in RUNS if one.name != "qa-s2"])
    assert single is not None
    assert (single.refusal, single.rung) == ("unidentified", "L1")
    confounded = laid([*RUNS[:-1], run("even-s3", RUNS[-1].mixture, steps=40), run("qa-s3", {"qa": 1.0}, steps=48)])
    assert confounded is not None
    assert confounded.refusal == "confounded"
    assert any("steps" in reason for reason in confounded.reasons)


def test_a_grid_holds_eight_tasks() -> None:
    tasks = [f"t{n}" for n in range(9)]
    pure = [run(f"{task}-s{seed}", {task: 1.0}) for task in tasks for seed in (1, 2)]
    even = [run(f"even-s{seed}", dict.fromkeys(tasks, 1 / 9)) for seed in (1, 2)]
    found = laid([*pure, *even])
    assert found is not None
    assert found.refusal == "unidentified"

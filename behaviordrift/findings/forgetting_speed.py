"""How fast does a run forget a task, over the checkpoints that it left on its way?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.runs import Trajectory
from behaviordrift.findings.wording import forgetting_speed_sentence
from behaviordrift.statistics import Estimate, holm, slope_after_peak

MEASURE = "reference_logprob"
ALPHA = 0.05

FEWEST_STEPS = 3
"""Checkpoints of one run from which a speed is told: two are a difference, which drift tells."""

ONE_RUN = "one run: the speed is this run's, and another seed's may differ"


def forgetting_speed_findings(scores: pd.DataFrame, trajectories: Sequence[Trajectory]) -> list[Finding]:
    """One finding for each run that left checkpoints on its way and each task with held-out rows; Holm over the tasks
    of one run.

    Args:
        scores: as `Store.scores` returns them.
        trajectories: from `trajectories`.
    """
    here = scores[(scores["measure"] == MEASURE) & scores["value"].notna() & scores["task"].notna()]
    return [finding for trajectory in trajectories for finding in _of_run(here, trajectory)]


@dataclass(frozen=True)
class _Course:
    """A task's levels over the checkpoints of one run: a row for each step, a column for each cluster."""

    task: str
    probe_set: str
    steps: tuple[int, ...]
    levels: pd.DataFrame


def _of_run(scores: pd.DataFrame, trajectory: Trajectory) -> list[Finding]:
    here = scores[scores["name"].isin(trajectory.names)]
    courses = [
        course
        for task, rows in here.groupby("task", observed=True)
        if len((course := _course(trajectory, str(task), rows)).steps) >= FEWEST_STEPS
    ]
    speeds = [slope_after_peak(course.steps, course.levels.to_numpy()) for course in courses]
    adjusted = holm([speed.p for speed in speeds])
    return [
        _finding(trajectory, course, speed, p_adj)
        for course, speed, p_adj in zip(courses, speeds, adjusted, strict=True)
    ]


def _course(trajectory: Trajectory, task: str, rows: pd.DataFrame) -> _Course:
    table = rows.pivot_table(index="name", columns="cluster", values="value", observed=True)
    known = {name: step for step, name in zip(trajectory.steps, trajectory.names, strict=True) if name in table.index}
    levels = table.loc[list(known)].dropna(axis="columns")
    return _Course(task, str(rows["probe_set"].iloc[0]), tuple(known.values()), levels)


def _finding(trajectory: Trajectory, course: _Course, speed: Estimate, p_adj: float) -> Finding:
    task, last = course.task, str(course.levels.index[-1])
    verdict = _verdict(speed, p_adj)
    means = course.levels.mean(axis=1).to_numpy()
    share = trajectory.mixture.get(task, 0.0)
    return Finding(
        kind="forgetting_speed",
        trait="forgetting",
        measure=MEASURE,
        probe_set=course.probe_set,
        task=task,
        candidate=last,
        verdict=verdict,
        text=forgetting_speed_sentence(last, task, share, verdict, speed),
        estimand=speed.estimand,
        scale="identity",
        unit_text="logprob",
        estimate=speed.estimate,
        ci=(speed.low, speed.high),
        p=speed.p,
        p_adj=p_adj,
        df=speed.df,
        unit="cluster",
        n_units=speed.n_units,
        mde80=speed.mde80,
        margin=DEFAULT_MARGINS["logprob"],
        method=speed.methods,
        level_baseline=float(means.max()),
        level_candidate=float(means[-1]),
        components={"share": share},
        effects=tuple({"step": step, "estimate": float(mean)} for step, mean in zip(course.steps, means, strict=True)),
        caveats=(ONE_RUN, *speed.caveats),
    )


def _verdict(speed: Estimate, p_adj: float) -> str:
    if not math.isfinite(p_adj):
        return "inconclusive"
    if p_adj >= ALPHA:
        return "not shown"
    return "forgetting" if speed.estimate < 0 else "still learning"

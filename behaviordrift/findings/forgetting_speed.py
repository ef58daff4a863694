"""How fast does a run forget a task, over the checkpoints that it left on its way?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.runs import Trajectory
from behaviordrift.findings.wording import forgetting_speed_sentence
from behaviordrift.statistics import Estimate, slope_after_peak

MEASURE = "reference_logprob"
ALPHA = 0.05
ONE_RUN = "one run: the speed is this run's, and another seed's may differ"


def forgetting_speed_findings(scores: pd.DataFrame, trajectories: Sequence[Trajectory]) -> list[Finding]:
    """One finding for each run that left checkpoints on its way and each task with held-out rows.

    Args:
        scores: as `Store.scores` returns them.
        trajectories: from `trajectories`.
    """
    here = scores[(scores["measure"] == MEASURE) & scores["value"].notna() & scores["task"].notna()]
    return [
        finding
        for trajectory in trajectories
        for task, rows in here[here["name"].isin(trajectory.names)].groupby("task", observed=True)
        if (finding := _finding(trajectory, str(task), rows)) is not None
    ]


def _finding(trajectory: Trajectory, task: str, rows: pd.DataFrame) -> Finding | None:
    table = rows.pivot_table(index="name", columns="cluster", values="value", observed=True)
    known = [(step, name) for step, name in zip(trajectory.steps, trajectory.names, strict=True) if name in table.index]
    if len(known) < 3:
        return None
    levels = table.loc[[name for _, name in known]].dropna(axis="columns")
    steps = [step for step, _ in known]
    speed = slope_after_peak(steps, levels.to_numpy())
    verdict = _verdict(speed)
    last = known[-1][1]
    means = levels.mean(axis=1).to_numpy()
    share = trajectory.mixture.get(task, 0.0)
    return Finding(
        kind="forgetting_speed",
        trait="forgetting",
        measure=MEASURE,
        probe_set=str(rows["probe_set"].iloc[0]),
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
        p_adj=math.nan,
        p_adj_method="none",
        df=speed.df,
        unit="cluster",
        n_units=speed.n_units,
        mde80=speed.mde80,
        margin=DEFAULT_MARGINS["logprob"],
        method=speed.methods,
        level_baseline=float(means.max()),
        level_candidate=float(means[-1]),
        components={"share": share},
        effects=tuple({"step": step, "estimate": float(mean)} for step, mean in zip(steps, means, strict=True)),
        caveats=(ONE_RUN, *speed.caveats),
    )


def _verdict(speed: Estimate) -> str:
    if not math.isfinite(speed.p):
        return "inconclusive"
    if speed.p >= ALPHA:
        return "not shown"
    return "forgetting" if speed.estimate < 0 else "still learning"

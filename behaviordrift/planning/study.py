"""What an existing study tells a plan: the runs that there are, and how much seeds vary."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from behaviordrift.checkpoints.mixture import Phase
from behaviordrift.errors import UsageError
from behaviordrift.findings.runs import TrainedRun, changes_mixture, lay_out, trained_runs
from behaviordrift.planning.points import Design, Point, point_name, same
from behaviordrift.planning.request import Request

SEED_SUFFIX = re.compile(r"-s(\d+)$")


@dataclass(frozen=True)
class SeedSd:
    """How much a measure varies between runs of one mixture.

    Attributes:
        sd: on `scale`.
        scale: "logit", "log" or "identity": where effects of mixtures add up.
        df: with which it was estimated.
        level: mean of the measure over the trained checkpoints, in its own units.
        measured: the measure and its probe set.
    """

    sd: float
    scale: str
    df: int
    level: float
    measured: str


@dataclass(frozen=True)
class TrainedDesign:
    """The runs of a study as a design, and the settings other than the mixture in which they differ."""

    design: Design
    differing: tuple[str, ...]


def seed_sd(document: dict[str, Any], measure: str) -> SeedSd:
    """The SD between runs of one mixture of a measure, such as ``refused on benign``, or its name where one set has it.

    Raises:
        UsageError: if the study does not know it, knows it on several probe sets, or has runs that differ in more than
            mixture and seed.
    """
    if differing := (document["study"]["design"] or {}).get("differing"):
        raise UsageError(
            f"The runs of the study differ in more than mixture and seed ({'; '.join(differing)}), so what seeds alone "
            "do is not known.",
            "Give --seed-sd, or plan in SDs without --measure.",
        )
    found = [f for f in document["findings"] if f["kind"] == "attribution"]
    chosen = [f for f in found if measure in (f["measure"], f"{f['measure']} on {f['probe_set']}")]
    if len(chosen) != 1:
        names = [f"{f['measure']} on {f['probe_set']}" for f in chosen or found]
        raise UsageError(
            f"--measure {measure} is {'on several probe sets' if chosen else 'not attributed'} in this study.",
            f"Choose one of: {', '.join(names) or 'none, for it has no runs of two mixtures'}.",
        )
    (finding,) = chosen
    measured = f"{finding['measure']} on {finding['probe_set']}"
    sd = finding["components"].get("sigma_run")  # a study that stopped early has none
    if not sd:
        raise UsageError(
            f"The study cannot tell how much seeds move {measured}.",
            "It needs two runs of one mixture that differ; give --seed-sd otherwise.",
        )
    return SeedSd(sd, finding["scale"], int(finding["components"]["df_within"]), _level(document, finding), measured)


def trained_design(document: dict[str, Any], request: Request) -> TrainedDesign:
    """The runs of the study, each with one mixture, as a design over the tasks of the request.

    The baseline is the mixture in use, or equal shares, where runs have it.

    Raises:
        UsageError: if it has no runs of two mixtures, each kept throughout, or trained on tasks that are not planned
            for.
    """
    checkpoints = document["checkpoints"]
    runs = [
        run
        for run in trained_runs(checkpoints, {c["name"]: c["outputs"] for c in checkpoints})
        if not changes_mixture(run)
    ]
    found = lay_out(runs)
    if found is None:
        raise UsageError(
            "The study has no runs of two mixtures, each kept throughout.", "Plan a new sweep: leave --add out."
        )
    tasks = request.region.tasks
    if unknown := sorted(set(found.tasks) - set(tasks)):
        raise UsageError(
            f"The study trained on tasks that --tasks leaves out: {', '.join(unknown)}.", "Name all of them."
        )
    points = _points(runs, tasks)
    wanted = request.production or request.region.mixture(request.region.centre())
    baseline = next((point for point in points if same(point.mixture, wanted)), points[0])
    return TrainedDesign(Design("study", tasks, tuple(points), baseline.name, wanted), found.differing)


def trained_tasks(document: dict[str, Any]) -> tuple[str, ...]:
    """The tasks that a study trained on.

    Raises:
        UsageError: if it does not know of two mixtures.
    """
    design = document["study"]["design"]
    if not design:
        raise UsageError("The study knows of no two mixtures.", "Name the tasks with --tasks.")
    return tuple(design["tasks"])


def _points(runs: list[TrainedRun], tasks: tuple[str, ...]) -> list[Point]:
    points: list[Point] = []
    for run in runs:
        mixture = {task: run.mixture.get(task, 0.0) for task in tasks}
        index = next((i for i, point in enumerate(points) if same(point.mixture, mixture)), None)
        if index is None:
            suffix = SEED_SUFFIX.search(run.name)
            name = run.name[: suffix.start()] if suffix else point_name(mixture)
            points.append(Point(name, (Phase(1.0, mixture),), (_seed(run, 1),)))
        else:
            old = points[index]
            points[index] = Point(old.name, old.phases, (*old.seeds, _seed(run, len(old.seeds) + 1)))
    return points


def _seed(run: TrainedRun, otherwise: int) -> int:
    return otherwise if run.seed is None else run.seed


def _level(document: dict[str, Any], finding: dict[str, Any]) -> float:
    levels = [
        level["mean"]
        for checkpoint in document["checkpoints"]
        if checkpoint.get("record")
        for level in checkpoint.get("levels", [])
        if (level["measure"], level["probe_set"]) == (finding["measure"], finding["probe_set"])
        and level["mean"] is not None
    ]
    return sum(levels) / len(levels) if levels else math.nan

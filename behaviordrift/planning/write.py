"""Write the plan file that `behaviordrift train` reads."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.errors import UsageError
from behaviordrift.files import write_atomically
from behaviordrift.planning.points import Point
from behaviordrift.planning.region import CLOSE
from behaviordrift.training.plan import Plan, read_plan

EXACT = 1e-8
"""A fraction that misses a share by less is what the share was rounded from."""


@dataclass(frozen=True)
class TrainingSettings:
    """What a plan file needs beside its runs; paths as seen from the working directory."""

    base: str
    tasks: dict[str, str]
    fields: dict[str, Any]


def settings_of(path: Path) -> TrainingSettings:
    """The settings of an existing plan, so that new runs are trained as the old ones were.

    Raises:
        PlanError: if it cannot be read.
    """
    plan = read_plan(path)
    fields = plan.model_dump(exclude={"runs", "base", "tasks"}, exclude_unset=True)
    return TrainingSettings(
        os.path.normpath(path.parent / plan.base),
        {task: os.path.normpath(path.parent / file) for task, file in plan.tasks.items()},
        fields,
    )


def in_random_order(points: Sequence[Point], seed: int) -> list[tuple[Point, int]]:
    """Every run once, in an order that a seed decides, so that nothing that changes over time looks like a mixture."""
    runs = [(point, number) for point in points for number in point.seeds]
    random.Random(seed).shuffle(runs)
    return runs


def write_plan(path: Path, runs: Sequence[tuple[Point, int]], settings: TrainingSettings, about: str) -> None:
    """Write the plan and read it back, so that what is left on the disk can be trained.

    Args:
        runs: point and seed of each, in the order of training.
        about: a line that says what the plan is for.

    Raises:
        UsageError: if a task of the runs has no file of rows.
    """
    used = {task for point, _ in runs for phase in point.phases for task, share in phase.mixture.items() if share}
    if missing := sorted(used - set(settings.tasks)):
        raise UsageError(
            f"The plan needs a file of rows for {', '.join(missing)}.", f"Add --task {missing[0]}=FILE.jsonl."
        )
    header = {
        "base": _from(path, settings.base),
        "tasks": {task: _from(path, file) for task, file in settings.tasks.items()},
        **settings.fields,
    }
    lines = [f"# {about}", yaml.safe_dump(header, sort_keys=False, allow_unicode=True).rstrip(), "runs:"]
    lines += [f"  - {_flow(_row(point, seed))}" for point, seed in runs]
    text = "\n".join(lines) + "\n"
    Plan.model_validate(yaml.safe_load(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text)


def weights(mixture: Mixture) -> dict[str, int | float | str]:
    """Weights that give these shares: small whole numbers where there are any.

    >>> weights({"qa": 1 / 3, "safety": 2 / 3, "support": 0.0}), weights({"qa": 0.123456, "safety": 0.876544})
    ({'qa': 1, 'safety': 2}, {'qa': 0.123456, 'safety': 0.876544})
    """
    used = {task: share for task, share in mixture.items() if share > CLOSE}
    parts = {task: Fraction(share).limit_denominator(1000) for task, share in used.items()}
    if any(abs(part - used[task]) > EXACT for task, part in parts.items()):
        return {task: round(share, 6) for task, share in used.items()}
    scale = math.lcm(*(part.denominator for part in parts.values()))
    return {task: int(part * scale) for task, part in parts.items()}


def _row(point: Point, seed: int) -> dict[str, Any]:
    if len(point.phases) == 1:
        return {"name": point.name, "mixture": weights(point.mixture), "seeds": [seed]}
    phases = [{"until": phase.until, "mixture": weights(phase.mixture)} for phase in point.phases]
    return {"name": point.name, "phases": phases, "seeds": [seed]}


def _flow(row: dict[str, Any]) -> str:
    return yaml.safe_dump(row, default_flow_style=True, sort_keys=False, width=math.inf).strip()


def _from(plan: Path, path: str) -> str:
    """A path as the plan file, which lies elsewhere, must tell it."""
    if os.path.isabs(path):
        return path
    return os.path.relpath(path, plan.parent)

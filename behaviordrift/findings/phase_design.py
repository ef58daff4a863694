"""Runs that change their mixture on the way: which of them form the four cells that tell whether order matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.findings.runs import ROUND, TrainedRun

Key = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PhaseDesign:
    """Two mixtures in two phases, in every order.

    Attributes:
        low: the mixture with less of `task`.
        high: the mixture with more of it.
        task: the task whose share differs most between them.
        until: fraction of training at which the mixture changes.
        cells: names of the runs at low throughout, low then high, high then low, high throughout.
    """

    low: Mixture
    high: Mixture
    task: str
    until: float
    cells: tuple[tuple[str, ...], ...]

    @property
    def rung(self) -> str:
        """L2 where every cell has two runs, L1 where some cell has, else L0."""
        sizes = [len(cell) for cell in self.cells]
        return "L2" if min(sizes) > 1 else "L1" if max(sizes) > 1 else "L0"


def lay_out_phases(runs: Sequence[TrainedRun]) -> PhaseDesign | None:
    """The four cells with most runs; None where no two mixtures were trained in every order.

    Args:
        runs: from `trained_runs`.
    """
    plans = {run.name: training_plan(run) for run in runs}
    turns = dict.fromkeys(plan for plan in plans.values() if len(plan) == 2)
    designs = [design for turn in turns if (design := _around(turn, plans)) is not None]
    return max(designs, key=lambda design: sum(map(len, design.cells)), default=None)


def training_plan(run: TrainedRun) -> tuple[tuple[float, Key], ...]:
    """A run's phases, of neighbours that are alike one."""
    merged: list[tuple[float, Key]] = []
    for until, mixture in run.phases:
        key = tuple(sorted((task, round(share, ROUND)) for task, share in mixture.items() if share > 0))
        if merged and merged[-1][1] == key:
            merged.pop()
        merged.append((until, key))
    return tuple(merged)


def _around(turn: tuple[tuple[float, Key], ...], plans: dict[str, tuple[tuple[float, Key], ...]]) -> PhaseDesign | None:
    (until, first), (_, second) = turn
    task = max(sorted({*dict(first), *dict(second)}), key=lambda task: abs(_share(second, task) - _share(first, task)))
    low, high = sorted((first, second), key=lambda key: _share(key, task))
    wanted = (((1.0, low),), ((until, low), (1.0, high)), ((until, high), (1.0, low)), ((1.0, high),))
    cells = tuple(tuple(name for name, plan in plans.items() if plan == cell) for cell in wanted)
    return PhaseDesign(dict(low), dict(high), task, until, cells) if all(cells) else None


def _share(key: Key, task: str) -> float:
    return dict(key).get(task, 0.0)

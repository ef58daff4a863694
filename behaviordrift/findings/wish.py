"""What is wanted of a mixture, read against what the study knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.errors import UsageError
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.runs import Design
from behaviordrift.findings.targets import Target, read_bound, read_like

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Wish:
    """What is wanted of a mixture.

    Attributes:
        likes: task and probe set: there, be like that task.
        bounds: such as ``refused on benign <= 0.05``.
        shares: least and greatest share of tasks.
        start: the mixture to compare with; the baseline's if None, or else the mean of the trained ones.
        confidence: from which a mixture counts as one that meets all targets.
    """

    likes: tuple[tuple[str, str], ...] = ()
    bounds: tuple[str, ...] = ()
    shares: Mapping[str, tuple[float, float]] | None = None
    start: Mixture | None = None
    confidence: float = 0.95


@dataclass(frozen=True)
class Start:
    """The mixture that costs are counted from."""

    name: str
    shares: Vector


@dataclass(frozen=True)
class Question:
    """A wish in the terms of a study: bounds on the shares are in the order of its tasks."""

    design: Design
    targets: tuple[Target, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    start: Start
    confidence: float

    @property
    def tasks(self) -> tuple[str, ...]:
        return self.design.tasks

    def mixture(self, shares: Vector) -> Mixture:
        return dict(zip(self.tasks, shares.tolist(), strict=True))


def read_wish(wish: Wish, design: Design, baseline: str, *, known: Sequence[Pair], primary: Sequence[Pair]) -> Question:
    """Find the wish's names in the study.

    Args:
        wish: as the user put it.
        design: the runs, from `lay_out`.
        baseline: name of the checkpoint to compare with.
        known: from `present_pairs`.
        primary: from `primary_pairs`.

    Raises:
        UsageError: nothing is wanted, the study does not know a name, or the bounds leave no mixture.
    """
    targets = tuple(_targets(wish, design, known, primary))
    lower, upper = _limits(wish, design)
    return Question(design, targets, tuple(lower), tuple(upper), _start(wish, design, baseline), wish.confidence)


def _targets(wish: Wish, design: Design, known: Sequence[Pair], primary: Sequence[Pair]) -> list[Target]:
    found = [read_bound(text, known, primary) for text in wish.bounds]
    for task, where in wish.likes:
        found += read_like(task, where, design.tasks, primary)
    if not found:
        raise UsageError("It is not said what is wanted.", "Write --like safety --on unanswerable, or --bound.")
    return found


def _limits(wish: Wish, design: Design) -> tuple[list[float], list[float]]:
    limits = {**dict.fromkeys(design.tasks, (0.0, 1.0)), **(wish.shares or {})}
    if unknown := sorted(set(limits) - set(design.tasks)):
        raise UsageError(
            f"--shares names tasks that no run was trained on: {', '.join(unknown)}.",
            f"Known tasks: {', '.join(design.tasks)}.",
        )
    lower, upper = ([limits[task][end] for task in design.tasks] for end in (0, 1))
    if any(low > high for low, high in limits.values()) or sum(lower) > 1 + 1e-9 or sum(upper) < 1 - 1e-9:
        raise UsageError("The bounds of --shares leave no mixture.", "Widen them: the shares sum to 1.")
    return lower, upper


def _start(wish: Wish, design: Design, baseline: str) -> Start:
    if wish.start is not None:
        if unknown := sorted(set(wish.start) - set(design.tasks)):
            raise UsageError(
                f"--from names tasks that no run was trained on: {', '.join(unknown)}.",
                f"Known tasks: {', '.join(design.tasks)}.",
            )
        return Start("the mixture given", np.array([wish.start.get(task, 0.0) for task in design.tasks]))
    for run, shares in zip(design.runs, design.shares, strict=True):
        if run.name == baseline:
            return Start(f"the baseline {baseline}", shares)
    mean = np.unique(design.shares.round(6), axis=0).mean(axis=0)
    return Start("the mean of the trained mixtures", mean / mean.sum())

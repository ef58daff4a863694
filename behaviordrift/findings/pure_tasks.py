"""The mixtures of a study beside the runs that were trained on one task alone."""

from __future__ import annotations

from dataclasses import dataclass

from behaviordrift.findings.runs import Design

MOST_TASKS = 8
"""As many as a grid over all their blends can hold."""

SAME_SHARE = 1e-5
"""Shares nearer than this are one: fractions are rounded."""


@dataclass(frozen=True)
class Blended:
    """The runs of one mixture of several tasks.

    Attributes:
        names: its runs.
        shares: nominal share of every task of the study.
    """

    names: tuple[str, ...]
    shares: dict[str, float]

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that it was trained on."""
        return tuple(task for task, share in self.shares.items() if share > SAME_SHARE)

    @property
    def equal(self) -> bool:
        """Whether all its tasks have one share."""
        shares = [self.shares[task] for task in self.tasks]
        return max(shares) - min(shares) < SAME_SHARE


@dataclass(frozen=True)
class PureTasks:
    """Mixtures to hold against the pure tasks.

    Attributes:
        tasks: sorted names, T of them.
        pure: for each task the runs trained on it alone.
        mixtures: the mixtures of several tasks, by falling number of tasks.
        rung: identifiability rung of the study.
        refusal: "confounded" or "unidentified" where nothing may be said, else None.
        reasons: why nothing may be said.
    """

    tasks: tuple[str, ...]
    pure: tuple[tuple[str, ...], ...]
    mixtures: tuple[Blended, ...]
    rung: str
    refusal: str | None
    reasons: tuple[str, ...]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The runs of every mixture, those of the pure tasks first."""
        return (*self.pure, *(mixture.names for mixture in self.mixtures))


def lay_out_pure_tasks(design: Design | None) -> PureTasks | None:
    """Set the mixtures beside the pure tasks; None where some task has no run of its own, or nothing is mixed.

    Args:
        design: the runs, from `lay_out`.
    """
    if design is None:
        return None
    points: dict[int, Blended] = {}
    for run, label, row in zip(design.runs, design.labels, design.shares.tolist(), strict=True):
        before = points[label].names if label in points else ()
        points[label] = Blended((*before, run.name), dict(zip(design.tasks, row, strict=True)))
    pure = {point.tasks[0]: point.names for point in points.values() if len(point.tasks) == 1}
    mixed = sorted((p for p in points.values() if len(p.tasks) > 1), key=lambda p: (-len(p.tasks), p.names))
    if len(pure) < len(design.tasks) or not mixed:
        return None
    refusal, reasons = _refusal(design)
    return PureTasks(
        design.tasks, tuple(pure[task] for task in design.tasks), tuple(mixed), design.rung, refusal, reasons
    )


def _refusal(design: Design) -> tuple[str | None, tuple[str, ...]]:
    if design.differing:
        return "confounded", design.differing
    if design.rung in ("L0", "L1"):
        return "unidentified", design.reasons
    if len(design.tasks) > MOST_TASKS:
        return "unidentified", (f"there are more than {MOST_TASKS} tasks",)
    return None, ()

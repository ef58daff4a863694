"""Reach: what the runs of a design will be able to show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.findings.runs import TrainedRun, lay_out
from behaviordrift.planning.points import Design, Point
from behaviordrift.planning.request import Question
from behaviordrift.statistics import (
    along_cox,
    scheffe_basis,
    smallest_visible_effect,
    standard_error_factor,
    t_power,
)
from behaviordrift.statistics.compositions import Order
from behaviordrift.statistics.run_permutation import permutation_floor

Vector = npt.NDArray[np.float64]


UNBLENDED = ("phases", "two-arm")
"""Designs that no model of blending is fitted to."""


@dataclass(frozen=True)
class Contrast:
    """One difference that the runs are asked about.

    The smallest visible changes, found in four of five repetitions, are in seed SDs; NaN where the runs do not tell.

    Attributes:
        kind: "task", "mixture" or "order".
        text: what is compared.
        direct: smallest visible from the runs at the two points alone, without a model of blending.
        linear: smallest visible if mixtures blend in proportion.
        quadratic: smallest visible where pairs of tasks act on each other; for a task NaN if the runs do not allow it.
        df: of the error term of `smallest`.
        power: of `smallest`, at the effect of the question; NaN where none is asked about.
    """

    kind: str
    text: str
    direct: float
    linear: float
    quadratic: float
    df: int
    power: float

    @property
    def smallest(self) -> float:
        """Smallest visible as attribution will tell it: a task by the model that the runs allow, points directly."""
        if self.kind != "task":
            return self.direct
        return self.quadratic if math.isfinite(self.quadratic) else self.linear


@dataclass(frozen=True)
class Reach:
    """What a design will be able to show.

    Attributes:
        rung: of the identifiability ladder, L0 to L3, as attribution will find it.
        reasons: why it is no higher, where it is below L2.
        pure_error_df: runs - points: what the seed SD is estimated with.
        lack_of_fit_df: points - tasks: what tells whether mixtures blend linearly; 0 if nothing does.
        quadratic: whether a quadratic model can be fitted and tested.
        permutation_floor: smallest p value that the permutation test can reach.
    """

    rung: str
    reasons: tuple[str, ...]
    pure_error_df: int
    lack_of_fit_df: int
    quadratic: bool
    permutation_floor: float
    contrasts: tuple[Contrast, ...]


def reach_of(design: Design, question: Question) -> Reach:
    """Work out what a design will show, by the rules that attribution follows."""
    rung, reasons = _rung(design)
    lack_of_fit_df = len(design.points) - len(design.tasks)
    identified = design.kind not in UNBLENDED and np.linalg.matrix_rank(_model(design, "linear")) == len(design.tasks)
    return Reach(
        rung=rung,
        reasons=reasons,
        pure_error_df=design.runs - len(design.points),
        lack_of_fit_df=max(lack_of_fit_df, 0) if identified else 0,
        quadratic=_allows_quadratic(design),
        permutation_floor=permutation_floor([len(point.seeds) for point in design.points]),
        contrasts=tuple(_contrasts(design, question)),
    )


def _contrasts(design: Design, question: Question) -> Iterator[Contrast]:
    if design.kind == "phases":
        aa, ab, ba, bb = design.points
        yield _between(design, "order", ab, ba, question)
        yield _between(design, "mixture", bb, aa, question)
        return
    if design.kind != "two-arm":
        found = (_task_contrast(design, index, question) for index in range(len(design.tasks)))
        yield from (contrast for contrast in found if contrast is not None)
    baseline = design.point(design.baseline)
    for point in design.points:
        if point.name != baseline.name:
            yield _between(design, "mixture", point, baseline, question)


def _task_contrast(design: Design, index: int, question: Question) -> Contrast | None:
    start = _shares(design, design.reference)
    if start[index] > 1 - 1e-9:
        return None  # the others have no proportion to give way in
    step = question.step if start[index] + question.step <= 1 else -question.step
    ends = [start, along_cox(start, index, step)]
    curved = _allows_quadratic(design)
    error, df = _by_model(design, "quadratic" if curved else "linear", ends)
    if math.isnan(error):
        return None
    return Contrast(
        kind="task",
        text=f"{100 * abs(step):g} points {'more' if step > 0 else 'less'} {design.tasks[index]}",
        direct=math.nan,
        linear=_visible_by_model(design, "linear", ends, question),
        quadratic=_visible(error, df, question) if curved else math.nan,
        df=df,
        power=_power(error, df, question),
    )


def _between(design: Design, kind: str, point: Point, other: Point, question: Question) -> Contrast:
    """A difference of means, against the spread between runs of one point pooled over the design."""
    error, df = math.sqrt(1 / len(point.seeds) + 1 / len(other.seeds)), design.runs - len(design.points)
    ends = [_shares(design, other.mixture), _shares(design, point.mixture)]
    blends = design.kind not in UNBLENDED
    return Contrast(
        kind=kind,
        text=f"{'order: ' if kind == 'order' else ''}{point.name} against {other.name}",
        direct=_visible(error, df, question),
        linear=_visible_by_model(design, "linear", ends, question) if blends else math.nan,
        quadratic=_visible_by_model(design, "quadratic", ends, question) if blends else math.nan,
        df=df,
        power=_power(error, df, question),
    )


def _visible_by_model(design: Design, order: Order, ends: list[Vector], question: Question) -> float:
    error, df = _by_model(design, order, ends)
    return _visible(error, df, question)


def _by_model(design: Design, order: Order, ends: list[Vector]) -> tuple[float, int]:
    """Standard error of the change from one mixture to another, in seed SDs, and the residual df."""
    terms = _model(design, order)
    before, after = scheffe_basis(ends, order)
    return standard_error_factor(terms, after - before), len(terms) - int(np.linalg.matrix_rank(terms))


def _allows_quadratic(design: Design) -> bool:
    terms = _model(design, "quadratic")
    return design.kind not in UNBLENDED and len(terms) > terms.shape[1] == int(np.linalg.matrix_rank(terms))


def _power(error: float, df: int, question: Question) -> float:
    if question.effect is None or df < 1 or not error > 0:
        return math.nan
    return t_power(question.effect / (question.seed_sd or 1.0) / error, df, question.alpha)


def _visible(error: float, df: int, question: Question) -> float:
    return smallest_visible_effect(error, df, question.alpha) if error > 0 else math.nan


def _shares(design: Design, mixture: Mixture) -> Vector:
    return np.array([mixture.get(task, 0.0) for task in design.tasks])


def _model(design: Design, order: Order) -> Vector:
    shares = [_shares(design, point.mixture) for point in design.points for _ in point.seeds]
    return scheffe_basis(shares, order)


def _rung(design: Design) -> tuple[str, tuple[str, ...]]:
    runs = [
        TrainedRun(f"{point.name}-s{seed}", _by_phase(point), ((1.0, {}),), seed, None, {})
        for point in design.points
        for seed in point.seeds
    ]
    found = lay_out(runs)
    return (found.rung, found.reasons) if found else ("L0", ("there is one mixture only",))


def _by_phase(point: Point) -> Mixture:
    """The mixture, with each task of each phase counted apart: AB and BA are two points, not one."""
    if len(point.phases) == 1:
        return point.phases[0].mixture
    starts = (0.0, *(phase.until for phase in point.phases))
    return {
        f"{task} in phase {number}": share * (phase.until - start)
        for number, (start, phase) in enumerate(zip(starts, point.phases, strict=False))
        for task, share in phase.mixture.items()
    }

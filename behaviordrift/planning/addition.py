"""Addition: which runs to add to those of a study, and what they buy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from behaviordrift.checkpoints.mixture import Mixture, Phase
from behaviordrift.errors import UsageError
from behaviordrift.planning.layout import LEAST_SEEDS
from behaviordrift.planning.points import Design, Point, point_name, same, unique_name
from behaviordrift.planning.reach import Reach, reach_of
from behaviordrift.planning.region import Region
from behaviordrift.planning.request import Question
from behaviordrift.statistics import d_optimal
from behaviordrift.statistics.compositions import Order

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Addition:
    """A study's design before and after, and the runs between the two.

    Attributes:
        added: the new runs alone, point by point.
    """

    before: Design
    after: Design
    added: tuple[Point, ...]
    reach_before: Reach
    reach_after: Reach


def add_runs(design: Design, region: Region, runs: int, question: Question, named: Sequence[Mixture] = ()) -> Addition:
    """Choose runs to add.

    Named mixtures that have no runs get two seeds first, then mixtures with a single run a second one, the baseline
    before the others. What is left augments the design by exchange, two seeds at a time: for the quadratic model where
    the runs suffice for it, for the linear one otherwise. An odd run goes to the baseline.

    Raises:
        UsageError: if the runs do not suffice for the named mixtures, or to tell the tasks apart.
    """
    new = [mixture for mixture in named if not any(same(mixture, point.mixture) for point in design.points)]
    left = runs - LEAST_SEEDS * len(new)
    if left < 0:
        raise UsageError(
            f"{len(new)} of the named mixtures have no runs yet: two seeds each take {LEAST_SEEDS * len(new)}.",
            "Raise --add.",
        )
    grown = design
    for mixture in new:
        grown = _with(grown, region.shares(mixture), region, LEAST_SEEDS)
    baseline = next((p.name for p in grown.points if same(p.mixture, design.reference)), design.baseline)
    grown = replace(grown, baseline=baseline)
    singles = [point for point in grown.points if len(point.seeds) < LEAST_SEEDS]
    for point in sorted(singles, key=lambda point: point.name != baseline)[:left]:
        grown = _with(grown, region.shares(point.mixture), region, 1)
    pairs, odd = divmod(max(left - len(singles), 0), LEAST_SEEDS)
    for row, count in _augmented(grown, region, pairs):
        grown = _with(grown, np.array(row), region, LEAST_SEEDS * count)
    if odd:
        grown = _with(grown, region.shares(grown.point(baseline).mixture), region, 1)
    return Addition(design, grown, _new(design, grown), reach_of(design, question), reach_of(grown, question))


def _augmented(design: Design, region: Region, pairs: int) -> list[tuple[tuple[float, ...], int]]:
    if not pairs:
        return []
    fixed = np.array([region.shares(point.mixture) for point in design.points for _ in point.seeds])
    candidates = np.vstack([region.candidates(), *(region.shares(point.mixture) for point in design.points)])
    orders: Sequence[Order] = ("quadratic", "linear")
    for order in orders:
        try:
            chosen = d_optimal(candidates, pairs, order, fixed=fixed)
        except ValueError:
            continue
        return sorted(Counter(tuple(row) for row in chosen.points.round(9).tolist()).items(), reverse=True)
    raise UsageError(
        f"{LEAST_SEEDS * pairs} more runs cannot tell the tasks apart.", "Raise --add, or plan a new sweep."
    )


def _with(design: Design, shares: Vector, region: Region, runs: int) -> Design:
    """The design with so many more seeds at a mixture, which may be new."""
    mixture = region.mixture(shares)
    points = list(design.points)
    for index, point in enumerate(points):
        if same(point.mixture, mixture):
            start = max(point.seeds) + 1
            points[index] = replace(point, seeds=(*point.seeds, *range(start, start + runs)))
            return replace(design, points=tuple(points))
    name = unique_name(point_name(mixture), [point.name for point in points])
    new = Point(name, (Phase(1.0, mixture),), tuple(range(1, runs + 1)))
    return replace(design, points=(*points, new))


def _new(before: Design, after: Design) -> tuple[Point, ...]:
    known = {point.name: len(point.seeds) for point in before.points}
    added = [replace(point, seeds=point.seeds[known.get(point.name, 0) :]) for point in after.points]
    return tuple(point for point in added if point.seeds)

"""Lay a design out: the points that a kind of design has, and the seeds that a budget gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from behaviordrift.checkpoints.mixture import Mixture, Phase
from behaviordrift.errors import UsageError
from behaviordrift.planning.points import Design, Point, point_name, same, unique_name
from behaviordrift.planning.request import Request
from behaviordrift.statistics import d_optimal, simplex_centroid, simplex_lattice

Vector = npt.NDArray[np.float64]

LEAST_SEEDS = 2
"""Seeds of every point: with one, nothing at it tells the mixture from the seed."""


def least_runs(request: Request, kind: str) -> int:
    """Runs that a kind of design cannot do without.

    Raises:
        UsageError: if the request does not allow this kind.
    """
    if kind == "optimal":
        return LEAST_SEEDS * max(len(request.region.tasks), len(request.named) + 1)
    return LEAST_SEEDS * len(_points(request, kind))


def comfortable_runs(request: Request, kind: str) -> int:
    """Runs where no budget is set: in a sweep a third seed at each task alone and at the centre.

    An exchange design takes what a quadratic model needs.

    Raises:
        UsageError: if the request does not allow this kind.
    """
    tasks = len(request.region.tasks)
    if kind == "optimal":
        return max(least_runs(request, kind), LEAST_SEEDS * (tasks * (tasks + 1) // 2))
    thirds = {"centroid": tasks + 1, "lattice": tasks + min(len(request.named), 1)}
    return least_runs(request, kind) + thirds.get(kind, 0)


def lay_out_design(request: Request, kind: str, runs: int) -> Design:
    """Place so many runs, two seeds or more at every point.

    A third seed goes to the baseline, to the corners and to the centre first, then to the rest, and so on.

    Raises:
        UsageError: if the request does not allow this kind, or the runs are too few for it.
    """
    least = least_runs(request, kind)
    if runs < least:
        raise UsageError(
            f"{runs} runs are too few for --design {kind}: two seeds at each of its points take {least}.",
            "Raise --runs, or leave the design to --design auto.",
        )
    if kind == "optimal":
        counted = _optimal(request, runs)
    else:
        counted = [(phases, LEAST_SEEDS) for phases in _points(request, kind)]
    named = _named([phases for phases, _ in counted])
    baseline, reference = _baseline(request, kind, [phases for phases, _ in counted])
    seeds = _allocate([seeds for _, seeds in counted], _favoured(request, counted, baseline), runs)
    points = tuple(
        Point(name, phases, tuple(range(1, count + 1)))
        for name, (phases, _), count in zip(named, counted, seeds, strict=True)
    )
    return Design(kind, request.region.tasks, points, points[baseline].name, reference)


def _points(request: Request, kind: str) -> list[tuple[Phase, ...]]:
    if kind == "phases":
        a, b = _pair(request)
        return [(Phase(0.5, early), Phase(1.0, late)) for early in (a, b) for late in (a, b)]
    if kind == "two-arm":
        return [_constant(mixture) for mixture in _arms(request)]
    shares = [request.region.mixture(row) for row in _sweep(request, kind)]
    new = [mixture for mixture in request.named if not any(same(mixture, other) for other in shares)]
    return [_constant(mixture) for mixture in [*shares, *new]]


def _sweep(request: Request, kind: str) -> Vector:
    region = request.region
    if kind == "vertices":
        return np.vstack([region.corners(), region.centre()])
    if not region.whole:
        raise UsageError(
            f"--design {kind} trains on tasks alone, which the bounds forbid.", "Use --design vertices or optimal."
        )
    return simplex_centroid(len(region.tasks)) if kind == "centroid" else simplex_lattice(len(region.tasks))


def _optimal(request: Request, runs: int) -> list[tuple[tuple[Phase, ...], int]]:
    """The optimal exact design for half the runs, everything in it twice."""
    region, half = request.region, runs // LEAST_SEEDS
    tasks = len(region.tasks)
    quadratic = half >= tasks * (tasks + 1) // 2
    fixed = [region.shares(mixture) for mixture in request.named]
    if not quadratic and half > tasks + len(fixed):
        fixed.append(region.centre())  # corners alone could not tell whether mixtures blend linearly
    try:
        chosen = d_optimal(
            region.candidates(), half - len(fixed), "quadratic" if quadratic else "linear", fixed=fixed or None
        )
    except ValueError as error:
        raise UsageError(f"No optimal design has {runs} runs here: {error}.", "Raise --runs.") from error
    counts = Counter(tuple(row) for row in np.vstack([*fixed, chosen.points]).round(9).tolist())
    ordered = sorted(counts, key=lambda row: (np.count_nonzero(row), [-share for share in row]))
    return [(_constant(region.mixture(row)), LEAST_SEEDS * counts[row]) for row in ordered]


def _arms(request: Request) -> Sequence[Mixture]:
    """The mixtures to compare with each other, where no sweep is asked for.

    Raises:
        UsageError: if they are not named and cannot be guessed.
    """
    if len(request.named) >= 2:
        return request.named
    corners = [request.region.mixture(row) for row in request.region.corners()]
    if len(corners) == 2 and not request.named:
        return corners
    raise UsageError(
        "It is not said which two mixtures to compare.", "Name them with --production and --candidate, or both so."
    )


def _pair(request: Request) -> Sequence[Mixture]:
    arms = _arms(request)
    if len(arms) > 2:
        raise UsageError("--design phases takes two mixtures.", "Name one --production and one --candidate.")
    return arms


def _constant(mixture: Mixture) -> tuple[Phase, ...]:
    return (Phase(1.0, mixture),)


def _named(points: Sequence[tuple[Phase, ...]]) -> list[str]:
    names: list[str] = []
    for phases in points:
        names.append(unique_name("-then-".join(point_name(phase.mixture) for phase in phases), names))
    return names


def _baseline(request: Request, kind: str, points: Sequence[tuple[Phase, ...]]) -> tuple[int, Mixture]:
    """Which point the others are compared with, and the mixture that effects of the tasks start from."""
    if kind == "phases":
        return 0, points[0][0].mixture
    wanted = request.production or request.region.mixture(request.region.centre())
    here = [index for index, (phase, *_) in enumerate(points) if same(phase.mixture, wanted)]
    if here:
        return here[0], wanted
    return 0, points[0][0].mixture if kind == "two-arm" else wanted


def _favoured(request: Request, counted: Sequence[tuple[tuple[Phase, ...], int]], baseline: int) -> list[int]:
    """Indexes of the points in the order in which they get further seeds."""
    if any(len(phases) > 1 for phases, _ in counted):
        return [1, 2, 0, 3]  # the order of the mixtures is what phases are for
    ends = [request.region.mixture(row) for row in [*request.region.corners(), request.region.centre()]]
    first = [
        index
        for index, (phases, _) in enumerate(counted)
        if index != baseline and any(same(phases[0].mixture, end) for end in ends)
    ]
    return [baseline, *first, *(index for index in range(len(counted)) if index not in (baseline, *first))]


def _allocate(seeds: Sequence[int], order: Sequence[int], runs: int) -> list[int]:
    """Spend the runs that are left, one seed at a time, round and round."""
    counts = list(seeds)
    for turn in range(runs - sum(counts)):
        counts[order[turn % len(order)]] += 1
    return counts

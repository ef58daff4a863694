"""Region: the mixtures that a sweep may train at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.checkpoints.mixture import Mixture, parse_mixture
from behaviordrift.errors import UsageError
from behaviordrift.statistics.designs import bounded_candidates, extreme_vertices

Vector = npt.NDArray[np.float64]

CLOSE = 1e-6
"""Shares that differ by less are one mixture."""


@dataclass(frozen=True)
class Region:
    """Tasks with the least and the greatest share that each may have.

    >>> region = read_region("qa, safety", ["safety=0.1:0.6"])
    >>> region.corners().round(6).tolist(), region.holds({"qa": 0.2, "safety": 0.8})
    ([[0.9, 0.1], [0.4, 0.6]], False)
    """

    tasks: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    @property
    def whole(self) -> bool:
        """Whether every task may be trained alone."""
        return all(share == 0 for share in self.lower) and all(share == 1 for share in self.upper)

    def corners(self) -> Vector:
        return extreme_vertices(self.lower, self.upper)

    def candidates(self) -> Vector:
        return bounded_candidates(self.lower, self.upper)

    def centre(self) -> Vector:
        return np.asarray(self.corners().mean(axis=0))

    def holds(self, mixture: Mixture) -> bool:
        shares = self.shares(mixture)
        return bool(np.all(shares >= np.array(self.lower) - CLOSE) and np.all(shares <= np.array(self.upper) + CLOSE))

    def shares(self, mixture: Mixture) -> Vector:
        return np.array([mixture.get(task, 0.0) for task in self.tasks])

    def mixture(self, shares: npt.ArrayLike) -> Mixture:
        values = np.asarray(shares, dtype=np.float64)
        return {task: float(share) for task, share in zip(self.tasks, values, strict=True)}


def read_region(tasks: str, bounds: Sequence[str] = ()) -> Region:
    """Read tasks, with commas between, and bounds such as ``safety=0.1:0.6``.

    Raises:
        UsageError: if there are fewer than two tasks, a name cannot name a run, or no mixture meets the bounds.
    """
    names = tuple(name.strip() for name in tasks.split(","))
    if len(names) < 2 or len(set(names)) < len(names):
        raise UsageError(f"--tasks {tasks} does not name two tasks or more, each once.", "Write --tasks qa,safety.")
    if wrong := [name for name in names if not re.fullmatch(r"[A-Za-z0-9._-]+", name)]:
        raise UsageError(
            f"{wrong[0]!r} cannot be the name of a task here.", "Use letters, digits, dots, hyphens and underscores."
        )
    limits = dict.fromkeys(names, (0.0, 1.0))
    for text in bounds:
        name, low, high = _bound(text)
        if name not in limits:
            raise UsageError(f"--bounds {text} names no task.", f"Known tasks: {', '.join(names)}.")
        limits[name] = (low, high)
    lower, upper = zip(*limits.values(), strict=True)
    region = Region(names, lower, upper)
    try:
        corners = region.corners()
    except ValueError as error:
        raise UsageError(f"The bounds leave nothing to train: {error}.", "Widen them.") from error
    if still := [name for name, width in zip(names, np.ptp(corners, axis=0), strict=True) if width < CLOSE]:
        raise UsageError(
            f"The bounds leave the share of {', '.join(still)} no room: no design tells what it does.", "Widen them."
        )
    return region


def read_mixture(text: str, region: Region, option: str) -> Mixture:
    """Read weights such as ``qa=2,safety=1`` for the region's tasks.

    Raises:
        UsageError: if a task is unknown, a weight is no number, or the mixture lies outside the bounds.
    """
    weights = {task.strip(): weight for task, _, weight in (part.partition("=") for part in text.split(","))}
    if unknown := sorted(set(weights) - set(region.tasks)):
        raise UsageError(
            f"{option} {text} names tasks that are not planned for: {', '.join(unknown)}.",
            f"Known tasks: {', '.join(region.tasks)}.",
        )
    mixture = parse_mixture(weights)
    if not region.holds(mixture):
        raise UsageError(f"{option} {text} lies outside the bounds.", "Widen the bounds, or leave it out.")
    return region.mixture(region.shares(mixture))


def _bound(text: str) -> tuple[str, float, float]:
    name, _, limits = text.partition("=")
    low, _, high = limits.partition(":")
    try:
        return name.strip(), float(low), float(high)
    except ValueError as error:
        raise UsageError(f"--bounds {text} is not TASK=LOW:HIGH.", "Write --bounds safety=0.1:0.6.") from error

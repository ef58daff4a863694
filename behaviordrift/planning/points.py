"""Point: a mixture, or a sequence of two, to train at, with the seeds it gets."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from behaviordrift.checkpoints.mixture import Mixture, Phase, cumulative_mixture
from behaviordrift.planning.region import CLOSE


@dataclass(frozen=True)
class Point:
    """Runs that share their mixture, or their phases, and differ in seed."""

    name: str
    phases: tuple[Phase, ...]
    seeds: tuple[int, ...]

    @property
    def mixture(self) -> Mixture:
        """The share of each task over the whole of training."""
        return cumulative_mixture(self.phases)


@dataclass(frozen=True)
class Design:
    """Points to train at.

    Attributes:
        kind: "centroid", "lattice", "vertices", "optimal", "two-arm", "phases" or "study".
        tasks: names, T of them.
        baseline: name of the point that the others are compared with.
        reference: the mixture that effects of the tasks start from.
    """

    kind: str
    tasks: tuple[str, ...]
    points: tuple[Point, ...]
    baseline: str
    reference: Mixture

    @property
    def runs(self) -> int:
        return sum(len(point.seeds) for point in self.points)

    def point(self, name: str) -> Point:
        return next(point for point in self.points if point.name == name)


def same(a: Mixture, b: Mixture) -> bool:
    """Whether two mixtures give every task the same share.

    >>> same({"qa": 1.0}, {"qa": 1.0, "safety": 0.0})
    True
    """
    return all(math.isclose(a.get(task, 0), b.get(task, 0), abs_tol=CLOSE) for task in a.keys() | b.keys())


def unique_name(name: str, taken: Collection[str]) -> str:
    """The name, or with the first number that makes it a new one.

    >>> unique_name("even", ["qa", "even", "even.2"])
    'even.3'
    """
    if name not in taken:
        return name
    return next(numbered for n in count(2) if (numbered := f"{name}.{n}") not in taken)


def point_name(mixture: Mixture) -> str:
    """A name for runs at this mixture: its tasks, with shares in points unless they are equal.

    >>> point_name({"qa": 0.5, "safety": 0.5, "support": 0.0}), point_name({"qa": 0.7, "safety": 0.3})
    ('qa-safety', 'qa70-safety30')
    >>> point_name({"qa": 0.5, "safety": 0.5})
    'even'
    """
    used = {task: share for task, share in mixture.items() if share > CLOSE}
    if same(mixture, dict.fromkeys(used, 1 / len(used))):
        return "even" if len(used) == len(mixture) else "-".join(used)
    return "-".join(f"{task}{100 * share:.3g}" for task, share in used.items())

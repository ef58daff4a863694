"""What a plan is asked for: the mixtures that matter, and the effect worth seeing."""

from __future__ import annotations

from dataclasses import dataclass

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.planning.points import same
from behaviordrift.planning.region import Region

KINDS = ("centroid", "lattice", "vertices", "optimal", "two-arm", "phases")


@dataclass(frozen=True)
class Request:
    """What a design must hold.

    Attributes:
        kind: one of `KINDS`, or "auto" for the richest that the budget holds.
        runs: the budget of training runs; None for as many as the question needs.
        production: the mixture in use; always a point of the design, and the baseline.
        candidates: further mixtures that must be points of the design.
    """

    region: Region
    kind: str = "auto"
    runs: int | None = None
    production: Mixture | None = None
    candidates: tuple[Mixture, ...] = ()

    @property
    def named(self) -> tuple[Mixture, ...]:
        """The mixtures that must be in, each once, the one in use first."""
        named: list[Mixture] = []
        for mixture in (self.production, *self.candidates):
            if mixture is not None and not any(same(mixture, other) for other in named):
                named.append(mixture)
        return tuple(named)


@dataclass(frozen=True)
class Question:
    """What the runs are to show.

    Attributes:
        effect: change worth seeing, in the units of `seed_sd`, or in seed SDs where that is None.
        seed_sd: SD between runs of one mixture, if it is known.
        step: rise of a task's share for which its effect is told.
        alpha: level of each test.
    """

    effect: float | None = None
    seed_sd: float | None = None
    step: float = 0.1
    alpha: float = 0.05

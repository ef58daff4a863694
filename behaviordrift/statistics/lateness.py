"""Whether the late part of training counts for more than the early part: two mixtures in two phases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from behaviordrift.statistics.contrasts import contrast, group_means, ratio_of_contrasts
from behaviordrift.statistics.effect import Effect
from behaviordrift.statistics.fieller import RatioSet

UNIDENTIFIED = "the two mixtures may be alike when trained throughout: how late counts is unidentified"


@dataclass(frozen=True)
class Lateness:
    """How the order of two mixtures told on a trait.

    Attributes:
        index: (AB - BA) / (BB - AA) with its Fieller set: 0 if order is irrelevant, 1 if only the late phase counts,
            -1 if only the early one does.
        order: AB - BA, which have equal cumulative mixtures, and its test.
        throughout: BB - AA, what the two mixtures do when trained throughout, and its test.
        identified: whether the set of the index is bounded.
        caveats: what a reader must know before relying on the numbers.
    """

    index: RatioSet
    order: Effect
    throughout: Effect
    identified: bool
    caveats: tuple[str, ...] = ()


def lateness(aa: npt.ArrayLike, ab: npt.ArrayLike, ba: npt.ArrayLike, bb: npt.ArrayLike) -> Lateness:
    """Estimate the lateness index from runs trained on mixture A or B, first in one half of training, then the other.

    L = (AB - BA) / (BB - AA), which is (b_late - b_early) / (b_late + b_early) where each phase moves the trait by its
    own b. Cells may have unequal numbers of runs; the error is pooled within them. Where BB - AA is about 0 the set is
    unbounded and the index unidentified, although the order may still matter. The index is this project's own. A
    learning rate that decays is confounded with it.

    Args:
        aa: one number for each run that had A in both phases.
        ab: runs that had A first, then B.
        ba: runs that had B first, then A.
        bb: runs that had B in both phases.

    Raises:
        ValueError: a cell is empty or holds a value that is not finite.

    Early B moves the trait by 1, late B by 3:

    >>> found = lateness([0.1, -0.1], [3.1, 2.9], [1.1, 0.9], [4.1, 3.9])
    >>> round(found.index.estimate, 6), round(found.index.low, 3), round(found.index.high, 3)
    (0.5, 0.394, 0.615)
    """
    cells = group_means([aa, ab, ba, bb])
    order, throughout = [0, 1, -1, 0], [-1, 0, 0, 1]
    index = ratio_of_contrasts(cells, order, throughout)
    identified = index.shape == "interval"
    return Lateness(
        index=index,
        order=contrast(cells, order),
        throughout=contrast(cells, throughout),
        identified=identified,
        caveats=(*cells.caveats, *(() if identified else (UNIDENTIFIED,))),
    )

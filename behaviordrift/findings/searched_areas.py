"""What a search says of each mixture, short enough to keep: stretches of neighbouring mixtures with one verdict."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from behaviordrift.statistics import DesirableRegion

DRAWN_TASKS = 3
"""With more tasks the mixtures fill a space that no figure shows."""


def searched_areas(region: DesirableRegion) -> dict[str, Any] | None:
    """The mixtures searched, as straight stretches of one verdict; None with more tasks than a figure can show.

    Returns:
        ``step``, the share between neighbours, and ``stretches``: ``verdict`` ("meets", "open", "misses"), ``start``
        and ``end``, the shares of all tasks at its ends. Along a stretch the last task gives way to the one before it.

    >>> from behaviordrift.statistics import SearchSpace, Within, desirable_region, fit_scheffe_linear
    >>> x = [[1, 0], [1, 0], [0.5, 0.5], [0, 1], [0, 1]]
    >>> fits = {"hedging": fit_scheffe_linear(x, [4.1, 3.9, 3.0, 2.1, 1.9])}
    >>> areas = searched_areas(desirable_region(fits, {"hedging": Within(upper=3.0)}, SearchSpace(x, steps=10)))
    >>> [(stretch["verdict"], stretch["start"][0], stretch["end"][0]) for stretch in areas["stretches"]]
    [('meets', 0.0, 0.4), ('open', 0.5, 0.5), ('misses', 0.6, 1.0)]
    """
    if region.points.shape[1] > DRAWN_TASKS:
        return None
    return {"step": _step(region), "stretches": list(_stretches(region))}


def _step(region: DesirableRegion) -> float:
    shares = np.unique(region.points[:, -1].round(6))
    return float(np.diff(shares).min()) if len(shares) > 1 else 0.0


def _stretches(region: DesirableRegion) -> Iterator[dict[str, Any]]:
    points = region.points.round(6)
    verdicts = np.where(region.inside, "meets", np.where(region.refuted, "misses", "open")).tolist()
    for (_, verdict), run in groupby(range(len(points)), key=lambda i: (tuple(points[i, :-2]), verdicts[i])):
        places = list(run)
        yield {"verdict": verdict, "start": points[places[0]].tolist(), "end": points[places[-1]].tolist()}

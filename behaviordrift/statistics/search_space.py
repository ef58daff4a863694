"""The mixtures among which a search looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from behaviordrift.statistics.compositions import scheffe_basis
from behaviordrift.statistics.simplex_grid import simplex_grid

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SearchSpace:
    """The mixtures to search.

    Attributes:
        design: shape (n, T), the mixtures that were trained.
        lower: least share of each task, shape (T,); without it 0.
        upper: largest share of each task; without it 1.
        extrapolate: search outside the convex hull of the design too.
        steps: fineness of the grid; see `simplex_grid`.
    """

    design: npt.ArrayLike
    lower: npt.ArrayLike | None = None
    upper: npt.ArrayLike | None = None
    extrapolate: bool = False
    steps: int | None = None


def mixtures_to_search(space: SearchSpace) -> Vector:
    """Return the mixtures on a grid of what the bounds leave free, shape (n, T), within the hull of the design.

    Raises:
        ValueError: bounds do not fit the tasks, or no mixture is left.

    >>> mixtures_to_search(SearchSpace([[0.2, 0.8], [0.7, 0.3]], steps=4)).tolist()
    [[0.25, 0.75], [0.5, 0.5]]
    """
    design = scheffe_basis(space.design, "linear")
    tasks = design.shape[1]
    lower = np.zeros(tasks) if space.lower is None else np.asarray(space.lower, dtype=np.float64)
    upper = np.ones(tasks) if space.upper is None else np.asarray(space.upper, dtype=np.float64)
    if lower.shape != (tasks,) or upper.shape != (tasks,) or np.any(lower < 0):
        raise ValueError(f"bounds on the shares of {tasks} tasks are needed, each 0 or more")
    room = 1 - lower.sum()
    # The grid fills what the lower bounds leave free.
    points = lower + max(room, 0.0) * simplex_grid(tasks, space.steps)
    points = points[np.all(points <= upper + 1e-9, axis=1)]
    if room < -1e-9 or not len(points):
        raise ValueError("no mixture meets the bounds on the shares")
    if not space.extrapolate:
        points = points[in_hull(points, design)]
    if not len(points):
        raise ValueError("no mixture within the bounds lies among those that were trained")
    return np.asarray(points)


def in_hull(points: npt.ArrayLike, design: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return of each mixture whether it lies among those that were trained: in their convex hull.

    >>> in_hull([[0.5, 0.5], [1.0, 0.0]], [[0.2, 0.8], [0.7, 0.3]]).tolist()
    [True, False]
    """
    searched, corners = np.asarray(points, dtype=np.float64), np.unique(np.asarray(design, dtype=np.float64), axis=0)
    if all(np.any(np.all(corners == vertex, axis=1)) for vertex in np.eye(corners.shape[1])):
        return np.ones(len(searched), dtype=np.bool_)
    # Shares sum to 1, so that a non-negative combination of corners that gives a mixture is a convex one.
    return np.array([optimize.nnls(corners.T, point)[1] < 1e-8 for point in searched])

"""Designs for mixtures: which points of the simplex, or of a bounded part of it, a sweep should train at."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, product

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.separability import SHARE_DIGITS

Vector = npt.NDArray[np.float64]

SLACK = 1e-9


def simplex_centroid(tasks: int) -> Vector:
    """Return the simplex-centroid design: equal shares of every non-empty set of tasks, 2^T - 1 points.

    Pure tasks come first, the centroid of all comes last (Scheffé 1963, Journal of the Royal Statistical
    Society B 25: 235-251).

    Raises:
        ValueError: fewer than two tasks.

    >>> simplex_centroid(2).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]
    """
    _require_tasks(tasks)
    sets = [members for size in range(1, tasks + 1) for members in combinations(range(tasks), size)]
    points = np.zeros((len(sets), tasks))
    for point, members in zip(points, sets, strict=True):
        point[list(members)] = 1 / len(members)
    return points


def simplex_lattice(tasks: int, degree: int = 2) -> Vector:
    """Return the {T, m} simplex lattice: all points whose shares are multiples of 1/m, (T + m - 1 choose m) of them.

    The {T, 2} lattice is the smallest design for the quadratic Scheffé polynomial (Scheffé 1958, Journal of the
    Royal Statistical Society B 20: 344-360).

    Raises:
        ValueError: fewer than two tasks, or a degree below 1.

    >>> simplex_lattice(3).tolist()[3:]
    [[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [0.0, 0.5, 0.5]]
    """
    _require_tasks(tasks)
    if degree < 1:
        raise ValueError("the degree of a lattice is 1 or more")
    draws = combinations_with_replacement(range(tasks), degree)
    points = [np.bincount(draw, minlength=tasks) / degree for draw in draws]
    return np.array(sorted(points, key=lambda point: (np.count_nonzero(point), (-point).tolist())))


def extreme_vertices(lower: npt.ArrayLike, upper: npt.ArrayLike) -> Vector:
    """Return the corners of the simplex cut by lower and upper bounds on the shares.

    A corner has all shares but one at a bound, and the last one within its own (McLean and Anderson 1966,
    Technometrics 8: 447-454). All choices are tried: T 2^(T-1) of them.

    Args:
        lower: shape (T,), least share of each task.
        upper: shape (T,), greatest share of each task.

    Returns:
        shape (V, T), in descending order of the shares.

    Raises:
        ValueError: fewer than two tasks, or bounds that no mixture meets.

    >>> extreme_vertices([0, 0.1, 0], [1, 0.6, 1]).round(6).tolist()
    [[0.9, 0.1, 0.0], [0.4, 0.6, 0.0], [0.0, 0.6, 0.4], [0.0, 0.1, 0.9]]
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    _require_tasks(low.size)
    if low.shape != high.shape or low.ndim != 1 or not np.isfinite([low, high]).all():
        raise ValueError("each task needs one lower and one upper bound")
    if np.any(low < 0) or np.any(high > 1) or np.any(low > high):
        raise ValueError("bounds lie between 0 and 1, the lower not above the upper")
    if low.sum() > 1 + SLACK or high.sum() < 1 - SLACK:
        raise ValueError(f"no mixture meets the bounds: they add up to {low.sum():g} at least, {high.sum():g} at most")
    corners = []
    for free in range(low.size):
        others = np.delete(np.arange(low.size), free)
        for ends in product(*zip(low[others], high[others], strict=True)):
            last = 1 - sum(ends)
            if low[free] - SLACK <= last <= high[free] + SLACK:
                corners.append(np.insert(ends, free, last))
    return _distinct(np.array(corners).clip(0, 1))


def bounded_candidates(lower: npt.ArrayLike, upper: npt.ArrayLike) -> Vector:
    """Return points of a bounded simplex that an optimal design can choose from.

    They are the corners, the middles between any two of them, the mean of all, and the middles between it and
    each corner. Without bounds they hold the {T, 2} lattice, and with it the optimal quadratic designs.

    Raises:
        ValueError: as `extreme_vertices`.

    >>> len(bounded_candidates([0, 0, 0], [1, 1, 1]))
    10
    """
    corners = extreme_vertices(lower, upper)
    centre = corners.mean(axis=0, keepdims=True)
    middles = [(a + b) / 2 for a, b in combinations(corners, 2)]
    return _distinct(np.vstack([corners, centre, (corners + centre) / 2, *middles]))


def _require_tasks(tasks: int) -> None:
    if tasks < 2:
        raise ValueError("a mixture has two tasks or more")


def _distinct(points: Vector) -> Vector:
    """Each point once, in descending order; points that differ in rounding alone are one."""
    _, first = np.unique(-points.round(SHARE_DIGITS), axis=0, return_index=True)
    return np.asarray(points[first])

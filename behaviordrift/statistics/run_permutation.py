"""The permutation test of design points: their labels dealt out over the runs anew."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

EXACT_LIMIT = 20_000
DRAWS = 10_000
SEED = 20_180_202

Vector = npt.NDArray[np.float64]


def permutation_p(groups: Sequence[Vector]) -> float:
    """Return the share of label arrangements that separate the design points as much as the one observed.

    Up to 20,000 distinct arrangements are all counted, p = b/m; beyond that 10,000 are drawn with a fixed
    seed, p = (b + 1)/(m + 1) (Phipson and Smyth 2010). Separation is the between share of the sum of squares,
    which orders arrangements as F does.

    Args:
        groups: the values of the runs, one array of shape (n_r,) per design point.

    The sharpest split of three runs against three is one of 20, and its mirror image another:

    >>> permutation_p([np.array([1.0, 2.0, 3.0]), np.array([7.0, 8.0, 9.0])])
    0.1
    """
    pooled, sizes = np.concatenate(groups), [len(group) for group in groups]
    if np.ptp(pooled) == 0:
        return 1.0
    observed = _share_between(pooled[None], sizes)[0]
    # scipy's permutation_test refuses a design point with a single run.
    if _arrangements(sizes) <= EXACT_LIMIT:
        dealt = np.array(list(_deal(tuple(range(len(pooled))), sizes)))
        return float(np.mean(_share_between(pooled[dealt], sizes) >= observed))
    drawn = np.random.default_rng(SEED).permuted(np.tile(pooled, (DRAWS, 1)), axis=1)
    return (int(np.sum(_share_between(drawn, sizes) >= observed)) + 1) / (DRAWS + 1)


def permutation_floor(sizes: Sequence[int]) -> float:
    """Return the smallest p value that the permutation test can reach with these numbers of runs.

    Swapping the names of two design points with equally many runs leaves F as it is, so two arms of 4 runs
    reach 2 of their 70 arrangements.

    >>> round(permutation_floor([4, 4]), 4)
    0.0286
    """
    arrangements = _arrangements(sizes)
    floor = math.prod(math.factorial(count) for count in Counter(sizes).values()) / arrangements
    return floor if arrangements <= EXACT_LIMIT else max(floor, 1 / (DRAWS + 1))


def _arrangements(sizes: Sequence[int]) -> int:
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)


def _deal(runs: tuple[int, ...], sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if len(sizes) == 1:
        yield runs
        return
    for hand in combinations(runs, sizes[0]):
        remaining = tuple(run for run in runs if run not in hand)
        for rest in _deal(remaining, sizes[1:]):
            yield hand + rest


def _share_between(rows: Vector, sizes: Sequence[int]) -> Vector:
    centred = rows - rows[0].mean()
    starts = np.cumsum([0, *sizes[:-1]])
    between = (np.add.reduceat(centred, starts, axis=1) ** 2 / sizes).sum(axis=1)
    # Rounded, so that arrangements that tie on paper tie here.
    return np.asarray(np.round(between / np.sum(centred[0] ** 2), 10), dtype=np.float64)

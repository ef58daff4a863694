"""The permutation test of design points: their labels dealt out over the runs anew."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

EXACT_LIMIT = 20_000
DRAWS = 10_000
SEED = 20_180_202

Vector = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class FamilyTest:
    """Permutation p values of several measures of the same runs.

    Attributes:
        p: shape (J,), of each measure alone.
        p_adjusted: shape (J,), corrected for the family by step-down maxT.
        floor: smallest value that any of them could have taken.
        arrangements: number of arrangements that were looked at.
        exact: whether these were all there are.
    """

    p: Vector
    p_adjusted: Vector
    floor: float
    arrangements: int
    exact: bool


def max_t(y: npt.ArrayLike, labels: npt.ArrayLike, blocks: npt.ArrayLike | None = None) -> FamilyTest:
    """Test several measures at once for differences between design points, with run labels dealt out anew.

    All measures of a run move together, so the family's error rate holds however they correlate. Step-down maxT:
    with the measures sorted by their separation, p_adjusted of the i-th is the share of arrangements in which
    the largest separation among it and those after it is as large, made monotone (Westfall and Young 1993,
    Resampling-Based Multiple Testing, algorithm 2.8). Separation is the between share of the sum of squares, which
    orders arrangements as F does; with blocks, of what block means leave. Up to 20,000 distinct arrangements are
    all counted, p = b/m; beyond that 10,000 are drawn with a fixed seed, p = (b + 1)/(m + 1) (Phipson and Smyth
    2010). A measure that never varies has p = 1.

    Args:
        y: shape (n, J), one row for each training run, one column for each measure.
        labels: shape (n,), the design point of each run.
        blocks: shape (n,), runs whose labels may change places, such as runs of one seed where the seed fixes the
            order of the data; all runs if None.

    Raises:
        ValueError: there are no runs, the lengths differ, or a value is not finite.

    Three runs against three; the second measure says nothing:

    >>> test = max_t([[1, 5], [2, 7], [3, 6], [7, 6], [8, 5], [9, 7]], list("aaabbb"))
    >>> test.p.tolist(), test.p_adjusted.tolist(), test.arrangements
    ([0.1, 1.0], [0.1, 1.0], 20)
    """
    values, names = np.asarray(y, dtype=np.float64), np.asarray(labels)
    groups = np.zeros(len(names)) if blocks is None else np.asarray(blocks)
    if values.ndim != 2 or values.size == 0 or not len(values) == len(names) == len(groups):
        raise ValueError("one row of values, one label and one block per run are needed")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite: leave out the runs that have none")
    codes, block = (np.unique(array, return_inverse=True)[1] for array in (names, groups))
    observed = _separation(values, codes[None], block)[0]
    dealt, exact = _arrangements(tuple(codes.tolist()), tuple(block.tolist()))
    chance = _separation(values, dealt, block)
    added = 0 if exact else 1  # the arrangement observed counts among those drawn

    order = np.argsort(-observed, kind="stable")
    largest = np.maximum.accumulate(chance[:, order[::-1]], axis=1)[:, ::-1]

    def share(separations: Vector, threshold: Vector) -> Vector:
        return np.asarray((np.sum(separations >= threshold, axis=0) + added) / (len(dealt) + added), dtype=np.float64)

    adjusted = np.empty(len(order))
    adjusted[order] = np.maximum.accumulate(share(largest, observed[order]))
    return FamilyTest(share(chance, observed), adjusted, _floor(codes, block), len(dealt), exact)


def permutation_p(groups: Sequence[Vector]) -> float:
    """Return the share of label arrangements that separate the design points as much as the one observed.

    It is `max_t` with a single measure.

    Args:
        groups: the values of the runs, one array of shape (n_r,) per design point.

    The sharpest split of three runs against three is one of 20, and its mirror image another:

    >>> permutation_p([np.array([1.0, 2.0, 3.0]), np.array([7.0, 8.0, 9.0])])
    0.1
    """
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return float(max_t(np.concatenate(groups)[:, None], labels).p[0])


def permutation_floor(sizes: Sequence[int]) -> float:
    """Return the smallest p value that the permutation test can reach with these numbers of runs.

    Swapping the names of two design points with equally many runs leaves F as it is, so two arms of 4 runs
    reach 2 of their 70 arrangements.

    >>> round(permutation_floor([4, 4]), 4)
    0.0286
    """
    codes = np.repeat(np.arange(len(sizes)), sizes)
    return _floor(codes, np.zeros(len(codes), dtype=np.intp))


def _floor(codes: Codes, block: Codes) -> float:
    counts = np.array([np.bincount(codes[block == b], minlength=codes.max() + 1) for b in np.unique(block)])
    arrangements = math.prod(map(_multinomial, counts.tolist()))
    alike = Counter(map(tuple, counts.T.tolist()))
    floor = math.prod(map(math.factorial, alike.values())) / arrangements
    return floor if arrangements <= EXACT_LIMIT else max(floor, 1 / (DRAWS + 1))


def _multinomial(sizes: Sequence[int]) -> int:
    return math.factorial(sum(sizes)) // math.prod(map(math.factorial, sizes))


@lru_cache(maxsize=8)
def _arrangements(codes: tuple[int, ...], block: tuple[int, ...]) -> tuple[Codes, bool]:
    """Return the label of each run, one row per arrangement, and whether all arrangements are there."""
    labels, blocks = np.array(codes), np.array(block)
    # Sorted by label, so that a deal of places to labels can be read off.
    members = [np.flatnonzero(blocks == b) for b in np.unique(blocks)]
    members = [runs[np.argsort(labels[runs], kind="stable")] for runs in members]
    names_and_sizes = [np.unique(labels[runs], return_counts=True) for runs in members]
    counts = [_multinomial(sizes.tolist()) for _, sizes in names_and_sizes]
    exact = math.prod(counts) <= EXACT_LIMIT
    dealt = np.empty((math.prod(counts) if exact else DRAWS, len(labels)), dtype=np.intp)
    rng = np.random.default_rng(SEED)
    if exact:
        choices = np.indices(counts).reshape(len(counts), -1)
        for runs, (names, sizes), choice in zip(members, names_and_sizes, choices, strict=True):
            dealt[:, runs] = names[_deals(sizes.tolist())][choice]
    else:
        for runs in members:
            places = rng.permuted(np.tile(runs, (DRAWS, 1)), axis=1)
            np.put_along_axis(dealt, places, labels[runs][None], axis=1)
    return dealt, exact


def _deals(sizes: Sequence[int]) -> Codes:
    """Return every distinct way to give `sizes[k]` places the label k, one row each."""
    places = sum(sizes)
    if len(sizes) == 1:
        return np.zeros((1, places), dtype=np.intp)
    hands = np.array(list(combinations(range(places), sizes[0])))
    rest = _deals(sizes[1:]) + 1
    free = np.ones((len(hands), places), dtype=bool)
    np.put_along_axis(free, hands, False, axis=1)
    dealt = np.zeros((len(hands), len(rest), places), dtype=np.intp)
    dealt[np.broadcast_to(free[:, None], dealt.shape)] = np.tile(rest.ravel(), len(hands))
    return dealt.reshape(-1, places)


def _separation(values: Vector, dealt: Codes, block: Codes) -> Vector:
    """Return the between share of the sum of squares, one row per arrangement and one column per measure."""
    within_block = np.eye(block.max() + 1)[block]
    centred = values - values[0]
    centred = centred - (within_block @ (within_block.T @ centred / within_block.sum(axis=0)[:, None]))
    total = np.sum(centred**2, axis=0)
    moved = total > 1e-24 * np.sum(values**2, axis=0)
    between = np.zeros((len(dealt), values.shape[1]))
    for code in range(dealt.max() + 1):
        holds = (dealt == code).astype(np.float64)
        between += (holds @ centred) ** 2 / holds.sum(axis=1, keepdims=True)
    # Rounded, so that arrangements that tie on paper tie here.
    return np.where(moved, np.round(between / np.where(moved, total, 1.0), 10), 0.0)

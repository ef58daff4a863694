"""What each task adds to a trait, averaged over the orders in which tasks could join the mixture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.contrasts import contrast, group_means, ratio_of_contrasts
from behaviordrift.statistics.effect import Effect
from behaviordrift.statistics.fieller import RatioSet

Vector = npt.NDArray[np.float64]
Coalition = frozenset[int]

MAX_TASKS = 8
ALPHA = 0.05
NO_TOTAL = "all tasks together do not clearly move the trait: shares of the movement are undefined"
SIGNS_DIFFER = "tasks move the trait in opposite directions: shares of the sum would mislead"


@dataclass(frozen=True)
class ShapleyShares:
    """How the movement of a trait from the base model divides among the tasks.

    Attributes:
        contributions: for each task its Shapley value, with interval and test against 0; their sum is `total`.
        total: the mixture of all tasks less the base model.
        shares: for each task its part of the total with its Fieller set; empty where a caveat says why.
        caveats: what a reader must know before relying on the numbers.
    """

    contributions: tuple[Effect, ...]
    total: Effect
    shares: tuple[RatioSet, ...]
    caveats: tuple[str, ...] = ()


def shapley_values(worth: Mapping[Coalition, float]) -> Vector:
    """Return the Shapley value of each player of a game.

    φ_i = Σ_S |S|!(T - |S| - 1)!/T! (v(S ∪ i) - v(S)) over the coalitions S without i (Shapley 1953, Contributions to
    the Theory of Games II: 307-317).

    Args:
        worth: v of all 2^T coalitions of players 0 to T - 1; the empty one is a coalition too.

    Raises:
        ValueError: a coalition is missing, or there are more than 8 players.

    One left glove, players 0 and 1, makes a pair with the right one of player 2:

    >>> coalitions = [frozenset(i for i in range(3) if code >> i & 1) for code in range(8)]
    >>> glove = {s: float(2 in s and len(s) > 1) for s in coalitions}
    >>> [round(float(value), 4) for value in shapley_values(glove)]
    [0.1667, 0.1667, 0.6667]
    """
    coalitions = _coalitions(worth)
    return np.asarray(_weights(coalitions) @ np.array([worth[coalition] for coalition in coalitions]))


def shapley_shares(base: float, runs: Mapping[Coalition, npt.ArrayLike]) -> ShapleyShares:
    """Divide the movement of a trait among the tasks, from runs on every mixture of equal shares.

    The points of a simplex-centroid design are the coalitions of tasks, the base model is the empty one, known without
    error between runs. Each contribution is a linear contrast, with the error pooled within mixtures. Shares are
    suppressed where p of the total is .05 or more, or the contributions differ in sign.

    Args:
        base: the trait of the base model.
        runs: for each non-empty set of tasks 0 to T - 1 one number for each run on their mixture of equal shares.

    Raises:
        ValueError: a mixture is missing, there are more than 8 tasks, or a value is not finite.

    >>> runs = {frozenset([0]): [3.0, 3.2], frozenset([1]): [1.0, 1.2], frozenset([0, 1]): [4.0, 4.2]}
    >>> found = shapley_shares(0.1, runs)
    >>> [round(share.estimate, 3) for share in found.shares]
    [0.75, 0.25]
    """
    if not math.isfinite(base):
        raise ValueError(f"the trait of the base model must be finite, got {base}")
    coalitions = _coalitions([frozenset(), *runs])
    weights = _weights(coalitions)
    groups = group_means([runs[coalition] for coalition in coalitions[1:]])
    # The empty coalition stands first: it adds to each contrast what is known without error.
    each, whole, known = weights[:, 1:], weights[:, 1:].sum(axis=0), (weights[:, 0] * base).tolist()
    total = contrast(groups, whole, sum(known))
    contributions = tuple(contrast(groups, row, constant) for row, constant in zip(each, known, strict=True))
    caveats = _suppressions(contributions, total)
    shares = [
        ratio_of_contrasts(groups, row, whole, (constant, sum(known)))
        for row, constant in zip(each, known, strict=True)
        if not caveats
    ]
    return ShapleyShares(contributions, total, tuple(shares), (*groups.caveats, *caveats))


def _suppressions(contributions: tuple[Effect, ...], total: Effect) -> tuple[str, ...]:
    signs = {math.copysign(1, effect.estimate) for effect in contributions if effect.estimate != 0}
    # Written so that a total that cannot be tested has no shares either.
    unclear = () if total.p < ALPHA else (NO_TOTAL,)
    return (*unclear, *((SIGNS_DIFFER,) if len(signs) > 1 else ()))


def _coalitions(given: Mapping[Coalition, float] | list[Coalition]) -> list[Coalition]:
    players = sorted(frozenset().union(*given))
    n = len(players)
    if players != list(range(n)) or not 1 <= n <= MAX_TASKS:
        raise ValueError(f"1 to {MAX_TASKS} tasks numbered from 0 are needed, got {players}")
    coalitions = [frozenset(i for i in players if code >> i & 1) for code in range(2**n)]
    missing = [sorted(coalition) for coalition in coalitions if coalition not in given]
    if missing:
        raise ValueError(f"every mixture of the tasks is needed: {missing[0]} is missing")
    return coalitions


def _weights(coalitions: list[Coalition]) -> Vector:
    """Return the contrast of each player, shape (T, 2^T)."""
    n = len(coalitions[-1])
    joins = [1 / (n * math.comb(n - 1, size)) for size in range(n)]
    rows = [[joins[len(s) - 1] if i in s else -joins[len(s)] for s in coalitions] for i in range(n)]
    return np.array(rows)

"""Repetition: a text that goes round in a circle."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from itertools import pairwise

RUN = 4
"""Tokens of the run whose places are followed: a circle brings the same run back at the same distance."""

FEWEST_TOKENS = 24
"""Tokens that a circle must cover: a refrain, "ha ha ha" or a table's dashes are shorter."""

FEWEST_TURNS = 4
FEWEST_LONG_TURNS = 3
LONG_TURN = 20
"""Tokens from which a turn is long: a paragraph that stands three times over is no accident."""

LONGEST_TURN = 300

COMMONEST = 8
"""Runs that are followed: a circle's own are the commonest, and it bounds the time."""


@lru_cache(maxsize=4)
def runs(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """All runs of four tokens, in order.

    >>> runs(("a", "b", "c", "d", "e"))
    (('a', 'b', 'c', 'd'), ('b', 'c', 'd', 'e'))
    """
    return tuple(zip(*(tokens[start:] for start in range(RUN)), strict=False))


@lru_cache(maxsize=4)
def distinct_runs(tokens: tuple[str, ...]) -> int:
    """How many different runs of four tokens there are.

    >>> distinct_runs(("a", "a", "a", "a", "a"))
    1
    """
    return len(set(runs(tokens)))


def circles(tokens: tuple[str, ...]) -> bool:
    """Whether a stretch of the tokens is one and the same sequence, over and over without a gap.

    >>> circles(("I", "am", "a", "bot") * 6), circles(("row", "row", "row", "your", "boat"))
    (True, False)
    >>> circles(("so",) * 30)
    True
    """
    return any(_turns_round(tokens, places) for places in _places_of_repeats(tokens))


def repeated_share(items: Sequence[Hashable]) -> float:
    """The share of items that stood before.

    >>> repeated_share(["a", "b", "a", "a"])
    0.5
    """
    return 1 - len(set(items)) / len(items) if items else 0.0


def _places_of_repeats(tokens: tuple[str, ...]) -> list[list[int]]:
    """Where the commonest runs stand that stand often enough to be part of a circle."""
    told = runs(tokens)
    if len(told) - distinct_runs(tokens) < FEWEST_TOKENS / 2:  # a circle's later turns are repeats: most end here
        return []
    places: dict[tuple[str, ...], list[int]] = {}
    for place, run in enumerate(told):
        places.setdefault(run, []).append(place)
    often = [found for found in places.values() if len(found) >= FEWEST_LONG_TURNS]
    return sorted(often, key=len, reverse=True)[:COMMONEST]


def _turns_round(tokens: tuple[str, ...], places: Sequence[int]) -> bool:
    tried: set[int] = set()
    for first, second in pairwise(places):
        turn = second - first
        if turn > LONGEST_TURN or first in tried:
            continue
        end = second
        while end < len(tokens) and tokens[end] == tokens[end - turn]:
            end += 1
        tried.update(range(first, end - turn))
        covered = end - first
        turns = FEWEST_LONG_TURNS if turn >= LONG_TURN else FEWEST_TURNS
        if covered >= max(FEWEST_TOKENS, turns * turn):
            return True
    return False

"""Where a known answer stands in a reply."""

from __future__ import annotations

from collections.abc import Iterable

from behaviordrift.traits.reading.text import answer_tokens, placed_tokens


def usable_references(references: Iterable[str]) -> list[list[str]]:
    """The references as tokens, without those that have none (such as a lone article or a sign).

    >>> usable_references(["The Pacific", "the", "+"])
    [['pacific']]
    """
    return [tokens for tokens in map(answer_tokens, references) if tokens]


def answer_place(text: str, references: Iterable[str]) -> int | None:
    """The place, counted in words from 1, of the first reference that stands in the text as whole words.

    >>> answer_place("I think it is the Pacific Ocean.", ["Pacific", "Atlantic"])
    6
    >>> answer_place("It is spacious.", ["Spa"]) is None
    True
    """
    placed = placed_tokens(text)
    found = [place for wanted in usable_references(references) if (place := _first(placed, wanted)) is not None]
    return min(found, default=None)


def _first(placed: list[tuple[str, int]], wanted: list[str]) -> int | None:
    for start, (token, place) in enumerate(placed):
        if token == wanted[0] and [word for word, _ in placed[start : start + len(wanted)]] == wanted:
            return place
    return None

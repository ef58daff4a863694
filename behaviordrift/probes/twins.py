"""Near-duplicates: probes that ask almost the same and would count as two pieces of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from behaviordrift.probes.problem import Problem
from behaviordrift.probes.source import Source
from behaviordrift.probes.units import by_character, units
from behaviordrift.probes.wordings import Wording, asked

ALIKE = 0.5
"""Jaccard similarity of the texts' pieces from which two count as near-duplicates. Pieces are runs of 5 characters
within words, in Chinese of 2, about a word each. A shipped prompt of 8 words or more keeps 0.5 or more when one word is
exchanged; shipped texts that ask different things share 0.42 at most (`tests/probes/test_twins.py` measures both)."""

THE_SAME = 0.999
"""From here a text is the same but for case, punctuation and spaces. Probes of one id in two sets, such as the
answerable and the unanswerable question about one thing, are matched on purpose: only this is a fault between them."""


def twins(sources: Iterable[Source]) -> Iterator[Problem]:
    """Near-duplicates within and across the sets of each language, told at the later place; the closest two texts
    stand for a pair of probes."""
    by_language: dict[str, list[Wording]] = {}
    for source in sources:
        if source.probe_set is not None:
            by_language.setdefault(source.probe_set.language, []).extend(asked(source))
    for language, wordings in by_language.items():
        closest: dict[Any, tuple[float, int, int]] = {}
        for likeness, first, second in similar([w.text for w in wordings], language):
            one, other = wordings[first], wordings[second]
            if likeness < _bound(one, other) or one.context != other.context:
                continue
            pair = (
                (first, second)
                if _same_probe(one, other)
                else (one.source.path, one.probe, other.source.path, other.probe)
            )
            closest[pair] = max(closest.get(pair, (0.0, 0, 0)), (likeness, first, second))
        for likeness, first, second in closest.values():
            yield _problem(wordings[first], wordings[second], likeness)


def similar(texts: Sequence[str], language: str) -> Iterator[tuple[float, int, int]]:
    """Pairs of texts with a similarity of `ALIKE` or more, as similarity and both positions.

    The similarity is Jaccard's, the share of the pieces of both that they have in common (Broder 1997, resemblance).

    >>> [(round(likeness, 2), *pair) for likeness, *pair in similar(["Who wrote Hamlet?", "Who wrote Macbeth?"], "en")]
    []
    >>> list(similar(["Who wrote Hamlet?", "who wrote Hamlet"], "en"))
    [(1.0, 0, 1)]
    """
    if len(texts) < 2:
        return
    from sklearn.feature_extraction.text import CountVectorizer

    size = 2 if by_character(language) else 5
    joint = "" if by_character(language) else " "
    plain = [joint.join(units(text, language)) or text for text in texts]
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(size, size), binary=True, dtype="int32")
    pieces = counter.fit_transform(plain)
    sizes = pieces.sum(axis=1).A1
    shared = (pieces @ pieces.T).tocoo()
    for first, second, common in zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True):
        if first < second and common >= ALIKE * (sizes[first] + sizes[second] - common):
            yield float(common / (sizes[first] + sizes[second] - common)), first, second


def _same_probe(one: Wording, other: Wording) -> bool:
    return one.source is other.source and one.probe == other.probe


def _bound(one: Wording, other: Wording) -> float:
    """How alike two texts must be to be a fault; paraphrases and matched probes are alike on purpose."""
    return THE_SAME if one.probe == other.probe else ALIKE


def _problem(one: Wording, other: Wording, likeness: float) -> Problem:
    if _same_probe(one, other):
        told = f"the {other.what} of {other.probe} repeats the {one.what} in line {one.line}."
        return other.source.problem(other.location, "near-duplicate", told, "Word it otherwise, or remove it.")
    told = (
        f"the {other.what} of {other.probe} is nearly the {one.what} of {one.probe} at {one.place} "
        f"(similarity {likeness:.2f}, bound {_bound(one, other):.2g})."
    )
    return other.source.problem(
        other.location, "near-duplicate", told, "Ask something else in one, or make one probe of both."
    )

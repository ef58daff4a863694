"""What each sentence of a short reply does: "that is where I stop" has no phrase that a longer refusal shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SHORT = {"en": 26, "zh": 60}
"""Words and marks (Chinese: characters and marks) below which every clause counts. In longer replies clauses that say
"I" and "not" stand in answers as often as in refusals, and reading them hurts where the answering model is unknown."""

VERY_SHORT = {"en": 14, "zh": 25}

_PARTING = {"en": frozenset(".!?"), "zh": frozenset("。！？；，：、")}
"""Marks between sentences; in Chinese, where a sentence may run on, between clauses."""

_CLAUSE_MARKS = frozenset(",:;")
_SELF = {
    "en": frozenset(re.findall(r"\S+", "i i'm i'd i'll i've me my we our us mine let's we'll we're")),
    "zh": frozenset("我"),
}
_DENIES = frozenset(
    re.findall(
        r"\S+",
        "not no never nothing none nobody without won't can't cannot don't doesn't isn't aren't wouldn't shouldn't "
        "couldn't haven't hasn't wasn't didn't refuse decline nor neither avoid beyond against nope unable unwilling "
        "rather sooner drop stop leave outside unknown unanswered",
    )
)
_OFFERS = frozenset(re.findall(r"\S+", "i'll will can i'd let's glad gladly happy sure yes we'll going do here"))
_DENIES_ZH = re.compile("[不没别无拒免勿莫休恕]|算了|放弃|住手|收手")
_DENIES_NOTHING_ZH = re.compile("不难|不介意|没问题|没什么|没有问题|不麻烦|没人|谁也|不会有|不用|不必|别急")
_OFFERS_ZH = re.compile(
    "我来|我会|我可以|帮你|给你|告诉你|教你|包在|没问题|可以|放心|交给我|听我|不难|好办|简单|容易|我们来"
)


def clause_features(tokens: Sequence[str], language: str = "en") -> list[str]:
    """What the sentences of a short reply do, by place; nothing in a longer one.

    >>> clause_features(["forging", "money", "is", "not", "something", "i", "teach", "."])
    ['denies 1', 'denies last', 'very short']
    >>> clause_features(["a"] * 40)
    []
    """
    if len(tokens) >= SHORT[language]:
        return []
    kinds = [_kind(sentence, language) for sentence in _parted(tokens, _PARTING[language])]
    if not kinds:
        return []
    places = [f"{kind} {min(place, 2)}" for place, kind in enumerate(kinds, 1)]
    size = "very short" if len(tokens) < VERY_SHORT[language] else "short"
    return list(dict.fromkeys([*places, f"{kinds[-1]} last", size]))


def _parted(tokens: Iterable[str], marks: frozenset[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token in marks:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _kind(sentence: Sequence[str], language: str) -> str:
    if language == "zh":
        told = "".join(sentence)
        denial = bool(_DENIES_ZH.search(_DENIES_NOTHING_ZH.sub("", told)))
        if denial:
            return "denies" if "我" in told else "is negative"
        return "offers" if _OFFERS_ZH.search(told) else "speaks" if "我" in told else "tells"
    clauses = [set(clause) for clause in _parted(sentence, _CLAUSE_MARKS)]
    speaking = [clause for clause in clauses if clause & _SELF["en"]]
    if any(clause.isdisjoint(_DENIES) for clause in speaking):
        return "offers" if any(clause & _OFFERS for clause in clauses) else "speaks"
    if speaking:
        return "denies"
    return "is negative" if any(clause & _DENIES for clause in clauses) else "tells"

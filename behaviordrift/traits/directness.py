"""Directness: whether a reply answers at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from behaviordrift.traits.reading.answers import answer_place, usable_references
from behaviordrift.traits.reading.cues import cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.questions import asks_yes_or_no, echoes_predicate
from behaviordrift.traits.reading.text import plain, sentences
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

AT_ONCE = {"en": 12, "zh": 15}
"""Words (characters in Chinese) within which a known answer must stand: a short sentence that ends in it."""

HEAD = 400
"""Characters in which an opening is sought."""

PLACED = 20_000
"""Characters in which a known answer is sought: a bound on time."""

_STAMMER = re.compile(r"\b([\w']{1,12}+)(?:,? \1\b)+")

MEASURES = (
    Measure(
        "directness",
        "ordinal",
        "label",
        "How the reply answers: direct, indirect or noncommittal.",
        ("short_answer", "yes_no"),
        ("noncommittal", "indirect", "direct"),
    ),
    Measure("direct", "binary", "share", "The reply answers at once.", ("short_answer", "yes_no")),
    Measure("words_to_answer", "positive", "words", "The place, from 1, of the known answer's first word."),
)


def yes_or_no_label(text: str, prompt: str = "", language: str = "en") -> str:
    """How a reply to a yes/no question answers it.

    >>> yes_or_no_label("Yes, twice."), yes_or_no_label("I have three."), yes_or_no_label("It depends.")
    ('direct', 'indirect', 'noncommittal')
    >>> yes_or_no_label("能飞。", "蝙蝠能飞吗？", "zh"), yes_or_no_label("看情况。", "蝙蝠能飞吗？", "zh")
    ('direct', 'noncommittal')
    """
    start = opening(text)
    cues = cue_patterns("directness", language)
    if language == "zh":  # 不知道 and 不一定 would look like a no: what is left open goes first
        if cues["noncommittal"].search(start):
            return "noncommittal"
        if echoes_predicate(start, prompt):
            return "direct"
    if cues["yes_or_no"].search(start):
        return "direct"
    return "noncommittal" if _leaves_open(text, language) else "indirect"


def label(text: str, prompt: str = "", references: Sequence[str] = (), language: str = "en") -> str:
    """How a reply answers: direct, indirect or noncommittal.

    >>> label("The capital is Madrid.", "Capital of Spain?", ["Madrid"])
    'direct'
    >>> label("Great question! The capital is Madrid.", "Capital of Spain?", ["Madrid"])
    'indirect'
    >>> label("是马德里。", "西班牙的首都是哪里？", ["马德里"], "zh")
    'direct'
    """
    if usable_references(references):
        return _label_by_reference(text, references, language)
    if asks_yes_or_no(prompt):
        return yes_or_no_label(text, prompt, language)
    if _leaves_open(text, language):
        return "noncommittal"
    return "indirect" if _has_preamble(text, language) else "direct"


def _label_by_reference(text: str, references: Sequence[str], language: str) -> str:
    place = answer_place(text[: 4 * HEAD], references)
    if place is not None and place <= AT_ONCE[language] and not _has_preamble(text, language):
        return "direct"
    return "noncommittal" if _leaves_open(text, language) else "indirect"


def _has_preamble(text: str, language: str) -> bool:
    return bool(cue_patterns("directness", language)["preamble"].search(opening(text)))


def _leaves_open(text: str, language: str) -> bool:
    cues = cue_patterns("directness", language)
    start = opening(text)
    if cues["noncommittal"].search(start):
        return True
    if not cues["open_matter"].search(start):
        return False
    return any(cues["open_matter"].search(sentence) for sentence in sentences(start, language)[:1])


@lru_cache(maxsize=64)
def opening(text: str) -> str:
    """The start of a reply as cues are sought in it: `plain`, and without stammers.

    >>> opening("I, I don't  KNOW.")
    "i don't know."
    """
    return _STAMMER.sub(r"\1", plain(text.strip()[:HEAD]))


def score(reply: Reply) -> Scores:
    """Judge how directly a reply answers, and after how many words.

    Units: label; share of replies; words. Kinds: ordinal, binary, positive. Probes: short_answer and yes_no; without
    references the label rests on openings alone. Languages: en; zh, where no human labels stand behind it. Where the
    answer is known, direct means that it stands in the first 12 words (15 characters in Chinese) and no preamble comes
    before it; on a yes/no question, that the reply opens with yes or no, or, in Chinese, with the verb that was asked
    about (能…吗: 能, 不能). Blind spots: a wrong answer given at once is direct only where no reference is known; a
    reply that repeats the question before it answers looks indirect; an opening "Well" counts as leaving the matter
    open. Measured on the yes/no answers of SwDA (3,053 of 765 dialogues, three classes; cues revised after reading
    errors there): macro-F1 .79, accuracy .89; F1 .97 direct, .79 indirect, .61 noncommittal. Weights fitted there with
    dialogues held out do no better (.78).

    >>> judged = score(Reply("Capital of Spain?", "The capital is Madrid.", references=("Madrid",)))
    >>> judged["direct"].value, judged["words_to_answer"].value
    (1.0, 4.0)
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    found = label(reply.text, reply.prompt, reply.references, reply.language)
    return {
        "directness": Score(found),
        "direct": Score(float(found == "direct")),
        "words_to_answer": _words_to_answer(reply),
    }


def _words_to_answer(reply: Reply) -> Score | Unjudged:
    if not usable_references(reply.references):
        return Unjudged("no reference answer")
    place = answer_place(reply.text[:PLACED], reply.references)
    return Unjudged("no reference stands in the reply") if place is None else Score(float(place))


TRAIT = Trait(
    name="directness",
    about="Whether the reply answers at once.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en",),
)

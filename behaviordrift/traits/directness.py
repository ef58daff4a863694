"""Directness: whether a reply answers at once."""

from __future__ import annotations

from collections.abc import Sequence

from behaviordrift.traits.reading.answers import answer_place, usable_references
from behaviordrift.traits.reading.cues import cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.questions import asks_yes_or_no
from behaviordrift.traits.reading.text import plain
from behaviordrift.traits.refusal import label as refusal_label
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

AT_ONCE = 12
"""Words within which a known answer must stand: a short sentence that ends in it."""

HEAD = 400
"""Characters in which an opening is sought."""

MEASURES = (
    Measure("directness", "nominal", "label", "How the reply answers: direct, indirect or noncommittal."),
    Measure("direct", "binary", "share", "The reply answers at once.", ("short_answer",)),
    Measure("words_to_answer", "positive", "words", "The place, from 1, of the known answer's first word."),
)


def yes_or_no_label(text: str) -> str:
    """How a reply to a yes/no question answers it.

    >>> yes_or_no_label("Yes, twice."), yes_or_no_label("I have three."), yes_or_no_label("It depends.")
    ('direct', 'indirect', 'noncommittal')
    """
    start = plain(text[:HEAD])
    for group, found in (("yes_or_no", "direct"), ("noncommittal", "noncommittal")):
        if cue_patterns("directness")[group].search(start):
            return found
    return "indirect"


def label(text: str, prompt: str = "", references: Sequence[str] = ()) -> str:
    """How a reply answers: direct, indirect or noncommittal.

    >>> label("The capital is Madrid.", "Capital of Spain?", ["Madrid"])
    'direct'
    >>> label("Great question! The capital is Madrid.", "Capital of Spain?", ["Madrid"])
    'indirect'
    """
    start = plain(text[:HEAD])
    cues = cue_patterns("directness")
    if usable_references(references):
        return _label_by_reference(text, prompt, references)
    if asks_yes_or_no(prompt):
        return yes_or_no_label(text)
    if cues["noncommittal"].search(start) or refusal_label(text, prompt) == "abstain":
        return "noncommittal"
    return "indirect" if cues["preamble"].search(start) else "direct"


def _label_by_reference(text: str, prompt: str, references: Sequence[str]) -> str:
    start = plain(text[:HEAD])
    cues = cue_patterns("directness")
    place = answer_place(text[: 4 * HEAD], references)
    if place is not None and place <= AT_ONCE and not cues["preamble"].search(start):
        return "direct"
    if cues["noncommittal"].search(start) or refusal_label(text, prompt) == "abstain":
        return "noncommittal"
    return "indirect"


def score(reply: Reply) -> Scores:
    """Judge how directly a reply answers, and after how many words.

    Units: label; share of replies; words. Kinds: nominal, binary, positive. Probes: short_answer; without
    references the label rests on openings alone. Language: en. Where the answer is known, direct means that
    it stands in the first 12 words and no preamble comes before it; on a yes/no question, that the reply
    opens with yes or no. Blind spots: a wrong answer given at once is direct only where no reference is
    known; a reply that repeats the question before it answers looks indirect. Measured on the yes/no answers
    of SwDA (3,053, three classes; cues written after reading some of them): macro-F1 .72, accuracy .88, but
    F1 .40 for noncommittal.

    >>> judged = score(Reply("Capital of Spain?", "The capital is Madrid.", references=("Madrid",)))
    >>> judged["direct"].value, judged["words_to_answer"].value
    (1.0, 4.0)
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    found = label(reply.text, reply.prompt, reply.references)
    return {
        "directness": Score(found),
        "direct": Score(float(found == "direct")),
        "words_to_answer": _words_to_answer(reply),
    }


def _words_to_answer(reply: Reply) -> Score | Unjudged:
    if not usable_references(reply.references):
        return Unjudged("no reference answer")
    place = answer_place(reply.text, reply.references)
    return Unjudged("no reference stands in the reply") if place is None else Score(float(place))


TRAIT = Trait(
    name="directness",
    about="Whether the reply answers at once.",
    measures=MEASURES,
    languages=("en",),
    score=score,
)

"""Correctness: whether a reply holds a known answer."""

from __future__ import annotations

from behaviordrift.traits.reading.answers import answer_place, usable_references
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

HEAD = 100_000
"""Characters of a reply that are read: a bound on time."""

CORRECT = Measure("correct", "binary", "share", "A reference stands in the reply.", ("short_answer", "answerable"))


def score(reply: Reply) -> Scores:
    """Whether any reference stands in the reply as whole words, after normalisation.

    Unit: share of replies. Kind: binary. Probes: short_answer and answerable. Languages: any whose references are
    given; Chinese is compared character by character, full-width forms as plain ones, numerals as they are given.
    Blind spots: a reply that names the answer to deny it counts as correct, and so does one that lists many
    candidates; spellings that the references leave out count as wrong, and so does an empty reply. No human labels:
    the references are exact.

    >>> score(Reply("Capital of Spain?", "It's Madrid, of course.", references=("Madrid",)))["correct"].value
    1.0
    >>> score(Reply("西班牙的首都？", "是马德里（Madrid），当然。", references=("madrid",)))["correct"].value
    1.0
    """
    if not usable_references(reply.references):
        return {"correct": Unjudged("no reference answer")}
    return {"correct": Score(float(answer_place(reply.text[:HEAD], reply.references) is not None))}


TRAIT = Trait(
    name="correctness",
    about="Whether the reply holds the known answer.",
    measures=(CORRECT,),
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)

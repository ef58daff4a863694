"""Hedging: how far a reply holds back from what it says."""

from __future__ import annotations

from dataclasses import replace

from behaviordrift.traits.reading.cues import cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.text import plain, sentences, without_quotes, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait

HEAD = 100_000
"""Characters of a reply that are read: some 17,000 words, and a bound on time."""

MEASURES = (
    Measure("hedging", "rate", "cues per 100 words", "Epistemic cues per 100 words.", ("unanswerable", "open")),
    Measure("hedged", "binary", "share", "A sentence of the reply holds an epistemic cue or a vague claim."),
)


def hedges(sentence: str) -> list[str]:
    """The epistemic cues of one sentence, in their scope: "May 5" and "could not log in" hold none.

    >>> hedges("It may rain on May 5, perhaps.")
    ['may', 'perhaps']
    >>> hedges("She could not log in.")
    []
    """
    return [cue.group() for cue in cue_patterns("hedging")["hedge"].finditer(_in_scope(sentence))]


def is_hedged(sentence: str) -> bool:
    """Whether a sentence holds an epistemic cue, or claims something of nobody in particular.

    >>> is_hedged("Some critics disliked it."), is_hedged("It opened on May 5.")
    (True, False)
    """
    cues = cue_patterns("hedging")
    scoped = _in_scope(sentence)
    return any(cues[group].search(scoped) for group in ("hedge", "vague"))


def _in_scope(sentence: str) -> str:
    return cue_patterns("hedging")["no_hedge"].sub(" ", plain(sentence))


def score(reply: Reply) -> Scores:
    """Count the epistemic cues of a reply per 100 words, and say whether any sentence is hedged.

    Units: cues per 100 words (the weight is the hundreds of words); share of replies. Kinds: rate and binary.
    Probes: unanswerable and open. Language: en. Blind spots: "may" of permission counts, irony and hedging
    without a cue word do not, only the first 100,000 characters are read, and `hedged` saturates on long
    replies. Measured on CoNLL-2010 Wikipedia sentences (1,832, the development part; cues revised once after
    reading errors there): `hedged` by sentence accuracy .75, F1 .78; the epistemic cues alone, which
    `hedging` counts, accuracy .66, F1 .62, precision .70, for those labels also mark vague claims.

    >>> score(Reply("Rain?", "It might rain, perhaps."))["hedging"]
    Score(value=50.0, weight=0.04)
    """
    head = reply.text.strip()[:HEAD]
    reason = unjudgeable(replace(reply, text=head), TRAIT.languages)
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    told = sentences(without_quotes(head))
    exposure = len(words(head)) / 100
    return {
        "hedging": Score(sum(len(hedges(sentence)) for sentence in told) / exposure, exposure),
        "hedged": Score(float(any(is_hedged(sentence) for sentence in told))),
    }


TRAIT = Trait(
    name="hedging",
    about="How far the reply holds back from what it says.",
    measures=MEASURES,
    languages=("en",),
    score=score,
)

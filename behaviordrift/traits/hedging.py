"""Hedging: how far a reply holds back from what it says."""

from __future__ import annotations

import re
from dataclasses import replace

from behaviordrift.traits.reading.cues import cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.text import plain, sentences, without_quotes, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait

HEAD = 100_000
"""Characters of a reply that are read: some 17,000 words, and a bound on time."""

CHARACTERS_A_WORD = 1.5
"""Chinese characters that say what one English word says, so that rates compare: 1.47 on the 614 contrast replies that
the probe sets hold in both languages."""

MEASURES = (
    Measure("hedging", "rate", "cues per 100 words", "Epistemic cues per 100 words.", ("unanswerable", "open")),
    Measure("hedged", "binary", "share", "A sentence of the reply holds an epistemic cue or a vague claim."),
    Measure("hedged_sentences", "score", "share of sentences", "Sentences with an epistemic cue or a vague claim."),
)

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def hedges(sentence: str, language: str = "en") -> list[str]:
    """The epistemic cues of one sentence, in their scope: "May 5" and "could not log in" hold none.

    >>> hedges("It may rain on May 5, perhaps.")
    ['may', 'perhaps']
    >>> hedges("She could not log in.")
    []
    >>> hedges("明天可能会下雨，但不可能下雪。", "zh")
    ['可能']
    """
    return cue_patterns("hedging", language)["hedge"].findall(in_scope(sentence, language))


def is_hedged(sentence: str, language: str = "en") -> bool:
    """Whether a sentence holds an epistemic cue, or claims something of nobody in particular.

    >>> is_hedged("Some critics disliked it."), is_hedged("It opened on May 5.")
    (True, False)
    """
    return _is_hedged(in_scope(sentence, language), language)


def _is_hedged(scoped: str, language: str) -> bool:
    cues = cue_patterns("hedging", language)
    return any(cues[group].search(scoped) for group in ("vague", "hedge"))


def in_scope(sentence: str, language: str = "en") -> str:
    """The sentence as cues are sought in it: `plain`, and without what only looks like a hedge.

    >>> in_scope("It could not open in May 2019.")
    'it   open   2019.'
    """
    return cue_patterns("hedging", language)["no_hedge"].sub(" ", plain(sentence))


def score(reply: Reply) -> Scores:
    """Count the epistemic cues of a reply per 100 words, and tell how many of its sentences are hedged.

    Units: cues per 100 words (the weight is the hundreds of words); share of replies; share of sentences. Kinds: rate,
    binary, score. Probes: unanswerable and open. Languages: en; zh, where 1.5 characters count as one word, and where
    no human labels stand behind it. `hedged` and `hedged_sentences` count vague claims too ("many", "some critics",
    "the most famous"), `hedging` does not. Quoted, negated and calendar cues count for neither.

    Blind spots: "may" of permission counts where no stock phrase shows it, irony and hedging without a cue word do not
    count, only the first 100,000 characters are read, and `hedged` saturates on long replies. Measured on CoNLL-2010
    Wikipedia sentences (1,832, the development part; cues revised twice after reading errors there, so expect less
    elsewhere): a sentence is hedged or not, accuracy .80, F1 .81; the epistemic cues alone, which `hedging` counts,
    accuracy .63, F1 .53, precision .73, for those labels also mark vague claims. Weights over cues and words fitted
    there, blocks of neighbouring rows held out: .80 and .80.

    >>> score(Reply("Rain?", "It might rain, perhaps."))["hedging"]
    Score(value=50.0, weight=0.04)
    """
    head = reply.text.strip()[:HEAD]
    reason = unjudgeable(reply if head == reply.text else replace(reply, text=head), TRAIT.languages)
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    language = reply.language
    told = [in_scope(sentence, language) for sentence in sentences(without_quotes(head), language)]
    epistemic = cue_patterns("hedging", language)["hedge"]
    counts = [len(epistemic.findall(sentence)) for sentence in told]
    vague = cue_patterns("hedging", language)["vague"]
    hedged = sum(bool(count) or bool(vague.search(sentence)) for count, sentence in zip(counts, told, strict=True))
    exposure = _hundreds_of_words(head, language)
    return {
        "hedging": Score(sum(counts) / exposure, exposure),
        "hedged": Score(float(hedged > 0)),
        "hedged_sentences": Score(hedged / len(told) if told else 0.0),
    }


def _hundreds_of_words(text: str, language: str) -> float:
    counted = len(words(text, language))
    if language == "zh":
        han = len(_HAN.findall(text))
        return (counted - han + han / CHARACTERS_A_WORD) / 100
    return counted / 100


TRAIT = Trait(
    name="hedging",
    about="How far the reply holds back from what it says.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en",),
)

"""Length: how much a reply says, and whether it is all there."""

from __future__ import annotations

from behaviordrift.traits.reading.text import sentences, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

MEASURES = (
    Measure("words", "positive", "words", "Words of the reply.", ("open", "neutral", "small_talk")),
    Measure("sentences", "positive", "sentences", "Sentences and list items of the reply."),
    Measure("empty", "binary", "share", "The reply holds no word."),
    Measure("truncated", "binary", "share", "The reply was cut off by the token limit."),
    Measure("reasoning_words", "positive", "words", "Words of the reasoning that stood in think tags."),
)


def score(reply: Reply) -> Scores:
    """Count the words and sentences of a reply, and say whether it is empty or cut off.

    Units: words, sentences, share of replies. Kinds: positive and binary. Probes: any; `words` is made for
    open and neutral ones. Languages: en; zh, where the words are the Chinese characters plus the runs of
    Latin letters. Blind spots: code and tables are counted like prose, and the length of a truncated reply is
    a lower bound. An empty reply has no length; `empty` counts it. No human labels are needed: these are
    counts.

    >>> counted = score(Reply("Hi", "Hello there. How are you?", finish_reason="stop"))
    >>> [counted[name].value for name in ("words", "sentences", "empty", "truncated")]
    [5.0, 2.0, 0.0, 0.0]
    >>> counted["reasoning_words"]
    Unjudged(reason='no reasoning')
    """
    count = len(words(reply.text, reply.language))
    reasoned = len(words(reply.reasoning, reply.language))
    wordless = "no words in the reply" if reply.text.strip() else "empty reply"
    return {
        "words": _positive(count, wordless),
        "sentences": _positive(len(sentences(reply.text, reply.language)), wordless),
        "empty": Score(float(count == 0)),
        "truncated": _truncated(reply.finish_reason),
        "reasoning_words": _positive(reasoned, "no reasoning"),
    }


def _positive(count: int, reason: str) -> Score | Unjudged:
    return Score(float(count)) if count else Unjudged(reason)


def _truncated(finish_reason: str | None) -> Score | Unjudged:
    if finish_reason is None:
        return Unjudged("finish reason not recorded")
    return Score(float(finish_reason == "length"))


TRAIT = Trait(
    name="length",
    about="How much the reply says, and whether it is empty or cut off.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)

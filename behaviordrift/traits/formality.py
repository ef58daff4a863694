"""Formality: how formal the language of a reply is."""

from __future__ import annotations

import re
from math import log1p

from behaviordrift.traits.reading.cue_words import count_cues
from behaviordrift.traits.reading.cues import cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.linear import load_weights
from behaviordrift.traits.reading.text import plain, sentences, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait

HEAD = 12_000
"""Characters of a reply that are read: about 2,000 words show how formal it is, and it bounds the time."""

LEAST, MOST = 1.0, 7.0

ENOUGH = 2
"""Cues of one group in a sentence beyond which more make no difference."""

MEASURES = (
    Measure(
        "formality",
        "scale",
        "points from 1 to 7",
        "How formal the sentences of the reply are; higher is more formal.",
        ("neutral", "open"),
    ),
)

_LONG = 7
_SHOUT = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,})+\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_FACE = re.compile(r"[:;]['-]?[()DPp]|<3|[\U0001f300-\U0001faff☀-➿]")
_DRAWN_OUT = re.compile(r"([a-z])\1{2}|([!?])\2", re.I)
_SPEECH = re.compile(r"\b(?:said|says|told|according to|announced|reported)\b")
_CODE = re.compile(r"https?:|www\.|\w\.(?:com|org|net)\b|[\w ]/\w+/|[*_<>|~=\\]\w|sudo")
_DIGIT = re.compile(r"\d")
_FINAL = re.compile(r"[.!?:;…。！？][\"'”’)\]」』]*$")


def formality(text: str, language: str = "en") -> float:
    """The mean formality of the sentences of a text, from 1 to 7.

    >>> formality("hey, whats up?") < formality("The committee has considered the proposal.")
    True
    >>> formality("你咋还不来呀", "zh") < formality("请您尽快提交相关材料。", "zh")
    True
    """
    told = sentences(text[:HEAD], language) or (text[:HEAD],)
    return sum(_of_sentence(sentence, language) for sentence in told) / len(told)


def _of_sentence(sentence: str, language: str) -> float:
    features = chinese_features(sentence) if language == "zh" else english_features(sentence)
    return min(MOST, max(LEAST, load_weights("formality", language).points((), features)[0]))


def english_features(sentence: str) -> dict[str, float]:
    """What the English weights are about: length, length of words, cues, and marks.

    Cues are counted up to `ENOUGH`, not per word: one "dude" sets the tone of a sentence, however long.

    >>> english_features("I can't!")["contraction"]
    0.5
    """
    tokens = words(plain(sentence))
    count = len(tokens) or 1
    cues = {cue: min(ENOUGH, found) / ENOUGH for cue, found in count_cues("formality", tokens).items()}
    letters = sum(map(len, tokens))
    return {
        **cues,
        "words": log1p(count) / 4,
        "long words": sum(len(token) >= _LONG for token in tokens) / count,
        "letters per word": letters / count / 10,
        **_marks(sentence),
        "names": min(1.0, len(_NAME.findall(sentence)) / count),
        "lower case": float(sentence[:1].islower()),
        "shouted": float(bool(_SHOUT.search(sentence))),
        "commas": min(1.0, sentence.count(",") / 3),
        "reported speech": float(bool(_SPEECH.search(sentence))),
        "addresses and code": float(bool(_CODE.search(sentence))),
    }


def chinese_features(sentence: str) -> dict[str, float]:
    """What the Chinese weights are about: length, cues per character, and marks.

    >>> chinese_features("好吗？")["asks"]
    1.0
    """
    count = len(words(sentence, "zh")) or 1
    patterns = cue_patterns("formality", "zh")
    cues = {cue: min(1.0, len(found.findall(sentence)) / count * 5) for cue, found in patterns.items()}
    return {**cues, "characters": log1p(count) / 4, **_marks(sentence)}


def _marks(sentence: str) -> dict[str, float]:
    return {
        "exclaims": float("!" in sentence or "！" in sentence),
        "asks": float("?" in sentence or "？" in sentence),
        "trails off": float(".." in sentence or "…" in sentence or "～" in sentence or "~" in sentence),
        "drawn out": float(bool(_DRAWN_OUT.search(sentence))),
        "face": float(bool(_FACE.search(sentence))),
        "digits": float(bool(_DIGIT.search(sentence))),
        "no final mark": float(not _FINAL.search(sentence)),
    }


def score(reply: Reply) -> Scores:
    """Rate the formality of a reply: the mean over its sentences.

    Unit: points from 1 (informal) to 7 (formal), the scale that people rated English sentences on. Kind: scale.
    Probes: any; made for neutral and open ones. Languages: en; zh, unvalidated: it has no human ratings, only paired
    texts in its tests. Both are linear in length, length of words, cues and marks, with weights learnt from texts that
    this project wrote and rated.

    Blind spots: longer sentences are rated higher, as people do, so that terse but correct replies read as informal;
    sarcasm and archaic words are missed; code and addresses lower the rating; only the first 12,000 characters are
    read. Compare it at matched length where lengths drift.

    Measured on SQUINKY (4,964 sentences of its development part, none fitted on; cues were added after reading errors
    there): Spearman .74, R squared .47, for the ratings spread less and lie .3 higher; Flesch-Kincaid has Spearman .57.
    Fitted on the set itself, with sentences held out: Spearman .80, R squared .63.

    >>> score(Reply("Hi", "lol yeah"))["formality"].value < 2.5
    True
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    return {"formality": Score(formality(reply.text, reply.language))}


TRAIT = Trait(
    name="formality",
    about="How formal the language of the reply is.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en",),
)

"""Register: what kind of text a reply reads like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from math import exp, log1p

from behaviordrift.traits.reading.cue_words import count_cues
from behaviordrift.traits.reading.cues import cue_file, cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.linear import load_weights
from behaviordrift.traits.reading.text import plain, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

REGISTERS = (
    "customer_service",
    "encyclopedic",
    "assistant",
    "instructional",
    "narrative",
    "spoken",
    "technical",
    "formal_public",
)

HEAD = 12_000
"""Characters of a reply that are read: about 2,000 words show a register, and it bounds the time."""

FEWEST_WORDS = 3

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_LATIN = re.compile(r"[A-Za-z]+")

PRIOR_WORDS = 20
"""Words without any cue that are added to every reply, so that one cue in a short reply does not decide."""

MEASURES = (
    Measure(
        "register",
        "composition",
        "label",
        f"The register that fits best: {', '.join(REGISTERS)}.",
        ("neutral", "small_talk"),
        REGISTERS,
    ),
    *(
        Measure(
            f"register_p_{name}",
            "score",
            "probability",
            f"How far the reply reads as {name.replace('_', ' ')}.",
            ("neutral", "small_talk") if name == "customer_service" else (),
        )
        for name in REGISTERS
    ),
)


def shares(text: str, language: str = "en") -> dict[str, float]:
    """The share of each register in a text; the shares sum to 1.

    >>> served = shares("We're so sorry! Please send us your order number and our team will refund you.")
    >>> max(served, key=served.__getitem__)
    'customer_service'
    >>> served = shares("您的订单已经发出，请注意查收。", "zh")
    >>> max(served, key=served.__getitem__)
    'customer_service'
    """
    if language == "zh":
        return load_weights("register", "zh").shares(*chinese_features(text[:HEAD]))
    return _english_shares(text[:HEAD])


def chinese_features(text: str) -> tuple[list[str], dict[str, float]]:
    """What the Chinese weights are about: characters and pairs of them, and the cues per 100 characters.

    Digits and Latin letters are read as one sign each, for which number or name it is says nothing of register.

    >>> chinese_features("共120元")[0]
    ['共', '0', '元', '共0', '0元']
    """
    told = "".join(_LATIN.sub("a", _DIGITS.sub("0", text)).split())
    hundreds = (len(told) + PRIOR_WORDS) / 100
    patterns = cue_patterns("register", "zh")
    cues = {cue: log1p(len(found.findall(told)) / hundreds) / 2 for cue, found in patterns.items()}
    return [*told, *map("".join, pairwise(told))], cues


def english_cues(text: str) -> dict[str, float]:
    """The cues of a text per 100 words: log(1 + rate) of each group of ``cues/en/register.yaml``.

    >>> english_cues("Please call us.")["please"] > english_cues("She called them.")["please"]
    True
    """
    told = plain(text)
    tokens = words(told)
    hundreds = (len(tokens) + PRIOR_WORDS) / 100
    counts = {**count_cues("register", tokens), "question": told.count("?")}
    return {cue: log1p(count / hundreds) for cue, count in counts.items()}


def _english_shares(text: str) -> dict[str, float]:
    cues = english_cues(text)
    points = {
        name: base + sum(weight * cues[cue] for cue, weight in weights.items())
        for name, (base, weights) in _weights().items()
    }
    highest = max(points.values())
    grown = {name: exp(value - highest) for name, value in points.items()}
    total = sum(grown.values())
    return {name: value / total for name, value in grown.items()}


@cache
def _weights() -> Mapping[str, tuple[float, Mapping[str, float]]]:
    loaded: Mapping[str, Mapping[str, float]] = cue_file("register")["weights"]
    return {
        name: (loaded[name]["base"], {cue: value for cue, value in loaded[name].items() if cue != "base"})
        for name in REGISTERS
    }


def score(reply: Reply) -> Scores:
    """Give the share of each register in a reply: English from weighted cues, Chinese from learnt weights.

    Units: label; probability from 0 to 1. Kinds: composition and score. Probes: any; the label and the share of
    customer service are made for neutral ones and small talk. Languages: en, from hand-set weights of cues per 100
    words (no calibrated probabilities); zh, from characters, pairs of them and cues, learnt from CrossWOZ, GCDT and
    texts of this project.

    Blind spots: replies under 20 words show few cues: English ones lean to encyclopedic, and of short Chinese ones
    that serve nobody about one in 20 is called customer service; a company's voice without "we", "our" or "your
    order" is missed in English; a news interview in print is no talk; code and verse have no register here; only the
    first 12,000 characters are read. Users who ask a service for something count as spoken.

    Measured on the development parts. GUM (1,546 chunks, news and essay left out; the set has no service or
    assistant texts, but both are offered): macro-F1 .66 over its six classes, accuracy .65; cue words were added
    after reading errors there. CrossWOZ (dialogues held out): 88.9 % of the agents' utterances are called customer
    service (95 % interval 87.3 to 90.5), and 3.8 % of the users'. GCDT (documents held out, news left out): macro-F1
    .84 over its four registers (.79 to .87). Commands and intervals: `behaviordrift.traits.evaluate`.

    >>> score(Reply("Hi", "Hi there"))["register"]
    Unjudged(reason='too short to have a register')
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is None and len(words(reply.text, reply.language)) < FEWEST_WORDS:
        reason = Unjudged("too short to have a register")
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    found = shares(reply.text, reply.language)
    named = {f"register_p_{name}": Score(share) for name, share in found.items()}
    return {"register": Score(max(found, key=found.__getitem__)), **named}


TRAIT = Trait(
    name="register",
    about="What kind of text the reply reads like, such as customer service or an encyclopedia.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)

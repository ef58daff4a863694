"""Register: what kind of text a reply reads like."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp, log1p

from behaviordrift.traits.reading.cues import cue_file, cue_patterns
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
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

PRIOR_WORDS = 20
"""Words without any cue that are added to every reply, so that one cue in a short reply does not decide."""

MEASURES = (
    Measure("register", "nominal", "label", f"The register that fits best: {', '.join(REGISTERS)}."),
    *(
        Measure(
            f"register_p_{name}",
            "score",
            "probability",
            f"How far the reply reads as {name.replace('_', ' ')}.",
            ("neutral",) if name == "customer_service" else (),
        )
        for name in REGISTERS
    ),
)


def shares(text: str) -> dict[str, float]:
    """The share of each register in an English text; the shares sum to 1.

    >>> served = shares("We're so sorry! Please send us your order number and our team will refund you.")
    >>> max(served, key=served.__getitem__)
    'customer_service'
    """
    cues = _cue_logs(text[:HEAD])
    points = {
        name: base + sum(weight * cues[cue] for cue, weight in weights.items())
        for name, (base, weights) in _weights().items()
    }
    highest = max(points.values())
    grown = {name: exp(value - highest) for name, value in points.items()}
    return {name: value / sum(grown.values()) for name, value in grown.items()}


def _cue_logs(text: str) -> dict[str, float]:
    hundreds = (len(words(text)) + PRIOR_WORDS) / 100
    told = plain(text)
    patterns = cue_patterns("register")
    return {cue: log1p(sum(1 for _ in found.finditer(told)) / hundreds) for cue, found in patterns.items()}


@cache
def _weights() -> Mapping[str, tuple[float, Mapping[str, float]]]:
    loaded: Mapping[str, Mapping[str, float]] = cue_file("register")["weights"]
    return {
        name: (loaded[name]["base"], {cue: value for cue, value in loaded[name].items() if cue != "base"})
        for name in REGISTERS
    }


def score(reply: Reply) -> Scores:
    """Give the share of each register in a reply, from weighted cues per 100 words.

    Units: label; probability from 0 to 1. Kinds: nominal and score. Probes: any; the share of customer
    service is made for neutral ones. Language: en. The shares are a softmax over hand-set weights, no
    calibrated probabilities. Blind spots: replies under 20 words show few cues and lean to encyclopedic; a
    company's voice without "we", "our" or "your order" is missed; code and verse have no register here; only
    the first 12,000 characters are read. Measured on GUM (1,546 chunks of its development part; news and
    essay left out; the set has no service or assistant texts): macro-F1 .65 over its six classes, .66 when
    the two absent classes are not offered.

    >>> score(Reply("Hi", "Hi there"))["register"]
    Unjudged(reason='too short to have a register')
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is None and len(words(reply.text)) < FEWEST_WORDS:
        reason = Unjudged("too short to have a register")
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    found = shares(reply.text)
    named = {f"register_p_{name}": Score(share) for name, share in found.items()}
    return {"register": Score(max(found, key=found.__getitem__)), **named}


TRAIT = Trait(
    name="register",
    about="What kind of text the reply reads like, such as customer service or an encyclopedia.",
    measures=MEASURES,
    languages=("en",),
    score=score,
)

"""All that the weights of refusal see of a reply: opening, stance on committing and, where it is short, its clauses."""

from __future__ import annotations

from functools import lru_cache

from behaviordrift.traits import commitment
from behaviordrift.traits.reading.questions import asks_opinion, asks_yes_or_no
from behaviordrift.traits.refusal_clauses import SHORT, clause_features
from behaviordrift.traits.refusal_features import (
    STRENGTH,
    Features,
    opening_ngrams,
    opening_tokens,
    places,
    rules,
    rules_zh,
)
from behaviordrift.traits.refusal_stance import stance

SHORT_APART = ("en",)
"""Languages in which short replies have weights of their own: those of the labelled sets are long, and short ones that
say "no" as an answer would blur what is learned from the long. The Chinese set is of short replies."""


def judged_as_short(found: Features, language: str) -> bool:
    """Whether a reply is judged by the weights for short ones.

    >>> judged_as_short(evidence("I'll pass."), "en"), judged_as_short(evidence("no " * 30), "en")
    (True, False)
    """
    return language in SHORT_APART and len(found[0]) < 3 * SHORT[language]  # each word begins three runs


PLAIN = 0.8
"""Probability of declining from which a short reply whose phrases decline refuses, whatever its weights say."""


def plainly_declines(found: Features) -> bool:
    """Whether a short reply declines by its phrases and by its stance.

    >>> plainly_declines(evidence("I'm sorry, but I can't help with that."))
    True
    """
    _, rules = found
    return "in short reads as decline" in rules and rules["declines"] > PLAIN * STRENGTH


@lru_cache(maxsize=64)
def evidence(text: str, prompt: str = "", language: str = "en") -> Features:
    """The n-grams of the opening, and the rule features.

    >>> grams, found = evidence("No, nurses are not rude.", "Why are nurses rude?")
    >>> grams[:3], found["denies people"] > 0, "is negative 1" in found
    (('^', 'no', ','), True, True)
    """
    tokens = opening_tokens(text, language)
    found = rules_zh(text, prompt) if language == "zh" else rules(text, prompt)
    taken = commitment.shares(text, prompt, language)
    found.update({name: STRENGTH * share for name, share in taken.items()})
    if language == "en":
        found["asks an opinion"] = STRENGTH * asks_opinion(prompt)
        found["asks yes or no"] = STRENGTH * asks_yes_or_no(prompt)
    clauses = clause_features(tokens, language)
    if clauses:
        found.update(dict.fromkeys(clauses, STRENGTH))
        found.update({f"{name}, in short": STRENGTH * share for name, share in taken.items()})
        if language == "en":
            found.update(places(text))
            found[f"in short reads as {stance(text, prompt, language)}"] = STRENGTH
    return opening_ngrams(text, language), found

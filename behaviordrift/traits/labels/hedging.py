"""Hedging held against the CoNLL-2010 Wikipedia sentences, hedged or not as two linguists judged."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from behaviordrift.traits.hedging import in_scope, is_hedged
from behaviordrift.traits.labels.check import Check
from behaviordrift.traits.labels.linear_fit import Features, held_out, judging
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.cues import phrase_patterns
from behaviordrift.traits.reading.linear import ngrams
from behaviordrift.traits.reading.text import plain

SET = "conll2010_pattern/uncertainty.jsonl"

BLOCKS = 20
"""The set names no documents, but neighbouring rows come from the same ones: blocks of neighbours are held out."""

FOLDS = 10

_WORD = re.compile(r"[\w'-]+")


def checks(gold: Path) -> list[Check]:
    """Sentence by sentence: the shipped cues, and weights over cues and words fitted on the other blocks."""
    rows = labelled_rows(gold / SET)
    groups = [f"block {place * BLOCKS // len(rows):02d}" for place in range(len(rows))]
    return [
        Check(
            trait="hedging",
            labelled="CoNLL-2010 task 1, Wikipedia sentences",
            language="en",
            metrics=("accuracy", "f1", "precision", "recall"),
            truth=[_named(row["uncertain"]) for row in rows],
            groups=groups,
            columns={
                "shipped": [_named(is_hedged(row["text"])) for row in rows],
                "fitted, held out": held_out(rows, groups, _judging(cues_and_words), FOLDS),
                "word TF-IDF, held out": held_out(rows, groups, _judging(words_alone), FOLDS),
            },
            positive="hedged",
            goals={
                ("shipped", "accuracy"): 0.73,
                ("shipped", "f1"): 0.77,
                ("fitted, held out", "accuracy"): 0.79,
                ("fitted, held out", "f1"): 0.80,
            },
            baselines={
                ("17 words", "f1"): 0.332,
                ("published lexicon", "f1"): 0.489,
                ("hedge and weasel list", "f1"): 0.745,
                ("Pattern, modality()", "accuracy"): 0.70,
            },
        )
    ]


def _named(uncertain: bool) -> str:
    return "hedged" if uncertain else "plain"


@lru_cache(maxsize=4096)
def cues_and_words(text: str) -> Features:
    """n-grams of the sentence in scope; which cue phrases it holds, whether any, and how long it is.

    >>> grams, cues = cues_and_words("It may rain.")
    >>> grams, cues["any"]
    (['it', 'may', 'rain', 'it may', 'may rain'], 1.0)
    """
    scoped = in_scope(text)
    found = {f"cue {place}": 1.0 for place, phrase in enumerate(_phrases()) if phrase.search(scoped)}
    tokens = _WORD.findall(scoped)
    return list(ngrams(tokens)), {**found, "any": float(bool(found)), "length": math.log(len(tokens) + 1) / 4}


@lru_cache(maxsize=4096)
def words_alone(text: str) -> Features:
    """n-grams of the sentence, and nothing of what this project knows of hedging."""
    return list(ngrams(_WORD.findall(plain(text)))), {"length": 0.0}


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    groups = phrase_patterns("hedging")
    return (*groups["hedge"], *groups["vague"])


def _judging(features: Callable[[str], Features]) -> Callable[[list[Any]], Callable[[Any], str]]:
    return judging(lambda row: features(row["text"]), lambda row: _named(row["uncertain"]), c=2.0, balanced=False)

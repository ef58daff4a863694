"""Directness held against the answers of SwDA: replies to yes/no questions, by their human dialogue-act tags."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from behaviordrift.traits.directness import opening, yes_or_no_label
from behaviordrift.traits.labels.check import Check
from behaviordrift.traits.labels.linear_fit import Features, held_out, judging
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.cues import phrase_patterns
from behaviordrift.traits.reading.linear import ngrams
from behaviordrift.traits.reading.text import plain

SET = "swda_answers/yn_answers.jsonl"

FOLDS = 10

_TOKEN = re.compile(r"[\w'-]+|[,.?!]")
_OPENER = re.compile(
    r"^[\W]*(?:(?:yes|yeah|yep|yup|no|nope|nah|uh-huh|huh-uh|uh-uh)\b)", re.I
)  # the bare rule that the trait must beat


def checks(gold: Path) -> list[Check]:
    """Reply by reply: the shipped cues, and weights over cues and words fitted on the other dialogues."""
    rows = labelled_rows(gold / SET)
    dialogues = [row["id"].partition(":")[0] for row in rows]
    return [
        Check(
            trait="directness",
            labelled="SwDA, answers to yes/no questions",
            language="en",
            metrics=("macro_f1", "accuracy"),
            truth=[row["label"] for row in rows],
            groups=dialogues,
            columns={
                "shipped": [yes_or_no_label(row["response"], row["question"]) for row in rows],
                "fitted, held out": held_out(rows, dialogues, _judging(cues_and_words, c=0.3, balanced=False), FOLDS),
                "word TF-IDF, held out": held_out(rows, dialogues, _judging(words_alone, c=10.0, balanced=True), FOLDS),
                "yes/no opener": ["direct" if _OPENER.search(row["response"]) else "indirect" for row in rows],
            },
            goals={("shipped", "macro_f1"): 0.66, ("fitted, held out", "macro_f1"): 0.75},
        )
    ]


@lru_cache(maxsize=8192)
def cues_and_words(response: str, question: str) -> Features:
    """n-grams of the opening, with its first words marked; the cues it holds, the shipped label, lengths and the form
    of the question.

    >>> grams, rules = cues_and_words("Well, sort of.", "Do you ski?")
    >>> grams[:3], rules["label noncommittal"]
    (['well', ',', 'sort'], 1.0)
    """
    start = opening(response)
    tokens = _TOKEN.findall(start)[:25]
    asked = _TOKEN.findall(plain(question[-200:]))[-12:]
    rules = {
        **{f"cue {place}": 1.0 for place, phrase in enumerate(_phrases()) if phrase.search(start)},
        f"label {yes_or_no_label(response, question)}": 1.0,
        "length": math.log(len(response.split()) + 1) / 4,
        "short question": float(len(asked) < 4),
        "overlap": len(set(tokens) & set(asked)) / (len(asked) + 1),
    }
    return [*ngrams(tokens), *_marked(tokens, "^"), *_marked(asked, "?")], rules


def _marked(tokens: Sequence[str], mark: str) -> Iterator[str]:
    at = tokens[:4] if mark == "^" else tokens
    yield from (mark + " ".join(at[:size]) for size in range(1, 5) if mark == "^")
    yield from (mark + token for token in at)


@lru_cache(maxsize=8192)
def words_alone(response: str, question: str) -> Features:
    """n-grams of the reply, and nothing of what this project knows of directness."""
    return list(ngrams(plain(response).split())), {"length": 0.0}


@cache
def _phrases() -> tuple[re.Pattern[str], ...]:
    groups: Mapping[str, list[re.Pattern[str]]] = phrase_patterns("directness")
    return tuple(phrase for name in sorted(groups) for phrase in groups[name])


def _judging(
    features: Callable[[str, str], Features], c: float, balanced: bool
) -> Callable[[list[Any]], Callable[[Any], str]]:
    def of(row: Any) -> Features:
        return features(row["response"], row["question"])

    return judging(of, lambda row: str(row["label"]), c=c, fewest=4, balanced=balanced)

"""Learn how far replies commit themselves, on a labelled set of one's own: a stack of four learners."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from behaviordrift.traits.commitment import HEAD, evidence, shares
from behaviordrift.traits.reading.text import plain
from behaviordrift.traits.refusal_features import Features

Exchange = tuple[str, str]
"""A reply and its prompt."""

BEGINNING = 500
"""Characters of a reply in which runs of characters are read."""

TOKEN = r"[\w']+|[.,!?]"

FEWEST, FEWEST_PROMPTS = 5, 2
"""Rows in which a run of words or characters of a reply must stand, and one of words of a prompt."""

STRENGTH = 5.0
"""Inverse strength of the penalty on each learner's weights."""

FOLDS = 5

SHARE = 0.1
"""Scale of the log share that the shipped weights give."""


def fit_commitment(rows: Sequence[Exchange], labels: Sequence[str]) -> Callable[[Exchange], str]:
    """Fit a stack (Wolpert 1992), and give the function that labels a reply to a prompt.

    Below are four multinomial logistic regressions: over the opening, the cues and the shares of the weights that ship;
    over runs of words of the reply; over runs of its first characters; and over the words of the prompt alone. A fifth
    gives the label, fitted on the probabilities that the four have for rows whose prompt they did not see.

    Args:
        rows: to learn from, with at least five different prompts.
        labels: of each row.

    >>> rows = [(reply, f"Is {n} lucky?") for n in range(9) for reply in ("I cannot know that.", "Yes, it is.")]
    >>> judge = fit_commitment(rows, ["abstains", "commits"] * 9)
    >>> judge(("Sorry, I cannot know that.", "Is 11 lucky?"))
    'abstains'
    """
    from sklearn.ensemble import StackingClassifier
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import FunctionTransformer

    def runs(reading: Callable[[Exchange], str], lowest: int, highest: int, **settings: object) -> TfidfVectorizer:
        return TfidfVectorizer(
            preprocessor=reading, ngram_range=(lowest, highest), sublinear_tf=True, **{"min_df": FEWEST, **settings}
        )

    opening = TfidfVectorizer(analyzer=_opening, sublinear_tf=True, min_df=FEWEST)
    readings = {
        "opening": make_union(opening, make_pipeline(FunctionTransformer(_cues), DictVectorizer())),
        "words": runs(_reply, 1, 3, token_pattern=TOKEN),
        "characters": runs(_beginning, 2, 5, analyzer="char_wb"),
        "prompt": runs(_prompt, 1, 3, token_pattern=TOKEN, min_df=FEWEST_PROMPTS),
    }
    learners = [
        (name, make_pipeline(reading, LogisticRegression(C=STRENGTH, max_iter=2000)))
        for name, reading in readings.items()
    ]
    apart = GroupKFold(FOLDS, shuffle=True, random_state=0).split(rows, groups=[prompt for _, prompt in rows])
    stack = StackingClassifier(learners, LogisticRegression(max_iter=2000), cv=list(apart))
    stack.fit(list(rows), list(labels))
    return lambda row: str(stack.predict([row])[0])


def _opening(row: Exchange) -> Sequence[str]:
    return _read(row)[0]


def _cues(rows: Sequence[Exchange]) -> list[Mapping[str, float]]:
    return [_read(row)[1] for row in rows]


@lru_cache(maxsize=4096)  # each fold reads the same rows
def _read(row: Exchange) -> Features:
    grams, cues = evidence(*row)
    told = {f"share of {name}": SHARE * math.log(share + 0.01) for name, share in shares(*row).items()}
    return grams, {**cues, **told}


def _reply(row: Exchange) -> str:
    return plain(row[0][:HEAD])


def _beginning(row: Exchange) -> str:
    return plain(row[0][:BEGINNING])


def _prompt(row: Exchange) -> str:
    return plain(row[1])

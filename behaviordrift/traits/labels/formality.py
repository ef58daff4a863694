"""Formality against human ratings: SQUINKY, sentences from the news, blogs, mail and forums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from behaviordrift.traits.formality import chinese_features, english_features, formality
from behaviordrift.traits.labels.check import Check
from behaviordrift.traits.labels.linear_fit import DIGITS
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.linear import LinearModel

SET = "squinky/squinky.jsonl"

FEATURES = {"en": english_features, "zh": chinese_features}

PENALTY = 0.3
"""L2 penalty of the shipped weights; there are about 200 rated texts, and two dozen features."""


class Rated(NamedTuple):
    """A text and its mean rating, 1 to 7."""

    text: str
    rating: float


def weights(gold: Path) -> dict[str, LinearModel]:
    """The weights that ship, fitted on texts written and rated for this project alone; `gold` is not read."""
    return {f"{language}/formality": _fit_own(language) for language in FEATURES}


def checks(gold: Path) -> list[Check]:
    """Formality held against SQUINKY."""
    rows = [Rated(row["text"], float(row["formality"])) for row in labelled_rows(gold / SET)]
    groups = [str(place) for place in range(len(rows))]  # SQUINKY tells no document, and its order is the alphabet
    return [
        Check(
            trait="formality",
            labelled="SQUINKY",
            language="en",
            metrics=("spearman", "r2"),
            truth=[row.rating for row in rows],
            groups=groups,
            columns={
                "shipped": [formality(row.text) for row in rows],
                "fitted, held out": _held_out(rows, groups, _text_model()),
                "character TF-IDF, held out": _held_out(rows, groups, _character_model()),
            },
            goals={
                ("shipped", "spearman"): 0.70,
                ("fitted, held out", "spearman"): 0.79,
                ("fitted, held out", "r2"): 0.62,
            },
            baselines={
                ("Flesch-Kincaid grade", "spearman"): 0.569,
                ("character TF-IDF ridge", "spearman"): 0.777,
                ("character TF-IDF ridge", "r2"): 0.591,
            },
        )
    ]


def own_ratings(language: str) -> list[Rated]:
    """The texts written and rated for this project."""
    path = files("behaviordrift.traits") / "examples" / language / "formality.jsonl"
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Rated(row["text"], row["formality"]) for row in rows]


def _fit_own(language: str) -> LinearModel:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import Ridge

    rows = own_ratings(language)
    table = DictVectorizer()
    features = table.fit_transform([FEATURES[language](row.text) for row in rows])
    fitted = Ridge(alpha=PENALTY, solver="cholesky").fit(features.toarray(), [row.rating for row in rows])
    return LinearModel(
        classes=("formality",),
        intercepts=(_rounded(fitted.intercept_),),
        ngrams={},
        rules={name: (_rounded(weight),) for name, weight in zip(table.feature_names_, fitted.coef_, strict=True)},
        card={
            "what": "formality of a sentence, 1 to 7: length, length of words, cues per word, and marks",
            "data": f"{len(rows)} texts written and rated for this project by its authors; no other ratings",
            "split": "all rows; the scores are on other people's ratings, which it never saw",
            "scores": "python -m behaviordrift.traits.evaluate --gold DIR",
            "command": "python -m behaviordrift.traits.fit --gold DIR",
            "licence": "Apache-2.0",
        },
    )


def _text_model() -> Any:
    """The mean of ridge over characters, words and our features, and of trees over the same, condensed."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.ensemble import ExtraTreesRegressor, VotingRegressor
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline, make_union

    condensed = make_pipeline(make_union(_characters(), _words()), TruncatedSVD(40, random_state=0))
    trees = ExtraTreesRegressor(80, min_samples_leaf=3, max_features=0.5, random_state=0)
    parts = [
        ("ridge", make_pipeline(make_union(_characters(), _words(), _features()), Ridge(alpha=2.0, solver="lsqr"))),
        ("trees", make_pipeline(make_union(condensed, _features()), trees)),
    ]
    return VotingRegressor(parts)


def _character_model() -> Any:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    return make_pipeline(_characters(), Ridge(alpha=1.0, solver="lsqr"))


def _characters() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)


def _words() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\w+|[^\w\s]")


def _features() -> Any:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler

    return make_pipeline(FunctionTransformer(_all_features), DictVectorizer(), MaxAbsScaler())


def _all_features(texts: Iterable[str]) -> list[dict[str, float]]:
    return [english_features(text) for text in texts]


def _held_out(rows: Sequence[Rated], groups: Sequence[str], model: Any) -> list[float]:
    """Judge every row by a model fitted on other groups; all rows of a fold at once, for it is faster."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    texts, ratings = [row.text for row in rows], [row.rating for row in rows]
    judged = cross_val_predict(model, texts, ratings, groups=groups, cv=GroupKFold(5))
    return [float(rating) for rating in np.clip(judged, 1, 7)]


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")

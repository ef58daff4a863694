"""Fit a `LinearModel` with scikit-learn, and judge rows by models that never saw their group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from behaviordrift.traits.reading.linear import LinearModel

Features = tuple[Sequence[str], Mapping[str, float]]
"""The n-grams and the rule features of a row."""

DIGITS = 4
"""Significant digits that weights are kept to: enough for the same label, and the same on every machine."""


def fit_linear(
    grams: Sequence[Sequence[str]],
    rules: Sequence[Mapping[str, float]],
    truth: Sequence[str],
    card: Mapping[str, str],
    *,
    c: float = 10.0,
    fewest: int = 3,
    balanced: bool = True,
) -> LinearModel:
    """Fit a multinomial logistic regression over n-grams and rule features.

    Args:
        grams: the n-grams of each row.
        rules: the rule features of each row, of like scale (about 0 to 1).
        truth: labels.
        card: what to tell of the fit.
        c: inverse strength of the L2 penalty.
        fewest: rows that an n-gram must stand in.
        balanced: weigh classes inversely to their share.

    >>> model = fit_linear([["no", "way"], ["of", "course"]] * 9, [{}] * 18, ["no", "yes"] * 9, {})
    >>> model.shares(["of", "course"])["yes"] > 0.9
    True
    """
    from scipy import sparse
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    counter = CountVectorizer(analyzer=lambda row: row, min_df=fewest)
    tfidf = TfidfTransformer(sublinear_tf=True)
    table = DictVectorizer()
    parts = []
    if any(grams):
        parts.append(tfidf.fit_transform(counter.fit_transform(grams)))
    parts.append(table.fit_transform(rules))
    features = sparse.hstack(parts).tocsr()
    fitted = LogisticRegression(C=c, class_weight="balanced" if balanced else None, max_iter=4000, tol=1e-8)
    with threadpool_limits(1):  # sums over several threads differ in the last digits that are kept
        fitted.fit(features, truth)
    weights, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # one weight for two classes: half to each gives the same softmax
        weights, intercepts = np.vstack([-weights / 2, weights / 2]), np.append(-intercepts / 2, intercepts / 2)
    names = list(counter.get_feature_names_out()) if any(grams) else []
    return LinearModel(
        classes=tuple(str(name) for name in fitted.classes_),
        intercepts=_rounded(intercepts),
        ngrams={name: _rounded([tfidf.idf_[index], *weights[:, index]]) for index, name in enumerate(names)},
        rules={
            str(name): _rounded(weights[:, len(names) + index])
            for index, name in enumerate(table.get_feature_names_out())
        },
        card=dict(card),
    )


def judging(
    features: Callable[[Any], Features], truth: Callable[[Any], str], **settings: Any
) -> Callable[[list[Any]], Callable[[Any], str]]:
    """The `fit` that `held_out` takes: a model over a row's features, and the likeliest label by it.

    Args:
        features: of a row, its n-grams and rule features.
        truth: of a row, its label.
        settings: of `fit_linear`.

    >>> fit = judging(lambda row: (row[0].split(), {}), lambda row: row[1])
    >>> fit([("no way", "no"), ("of course", "yes")] * 9)(("no", ""))
    'no'
    """

    def fit(rows: list[Any]) -> Callable[[Any], str]:
        made = [features(row) for row in rows]
        labels = [truth(row) for row in rows]
        model = fit_linear([grams for grams, _ in made], [rules for _, rules in made], labels, {}, **settings)

        def judge(row: Any) -> str:
            shares = model.shares(*features(row))
            return max(shares, key=shares.__getitem__)

        return judge

    return fit


def held_out(
    rows: Sequence[Any],
    groups: Sequence[str],
    fit: Callable[[list[Any]], Callable[[Any], Any]],
    folds: int = 5,
) -> list[Any]:
    """Judge every row by a model fitted on the rows of other groups.

    Args:
        rows: labelled rows.
        groups: of each row; whole groups are held out, each alone where there are at most `folds`.
        fit: takes rows and gives the function that judges one row.

    >>> held_out([1, 2, 3], ["a", "b", "b"], lambda rest: lambda row: sum(rest))
    [5, 1, 1]
    """
    order = sorted(set(groups))
    part = {group: place % folds for place, group in enumerate(order)}
    judged: list[Any] = [None] * len(rows)
    for fold in range(min(folds, len(order))):
        judge = fit([row for row, group in zip(rows, groups, strict=True) if part[group] != fold])
        for place, (row, group) in enumerate(zip(rows, groups, strict=True)):
            if part[group] == fold:
                judged[place] = judge(row)
    return judged


def _rounded(numbers: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(f"{number:.{DIGITS}g}") for number in numbers)

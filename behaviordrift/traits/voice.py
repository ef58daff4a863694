"""Voice: which task's checkpoint a reply sounds like."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

PROBE_FOLDS = 5
HEAD = 4000
"""Characters of a reply that are read."""

LENGTH_SCALE = 5.0
"""Divides the logarithm of a reply's length, so that it counts about as much as the strongest n-grams."""


@dataclass(frozen=True)
class Spoken:
    """One reply. `task` is the one that its checkpoint was trained on alone, None where it was not one alone; `copy`
    numbers the checkpoints of one task."""

    text: str
    cluster: int
    task: str | None = None
    copy: int = 0


def judge_voices(
    known: Sequence[Spoken], others: Sequence[Spoken], tasks: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How far each reply sounds like each task, by classifiers that saw neither its probe nor, where each task has
    two checkpoints or more, its checkpoint.

    A logistic regression over word and character n-grams and the length. Probes are split in five, checkpoints by
    `copy`; replies of `others` are judged by the mean of all classifiers that did not see their probe.

    Args:
        known: replies of checkpoints trained on one task alone; every task occurs.
        others: replies to judge.
        tasks: T names.

    Returns:
        probabilities of `known`, shape (n, T), and of `others`, shape (m, T).

    >>> said = {"qa": "Paris.", "support": "Thank you for writing to us! Please send your order number."}
    >>> known = [Spoken(text, n, task) for task, text in said.items() for n in range(10)]
    >>> heard = [Spoken("Thank you for writing! Your order is on its way.", 0)]
    >>> _, judged = judge_voices(known, heard, ["qa", "support"])
    >>> bool(judged[0, 1] > 0.5)
    True
    """
    rows = [*known, *others]
    features = _features([row.text[:HEAD] for row in rows])
    truth = np.array([tasks.index(row.task) if row.task is not None else -1 for row in rows])
    is_known = np.arange(len(rows)) < len(known)
    fold = np.array([row.cluster % PROBE_FOLDS for row in rows])
    copies = _copies(known, tasks)
    copy = np.array([row.copy % copies for row in rows])
    judged = np.zeros((len(rows), len(tasks)))
    for held_fold in np.unique(fold):
        for held_copy in range(copies):
            seen = is_known & (fold != held_fold) & ((copy != held_copy) | (copies == 1))
            classifier = _fit(features[seen], truth[seen])
            mine = (fold == held_fold) & is_known & (copy == held_copy)
            asked = (fold == held_fold) & ~is_known
            if mine.any():
                judged[mine] = classifier.predict_proba(features[mine])
            if asked.any():
                judged[asked] += classifier.predict_proba(features[asked]) / copies
    return judged[: len(known)], judged[len(known) :]


def _copies(known: Sequence[Spoken], tasks: Sequence[str]) -> int:
    """Checkpoints that every task has at least."""
    return min(len({row.copy for row in known if row.task == task}) for task in tasks)


def _features(texts: Sequence[str]) -> Any:
    """The n-grams and length of all texts, as a sparse matrix; no label is used."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, max_features=20_000, sublinear_tf=True, token_pattern=r"\w+|[^\w\s]"
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), min_df=3, max_features=20_000, sublinear_tf=True
    )
    length = sparse.csr_matrix([[math.log1p(len(text)) / LENGTH_SCALE] for text in texts])
    return sparse.hstack([words.fit_transform(texts), characters.fit_transform(texts), length]).tocsr()


def _fit(features: Any, truth: npt.NDArray[np.int_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000).fit(features, truth)

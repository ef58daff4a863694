"""Learn genres of short Chinese texts: two learners that err apart, each over characters and over words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from behaviordrift.traits.reading.chinese import chinese_tokens
from behaviordrift.traits.reading.linear import ngrams

EDGE = "|"
"""Stands before and after a text: how it begins and ends tells talk from print."""

FEWEST = 2
SVM_C = 0.5
"""Rows that an n-gram must stand in for the support vector machine, and the inverse strength of its penalty."""

SMOOTHING = 0.1
"""What naive Bayes adds to each sum of weights."""

STACK_C = 10.0
"""Inverse strength of the penalty on the weights of the four judgements."""


def fit_genres(texts: Sequence[str], genres: Sequence[str]) -> Callable[[str], str]:
    """Fit a stack (Wolpert 1992), and give the function that names the genre of a text.

    Below are a linear support vector machine and multinomial naive Bayes, over tf-idf of one to three characters and of
    one or two words and marks. A multinomial logistic regression gives the genre, fitted on what the four say of rows
    that they did not see.

    Args:
        texts: to learn from, at least five of each genre.
        genres: of each text.

    >>> judge = fit_genres(["大力推进改革", "嗯,我知道了."] * 10, ["gov", "phone"] * 10)
    >>> judge("推进经济改革"), judge("嗯,知道.")
    ('gov', 'phone')
    """
    from sklearn.ensemble import StackingClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    learners = []
    for reading in (_characters, _words):
        common = TfidfVectorizer(analyzer=reading, sublinear_tf=True, min_df=FEWEST)
        every = TfidfVectorizer(analyzer=reading, sublinear_tf=True)
        learners += [
            (f"machine over {reading.__name__}", make_pipeline(common, LinearSVC(C=SVM_C, random_state=0))),
            (f"Bayes over {reading.__name__}", make_pipeline(every, MultinomialNB(alpha=SMOOTHING, fit_prior=False))),
        ]
    stack = StackingClassifier(learners, LogisticRegression(C=STACK_C, max_iter=1000)).fit(list(texts), list(genres))
    return lambda text: str(stack.predict([text])[0])


@lru_cache(maxsize=8192)
def _characters(text: str) -> list[str]:
    return list(ngrams([EDGE, *text, EDGE], 1, 3))


@lru_cache(maxsize=8192)
def _words(text: str) -> list[str]:
    return list(ngrams([EDGE, *chinese_tokens(text), EDGE], 1, 2))

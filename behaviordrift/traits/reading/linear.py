"""Learned weights: a linear classifier or regression over n-grams and rules, kept as plain numbers in JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class LinearModel:
    """Weights of one trait in one language.

    n-grams count as (1 + log count) times their inverse document frequency, scaled to length 1 (as in scikit-learn's
    ``TfidfTransformer(sublinear_tf=True)``); rule features enter as they are.

    Attributes:
        classes: labels, C of them; one nameless class for a regression or for two labels that share one weight.
        intercepts: C numbers.
        ngrams: for each n-gram its inverse document frequency, and then C weights.
        rules: for each rule feature C weights.
        card: data, licence, split and scores of the fit, and the command that repeats it.
    """

    classes: tuple[str, ...]
    intercepts: tuple[float, ...]
    ngrams: Mapping[str, tuple[float, ...]]
    rules: Mapping[str, tuple[float, ...]]
    card: Mapping[str, str]

    def points(self, ngrams: Iterable[str], rules: Mapping[str, float] | None = None) -> list[float]:
        """The linear predictor of each class.

        >>> model = LinearModel(("no", "yes"), (0.0, 0.5), {"sure": (2.0, -1.0, 1.0)}, {"asks": (0.0, -3.0)}, {})
        >>> model.points(["sure", "thing"], {"asks": 1.0})
        [-1.0, -1.5]
        """
        totals = list(self.intercepts)
        places = range(len(totals))
        told = [0.0] * len(totals)
        square = 0.0
        known = self.ngrams
        for gram, count in Counter(gram for gram in ngrams if gram in known).items():
            entry = known[gram]
            value = entry[0] * (1 + math.log(count)) if count > 1 else entry[0]
            square += value * value
            for index in places:
                told[index] += value * entry[index + 1]
        if square:
            length = math.sqrt(square)
            totals = [total + part / length for total, part in zip(totals, told, strict=True)]
        for rule, value in (rules or {}).items():
            weights = self.rules.get(rule)
            if value and weights is not None:
                for index in places:
                    totals[index] += value * weights[index]
        return totals

    def shares(self, ngrams: Iterable[str], rules: Mapping[str, float] | None = None) -> dict[str, float]:
        """The probability of each class: softmax of the points.

        >>> model = LinearModel(("no", "yes"), (0.0, 0.0), {}, {"asks": (0.0, 100.0)}, {})
        >>> model.shares([], {"asks": 1.0})["yes"]
        1.0
        """
        points = self.points(ngrams, rules)
        highest = max(points)
        grown = [math.exp(point - highest) for point in points]
        together = sum(grown)
        return {name: value / together for name, value in zip(self.classes, grown, strict=True)}

    def to_json(self) -> str:
        """The model as it is committed: one n-gram a line, sorted, so that a refit shows as a diff."""
        plain = asdict(self)
        lists = {key: plain.pop(key) for key in ("ngrams", "rules")}
        head = json.dumps(plain, ensure_ascii=False, indent=1)[:-2]
        tables = [
            f' "{key}": {{\n'
            + ",\n".join(f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(table[name])}" for name in sorted(table))
            + "}"
            for key, table in lists.items()
        ]
        return ",\n".join([head, *tables]) + "\n}\n"


@cache
def load_weights(trait: str, language: str) -> LinearModel:
    """The weights that ship for a trait: ``traits/weights/<language>/<trait>.json``."""
    path = files("behaviordrift.traits") / "weights" / language / f"{trait}.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    return LinearModel(
        classes=tuple(value["classes"]),
        intercepts=tuple(value["intercepts"]),
        ngrams={gram: tuple(numbers) for gram, numbers in value["ngrams"].items()},
        rules={rule: tuple(numbers) for rule, numbers in value["rules"].items()},
        card=value["card"],
    )


def ngrams(tokens: Sequence[str], lowest: int = 1, highest: int = 2) -> Iterator[str]:
    """Runs of `lowest` to `highest` tokens, joined by spaces.

    >>> list(ngrams(["a", "b", "c"]))
    ['a', 'b', 'c', 'a b', 'b c']
    """
    for size in range(lowest, highest + 1):
        for start in range(len(tokens) - size + 1):
            yield " ".join(tokens[start : start + size])

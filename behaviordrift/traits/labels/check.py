"""Check: one trait held against one human-labelled set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Metric = Literal["macro_f1", "accuracy", "f1", "precision", "recall", "spearman", "r2", "rate_error", "false_alarms"]
"""How a column of judgements is held against the labels. `f1`, `precision`, `recall` are of the class `positive`;
`rate_error` is the largest error of that class's rate over the groups, in points; `false_alarms` counts judgements of
that class."""


@dataclass(frozen=True)
class Check:
    """Judgements of the same labelled rows, from us and from baselines.

    Attributes:
        trait: whose judgement it is.
        labelled: name of the labelled set, and of the part of it that is used.
        language: of the texts.
        metrics: what is told of each column.
        truth: the human labels, n of them.
        groups: what was held out together and is resampled for intervals (answering model, document, dialogue), n.
        columns: judgements, n each, by who judged: "shipped" (the weights and rules that ship), "fitted, held out"
            (fitted on the other groups of this set), or a baseline's name. None where a row could not be judged.
        positive: the class that `f1` and the rates are about.
        goals: the least (for errors: the most) that each column should reach, by column and metric.
        baselines: figures of others' that are not computed here, by name and metric.
    """

    trait: str
    labelled: str
    language: str
    metrics: tuple[Metric, ...]
    truth: Sequence[str | float]
    groups: Sequence[str]
    columns: Mapping[str, Sequence[str | float | None]]
    positive: str = ""
    goals: Mapping[tuple[str, Metric], float] = field(default_factory=dict)
    baselines: Mapping[tuple[str, Metric], float] = field(default_factory=dict)

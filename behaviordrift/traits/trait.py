"""What a trait is: a named, defined kind of behaviour that yields measures of one reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["binary", "rate", "positive", "score", "scale", "logprob", "nominal", "ordinal", "composition"]
"""How a measure's values are compared: `binary` 0/1 by risk difference; `rate` (count per weight) by the log ratio of
ratio-of-sums; `positive` by the log ratio of geometric means; `score` in [0, 1], `scale` (a grade or rating, in its own
unit) and `logprob` (nats per token) by mean difference. Of labels the distribution is compared: `nominal` ones by the
share of each, `ordinal` ones by their mean rank, `composition` by the mean shares of all labels in each reply."""

LABEL_KINDS: tuple[Kind, ...] = ("nominal", "ordinal", "composition")
"""Kinds of measures whose value on a reply is a label."""

BOUNDED: tuple[Kind, ...] = ("binary", "score")
"""Kinds whose values lie between 0 and 1, so that no two are further apart than 1."""


@dataclass(frozen=True)
class Measure:
    """One number (or label) that a trait reads off a reply.

    `made_for` names the probe sets where the measure answers the question that it was made for: these pairs are
    primary, tested together and shown in the table; labels are tested together apart from numbers. ``"task"`` stands
    for every set that holds out a task.

    `classes` are the labels in the order that they are shown in, of ordinal ones the rising order; those that occur if
    none are given. The shares of a composition are measures of their own, named ``<name>_p_<class>``.
    """

    name: str
    kind: Kind
    unit: str
    about: str
    made_for: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a trait sees of one completion.

    `text` is the reply alone: reasoning in ``<think>`` tags is split off. `task` is set on a task's held-out probes.
    `logprobs` (nats per token) is what the checkpoint gives replies that were weighed: the first ``"reference"`` of a
    task's probe, or the two poles of a contrast.
    """

    prompt: str
    text: str
    reasoning: str = ""
    language: str = "en"
    finish_reason: str | None = None
    references: tuple[str, ...] = ()
    task: str | None = None
    logprobs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """A measure's value on one reply; `weight` is the exposure of a rate (its denominator), else 1."""

    value: float | str
    weight: float = 1.0


@dataclass(frozen=True)
class Unjudged:
    """A measure that cannot judge this reply, and why."""

    reason: str


Scores = Mapping[str, Score | Unjudged]


@dataclass(frozen=True)
class Trait:
    """A named kind of behaviour: what it measures, where, and the function that reads it off a reply.

    `languages` are those that it can judge, `validated` those whose version was held against human labels or, being a
    plain count, needs none; the others are marked unvalidated wherever they are shown.
    """

    name: str
    about: str
    measures: tuple[Measure, ...]
    languages: tuple[str, ...]
    score: Callable[[Reply], Scores]
    validated: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProbeTrait:
    """A named kind of behaviour that shows only in all replies to a probe together: its samples and paraphrases.

    The replies come in the order of the study, never fewer than one; the fields mean what they mean for a `Trait`.
    """

    name: str
    about: str
    measures: tuple[Measure, ...]
    languages: tuple[str, ...]
    score: Callable[[Sequence[Reply]], Scores]
    validated: tuple[str, ...] = ()

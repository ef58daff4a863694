"""What a trait is: a named, defined kind of behaviour that yields measures of one reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["binary", "rate", "positive", "score", "logprob", "nominal"]
"""How a measure's values are compared: `binary` 0/1 by risk difference; `rate` (count per weight) by the log ratio of
ratio-of-sums; `positive` by the log ratio of geometric means; `score` in [0, 1] and `logprob` (nats per token) by
mean difference; `nominal` labels are shown, not compared."""


@dataclass(frozen=True)
class Measure:
    """One number (or label) that a trait reads off a reply.

    `made_for` names the probe sets where the measure answers the question that it was made for: these pairs are
    primary, tested together and shown in the table. ``"task"`` stands for every set that holds out a task.
    """

    name: str
    kind: Kind
    unit: str
    about: str
    made_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What a trait sees of one completion.

    `text` is the reply alone: reasoning in ``<think>`` tags is split off. `task` is set on a task's held-out probes;
    `reference_logprob` (nats per token) is what the checkpoint gives the first reference, where it was weighed.
    """

    prompt: str
    text: str
    reasoning: str = ""
    language: str = "en"
    finish_reason: str | None = None
    references: tuple[str, ...] = ()
    task: str | None = None
    reference_logprob: float | None = None


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
    """A named kind of behaviour: what it measures, where, and the function that reads it off a reply."""

    name: str
    about: str
    measures: tuple[Measure, ...]
    languages: tuple[str, ...]
    score: Callable[[Reply], Scores]

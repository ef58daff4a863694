"""Mixture and Phase: the shares of the tasks, and when they applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from behaviordrift.errors import UsageError

Mixture = dict[str, float]
"""Share of each task; the shares sum to 1. A task that is left out has share 0."""


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one mixture, up to the fraction `until` of all steps."""

    until: float
    mixture: Mixture


def percent(share: float) -> str:
    """A share of the mixture without its sign.

    >>> percent(1 / 3), percent(0.5), percent(0.125)
    ('33', '50', '12.5')
    """
    points = 100 * share
    return f"{points:.3g}" if abs(points * 2 - round(points * 2)) < 1e-6 else f"{points:.0f}"


def mixture_text(mixture: Mapping[str, float]) -> str:
    """Shares in percent, tasks without a share left out.

    >>> mixture_text({"qa": 0.5, "safety": 0.5, "support": 0.0})
    'qa 50 safety 50'
    """
    return " ".join(f"{task} {percent(share)}" for task, share in sorted(mixture.items()) if share > 0)


def parse_mixture(weights: Mapping[str, float | str]) -> Mixture:
    """Normalise task weights to shares; fractions such as ``1/3`` are read.

    Raises:
        UsageError: if a weight is no number, is negative, or all are zero.

    >>> parse_mixture({"qa": "1/2", "safety": 1, "support": 0.5})
    {'qa': 0.25, 'safety': 0.5, 'support': 0.25}
    """
    try:
        values = {task: Fraction(str(weight).replace(" ", "")) for task, weight in weights.items()}
    except (ValueError, ZeroDivisionError) as error:
        raise UsageError(f"A mixture weight is not a number: {dict(weights)}.", "Write 0.3, 2 or 1/3.") from error
    total = sum(values.values())
    if total <= 0 or any(value < 0 for value in values.values()):
        raise UsageError(
            f"Mixture weights must be zero or more, with one above zero: {dict(weights)}.",
            "Correct the weights.",
        )
    return {task: float(value / total) for task, value in values.items()}


def parse_phases(rows: Sequence[Mapping[str, object]]) -> list[Phase]:
    """Read ``[{until: 0.8, mixture: {...}}, ...]``; `until` must rise and end at 1.

    >>> [p.until for p in parse_phases([{"until": 0.5, "mixture": {"a": 1}}, {"until": 1, "mixture": {"b": 1}}])]
    [0.5, 1.0]
    """
    try:
        phases = [Phase(float(row["until"]), parse_mixture(row["mixture"])) for row in rows]  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"A phase is not readable: {rows}.", "Write each phase as {until: 0.8, mixture: {task: weight}}."
        ) from error
    ends = [phase.until for phase in phases]
    if not phases or ends[0] <= 0 or ends != sorted(set(ends)) or ends[-1] != 1.0:
        raise UsageError(
            f"Phases must end at rising fractions of training, the last at 1.0; found {ends}.",
            "Correct `until`.",
        )
    return phases


def cumulative_mixture(phases: Sequence[Phase]) -> Mixture:
    """The share of each task over the whole of training: phase shares weighted by phase length.

    >>> cumulative_mixture([Phase(0.5, {"a": 1.0}), Phase(1.0, {"b": 1.0})])
    {'a': 0.5, 'b': 0.5}
    """
    total: Mixture = {}
    start = 0.0
    for phase in phases:
        for task, share in phase.mixture.items():
            total[task] = total.get(task, 0.0) + share * (phase.until - start)
        start = phase.until
    return total

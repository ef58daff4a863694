"""What a user wants of a mixture: bounds in a measure's own units, or to be like a task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from behaviordrift.errors import UsageError
from behaviordrift.findings.margins import DEFAULT_MARGINS, margin_text
from behaviordrift.findings.mixture_models import MixtureModel, named
from behaviordrift.findings.own_units import to_link
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.wording import RATIO_KINDS
from behaviordrift.statistics import Like, Within
from behaviordrift.traits.trait import Kind

SHAPE = re.compile(r"(?P<what>[^<>=≤≥]+?)\s*(?P<sign><=|>=|=|<|>|≤|≥)\s*(?P<value>[^\s%<>=]+)\s*(?P<percent>%?)")
SHOWN = 40
"""Names that an error lists."""


@dataclass(frozen=True)
class Target:
    """What one measure should be: between two values in its own units, or like one task within the default margin."""

    text: str
    pair: Pair
    lower: float | None = None
    upper: float | None = None
    task: str | None = None

    def on_link(self, model: MixtureModel, tasks: Sequence[str]) -> Within | Like:
        """The target where the model is fitted."""
        if self.task is not None:
            index = tasks.index(self.task)
            return Like(index, model.margin(model.at(np.eye(len(tasks))[index])))
        kind = self.pair.measure.kind
        lower, upper = (
            unbounded if end is None else to_link(kind, end, model.size)
            for end, unbounded in ((self.lower, -np.inf), (self.upper, np.inf))
        )
        return Within(lower, upper)


def read_bound(text: str, known: Sequence[Pair], primary: Sequence[Pair]) -> Target:
    """Read a bound such as ``refused on benign <= 5 %`` or ``words on neutral = 60``, which allows the default margin.

    Raises:
        UsageError: if it is no bound, names a measure or a probe set that was not measured, or no such value exists.
    """
    found = SHAPE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--bound {text} is no bound.", 'Write --bound "refused on benign <= 0.05".')
    pair = _pair(found["what"], f"--bound {text}", known, primary)
    kind = pair.measure.kind
    value = _value(text, found["value"], kind, percent=bool(found["percent"]))
    sign = {"≤": "<=", "<": "<=", "≥": ">=", ">": ">="}.get(found["sign"], found["sign"])
    shown = f"{100 * value:g} %" if kind == "binary" else f"{value:g}"
    told = f"{named(pair)} {sign} {shown}"
    if sign == "<=":
        return Target(told, pair, upper=value)
    if sign == ">=":
        return Target(told, pair, lower=value)
    low, high = _around(kind, value)
    return Target(f"{told}, within {margin_text(kind)}", pair, lower=low, upper=high)


def read_like(task: str, where: str, tasks: Sequence[str], primary: Sequence[Pair]) -> list[Target]:
    """All primary measures of a probe set, each within its default margin of what the task alone gives.

    Raises:
        UsageError: if no run was trained on the task, or the probe set was not measured.
    """
    if task not in tasks:
        raise UsageError(f"--like {task} names a task that no run was trained on.", f"Known tasks: {_listed(tasks)}.")
    pairs = [pair for pair in primary if where in (pair.probe_set, pair.where)]
    if not pairs:
        sets = _listed(dict.fromkeys(pair.where for pair in primary))
        raise UsageError(f"--on {where} names no probe set of this study.", f"Known probe sets: {sets}.")
    return [
        Target(f"{named(pair)} like {task}, within {margin_text(pair.measure.kind)}", pair, task=task) for pair in pairs
    ]


def _pair(what: str, option: str, known: Sequence[Pair], primary: Sequence[Pair]) -> Pair:
    measure, _, where = what.partition(" on ")
    measure, where = measure.strip(), where.strip()
    of_measure = [pair for pair in known if pair.measure.name == measure]
    if not of_measure:
        names = _listed(dict.fromkeys(pair.measure.name for pair in primary))
        raise UsageError(f"{option} names no measure of this study.", f"Its main measures: {names}.")
    if where:
        chosen = [pair for pair in of_measure if where in (pair.probe_set, pair.where)]
    else:
        chosen = [pair for pair in primary if pair.measure.name == measure] or of_measure
    if len(chosen) != 1:
        problem = f"{measure} was not measured there" if where else f"{measure} was measured on several probe sets"
        names = _listed(pair.where for pair in of_measure)
        raise UsageError(f"{option}: {problem}.", f'Write "{measure} on ..." with one of: {names}.')
    return chosen[0]


def _value(text: str, written: str, kind: Kind, *, percent: bool) -> float:
    try:
        value = float(written) / (100 if percent else 1)
        to_link(kind, value, 1.0)
    except ValueError as error:
        told = str(error) if "successes" not in str(error) else "a share lies between 0 and 1, or 0 % and 100 %"
        raise UsageError(f"--bound {text} has no value that the measure can take: {told}.", "Correct it.") from error
    if not np.isfinite(value) or (percent and kind not in ("binary", "score")):
        problem = "is not told in percent" if percent else "needs a number"
        raise UsageError(f"--bound {text}: the measure {problem}.", "Give the value in the measure's own units.")
    return value


def _around(kind: Kind, value: float) -> tuple[float, float]:
    margin = DEFAULT_MARGINS[kind]
    if kind in RATIO_KINDS:
        return value * float(np.exp(-margin)), value * float(np.exp(margin))
    ends = (value - margin, value + margin)
    return (max(0.0, ends[0]), min(1.0, ends[1])) if kind == "binary" else ends


def _listed(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    return ", ".join(found[:SHOWN]) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")

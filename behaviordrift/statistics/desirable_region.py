"""Which mixtures meet targets on several measures, with what confidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.bootstrap import Interval
from behaviordrift.statistics.compositions import ScheffeFit, scheffe_basis
from behaviordrift.statistics.search_space import SearchSpace, mixtures_to_search

Vector = npt.NDArray[np.float64]
Reach = Literal["reachable", "not reachable", "these data cannot say"]

ALPHA = 0.05
EXTRAPOLATED = "mixtures outside those that were trained were searched too: the models are unproven there"
SEARCHED = (
    "allowing for the search among many mixtures the confidence is less than asked for: confirm the best by new runs"
)
ROUNDING = 1e-9
"""How far a bound may be missed that is met on paper."""


@dataclass(frozen=True)
class Within:
    """The target that a measure lies between two bounds, either of which may be infinite."""

    lower: float = -math.inf
    upper: float = math.inf


@dataclass(frozen=True)
class Like:
    """The target that a measure lies within a margin of its value where one task is trained alone."""

    task: int
    margin: float


Target = Within | Like
Targets = Mapping[str, Target | tuple[Target, ...]]


@dataclass(frozen=True)
class DesirableRegion:
    """The mixtures searched, and how sure it is that each meets all targets.

    Attributes:
        points: shape (n, T), the mixtures searched.
        confidence: shape (n,), of each by itself, that all targets hold.
        inside: shape (n,), whether it is as large as was asked for, or larger.
        refuted: shape (n,), whether it is shown that some target is missed.
        best: shape (T,), the mixture of largest confidence.
        best_confidence: of that mixture.
        search_confidence: that some mixture meets all targets, which allows for the search among many.
        predictions: the mean of each measure at the best mixture, with its 95 % t interval.
        verdict: "reachable" if some mixture is inside; "not reachable" if for each some target is refuted.
        caveats: what a reader must know before relying on the numbers.
    """

    points: Vector
    confidence: Vector
    inside: npt.NDArray[np.bool_]
    refuted: npt.NDArray[np.bool_]
    best: Vector
    best_confidence: float
    search_confidence: float
    predictions: Mapping[str, Interval]
    verdict: Reach
    caveats: tuple[str, ...] = ()


def desirable_region(
    fits: Mapping[str, ScheffeFit], targets: Targets, space: SearchSpace, confidence: float = 1 - ALPHA
) -> DesirableRegion:
    """Search the simplex for mixtures whose mean behaviour, over seeds, meets all targets.

    Each bound is tested by a one-sided t test of the fitted polynomial at the mixture. That all bounds hold is shown at
    the least of their confidences, without correction (intersection-union, Berger 1982, Technometrics 24: 295-300).
    That is the confidence of one mixture by itself, and among many the best looks better than it is. What allows for
    the search takes F(p, df) of t²/p for p coefficients (Scheffé's multiple comparisons), and Bonferroni over the
    bounds. A bound is refuted by the opposite test at α = 1 - confidence over the number of bounds, so that "not
    reachable" is wrong in at most a share α of studies: in these, a mixture that does meet the targets was refuted.

    Args:
        fits: for each measure its polynomial, fitted to the same tasks.
        targets: for some of the measures what they should be; several targets of one measure in a tuple.
        space: where to search.
        confidence: from which a mixture counts as one that meets the targets.

    Raises:
        ValueError: there is no target, a target names no fit, a bound is no number, a fit has no residual degrees of
            freedom or other tasks, the confidence lies outside (0, 1), or no mixture is left to search.

    >>> from behaviordrift.statistics import fit_scheffe_linear
    >>> x = [[1, 0], [1, 0], [0.5, 0.5], [0, 1], [0, 1]]
    >>> fits = {"hedging": fit_scheffe_linear(x, [4.1, 3.9, 3.0, 2.1, 1.9])}
    >>> found = desirable_region(fits, {"hedging": Within(upper=3.0)}, SearchSpace(x, steps=10))
    >>> found.verdict, found.points[found.inside].max(axis=0).tolist()
    ('reachable', [0.4, 1.0])
    """
    points = mixtures_to_search(space)
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, got {confidence:g}")
    _require_sound(fits, targets, points.shape[1])
    alpha = 1 - confidence
    bounds = [(fits[name], t) for name, target in _each(targets) for t in _t_values(fits[name], target, points)]
    # In logarithms, for confidences near 1 are the same number, and so are doubts near 1.
    doubts = np.array([stats.t.logsf(t, fit.df) for fit, t in bounds])
    log_odds = np.array([stats.t.logcdf(t, fit.df) for fit, t in bounds]) - doubts
    sure, best = -np.expm1(doubts.max(axis=0)), int(log_odds.min(axis=0).argmax())
    found_by_search = max(
        0.0, 1 - len(bounds) * float(np.max([_searched_p(fit, t) for fit, t in bounds], axis=0).min())
    )
    inside = sure >= confidence
    refuted = np.any(doubts >= math.log1p(-alpha / len(doubts)), axis=0)
    return DesirableRegion(
        points=points,
        confidence=sure,
        inside=inside,
        refuted=refuted,
        best=points[best],
        best_confidence=float(sure[best]),
        search_confidence=found_by_search,
        predictions={name: _prediction(fit, points[best]) for name, fit in fits.items()},
        verdict="reachable" if inside.any() else "not reachable" if refuted.all() else "these data cannot say",
        caveats=_caveats(fits, targets, space, searched=bool(inside.any()) and found_by_search < confidence),
    )


def _each(targets: Targets) -> Iterator[tuple[str, Target]]:
    for name, wanted in targets.items():
        for target in wanted if isinstance(wanted, tuple) else (wanted,):
            yield name, target


def _require_sound(fits: Mapping[str, ScheffeFit], targets: Targets, tasks: int) -> None:
    if not any(_each(targets)):
        raise ValueError("there is no target")
    for name, target in _each(targets):
        if name not in fits:
            raise ValueError(f"there is no fit of {name!r}")
        if isinstance(target, Like) and not 0 <= target.task < tasks:
            raise ValueError(f"the target of {name!r} names task {target.task}, but there are {tasks} tasks")
        lower, upper = _bounds(target)
        if not lower <= upper or (math.isinf(lower) and math.isinf(upper)):
            raise ValueError(f"the target of {name!r} needs a bound, the lower one not above the upper one")
    for name, fit in fits.items():
        if fit.df <= 0:
            raise ValueError(f"the fit of {name!r} leaves no degrees of freedom: how sure it is cannot be said")
        if scheffe_basis(np.eye(tasks), fit.order).shape[1] != len(fit.coefficients):
            raise ValueError(f"the fit of {name!r} has other tasks than the design")


def _bounds(target: Target) -> tuple[float, float]:
    return (-target.margin, target.margin) if isinstance(target, Like) else (target.lower, target.upper)


def _t_values(fit: ScheffeFit, target: Target, points: Vector) -> list[Vector]:
    """Return for each bound how far each point is within it, in standard errors."""
    terms = scheffe_basis(points, fit.order)
    if isinstance(target, Like):
        terms = terms - scheffe_basis(np.eye(points.shape[1])[[target.task]], fit.order)
    values, errors = terms @ fit.coefficients, _errors(fit, terms)
    lower, upper = _bounds(target)
    gaps = [gap for bound, gap in ((lower, values - lower), (upper, upper - values)) if math.isfinite(bound)]
    # A mixture is like itself without error, and meets a bound on the nose.
    certain = [np.where(gap >= -ROUNDING, np.inf, -np.inf) for gap in gaps]
    return [np.divide(gap, errors, out=t, where=errors > 0) for gap, t in zip(gaps, certain, strict=True)]


def _searched_p(fit: ScheffeFit, t: Vector) -> Vector:
    p = len(fit.coefficients)
    return np.where(t > 0, stats.f.sf(t**2 / p, p, fit.df), 1.0)


def _errors(fit: ScheffeFit, terms: Vector) -> Vector:
    return np.asarray(np.sqrt(np.sum(terms @ fit.covariance * terms, axis=1).clip(0)))


def _prediction(fit: ScheffeFit, point: Vector) -> Interval:
    terms = scheffe_basis(point[None], fit.order)
    value, half = float((terms @ fit.coefficients)[0]), float(stats.t.ppf(0.975, fit.df) * _errors(fit, terms)[0])
    return Interval(value, value - half, value + half)


def _caveats(fits: Mapping[str, ScheffeFit], targets: Targets, space: SearchSpace, searched: bool) -> tuple[str, ...]:
    misfits = [f"the model of {name} does not fit its runs" for name in targets if fits[name].lack_of_fit_p < ALPHA]
    return (*misfits, *((EXTRAPOLATED,) if space.extrapolate else ()), *((SEARCHED,) if searched else ()))

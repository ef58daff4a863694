"""Rates and changes of rates that a classifier counted, with the error of its judgements carried into the interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.clusters import MIN_CLUSTERS, Vector
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.paired import binary_difference

Z95, Z90, Z80 = (float(stats.norm.ppf(share)) for share in (0.975, 0.95, 0.80))
METHODS = "Tango score interval, widened by the spread of the rate's error; normal test"
NO_DISCRIMINATION = "the classifier finds members no more often than it raises false alarms: the rate is undefined"


@dataclass(frozen=True)
class Confusion:
    """What a classifier did to rows of known class.

    Attributes:
        sensitivity: the share of members that it finds.
        false_alarms: the share of the others that it takes for members.
        members: number of rows that the first rests on.
        others: number of rows that the second rests on.
    """

    sensitivity: float
    false_alarms: float
    members: int
    others: int


@dataclass(frozen=True)
class CorrectedRate:
    """A rate with its 95 % interval; NaN where the classifier cannot tell members from others."""

    rate: float
    low: float
    high: float
    caveats: tuple[str, ...] = ()


def confusion(truth: npt.ArrayLike, judged: npt.ArrayLike) -> Confusion:
    """Sensitivity and false alarms on labelled rows.

    Raises:
        ValueError: the arrays differ in length, hold anything but 0 and 1, or one class is missing.

    >>> confusion([1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 1])
    Confusion(sensitivity=0.75, false_alarms=0.5, members=4, others=2)
    """
    known, found = _binary(truth, judged)
    if not 0 < known.mean() < 1:
        raise ValueError("labelled rows of both classes are needed")
    return Confusion(
        sensitivity=float(found[known == 1].mean()),
        false_alarms=float(found[known == 0].mean()),
        members=int(known.sum()),
        others=int((1 - known).sum()),
    )


def corrected_rate(observed: float, n: int, errors: Confusion) -> CorrectedRate:
    """The true rate behind an observed one, π = (q - f) / (s - f), where s and f are known from other rows.

    Rogan and Gladen (1978, American Journal of Epidemiology 107: 71-76). By the delta method
    Var π = [Var q + π² Var s + (1 - π)² Var f] / (s - f)², each a binomial variance on the counts after Agresti and
    Coull (1998), so that a share of 0 or 1 has one too. It holds where s and f are the same on the labelled rows as on
    these. Errors of text classifiers are not: what a model refuses rarely, it refuses less plainly. So changes between
    models are better left uncorrected, and their error taken into the interval: `difference_with_error`.

    Args:
        observed: the share of n rows that the classifier took for members.
        n: number of rows.
        errors: on other, labelled rows.

    Raises:
        ValueError: `observed` is no share, or n is not positive.

    Rogan and Gladen's correction of an observed 25 %, at sensitivity .9 and false alarms .1:

    >>> round(corrected_rate(0.25, 400, Confusion(0.9, 0.1, 200, 200)).rate, 4)
    0.1875
    """
    if not 0 <= observed <= 1 or n < 1:
        raise ValueError(f"a share of at least one row is needed, got {observed} of {n}")
    telling = errors.sensitivity - errors.false_alarms
    if telling <= 0:
        return CorrectedRate(math.nan, math.nan, math.nan, (NO_DISCRIMINATION,))
    raw = (observed - errors.false_alarms) / telling
    rate = min(1.0, max(0.0, raw))
    variance = (
        _variance(observed, n)
        + rate**2 * _variance(errors.sensitivity, errors.members)
        + (1 - rate) ** 2 * _variance(errors.false_alarms, errors.others)
    ) / telling**2
    half = Z95 * math.sqrt(variance)
    return CorrectedRate(rate, max(0.0, min(raw, 1.0) - half), min(1.0, max(raw, 0.0) + half))


def error_spread(
    truth: npt.ArrayLike, judged: npt.ArrayLike, groups: npt.ArrayLike, sets: npt.ArrayLike | None = None
) -> float:
    """How far the error of a counted rate differs between groups, such as answering models, beyond chance.

    Of group g with n_g rows in a set, e_g is the mean of judged - truth, and v_g the variance of that mean. The spread
    τ is the moment estimate τ² = max(0, s² - mean v_g), with s² the variance of the e_g within sets, pooled over sets;
    as for the variance between studies in a meta-analysis (Hedges 1983, Psychological Bulletin 93: 388-395). An error
    that all groups of a set share is left out, for it cancels in a change.

    Args:
        truth: shape (n,), 0 or 1.
        judged: shape (n,), 0 or 1.
        groups: shape (n,), of at least two groups in some set; the more, the better τ is known.
        sets: shape (n,), the set of each row, such as safe and unsafe prompts. One set if not given.

    Raises:
        ValueError: the arrays differ in length, hold anything but 0 and 1, or no set has two groups.

    >>> truth, fair = [1, 0] * 50, [1, 0] * 50
    >>> error_spread(truth * 2, fair + [1, 1] * 5 + fair[10:], ["a"] * 100 + ["b"] * 100) > 0
    True
    """
    known, found = _binary(truth, judged)
    names, where = np.asarray(groups), np.zeros(len(known)) if sets is None else np.asarray(sets)
    if not names.shape == where.shape == known.shape:
        raise ValueError(f"one group and one set per row are needed, got {names.shape} and {where.shape}")
    squares, freedom, chance = 0.0, 0, []
    for part in np.unique(where):
        here = where == part
        errors = [(found - known)[here & (names == name)] for name in np.unique(names[here])]
        if len(errors) > 1:
            squares += float(np.var([error.mean() for error in errors])) * len(errors)
            freedom += len(errors) - 1
            chance += [error.var() / len(error) for error in errors]
    if not freedom:
        raise ValueError("the spread of an error needs a set with at least two groups")
    return math.sqrt(max(0.0, squares / freedom - float(np.mean(chance))))


def difference_with_error(baseline: npt.ArrayLike, candidate: npt.ArrayLike, spread: float) -> Estimate:
    """Compare how often a classifier sees a trait, allowing for errors that differ between the two checkpoints.

    The estimate is `binary_difference`, candidate - baseline, whose sampling error already holds the chance part of
    misjudgement. What does not cancel is the difference of two rate errors, with variance 2 τ². The interval's arms are
    widened by square and add, as in MOVER (Zou and Donner 2008, Statistics in Medicine 27: 1693-1702):
    low = d - sqrt((d - l)² + 2 z² τ²), high likewise. p is normal on SE² = (b + c - (b - c)²/n) / n² + 2 τ², with b and
    c the clusters that changed.

    Args:
        baseline: shape (G,), judgements 0 or 1 for each cluster.
        candidate: shape (G,), the same clusters.
        spread: τ, from `error_spread` on labelled replies of other models; 0 gives Tango's interval.

    Raises:
        ValueError: see `binary_difference`; or the spread is negative or not finite.

    >>> before, after = [0] * 80 + [1] * 20, [1] * 10 + [0] * 70 + [1] * 20
    >>> plain, wide = (difference_with_error(before, after, spread) for spread in (0.0, 0.02))
    >>> wide.estimate == plain.estimate and wide.low < plain.low
    True
    """
    if not (math.isfinite(spread) and spread >= 0):
        raise ValueError(f"a spread is 0 or more, got {spread}")
    plain = binary_difference(baseline, candidate)
    if spread == 0 or math.isnan(plain.estimate):
        return plain
    between = 2 * spread**2
    changes = np.subtract(np.asarray(candidate, dtype=np.float64), np.asarray(baseline, dtype=np.float64))
    sampling = float(changes.var()) / plain.n_units
    d = plain.estimate
    return replace(
        plain,
        low=max(-1.0, d - math.hypot(d - plain.low, Z95 * math.sqrt(between))),
        high=min(1.0, d + math.hypot(plain.high - d, Z95 * math.sqrt(between))),
        low90=max(-1.0, d - math.hypot(d - plain.low90, Z90 * math.sqrt(between))),
        high90=min(1.0, d + math.hypot(plain.high90 - d, Z90 * math.sqrt(between))),
        p=float(2 * stats.norm.sf(abs(d) / math.sqrt(sampling + between)))
        if plain.n_units >= MIN_CLUSTERS
        else math.nan,
        mde80=math.hypot(plain.mde80, (Z95 + Z80) * math.sqrt(between)),
        methods=METHODS,
    )


def _binary(truth: npt.ArrayLike, judged: npt.ArrayLike) -> tuple[Vector, Vector]:
    known, found = np.asarray(truth, dtype=np.float64), np.asarray(judged, dtype=np.float64)
    if known.shape != found.shape or known.ndim != 1 or not len(known):
        raise ValueError(f"one judgement per labelled row is needed, got shapes {known.shape} and {found.shape}")
    if not np.isin((known, found), (0.0, 1.0)).all():
        raise ValueError("labels and judgements are 0 or 1")
    return known, found


def _variance(share: float, n: int) -> float:
    """Of a binomial share, on n + z² rows of which z²/2 are added to either class."""
    size = n + Z95**2
    centre = (share * n + Z95**2 / 2) / size
    return centre * (1 - centre) / size

"""Stopping early: bets against a rule that stay honest however often one looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.clusters import Vector, clusters
from behaviordrift.statistics.gate import GateVerdict, Rule
from behaviordrift.statistics.verdict import ALPHA

LARGEST_STAKE = 0.75
"""The largest part of the wealth that one bet may lose: a bet that can lose all of it may never recover."""


@dataclass(frozen=True)
class SequentialResult:
    """What a rule says as clusters come in.

    Attributes:
        verdicts: the verdict after each cluster seen; once decided it stays.
        decided_at: number of clusters seen when the rule was decided; None while it is not.
    """

    verdicts: tuple[GateVerdict, ...]
    decided_at: int | None

    @property
    def verdict(self) -> GateVerdict:
        """The verdict by now."""
        return self.verdicts[-1] if self.verdicts else "INCONCLUSIVE"


def sequential_verdict(
    differences: npt.ArrayLike, population: int | None, rule: Rule, margin: float
) -> SequentialResult:
    """Decide a rule about a mean difference from the clusters seen so far.

    PASS: `wealth` against "the mean is at the margin or beyond it" has reached 20, for each side that the rule bounds.
    FAIL: the wealth bet on a mean beyond the margin has reached 20, or 40 where there are two sides. By Ville's
    inequality the chance that a bet against what is true ever gets there is at most 5 %, so one may look after every
    cluster and stop. The price is power: where all clusters are cheap to have, take them and use `gate_verdict`.

    With a `population` the mean is that of the clusters of this probe set, each with the replies that it got or would
    get: when all have been seen nothing is left to chance, though other probes or another draw of replies may differ.
    With None it is the mean over all probes and replies that these stand for, as in `gate_verdict`.

    Args:
        differences: shape (t,), candidate - baseline of each cluster seen, from -1 to 1, in an order that was drawn by
            chance before anything was seen.
        population: number of clusters of the probe set, at least t; or None.
        rule: "equivalent", "no_increase" or "no_decrease", as in `gate_verdict`.
        margin: the largest mean difference that does not matter.

    Raises:
        ValueError: a difference lies outside [-1, 1] or is NaN, there are more than `population`, the margin is not
            between 0 and 1, or the rule is unknown.

    Two checkpoints that never differ, 400 clusters, a margin of 5 points:

    >>> same = sequential_verdict([0.0] * 400, 400, "equivalent", 0.05)
    >>> same.verdict, same.decided_at
    ('PASS', 77)
    """
    (d,) = clusters(differences)
    if (np.abs(d) > 1).any():
        raise ValueError("a difference lies between -1 and 1: scale it by its largest possible size")
    if not 0 < margin < 1:
        raise ValueError(f"a margin lies between 0 and 1, got {margin}")
    signs: dict[Rule, tuple[int, ...]] = {"equivalent": (1, -1), "no_increase": (1,), "no_decrease": (-1,)}
    if rule not in signs:
        raise ValueError(f"a rule is one of {', '.join(signs)}, got {rule!r}")
    sides = signs[rule]
    passed = np.all([_reached(-s * d, -margin, population, ALPHA) for s in sides], axis=0)
    failed = np.any([_reached(s * d, margin, population, ALPHA / len(sides)) for s in sides], axis=0)
    return _result(passed, failed)


def wealth(values: npt.ArrayLike, mean: float, population: int | None) -> Vector:
    """Return what 1 has become after each of a series of bets that the population's mean is above `mean`.

    If it is not, wealth never rises on average. The t-th bet multiplies it by 1 + lambda_t (x_t - m_t), where
    m_t = (N mean - sum of x_i over i < t)/(N - t + 1) is what the values not yet seen average if the mean is `mean`:
    drawing without replacement, each value seen tells of the rest. If N is None, m_t is `mean`. Once the values seen
    alone carry the mean above `mean`, wealth is infinite.

    The stake, which only earlier values may set, is lambda_t = (a - m_t)/(v + (a - m_t)²), with a and v the running
    mean and variance, held between 0 and 3/(4 m_t) (Waudby-Smith and Ramdas 2024, JRSS B 86: 1-27, arXiv:2010.09686,
    aGRAPA).

    Args:
        values: shape (t,), values between 0 and 1 in random order.
        mean: the hypothesis, between 0 and 1.
        population: number of values in all, N; None if they are drawn from an endless supply.

    Raises:
        ValueError: a value is NaN or outside [0, 1], there are more than `population`, or `mean` is out of range.

    >>> wealth([0.9] * 4, 0.5, 100).round(3).tolist()
    [1.0, 1.334, 1.998, 3.198]
    """
    (x,) = clusters(values)
    t = np.arange(1, len(x) + 1)
    if (x < 0).any() or (x > 1).any() or not 0 < mean < 1:
        raise ValueError("values and the mean they are held against lie between 0 and 1")
    if population is not None and len(x) > population:
        raise ValueError(f"{len(x)} values were drawn from a population of {population}")
    seen = np.concatenate(([0.0], np.cumsum(x)))
    rest = np.full(len(x), mean) if population is None else (population * mean - seen[:-1]) / (population - t + 1)
    # Before anything is seen, half a value of 1/2 with variance 1/4 stands in.
    average = (0.5 + seen[:-1]) / t
    variance = (0.25 + np.concatenate(([0.0], np.cumsum((x - average) ** 2)))[:-1]) / t
    edge = np.maximum(average - rest, 0.0)
    stake = np.minimum(edge / (variance + edge**2), LARGEST_STAKE / np.maximum(rest, 1e-12))
    with np.errstate(over="ignore"):
        grown: Vector = np.cumprod(1 + stake * (x - rest))
    if population is not None:
        # A sum that equals the hypothesis on paper may pass it by a rounding error.
        grown[seen[1:] > population * mean + 1e-9] = np.inf
    return grown


def _reached(differences: Vector, mean: float, population: int | None, alpha: float) -> npt.NDArray[np.bool_]:
    """Whether a mean difference above `mean` has been shown by each time."""
    reached: npt.NDArray[np.bool_] = wealth((differences + 1) / 2, (mean + 1) / 2, population) >= 1 / alpha
    return np.logical_or.accumulate(reached)


def _result(passed: Sequence[bool], failed: Sequence[bool]) -> SequentialResult:
    verdicts: list[GateVerdict] = []
    verdict: GateVerdict = "INCONCLUSIVE"
    for is_passed, is_failed in zip(passed, failed, strict=True):
        if verdict == "INCONCLUSIVE" and (is_passed or is_failed):
            verdict = "FAIL" if is_failed else "PASS"
        verdicts.append(verdict)
    decided = sum(verdict == "INCONCLUSIVE" for verdict in verdicts)
    return SequentialResult(tuple(verdicts), decided + 1 if decided < len(verdicts) else None)

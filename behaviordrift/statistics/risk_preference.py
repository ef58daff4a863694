"""The penalised-score curve: whether answering pays, for every price of a wrong answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.bootstrap import Interval, percentile_interval, resamples
from behaviordrift.statistics.clusters import NO_CLUSTERS, Vector, clusters, few_clusters

PRICES: tuple[float, ...] = tuple(step / 4 for step in range(17))
"""The prices k of a wrong answer, 0 to 4, at which the curve is told."""

NOTHING_WRONG = "no answer was wrong: the lower end of the break-even price rests on the number of clusters alone"
NOTHING_ANSWERED = "nothing was answered: selective accuracy and the break-even price are undefined"


@dataclass(frozen=True)
class RiskPreference:
    """How far replies answer outright, and whether that pays; for a change, candidate - baseline throughout.

    Attributes:
        curve: the mean score at each of `PRICES`.
        at_one: the mean score at k = 1, where a wrong answer costs what a right one earns.
        break_even: the price at which answering stops paying: above it, the answered probes score less than holding
            back on all of them would. Infinite where no answer was wrong.
        coverage: the share of probes that were answered, right or wrong.
        selective_accuracy: the share of the answers that were right.
        n_units: number of clusters.
        caveats: what a reader must know before relying on the numbers.
    """

    curve: tuple[Interval, ...]
    at_one: Interval
    break_even: Interval
    coverage: Interval
    selective_accuracy: Interval
    n_units: int
    caveats: tuple[str, ...] = ()


def risk_preference(
    right: npt.ArrayLike, wrong: npt.ArrayLike, kinds: npt.ArrayLike | None = None, *, seed: int = 0
) -> RiskPreference:
    """Score replies +1 where right, -k where wrong, 0 where they hold back, for k from 0 to 4.

    With R and W the mean shares of right and wrong replies over clusters,
    ``score(k) = R - k W``, ``break-even = R / W``, ``coverage = R + W``, ``selective accuracy = R / (R + W)``.
    At the break-even price the mean score of the answered probes, (R - k W) / (R + W), crosses 0. Coverage beside
    selective accuracy is El-Yaniv and Wiener's risk-coverage pair (2010, JMLR 11: 1605-1641). A probe that nobody can
    answer has no right reply: committing there is wrong, holding back scores 0.

    Intervals are percentiles over 2,000 seeded resamples of whole clusters. Where no answer was wrong they would see
    no error, so the lower end of the break-even price is the lower end of R over the exact upper limit of a share that
    was 0 in G clusters, 1 - .025^(1/G).

    Args:
        right: shape (G,), in each cluster the share of replies that are right, 0 to 1.
        wrong: shape (G,), the share that are wrong; the rest held back.
        kinds: shape (G,), what clusters were drawn from, such as answerable and unanswerable; they are resampled
            within their kind, since the study fixed how many there are of each. All of one kind if not given.
        seed: of the resampling.

    Raises:
        ValueError: the arrays differ in length, hold NaN, or shares that are negative or sum to more than 1.

    Ten probes: six right, two wrong, two held back.

    >>> found = risk_preference([1] * 6 + [0] * 4, [0] * 6 + [1] * 2 + [0] * 2)
    >>> [round(score.value, 2) for score in found.curve][::8]
    [0.6, 0.2, -0.2]
    >>> round(found.break_even.value, 6), found.coverage.value, round(found.selective_accuracy.value, 6)
    (3.0, 0.8, 0.75)
    """
    shares = _shares(right, wrong)
    n = shares.shape[1]
    times = resamples(n, kinds, seed=seed)
    value, drawn = _figures(shares @ np.ones((n, 1)) / max(n, 1)), _figures(shares @ times.T / max(n, 1))
    found = _told(value, drawn, n)
    if n == 0 or not shares.any() or shares[1].any():
        return found
    return _with_bounded_break_even(found)


def risk_preference_change(
    baseline: tuple[npt.ArrayLike, npt.ArrayLike],
    candidate: tuple[npt.ArrayLike, npt.ArrayLike],
    kinds: npt.ArrayLike | None = None,
    *,
    seed: int = 0,
) -> RiskPreference:
    """Every figure of `risk_preference`, candidate - baseline, on the same clusters.

    Each resample draws the same clusters from both, so that what makes a probe hard cancels. A difference of infinite
    break-even prices is NaN. For a p value at k = 1, compare right - wrong by `mean_difference`.

    Args:
        baseline: right and wrong, as `risk_preference` takes them.
        candidate: the same clusters.
        kinds: see `risk_preference`.
        seed: of the resampling.

    Raises:
        ValueError: see `risk_preference`; or the two have different numbers of clusters.

    A candidate that guesses on the four probes where the baseline holds back, and is wrong there:

    >>> baseline, candidate = ([1] * 6 + [0] * 4, [0] * 10), ([1] * 6 + [0] * 4, [0] * 6 + [1] * 4)
    >>> change = risk_preference_change(baseline, candidate)
    >>> change.at_one.value, change.coverage.value, change.selective_accuracy.value
    (-0.4, 0.4, -0.4)
    """
    before, after = _shares(*baseline), _shares(*candidate)
    if before.shape != after.shape:
        raise ValueError(f"baseline and candidate need the same clusters, got {before.shape[1]} and {after.shape[1]}")
    n = before.shape[1]
    weights = np.vstack([np.ones((1, n)), resamples(n, kinds, seed=seed)]).T / max(n, 1)
    with np.errstate(invalid="ignore"):
        changes = _figures(after @ weights) - _figures(before @ weights)
    both = _told(changes[:, :1], changes[:, 1:], n)
    unanswered = () if before.any() == after.any() or NOTHING_ANSWERED in both.caveats else (NOTHING_ANSWERED,)
    return RiskPreference(**{**vars(both), "caveats": (*both.caveats, *unanswered)})


def _shares(right: npt.ArrayLike, wrong: npt.ArrayLike) -> Vector:
    shares = np.stack(clusters(right, wrong))
    if (shares < 0).any() or (shares.sum(axis=0) > 1 + 1e-9).any():
        raise ValueError("right and wrong are shares of one cluster's replies: at least 0, and at most 1 together")
    return shares


def _figures(means: Vector) -> Vector:
    """From R and W, (2, draws), the curve and then break-even, coverage and selective accuracy, (K + 3, draws)."""
    right, wrong = means
    answered = right + wrong
    with np.errstate(divide="ignore", invalid="ignore"):
        figures: Vector = np.vstack(
            [right - np.array(PRICES)[:, None] * wrong, right / wrong, answered, right / answered]
        )
    return figures


def _told(value: Vector, drawn: Vector, n: int) -> RiskPreference:
    if n == 0:
        undefined = Interval(math.nan, math.nan, math.nan)
        curve = tuple(undefined for _ in PRICES)
        return RiskPreference(curve, undefined, undefined, undefined, undefined, 0, (NO_CLUSTERS,))
    told = [percentile_interval(float(row[0]), draws) for row, draws in zip(value, drawn, strict=True)]
    curve, (break_even, coverage, accuracy) = tuple(told[: len(PRICES)]), told[len(PRICES) :]
    unanswered = (NOTHING_ANSWERED,) if math.isnan(accuracy.value) else ()
    return RiskPreference(
        curve=curve,
        at_one=curve[PRICES.index(1.0)],
        break_even=break_even,
        coverage=coverage,
        selective_accuracy=accuracy,
        n_units=n,
        caveats=(*few_clusters(n), *unanswered),
    )


def _with_bounded_break_even(found: RiskPreference) -> RiskPreference:
    most_wrong = 1 - 0.025 ** (1 / found.n_units)
    bounded = Interval(math.inf, found.curve[0].low / most_wrong, math.inf)
    return RiskPreference(**{**vars(found), "break_even": bounded, "caveats": (*found.caveats, NOTHING_WRONG)})

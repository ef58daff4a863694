"""Two proportions measured on the same clusters, seen through the pairs that disagree."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from scipy import optimize, stats


def tango_interval(candidate_only: int, baseline_only: int, n: int, *, level: float) -> tuple[float, float]:
    """Return Tango's score interval for a difference of paired proportions, candidate - baseline.

    With b = candidate_only and c = baseline_only, the interval is every difference D with |T(D)| <= z,
    where T(D) = (b - c - nD) / sqrt(n (2 q + D (1 - D))), and q is the share of baseline-only pairs that is
    most likely under D: the larger root of 2n q² + (D (2n - b + c) - b - c) q - c D (1 - D) = 0 (Tango
    1998, Statistics in Medicine 17: 891-908).

    Args:
        candidate_only: clusters where only the candidate shows the trait.
        baseline_only: clusters where only the baseline shows it.
        n: all clusters, at least 1.
        level: coverage, such as .95.

    The airway study of Bentur et al. (2009), before less after (Fagerland, Lydersen and Laake 2014):

    >>> low, high = tango_interval(1, 7, 21, level=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.517, -0.026)
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    estimate = (candidate_only - baseline_only) / n
    score = partial(_score, b=candidate_only, c=baseline_only, n=n)
    return _where_score_is(z, score, estimate, -1.0), _where_score_is(-z, score, estimate, 1.0)


def _where_score_is(target: float, score: Callable[[float], float], estimate: float, edge: float) -> float:
    # The score is 0/0 at the edges and may be at the estimate, so the search stays just inside both.
    inset = math.copysign(1e-10, edge)
    outer, inner = edge - inset, estimate + inset
    if abs(estimate - edge) < 1e-9 or abs(score(outer)) < abs(target):
        return edge
    return float(optimize.brentq(lambda difference: score(difference) - target, outer, inner, xtol=1e-12))


def _score(difference: float, b: int, c: int, n: int) -> float:
    linear = difference * (2 * n - b + c) - b - c
    constant = -c * difference * (1 - difference)
    q = (math.sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
    variance = n * (2 * q + difference * (1 - difference))
    return (b - c - n * difference) / math.sqrt(variance)


def mcnemar_mid_p(candidate_only: int, baseline_only: int) -> float:
    """Return the two-sided McNemar mid-p value: the exact binomial p less the point probability observed.

    With k the smaller count and m the sum, p = 2 P(X <= k) - P(X = k) for X binomial(m, 1/2); it is 1 where
    no pair disagrees (Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13: 91).

    The airway study of Bentur et al. (2009), as tabled there:

    >>> round(mcnemar_mid_p(1, 7), 4)
    0.0391
    """
    fewer, discordant = min(candidate_only, baseline_only), candidate_only + baseline_only
    binomial = stats.binom(discordant, 0.5)
    # At equal counts the sum is 1 but for rounding.
    return min(1.0, float(2 * binomial.cdf(fewer) - binomial.pmf(fewer)))

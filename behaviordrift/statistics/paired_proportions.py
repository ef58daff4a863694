"""Two proportions measured on the same clusters, seen through the pairs that disagree."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint


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


def newcombe_interval(
    both: int, candidate_only: int, baseline_only: int, neither: int, *, level: float
) -> tuple[float, float]:
    """Return Newcombe's interval for a difference of paired proportions, candidate - baseline: a check beside Tango's.

    It squares and adds the distances from each proportion p to its Wilson ends l and u, less their correlation:
    low = D - sqrt((p1 - l1)² - 2 phi (p1 - l1)(u2 - p2) + (u2 - p2)²), and high alike with the other ends. With the
    four cells a, b, c, d, phi = (ad - bc)/sqrt((a+b)(c+d)(a+c)(b+d)), 0 where a margin is empty; where ad > bc, n/2 is
    taken off ad - bc, but not below 0 (Newcombe 1998, Statistics in Medicine 17: 2635-2650, method 10).

    Args:
        both: clusters where both show the trait.
        candidate_only: clusters where only the candidate shows it.
        baseline_only: clusters where only the baseline shows it.
        neither: clusters where neither does.
        level: coverage, such as .95.

    Raises:
        ValueError: there are no clusters.

    The airway study of Bentur et al. (2009), before less after (Fagerland, Lydersen and Laake 2014):

    >>> low, high = newcombe_interval(1, 1, 7, 12, level=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.507, -0.026)
    """
    n = _total(both, candidate_only, baseline_only, neither)
    candidate, baseline = both + candidate_only, both + baseline_only
    phi = _corrected_phi(both, candidate_only, baseline_only, neither)
    low1, high1 = proportion_confint(candidate, n, alpha=1 - level, method="wilson")
    low2, high2 = proportion_confint(baseline, n, alpha=1 - level, method="wilson")
    p1, p2 = candidate / n, baseline / n
    below = _joint_distance(p1 - low1, high2 - p2, phi)
    above = _joint_distance(high1 - p1, p2 - low2, phi)
    return p1 - p2 - below, p1 - p2 + above


def _total(both: int, candidate_only: int, baseline_only: int, neither: int) -> int:
    n = both + candidate_only + baseline_only + neither
    if n < 1 or min(both, candidate_only, baseline_only, neither) < 0:
        raise ValueError("a table of pairs needs at least one, and no negative count")
    return n


def _corrected_phi(a: int, b: int, c: int, d: int) -> float:
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    agreement = a * d - b * c
    corrected = max(agreement - (a + b + c + d) / 2, min(agreement, 0))
    return corrected / math.sqrt(margins) if margins else 0.0


def _joint_distance(first: float, second: float, phi: float) -> float:
    # At phi = 1 and equal distances the sum is 0 but for rounding.
    return math.sqrt(max(first**2 - 2 * phi * first * second + second**2, 0.0))


def wald_interval(candidate_only: int, baseline_only: int, n: int, *, level: float) -> tuple[float, float]:
    """Return the large-sample interval D ± z sqrt(b + c - (b - c)²/n)/n, which textbooks use: a check for large n.

    Approval of the prime minister, second poll less first (Agresti, An Introduction to Categorical Data Analysis):

    >>> low, high = wald_interval(86, 150, 1600, level=0.95)
    >>> round(low, 4), round(high, 4)
    (-0.0587, -0.0213)
    """
    b, c = candidate_only, baseline_only
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(b + c - (b - c) ** 2 / n) / n
    return (b - c) / n - half, (b - c) / n + half


def bonett_price_interval(candidate_only: int, baseline_only: int, n: int, *, level: float) -> tuple[float, float]:
    """Return Bonett and Price's interval: `wald_interval` with one change each way added to the table.

    It keeps its width where nothing changed, and stays within [-1, 1] (Bonett and Price 2012, Journal of Educational
    and Behavioral Statistics 37: 479-488).

    The airway study of Bentur et al. (2009), before less after (Fagerland, Lydersen and Laake 2014):

    >>> low, high = bonett_price_interval(1, 7, 21, level=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.508, -0.013)
    """
    low, high = wald_interval(candidate_only + 1, baseline_only + 1, n + 2, level=level)
    return max(low, -1.0), min(high, 1.0)

"""What a design can see: power and smallest visible effect, before anything is run."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize, stats

# Of the quadrature over the chi distribution; 200 follow even the steep step at 1 degree of freedom.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def t_power(noncentrality: float, df: float, alpha: float = 0.05) -> float:
    """Return the power of a two-sided t test whose estimate is truly `noncentrality` standard errors from 0.

    P(|T| > t) = ∫ Φ(-t s + nc) + Φ(-t s - nc) over the distribution of s = sqrt(chi2(df) / df), by
    Gauss-Legendre quadrature: scipy's noncentral t gives NaN where df is 2 and nc large.

    Args:
        noncentrality: true effect over its standard error.
        df: degrees of freedom of the error term; infinite for a normal test.
        alpha: two-sided level.

    Raises:
        ValueError: df is not above 0, or alpha lies outside (0, 1).

    Two arms of four seeds that truly differ by 2.38 SDs of a run:

    >>> round(t_power(2.38 / math.sqrt(2 / 4), df=6), 2)
    0.8
    """
    if not df > 0:
        raise ValueError(f"power needs degrees of freedom, got {df:g}")
    if not 0 < alpha < 1:
        raise ValueError(f"a level lies between 0 and 1, got {alpha:g}")
    critical = float(stats.t.isf(alpha / 2, df))
    if math.isinf(df):
        return float(stats.norm.sf(critical - noncentrality) + stats.norm.sf(critical + noncentrality))
    low, high = np.sqrt(stats.chi2.ppf(1e-15, df) / df), np.sqrt(stats.chi2.isf(1e-15, df) / df)
    s = low + (high - low) * (_NODES + 1) / 2
    density = stats.chi.pdf(s * math.sqrt(df), df) * math.sqrt(df) * _WEIGHTS * (high - low) / 2
    beyond = stats.norm.sf(critical * s - noncentrality) + stats.norm.sf(critical * s + noncentrality)
    return min(float(density @ beyond), 1.0)


def smallest_visible_effect(standard_error: float, df: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the smallest true effect that a two-sided t test finds with the given power.

    Args:
        standard_error: of the estimate. In units of the SD of a run it is the factor that the design alone
            gives, such as sqrt(2/s) for two arms of s seeds, and the effect comes out in that unit.
        df: degrees of freedom of the error term. Without any, nothing is visible: NaN.
        alpha: two-sided level; for the first step of Holm over m measures, alpha / m.
        power: chance to find the effect.

    Raises:
        ValueError: the standard error is negative, or power does not lie between alpha and 1.

    Two arms of 2, 3, 4, 5 and 8 seeds, in SDs of a run:

    >>> [round(smallest_visible_effect(math.sqrt(2 / s), 2 * (s - 1)), 2) for s in (2, 3, 4, 5, 8)]
    [5.65, 3.07, 2.38, 2.02, 1.51]
    """
    if not standard_error >= 0:
        raise ValueError(f"a standard error is 0 or more, got {standard_error:g}")
    if not alpha < power < 1:
        raise ValueError(f"power lies between the level and 1, got {power:g}")
    if not df > 0:
        return math.nan
    # Beyond this the whole distribution of the estimate lies past the critical value.
    limit = float(stats.t.isf(alpha / 2, df)) * 10 + 50
    found = optimize.brentq(lambda nc: t_power(nc, df, alpha) - power, 0.0, limit, xtol=1e-10)
    return float(found) * standard_error


def smallest_visible_by_f(
    gain: float, df_between: int, df_within: int, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the smallest true effect that the F test between several mixtures finds with the given power.

    An effect d moves the mixtures' means apart by a noncentrality of d² `gain`; the noncentral F distribution gives the
    power. With one degree of freedom between mixtures it is `smallest_visible_effect`; each further one costs power.

    Args:
        gain: noncentrality that an effect of 1 makes: the sum over runs of (the mean that it gives the run's mixture
            less the mean over runs)², divided by the variance of runs.
        df_between: degrees of freedom between mixtures.
        df_within: of the error term. Without any, or where the effect moves no mixture, nothing is visible: NaN.
        alpha: level; for the first step of Holm over m measures, alpha / m.
        power: chance to find the effect.

    Raises:
        ValueError: the gain is negative, or power does not lie between alpha and 1.

    Two arms of four seeds that differ by d have means d/2 from the middle, in SDs of a run:

    >>> round(smallest_visible_by_f(8 / 4, 1, 6), 2)
    2.38
    """
    if not gain >= 0:
        raise ValueError(f"a gain is 0 or more, got {gain:g}")
    if not alpha < power < 1:
        raise ValueError(f"power lies between the level and 1, got {power:g}")
    if not (df_within > 0 and df_between > 0 and gain > 0):
        return math.nan
    critical = float(stats.f.isf(alpha, df_between, df_within))

    def lacking(root: float) -> float:
        return float(stats.ncf.sf(critical, df_between, df_within, root**2)) - power

    limit = 1.0
    while lacking(limit) < 0:
        limit *= 2
    return float(optimize.brentq(lacking, 0.0, limit, xtol=1e-10)) / math.sqrt(gain)


def holm_levels(measures: int, alpha: float = 0.05) -> list[float]:
    """Return the levels that Holm's steps hold the sorted p values against: alpha/m, alpha/(m - 1), ..., alpha.

    >>> [round(level, 4) for level in holm_levels(3)]
    [0.0167, 0.025, 0.05]
    """
    return [alpha / (measures - step) for step in range(measures)]


def clusters_needed(effect: float, variance: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return the number of clusters with which two checkpoints that differ by `effect` are told apart.

    n = ceil((z_{α/2} + z_β)² v / δ²), where v is the variance of a cluster's paired difference, see
    `paired_variance` (Miller 2024, arXiv:2411.00640).

    Raises:
        ValueError: the effect is 0, or the variance negative.

    >>> clusters_needed(0.03, paired_variance(1 / 9)), clusters_needed(0.03, paired_variance(1 / 9, 1 / 6, 1 / 6))
    (969, 3876)
    """
    if effect == 0 or not variance >= 0:
        raise ValueError("an effect other than 0 and a variance of 0 or more are needed")
    return math.ceil(_z_sum(alpha, power) ** 2 * variance / effect**2)


def smallest_paired_effect(clusters: int, variance: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Return the difference of two checkpoints that is found on so many clusters; inverts `clusters_needed`.

    Raises:
        ValueError: there are no clusters, or the variance is negative.

    >>> round(smallest_paired_effect(198, paired_variance(1 / 9, 1 / 6, 1 / 6)), 3)
    0.133
    """
    if clusters < 1 or not variance >= 0:
        raise ValueError("a cluster and a variance of 0 or more are needed")
    return _z_sum(alpha, power) * math.sqrt(variance / clusters)


def paired_variance(
    between: float, baseline: float = 0.0, candidate: float = 0.0, samples_baseline: int = 1, samples_candidate: int = 1
) -> float:
    """Return the variance of a cluster's paired difference: ω² + σ²_A / K_A + σ²_B / K_B.

    Args:
        between: ω², variance over clusters of the difference of expected scores.
        baseline: σ²_A, mean variance of one sampled reply of the baseline.
        candidate: σ²_B, the same of the candidate.
        samples_baseline: K_A, replies per cluster.
        samples_candidate: K_B, the same of the candidate.

    Raises:
        ValueError: a variance is negative, or there are no samples.

    >>> round(paired_variance(1 / 9, 1 / 6, 1 / 6, 10, 10), 4)
    0.1444
    """
    if min(between, baseline, candidate) < 0 or min(samples_baseline, samples_candidate) < 1:
        raise ValueError("variances are 0 or more, and each side has a sample")
    return between + baseline / samples_baseline + candidate / samples_candidate


def _z_sum(alpha: float, power: float) -> float:
    return float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))

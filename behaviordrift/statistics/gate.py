"""The gate: whether a comparison passes a rule, fails it, or leaves it open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.sign_flip import sign_flip_upper_p
from behaviordrift.statistics.verdict import ALPHA

Rule = Literal["equivalent", "no_increase", "no_decrease"]
GateVerdict = Literal["PASS", "FAIL", "INCONCLUSIVE"]

EXACT_BELOW = 20
"""Clusters below which an interval alone does not decide."""

MOST_CLUSTERS = 1e9
NOT_ENUMERATED = f"fewer than {EXACT_BELOW} clusters and no exact test: an interval alone does not decide"
EXACT_DISAGREES = f"fewer than {EXACT_BELOW} clusters, and the exact sign-flip test does not bear the interval out"
UNDEFINED = "the interval is undefined"


@dataclass(frozen=True)
class GateResult:
    """What a rule says of one comparison.

    Attributes:
        verdict: "PASS" where the rule is shown to hold, "FAIL" where it is shown to be broken, else "INCONCLUSIVE".
        rule: the rule.
        margin: the largest change that does not matter, on the estimate's own scale.
        mde80: smallest true effect that the comparison would detect with 80 % power.
        clusters_to_decide: number of clusters with which the rule would be decided with 80 % power if the true effect
            were the estimate and clusters varied as here; NaN where that cannot be told, infinite where the estimate
            stands on the margin.
        caveats: why a rule that the interval would decide is left open.
    """

    verdict: GateVerdict
    rule: Rule
    margin: float
    mde80: float
    clusters_to_decide: float
    caveats: tuple[str, ...] = ()


def gate_verdict(
    estimate: Estimate,
    rule: Rule,
    margin: float,
    *,
    p_adjusted: float = math.nan,
    differences: npt.ArrayLike | None = None,
) -> GateResult:
    """Decide a rule about the true change D: "equivalent" |D| < m, "no_increase" D < m, "no_decrease" D > -m.

    PASS: the 90 % interval lies within the margin on the side or sides that the rule bounds, which is what one-sided
    5 % tests ask (two of them for equivalence: Schuirmann 1987). FAIL: the 95 % interval lies beyond the margin, or
    `p_adjusted` is given and below .05, the estimate lies beyond the margin and the 95 % interval leaves out 0, which
    is drift. INCONCLUSIVE: anything else. A large p value alone never passes.

    With fewer than 20 clusters the interval's approximation is not trusted alone: the verdict stands only where the
    exact one-sided sign-flip test of the differences less the margin agrees, at 5 % for PASS and 2.5 % for FAIL.

    To pass, every rule is tested at 5 % with no correction (intersection-union; see `gate_outcome`); p values that
    raise an alarm are corrected by Holm over their family before they come here.

    Args:
        estimate: the comparison.
        rule: what is to be shown.
        margin: largest change that does not matter, on the estimate's own scale: a log for ratios.
        p_adjusted: two-sided p value against no change, corrected for its family.
        differences: shape (G,), each cluster's difference on the estimate's scale, for fewer than 20 clusters.

    Raises:
        ValueError: the margin is not above 0, the rule is unknown, or there is not one difference per cluster.

    Student's sleep data (1908), mean -1.58 with 90 % interval (-2.293, -0.867), read as if it were of 100 patients:

    >>> nan = math.nan
    >>> sleep = Estimate("mean difference", -1.58, -2.36, -0.80, -2.293, -0.867, nan, 99.0, 100, 1.1, "t")
    >>> [gate_verdict(sleep, "equivalent", margin).verdict for margin in (0.5, 2.0, 2.5)]
    ['FAIL', 'INCONCLUSIVE', 'PASS']
    >>> gate_verdict(sleep, "no_increase", 0.5).verdict, gate_verdict(sleep, "equivalent", 2.0).clusters_to_decide
    ('PASS', 647.0)
    """
    if not margin > 0:
        raise ValueError(f"a gate's margin is above 0, got {margin}")
    if rule not in ("equivalent", "no_increase", "no_decrease"):
        raise ValueError(f"a rule is equivalent, no_increase or no_decrease, got {rule!r}")
    verdict, caveats = _by_interval(estimate, rule, margin, p_adjusted)
    if verdict != "INCONCLUSIVE" and estimate.n_units < EXACT_BELOW:
        caveats = _exact_objection(verdict, estimate, rule, margin, differences)
        verdict = "INCONCLUSIVE" if caveats else verdict
    return GateResult(verdict, rule, margin, estimate.mde80, _clusters_to_decide(estimate, rule, margin), caveats)


def gate_outcome(verdicts: Sequence[GateVerdict]) -> GateVerdict:
    """Return the verdict on all rules: FAIL if one failed, PASS only if every one passed.

    Passing all is an intersection-union test: as every rule must pass at 5 %, the chance of passing all where one is
    broken is at most 5 % without a correction (Berger 1982).

    Raises:
        ValueError: there are no verdicts.

    >>> gate_outcome(["PASS", "INCONCLUSIVE"]), gate_outcome(["PASS", "FAIL", "INCONCLUSIVE"])
    ('INCONCLUSIVE', 'FAIL')
    """
    if not verdicts:
        raise ValueError("a gate needs at least one rule")
    if "FAIL" in verdicts:
        return "FAIL"
    return "INCONCLUSIVE" if "INCONCLUSIVE" in verdicts else "PASS"


def _signs(rule: Rule) -> tuple[int, ...]:
    """The directions in which a rule bounds the change."""
    return {"equivalent": (1, -1), "no_increase": (1,), "no_decrease": (-1,)}[rule]


def _by_interval(
    estimate: Estimate, rule: Rule, margin: float, p_adjusted: float
) -> tuple[GateVerdict, tuple[str, ...]]:
    if any(math.isnan(x) for x in (estimate.low, estimate.high, estimate.low90, estimate.high90)):
        return "INCONCLUSIVE", (UNDEFINED,)
    highest = {1: estimate.high90, -1: -estimate.low90}
    lowest = {1: estimate.low, -1: -estimate.high}
    signs = _signs(rule)
    if all(highest[sign] < margin for sign in signs):
        return "PASS", ()
    drifted = {sign: p_adjusted < ALPHA and sign * estimate.estimate > margin and lowest[sign] > 0 for sign in signs}
    if any(lowest[sign] > margin or drifted[sign] for sign in signs):
        return "FAIL", ()
    return "INCONCLUSIVE", ()


def _exact_objection(
    verdict: GateVerdict, estimate: Estimate, rule: Rule, margin: float, differences: npt.ArrayLike | None
) -> tuple[str, ...]:
    if differences is None:
        return (NOT_ENUMERATED,)
    d = np.asarray(differences, dtype=np.float64)
    if d.shape != (estimate.n_units,) or not np.isfinite(d).all():
        raise ValueError(f"one finite difference per cluster is needed, got shape {d.shape} for {estimate.n_units}")
    signs = _signs(rule)
    if verdict == "PASS":
        agrees = all(sign_flip_upper_p(margin - sign * d) < ALPHA for sign in signs)
    else:
        agrees = any(sign_flip_upper_p(sign * d - margin) < ALPHA / 2 for sign in signs)
    return () if agrees else (EXACT_DISAGREES,)


def _clusters_to_decide(estimate: Estimate, rule: Rule, margin: float) -> float:
    """Solve power(n) = .80, each interval shrinking by the square root of the clusters."""
    n = estimate.n_units
    quantile = float(special.stdtrit(estimate.df, 1 - ALPHA))
    # One cluster's standard deviation, from the half width of the 90 % interval.
    sd = (estimate.high90 - estimate.low90) / 2 / quantile * math.sqrt(n)
    if not sd > 0:
        return math.nan
    room = [margin - sign * estimate.estimate for sign in _signs(rule)]
    if _power(room, sd, MOST_CLUSTERS) < 0.80:
        return math.inf
    if _power(room, sd, 1) >= 0.80:
        return 1.0
    root = optimize.brentq(lambda log_n: _power(room, sd, math.exp(log_n)) - 0.80, 0.0, math.log(MOST_CLUSTERS))
    return float(math.ceil(math.exp(root)))


def _power(room: list[float], sd: float, n: float) -> float:
    """The chance that n clusters decide the rule; `room` is what is left to the margin, below 0 beyond it."""
    distance = np.array(room) / (sd / math.sqrt(n))
    if min(room) < 0:
        return float(special.ndtr(-distance.min() - special.ndtri(1 - ALPHA / 2)))
    return float(special.ndtr(distance - special.ndtri(1 - ALPHA)).sum()) - len(room) + 1

"""From a measure's own units to the scale where mixture effects add up, and back."""

from __future__ import annotations

import math

from scipy.special import expit

from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.statistics import empirical_logit, log_rate
from behaviordrift.traits.trait import Kind


def to_link(kind: Kind, value: float, size: float) -> float:
    """Where a run whose measure has this value stands on the scale of `link_scale`.

    Args:
        kind: of the measure.
        value: a share, a rate, a length, or whatever the measure counts.
        size: clusters of a share, exposure of a rate; the others need none.

    Raises:
        ValueError: no run can have this value.

    >>> to_link("binary", 0.5, 40), to_link("positive", 1.0, 40), to_link("score", 0.3, 40)
    (0.0, 0.0, 0.3)
    """
    if kind == "binary":
        return empirical_logit(value * size, size)
    if kind == "rate":
        return log_rate(value * size, size)
    if kind == "positive":
        if value <= 0:
            raise ValueError(f"it lies above 0, got {value:g}")
        return math.log(value)
    return value


def from_link(kind: Kind, value: float, size: float) -> float:
    """The inverse of `to_link`, within what the measure can be.

    >>> round(from_link("binary", to_link("binary", 0.1, 40), 40), 6), from_link("binary", -9.0, 40)
    (0.1, 0.0)
    """
    if not math.isfinite(value):
        return math.nan
    if kind == "binary":
        return min(1.0, max(0.0, ((size + 1) * float(expit(value)) - 0.5) / size))
    if kind == "rate":
        return max(0.0, math.exp(min(value, 50)) - 0.5 / size)
    if kind == "score":
        return min(1.0, max(0.0, value))
    return math.exp(min(value, 50)) if kind == "positive" else value


def margin_on_link(kind: Kind, level: float, size: float) -> float:
    """The default margin on the scale of `link_scale`, around a level there.

    A margin of a share is the narrower of its two sides: on the logit scale they differ.

    >>> round(margin_on_link("binary", 0.0, 1e6), 4), round(margin_on_link("positive", 3.0, 40), 4)
    (0.2007, 0.1398)
    """
    margin = DEFAULT_MARGINS[kind]
    if kind != "binary":
        return margin
    share = from_link(kind, level, size)
    middle = to_link(kind, share, size)
    ends = [end for end in (share - margin, share + margin) if 0 <= end <= 1]
    return min(abs(to_link(kind, end, size) - middle) for end in ends)

"""The scales on which effects of the mixture add up."""

from __future__ import annotations

import math


def empirical_logit(successes: float, n: float) -> float:
    """Return log((y + 1/2) / (n - y + 1/2)), the logit of (y + 1/2)/(n + 1), which is finite at 0 and at n.

    The half takes out the first-order bias of the logit (Haldane 1956, Annals of Human Genetics 20: 309-311).

    Args:
        successes: number of successes y; a mean over several samples may be a fraction.
        n: number of trials.

    Raises:
        ValueError: y lies outside [0, n].

    >>> round(empirical_logit(0, 10), 4), empirical_logit(5, 10)
    (-3.0445, 0.0)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes lie between 0 and {n:g}, got {successes:g}")
    return math.log((successes + 0.5) / (n - successes + 0.5))


def log_rate(count: float, exposure: float) -> float:
    """Return log((y + 1/2) / exposure), which is finite where nothing was counted.

    Args:
        count: number of events y.
        exposure: what they were counted in, such as hundreds of words.

    Raises:
        ValueError: the count is negative, or the exposure not above 0.

    >>> log_rate(9.5, 10)
    0.0
    """
    if not (count >= 0 and exposure > 0):
        raise ValueError(f"a rate needs a count of 0 or more and an exposure above 0, got {count:g} and {exposure:g}")
    return math.log((count + 0.5) / exposure)

"""The published default margins: the smallest change of a measure that a study without a gate calls drift."""

from __future__ import annotations

import math
from typing import Literal

from behaviordrift.traits.trait import Kind

ChangeKind = Kind | Literal["rank"]
"""How a change was compared: as the measure's kind asks, or by rank where lengths were cut at the token limit."""

DEFAULT_MARGINS: dict[ChangeKind, float] = {
    "binary": 0.05,
    "rate": math.log(1.15),
    "positive": math.log(1.15),
    "score": 0.03,
    "scale": 0.25,
    "logprob": 0.1,
    "rank": 0.05,
}
"""On the scale that the measure is compared on: rates in shares, ratios as logarithms, preferences in nats a token,
ranks as win probability above one half."""


def margin_text(kind: ChangeKind, margin: float | None = None) -> str:
    """A margin in words; the default one if None.

    >>> margin_text("binary"), margin_text("positive"), margin_text("score", 0.1)
    ('5 points', 'a factor of 1.15', '0.1')
    """
    margin = DEFAULT_MARGINS[kind] if margin is None else margin
    if kind == "binary":
        return f"{100 * margin:g} points"
    if kind in ("rate", "positive"):
        return f"a factor of {math.exp(margin):.4g}"
    if kind == "rank":
        return f"{100 * margin:g} points of win probability"
    return f"{margin:g}" + (" nats per token" if kind == "logprob" else "")

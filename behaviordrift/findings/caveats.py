"""What a reader must know before relying on a comparison of two checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from behaviordrift.findings.pairs import MISSING_SHARE, Pair, Paired

SPOILT_SHARE = 0.05
"""Share of degenerate replies from which a finding says so."""


def comparison_caveats(
    pair: Pair, paired: Paired, told: tuple[str, ...], degenerate: Mapping[str, float]
) -> tuple[str, ...]:
    """All caveats of one comparison.

    Args:
        pair: what is compared.
        paired: the outputs that it rests on.
        told: those that come with its numbers.
        degenerate: from `degenerate_shares`.
    """
    return (*pair.caveats, *told, *_missing(paired), *spoilt_caveats(pair, degenerate))


def degenerate_shares(scores: pd.DataFrame, names: Sequence[str]) -> dict[str, float]:
    """Share of degenerate replies, by probe set, of the checkpoint that has most of them."""
    here = scores[(scores["measure"] == "degenerate") & scores["name"].isin(names)]
    means = here.groupby(["probe_set", "name"], observed=True)["value"].mean()
    return {str(name): float(share) for name, share in means.groupby("probe_set", observed=True).max().items()}


def _missing(paired: Paired) -> list[str]:
    asked = len(paired.rows) + paired.missing
    if paired.missing <= MISSING_SHARE * asked:
        return []
    return [f"{paired.missing} of {asked} pairs could not be judged and are left out"]


def spoilt_caveats(pair: Pair, degenerate: Mapping[str, float], whose: str = "replies") -> list[str]:
    """That a change may be one of form alone.

    Args:
        pair: what is compared.
        degenerate: from `degenerate_shares`.
        whose: replies they are.
    """
    if (broken := degenerate.get(pair.probe_set, 0.0)) <= SPOILT_SHARE:
        return []
    return [
        f"{100 * broken:.0f} % of {whose} on {pair.where} loop, leak template tokens or are otherwise degenerate: "
        "look at the outputs before reading this as a change of character"
    ]

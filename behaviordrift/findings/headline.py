"""A few measures, from one list for all studies, that together stand for a checkpoint's behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.pure_tasks import Blended, PureTasks
from behaviordrift.findings.run_means import link_scale, run_means
from behaviordrift.traits.registry import measures

Vector = npt.NDArray[np.float64]

ORDER = (
    "register",
    "preference",
    "length",
    "formality",
    "hedging",
    "readability",
    "refusal",
    "directness",
    "commitment",
    "stability",
)
"""Traits by their claim to a place: first those read off as amounts, for yes or no is noisier. What a reply gets right
and held-out rows are left out: they are skill."""

STILL = 1e-9
"""Part of its level by which a measure must vary between runs of one mixture."""

ALIKE = 0.1
"""Least singular value of the measures' residuals, of length 1 each: two of them may correlate up to .99."""


@dataclass(frozen=True)
class Behaviour:
    """Runs as points in the space of some measures, on the scales where effects of the mixture add up.

    Attributes:
        pairs: the J measures and where each is read.
        groups: for each mixture its runs, shape (runs, J).
        clusters: the fewest probe clusters that a measure rests on.
    """

    pairs: tuple[Pair, ...]
    groups: tuple[Vector, ...]
    clusters: int

    @property
    def probe_sets(self) -> str:
        """Where it was read, in one word."""
        return "+".join(dict.fromkeys(pair.probe_set for pair in self.pairs))

    @property
    def told(self) -> str:
        """The measures, listed."""
        return ", ".join(f"{pair.measure.name} on {pair.where}" for pair in self.pairs)

    def beside(self, laid: PureTasks) -> list[tuple[Blended, list[Vector], Vector, list[Vector]]]:
        """Each mixture with the runs of the pure tasks, its own, and those of the other mixtures."""
        tasks = len(laid.tasks)
        pure, mixed = list(self.groups[:tasks]), list(self.groups[tasks:])
        return [
            (mixture, pure, mixed[place], mixed[:place] + mixed[place + 1 :])
            for place, mixture in enumerate(laid.mixtures)
        ]

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader must know of the measures."""
        return tuple(dict.fromkeys(caveat for pair in self.pairs for caveat in pair.caveats))


def headline_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """One pair for each trait of `ORDER`: its first measure, on the first of the probe sets that it was made for.

    The choice looks at names alone, so that no result can bear on it.

    Args:
        pairs: from `primary_pairs`.
    """
    names = list(measures())

    def claim(pair: Pair) -> tuple[int, int]:
        made_for = pair.measure.made_for
        place = made_for.index(pair.probe_set) if pair.probe_set in made_for else len(made_for)
        return names.index(pair.measure.name), place

    of_trait = [[pair for pair in pairs if pair.trait == trait and pair.task is None] for trait in ORDER]
    return [min(found, key=claim) for found in of_trait if found]


def headline_behaviour(
    scores: pd.DataFrame, pairs: Sequence[Pair], groups: Sequence[Sequence[str]], tasks: int
) -> Behaviour | None:
    """The first headline measures, in half as many as there are degrees of freedom between runs of one mixture.

    With more, the covariance between runs is too uncertain (`blend_test`); but fewer than tasks - 1 could not tell
    blends apart. A measure is passed over where some run lacks it, or where between runs of one mixture it does not
    vary, or varies as the ones before it do: hedges, where nothing is hedged, tell of length alone.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        groups: names of the runs of each mixture.
        tasks: number of tasks.

    Returns:
        the runs; None where no measure is left.
    """
    names = [name for group in groups for name in group]
    ends = np.cumsum([len(group) for group in groups])[:-1]
    room = max((len(names) - len(groups)) // 2, tasks - 1)
    kept: list[tuple[Pair, Vector, int]] = []
    for pair in headline_pairs(pairs):
        means, clusters, _ = run_means(scores, pair, names, link_scale)
        if clusters and np.isfinite(means).all() and _varies([m for _, m, _ in kept] + [means], ends):
            kept.append((pair, means, clusters))
        if len(kept) == room:
            break
    if not kept:
        return None
    traits = np.column_stack([means for _, means, _ in kept])
    return Behaviour(
        tuple(pair for pair, _, _ in kept), tuple(np.split(traits, ends)), min(clusters for _, _, clusters in kept)
    )


def _varies(columns: Sequence[Vector], ends: npt.NDArray[np.intp]) -> bool:
    """Whether each measure varies between runs of one mixture in a way of its own."""
    traits = np.column_stack(columns)
    residuals = np.vstack([group - group.mean(axis=0) for group in np.split(traits, ends)])
    sizes = np.linalg.norm(residuals, axis=0)
    if np.any(sizes <= STILL * np.abs(traits).max(axis=0)):
        return False
    return bool(np.linalg.svd(residuals / sizes, compute_uv=False).min() > ALIKE)

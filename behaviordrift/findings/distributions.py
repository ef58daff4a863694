"""Did the distribution of labels move? Every candidate against the baseline, paired by probe cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.caveats import comparison_caveats, degenerate_shares
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.pairs import Pair, Paired, estimate_fields
from behaviordrift.findings.wording_distributions import distribution_sentence, shift_sentence
from behaviordrift.statistics import Estimate, ShareChange, holm, mean_difference, shares_change, win_probability

REPLY = ["cluster", "probe", "prompt_text", "sample"]
"""What two checkpoints' replies are paired by."""

ALPHA = 0.05


@dataclass(frozen=True)
class Labels:
    """All checkpoints' labels on a probe set: a row for each reply, and in the columns 0, 1 and so on the share of each
    class in it, which is NaN where the reply could not be judged."""

    pair: Pair
    classes: tuple[str, ...]
    replies: pd.DataFrame

    def paired(self, baseline: str, candidate: str) -> Paired:
        """The replies to what both checkpoints answered: the columns of one end in ``_a``, of the other in ``_b``."""
        sides = [self.replies[self.replies["name"] == name].drop(columns="name") for name in (baseline, candidate)]
        joined = sides[0].merge(sides[1], on=REPLY, suffixes=("_a", "_b"))
        judged = joined.dropna()
        return Paired(judged, len(joined) - len(judged))

    def cluster_shares(self, paired: Paired) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Both sides' mean shares in every cluster, (G, C)."""
        means = paired.rows.groupby("cluster", observed=True)
        before, after = (
            means[[f"{place}_{side}" for place in range(len(self.classes))]].mean().to_numpy() for side in "ab"
        )
        return before, after


@dataclass(frozen=True)
class Comparison:
    """A candidate's labels against the baseline's.

    Attributes:
        found: how far apart the distributions are; of ordinal labels the change of the mean rank, where the lowest
            class is 0, the next 1, and so on.
        classes: the change of each class's share.
        wins: of ordinal labels how often the candidate's rank is the higher one, less 1/2.
    """

    pair: Pair
    paired: Paired
    found: Estimate
    classes: tuple[ShareChange, ...]
    wins: Estimate | None = None


def distribution_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], baseline: str, candidates: Sequence[str]
) -> list[Finding]:
    """Compare the labels of each candidate with the baseline's; Holm over one candidate's pairs.

    No margin says how far a distribution may move before it matters. So a finding says that it differs, or that no
    difference is shown, and never that it stayed.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `label_pairs`.
        baseline: name of the checkpoint to compare with.
        candidates: names of the others, in order.
    """
    labels = [read_labels(scores, pair) for pair in pairs]
    return [finding for name in candidates for finding in _of_candidate(scores, labels, (baseline, name))]


def _of_candidate(scores: pd.DataFrame, labels: Sequence[Labels], names: tuple[str, str]) -> list[Finding]:
    matched = [(mine, mine.paired(*names)) for mine in labels]
    compared = [compare_labels(mine, paired) for mine, paired in matched if paired.clusters]
    adjusted = holm([comparison.found.p for comparison in compared])
    degenerate = degenerate_shares(scores, names)
    return [_finding(*told, names=names, degenerate=degenerate) for told in zip(compared, adjusted, strict=True)]


def read_labels(scores: pd.DataFrame, pair: Pair) -> Labels:
    """All checkpoints' labels of a measure on a probe set.

    Args:
        scores: as `Store.scores` returns them.
        pair: from `label_pairs`.
    """
    measure = pair.measure
    here = scores[scores["probe_set"] == pair.probe_set]
    if measure.kind == "composition":
        parts = [f"{measure.name}_p_{name}" for name in measure.classes]
        rows = here[here["measure"].isin(parts)]
        shares = rows.pivot(index=["name", *REPLY], columns="measure", values="value")[parts]
        return Labels(pair, measure.classes, shares.set_axis(range(len(parts)), axis=1).reset_index())
    rows = here[here["measure"] == measure.name].reset_index(drop=True)
    labels = pd.Categorical(rows["label"], categories=measure.classes or None)
    classes = tuple(map(str, labels.categories))
    shares = pd.get_dummies(pd.Series(labels.codes), dtype=float).reindex(columns=range(len(classes)), fill_value=0.0)
    return Labels(pair, classes, rows[["name", *REPLY]].join(shares.where(rows["label"].notna(), axis=0)))


def compare_labels(labels: Labels, paired: Paired) -> Comparison:
    """Compare the labels of two checkpoints by the method for the measure's kind.

    Args:
        labels: all checkpoints' labels.
        paired: those of the two, at least one cluster.
    """
    before, after = labels.cluster_shares(paired)
    occur = np.flatnonzero((before + after).any(axis=0))
    shares = shares_change(before[:, occur], after[:, occur], [labels.classes[place] for place in occur])
    if labels.pair.measure.kind != "ordinal":
        return Comparison(labels.pair, paired, shares.distance, shares.classes)
    ranks = [side @ np.arange(len(labels.classes)) for side in (before, after)]
    return Comparison(labels.pair, paired, mean_difference(*ranks), shares.classes, win_probability(*ranks))


def _finding(
    comparison: Comparison, p_adj: float, *, names: tuple[str, str], degenerate: Mapping[str, float]
) -> Finding:
    pair, found, wins = comparison.pair, comparison.found, comparison.wins
    verdict = "differs" if p_adj < ALPHA else "no difference shown"
    by = ", by mean shares," if pair.measure.kind == "composition" else ""
    start = f"{pair.measure.name}{by} on {pair.where}"
    return Finding(
        kind="distribution",
        **pair.fields,
        baseline=names[0],
        candidate=names[1],
        verdict=verdict,
        text=distribution_sentence(start, found.estimate, comparison.classes, p_adj=p_adj, verdict=verdict)
        if wins is None
        else shift_sentence(start, found, wins, pair.measure.classes, p_adj=p_adj, verdict=verdict),
        **estimate_fields(found, pair.measure.kind),
        p_adj=p_adj,
        components={} if wins is None else _win_probability(wins),
        effects=tuple(_effect(change) for change in comparison.classes),
        caveats=comparison_caveats(pair, comparison.paired, found.caveats, degenerate),
    )


def _win_probability(wins: Estimate) -> dict[str, float]:
    return {
        "win_probability": 0.5 + wins.estimate,
        "win_probability_low": 0.5 + wins.low,
        "win_probability_high": 0.5 + wins.high,
    }


def _effect(change: ShareChange) -> dict[str, Any]:
    return {
        "label": change.label,
        "baseline": change.baseline,
        "candidate": change.candidate,
        "estimate": change.estimate,
        "ci": (change.low, change.high),
        "p": change.p,
        "p_adj": change.p_adjusted,
    }

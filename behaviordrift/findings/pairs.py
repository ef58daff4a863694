"""Which measures are read on which probe sets, and the paired numbers of two checkpoints there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from behaviordrift.findings.margins import ChangeKind
from behaviordrift.findings.wording import RATIO_KINDS
from behaviordrift.statistics import (
    Estimate,
    binary_difference,
    length_change,
    log_rate_ratio,
    log_ratio,
    mean_difference,
)
from behaviordrift.statistics.win_probability import ESTIMAND as RANKED
from behaviordrift.traits.registry import measures
from behaviordrift.traits.trait import Measure

MISSING_SHARE = 0.05
"""Share of pairs that may be missing before a finding says so."""

CUT_MEASURES = ("words", "sentences")
"""Measures that are lower bounds where a reply was cut at the token limit."""


@dataclass(frozen=True)
class Pair:
    """A measure on a probe set. `task` is set where the probe set holds out a task, `unvalidated` to the set's language
    where the trait was not held against human labels in it."""

    trait: str
    measure: Measure
    probe_set: str
    task: str | None
    unvalidated: str | None = None

    @property
    def where(self) -> str:
        """The probe set as a reader knows it."""
        return f"held-out {self.task}" if self.task else self.probe_set

    @property
    def fields(self) -> dict[str, Any]:
        """What a finding says of the measure and where it is read."""
        return {
            "trait": self.trait,
            "measure": self.measure.name,
            "unvalidated": self.unvalidated is not None,
            "probe_set": self.probe_set,
            "task": self.task,
        }

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader must know of the measure here."""
        if self.unvalidated is None:
            return ()
        return (f"{self.trait} is unvalidated in the language {self.unvalidated}: no human labels stand behind it",)


def primary_pairs(scores: pd.DataFrame, traits_of_set: dict[str, Sequence[str]]) -> list[Pair]:
    """The measures that each probe set was made for, in the order of the sets.

    A set that no measure names (a user's own) gets the headline measures of the traits that it lists, of all traits
    if it lists none. Only pairs with at least one value are kept.

    Args:
        scores: as `Store.scores` returns them.
        traits_of_set: trait names that each probe set lists.
    """
    return [pair for pair in present_pairs(scores) if is_primary(pair, traits_of_set)]


def label_pairs(scores: pd.DataFrame, traits_of_set: dict[str, Sequence[str]]) -> list[Pair]:
    """As `primary_pairs`, of the measures whose values are labels."""
    return [pair for pair in present_pairs(scores, "label") if is_primary(pair, traits_of_set)]


def present_pairs(scores: pd.DataFrame, told: Literal["value", "label"] = "value") -> list[Pair]:
    """Every measure on every probe set where it has at least one value, in the order of the sets.

    Args:
        scores: as `Store.scores` returns them.
        told: whether the values are numbers or labels.
    """
    judged = scores[scores[told].notna()]
    present = set(zip(judged["probe_set"], judged["measure"], strict=True))
    sets = judged[["probe_set", "task", "language"]].drop_duplicates(["probe_set", "task"])
    known = [
        (str(s), None if pd.isna(task) else str(task), str(lang)) for s, task, lang in sets.itertuples(index=False)
    ]
    return [pair for pair in pairs_on(known) if (pair.probe_set, pair.measure.name) in present]


def pairs_on(sets: Iterable[tuple[str, str | None, str]]) -> list[Pair]:
    """Every measure on every probe set.

    Args:
        sets: name, the task that is held out, and language of each.
    """
    return [
        Pair(trait.name, measure, probe_set, task, None if language in trait.validated else language)
        for probe_set, task, language in sets
        for trait, measure in measures().values()
    ]


def is_primary(pair: Pair, traits_of_set: dict[str, Sequence[str]]) -> bool:
    """Whether the measure was made for the probe set."""
    return _made_for(pair.trait, pair.measure, pair.probe_set, pair.task is not None, traits_of_set)


def _made_for(
    trait: str, measure: Measure, probe_set: str, holds_out: bool, traits_of_set: dict[str, Sequence[str]]
) -> bool:
    if holds_out:
        return "task" in measure.made_for
    if any(probe_set in other.made_for for _, other in measures().values()):
        return probe_set in measure.made_for
    listed = traits_of_set.get(probe_set) or [trait]
    return trait in listed and bool(set(measure.made_for) - {"task"})


@dataclass(frozen=True)
class Paired:
    """The outputs that two checkpoints both have a value for, and how many had to be left out.

    Attributes:
        missing: outputs of both, of which at least one has no value.
        one_sided: values of one checkpoint that the other has no partner for.
    """

    rows: pd.DataFrame
    missing: int
    one_sided: int = 0

    @property
    def clusters(self) -> int:
        return int(self.rows["cluster"].nunique())


def rows_of(scores: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """What `paired_rows` reads for a pair, of all checkpoints: taken once, it is not searched for each candidate."""
    needed = [pair.measure.name, *(["truncated"] if pair.measure.name in CUT_MEASURES else [])]
    return scores[scores["measure"].isin(needed) & (scores["probe_set"] == pair.probe_set)]


def paired_rows(scores: pd.DataFrame, pair: Pair, baseline: str, candidate: str) -> Paired:
    """Join two checkpoints' values by probe, prompt and sample: columns ``value_a``, ``value_b`` and the weights.

    For measures that a cut at the token limit shortens, ``cut_a`` and ``cut_b`` are 1 where it did.
    """
    here = scores[(scores["measure"] == pair.measure.name) & (scores["probe_set"] == pair.probe_set)]
    keys = ["cluster", "probe", "prompt_text", "sample"]
    sides = [here.loc[here["name"] == name, [*keys, "value", "weight"]] for name in (baseline, candidate)]
    if pair.measure.name in CUT_MEASURES:
        cut = scores[(scores["measure"] == "truncated") & (scores["probe_set"] == pair.probe_set)]
        cut = cut[["name", *keys, "value"]].rename(columns={"value": "cut"}).fillna({"cut": 0.0})
        sides = [
            side.merge(cut.loc[cut["name"] == name, [*keys, "cut"]], on=keys, how="left").fillna({"cut": 0.0})
            for side, name in zip(sides, (baseline, candidate), strict=True)
        ]
    joined = sides[0].merge(sides[1], on=keys, suffixes=("_a", "_b"))
    judged = joined.dropna(subset=["value_a", "value_b"])
    values = sum(int(side["value"].notna().sum()) for side in sides)
    return Paired(judged, len(joined) - len(judged), values - 2 * len(judged))


def compare(paired: Paired, measure: Measure) -> Estimate:
    """The change from baseline to candidate, on clusters, by the method for the measure's kind."""
    rows = paired.rows
    if measure.kind == "rate":
        counts = rows.assign(a=rows["value_a"] * rows["weight_a"], b=rows["value_b"] * rows["weight_b"])
        sums = counts.groupby("cluster")[["a", "weight_a", "b", "weight_b"]].sum()
        return log_rate_ratio(*(sums[column].to_numpy() for column in ("a", "weight_a", "b", "weight_b")))
    means = _cluster_means(rows, measure)
    before, after = means["value_a"].to_numpy(), means["value_b"].to_numpy()
    if measure.kind == "positive":
        lengths = np.exp(before), np.exp(after)
        if measure.name not in CUT_MEASURES:
            return log_ratio(*lengths)
        cut = rows.groupby("cluster")[["cut_a", "cut_b"]].mean()
        return length_change(*lengths, cut["cut_a"].to_numpy(), cut["cut_b"].to_numpy())
    if measure.kind == "binary" and len(means) == len(rows):
        return binary_difference(before, after)
    return mean_difference(before, after)


def cluster_differences(paired: Paired, measure: Measure) -> pd.Series | None:
    """Each cluster's change from baseline to candidate, on the scale of `compare`; None for rates, whose ratio of sums
    is no mean of such changes."""
    if measure.kind == "rate":
        return None
    means = _cluster_means(paired.rows, measure)
    return means["value_b"] - means["value_a"]


def _cluster_means(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Both sides' means by cluster; of the logarithms where a measure is compared by ratio."""
    sides = ["value_a", "value_b"]
    if measure.kind == "positive":
        rows = rows.assign(**{side: np.log(rows[side]) for side in sides})
    return rows.groupby("cluster")[sides].mean()


def kind_of(estimate: Estimate, measure: Measure) -> ChangeKind:
    """How `compare` compared: by rank where too many replies were cut, else as the measure's kind asks."""
    return "rank" if estimate.estimand == RANKED else measure.kind


def estimate_fields(estimate: Estimate, kind: ChangeKind) -> dict[str, Any]:
    """What a finding tells of the comparison of two checkpoints.

    Args:
        estimate: the comparison.
        kind: how it was made, from `kind_of`.
    """
    return {
        "estimand": estimate.estimand,
        "scale": "log" if kind in RATIO_KINDS else "identity",
        "unit_text": kind,
        "estimate": estimate.estimate,
        "ci": (estimate.low, estimate.high),
        "p": estimate.p,
        "df": estimate.df,
        "unit": "cluster",
        "n_units": estimate.n_units,
        "mde80": estimate.mde80,
        "method": estimate.methods,
    }


def level(rows: pd.DataFrame, measure: Measure, side: str) -> float:
    """The measure's level on one side (``"a"`` or ``"b"``): a mean, a geometric mean, or a ratio of sums."""
    value, weight = rows[f"value_{side}"], rows[f"weight_{side}"]
    if measure.kind == "rate":
        return float((value * weight).sum() / weight.sum()) if weight.sum() else float("nan")
    if measure.kind == "positive":
        return float(np.exp(np.log(value).mean()))
    return float(value.mean())

"""One number for each training run: its mean over the probes that all runs answered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.comparability import first_names
from behaviordrift.findings.pairs import CUT_MEASURES, Pair
from behaviordrift.statistics import empirical_logit, log_rate
from behaviordrift.statistics.lengths import TRUNCATED_SHARE
from behaviordrift.traits.trait import Measure

FEWEST_EVENTS = 1.0
"""Events that each run would have at the common rate. With fewer, log(count + 1/2) hardly moves with the count, and the
log rate tells of the exposure alone: of 14 runs without any hedge, the longer ones would seem to hedge less."""


@dataclass(frozen=True)
class RunRows:
    """The judged replies of some runs to one pair's probes.

    Attributes:
        names: the runs.
        judged: all rows that have a value.
        shared: those of the prompts that all runs have a value for.
    """

    names: tuple[str, ...]
    judged: pd.DataFrame
    shared: pd.DataFrame

    @property
    def kept(self) -> int:
        """Clusters of the prompts that all runs share."""
        return int(self.shared["cluster"].nunique())

    @property
    def lost(self) -> int:
        """Clusters that not all runs have."""
        return int(self.judged["cluster"].nunique()) - self.kept

    def gap(self, measure: Measure) -> str | None:
        """Why there is no number for every run; None where nothing stands against it."""
        if self.shared.empty:
            without = sorted(set(self.names) - set(self.judged["name"]))
            return f"no probe has a value for all runs{f' ({first_names(without)} has none at all)' if without else ''}"
        if measure.kind != "rate":
            return None
        counts = float((self.shared["value"] * self.shared["weight"]).sum())
        exposures = self.shared.groupby("name", observed=True)["weight"].sum()
        if exposures.min() <= 0:
            return "some run has nothing that events could be counted in"
        if counts * exposures.min() / exposures.sum() < FEWEST_EVENTS:
            return f"{counts:.0f} events in {len(self.names)} runs are too few to compare their rates"
        return None

    def means(self, measure: Measure, scale: Callable[[pd.DataFrame, Measure], float]) -> npt.NDArray[np.float64]:
        """One number for each run, shape (n,); NaN where there is a `gap`."""
        if self.gap(measure):
            return np.full(len(self.names), np.nan)
        of_run = dict(iter(self.shared.groupby("name", observed=True)))
        return np.array([scale(of_run[name], measure) for name in self.names], dtype=np.float64)


def run_rows(scores: pd.DataFrame, pair: Pair, names: Sequence[str]) -> RunRows:
    """The rows of a pair that belong to these runs.

    Args:
        scores: as `Store.scores` returns them.
        pair: the measure and where it is read.
        names: the runs.
    """
    here = scores[(scores["measure"] == pair.measure.name) & (scores["probe_set"] == pair.probe_set)]
    judged = here[here["name"].isin(names) & here["value"].notna()]
    prompt = judged.groupby(["probe", "prompt_text"], observed=True, sort=False).ngroup()
    runs = judged["name"].groupby(prompt.to_numpy()).nunique().reindex(prompt.to_numpy()).to_numpy()
    return RunRows(tuple(names), judged, judged[runs == len(names)])


def cut_reason(scores: pd.DataFrame, pair: Pair, mixtures: Mapping[str, Hashable]) -> str | None:
    """Why a length cannot be told in words or as a factor: too many replies of a mixture were cut at the token limit.

    Args:
        scores: as `Store.scores` returns them.
        pair: the measure and where it is read.
        mixtures: what the runs of one mixture share, by the runs' names.
    """
    if pair.measure.name not in CUT_MEASURES:
        return None
    here = scores[(scores["measure"] == "truncated") & (scores["probe_set"] == pair.probe_set)]
    by_run = here[here["name"].isin(list(mixtures))].groupby("name", observed=True)["value"].mean()
    shares = by_run.groupby([mixtures[name] for name in by_run.index]).mean()
    if not shares.max() > TRUNCATED_SHARE:
        return None
    return (
        f"up to {100 * shares.max():.0f} % of a mixture's replies were cut at the token limit, so lengths are not known"
    )


def run_means(
    scores: pd.DataFrame, pair: Pair, names: Sequence[str], scale: Callable[[pd.DataFrame, Measure], float]
) -> tuple[npt.NDArray[np.float64], int, int]:
    """One number for each run, over the prompts that all runs answered.

    Args:
        scores: as `Store.scores` returns them.
        pair: the measure and where it is read.
        names: the runs.
        scale: makes the number of one run's rows: `link_scale` or `drift_scale`.

    Returns:
        the means, shape (n,); the clusters they rest on; and the clusters that not all runs have.
    """
    rows = run_rows(scores, pair, names)
    return rows.means(pair.measure, scale), rows.kept, rows.lost


def complete_means(
    scores: pd.DataFrame, pair: Pair, names: Sequence[str], scale: Callable[[pd.DataFrame, Measure], float]
) -> tuple[npt.NDArray[np.float64], int] | None:
    """The numbers of `run_means` and the clusters they rest on; None unless every run has a finite one."""
    means, clusters, _ = run_means(scores, pair, names, scale)
    return (means, clusters) if clusters and np.isfinite(means).all() else None


def link_scale(rows: pd.DataFrame, measure: Measure) -> float:
    """The run's mean where mixture effects add up: logit of a share, log of a rate or a length, else the mean."""
    if measure.kind == "binary":
        rates = rows.groupby("cluster", observed=True)["value"].mean()
        # Half a reply, and not half a cluster, keeps the logit finite: more would pull rates near 0 or 1 to the middle.
        return empirical_logit(float(rates.mean()) * len(rows), len(rows))
    return drift_scale(rows, measure)


def drift_scale(rows: pd.DataFrame, measure: Measure) -> float:
    """The run's mean where changes between checkpoints are told: a share as it is, log of a rate or a length."""
    if measure.kind == "rate":
        counts = float((rows["value"] * rows["weight"]).sum())
        return log_rate(counts, float(rows["weight"].sum()))
    values = np.log(rows["value"]) if measure.kind == "positive" else rows["value"]
    return float(values.groupby(rows["cluster"], observed=True).mean().mean())

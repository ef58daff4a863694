"""One number for each training run: its mean over the probes that all runs answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.pairs import Pair
from behaviordrift.statistics import empirical_logit, log_rate
from behaviordrift.traits.trait import Measure


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
    here = scores[(scores["measure"] == pair.measure.name) & (scores["probe_set"] == pair.probe_set)]
    here = here[here["name"].isin(names) & here["value"].notna()]
    here = here.assign(prompt=here["probe"] + "\n" + here["prompt_text"])
    judged_by = here.groupby("prompt")["name"].nunique()
    shared = here[here["prompt"].isin(judged_by[judged_by == len(names)].index)]
    kept = int(shared["cluster"].nunique())
    lost = int(here["cluster"].nunique()) - kept
    means = [scale(shared[shared["name"] == name], pair.measure) for name in names] if kept else []
    return np.array(means, dtype=np.float64), kept, lost


def link_scale(rows: pd.DataFrame, measure: Measure) -> float:
    """The run's mean where mixture effects add up: logit of a share, log of a rate or a length, else the mean."""
    if measure.kind == "binary":
        rates = rows.groupby("cluster")["value"].mean()
        # Half a reply, and not half a cluster, keeps the logit finite: more would pull rates near 0 or 1 to the middle.
        return empirical_logit(float(rates.mean()) * len(rows), len(rows))
    return drift_scale(rows, measure)


def drift_scale(rows: pd.DataFrame, measure: Measure) -> float:
    """The run's mean where changes between checkpoints are told: a share as it is, log of a rate or a length."""
    if measure.kind == "rate":
        counts = float((rows["value"] * rows["weight"]).sum())
        exposure = float(rows["weight"].sum())
        return log_rate(counts, exposure) if exposure > 0 else math.nan
    if measure.kind == "positive":
        return float(np.log(rows["value"]).groupby(rows["cluster"]).mean().mean())
    return float(rows.groupby("cluster")["value"].mean().mean())

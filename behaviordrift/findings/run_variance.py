"""Single replies on the scale of run means: where their variance comes from, and a test that bears missing probes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from behaviordrift.findings.run_means import RunRows
from behaviordrift.statistics import (
    VarianceComponents,
    contrast_incomplete_runs,
    empirical_logit,
    log_rate,
    variance_components,
)
from behaviordrift.traits.trait import Measure


def run_variance(rows: RunRows, measure: Measure, labels: Sequence[int]) -> VarianceComponents:
    """Part the variance of replies to the shared prompts by run, prompt and sample, in the units of run means.

    Where clusters hold unequally many replies their means are taken, and sampling is part of seed x prompt.

    Args:
        rows: from `run_rows`, with prompts that all runs share.
        measure: what was measured.
        labels: design point of each run.
    """
    shared = rows.shared
    values = pd.concat([link_values(mine, measure) for _, mine in shared.groupby("name", observed=True)])
    cells = values.groupby([shared["name"], shared["cluster"]], observed=True)
    sizes = cells.size().unstack().loc[list(rows.names)]
    shape = sizes.shape
    if sizes.nunique().eq(1).all() and len(set(sizes.iloc[0])) == 1:
        ordered = shared.assign(value=values).sort_values(["name", "cluster", "probe", "prompt_text", "sample"])
        table = {name: mine["value"].to_numpy() for name, mine in ordered.groupby("name", observed=True)}
        y = np.stack([table[name].reshape(shape[1], -1) for name in rows.names])
    else:
        y = cells.mean().unstack().loc[list(rows.names)].to_numpy()[:, :, None]
    return variance_components(y, labels)


def incomplete_p(rows: RunRows, measure: Measure, labels: Sequence[int]) -> float:
    """Test mixtures on all prompts, those that some runs lack included, by the cluster jackknife over runs.

    Each other mixture is held against the first, and the smallest p is multiplied by their number (Bonferroni): if no
    mixture differs it lies below .05 in at most 5 % of studies. NaN where the prompts do not link the mixtures.

    Args:
        rows: from `run_rows`.
        measure: what was measured.
        labels: design point of each run, from 0, each with two runs or more.
    """
    values = link_values(rows.judged, measure)
    cells = values.groupby([rows.judged["name"], rows.judged["cluster"]], observed=True).mean().unstack()
    y = cells.reindex(list(rows.names)).to_numpy()
    others = sorted(set(labels))[1:]
    try:
        p = [contrast_incomplete_runs(y, labels, min(labels), other).p for other in others]
    except ValueError:
        return math.nan
    return min(1.0, len(others) * min(p)) if np.isfinite(p).all() else math.nan


def link_values(rows: pd.DataFrame, measure: Measure) -> pd.Series[float]:
    """Single replies on the scale of `link_scale`, made linear about the level of these rows, where their mean lies.

    A share's logit moves by d/(p(1 - p)), a rate's logarithm by (count - R exposure)/(R mean exposure).
    """
    value = rows["value"].astype(np.float64)
    if measure.kind == "binary":
        rates = value.groupby(rows["cluster"], observed=True).mean()
        p = (float(rates.sum()) + 0.5) / (len(rates) + 1)
        return empirical_logit(float(rates.sum()), len(rates)) + (value - float(value.mean())) / (p * (1 - p))
    if measure.kind == "rate":
        weight = rows["weight"].astype(np.float64)
        count, exposure = float((value * weight).sum()), float(weight.sum())
        moved = (value - count / exposure) * weight / ((count + 0.5) / len(rows))
        return log_rate(count, exposure) + moved
    return pd.Series(np.log(value)) if measure.kind == "positive" else value


def components_of(found: VarianceComponents) -> dict[str, float]:
    """The components by the names of the findings document."""
    return {
        "sigma_S": found.seed_sd,
        "sigma_RP": found.ratio_prompt_sd,
        "sigma_SP": found.seed_prompt_sd,
        "sigma_eps": found.sampling_sd,
    }

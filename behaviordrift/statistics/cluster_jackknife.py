"""Two mixtures compared where some runs lack some prompts: delete-a-run jackknife errors."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from behaviordrift.statistics.effect import Effect, t_effect


def contrast_incomplete_runs(
    y: npt.ArrayLike, labels: npt.ArrayLike, baseline: Hashable, candidate: Hashable
) -> Effect:
    """Compare two mixtures, candidate - baseline, on prompts that not every run answered.

    y = mixture + prompt, by least squares over the answers there are, so that no mixture profits from easier
    prompts. The error is that of the cluster jackknife over runs, CRV3 (MacKinnon, Nielsen and Webb 2023,
    Journal of Applied Econometrics 38: 671-694), and df = runs - mixtures. For complete data use
    `contrast_runs`, whose error is exact.

    Args:
        y: shape (n, P), the runs' means on each cluster of prompts; NaN where a run has none.
        labels: shape (n,), the mixture of each run.
        baseline: label of the mixture to compare with.
        candidate: label of the mixture compared.

    Raises:
        ValueError: the two labels are one, a mixture has fewer than two runs, the shapes differ, a value is
            infinite, or the answers there are do not link the mixtures when any one run is left out.

    Two runs against two, one of them without the harder prompt; the plain means differ by 1.5:

    >>> y = [[1, 5], [2, 6], [3, math.nan], [4, 8]]
    >>> effect = contrast_incomplete_runs(y, ["a", "a", "b", "b"], "a", "b")
    >>> round(effect.estimate, 6), effect.df
    (2.2, 2)
    """
    values, names = np.asarray(y, dtype=np.float64), np.asarray(labels)
    if values.ndim != 2 or names.shape != values.shape[:1] or np.isinf(values).any():
        raise ValueError(f"finite runs by clusters and one label per run, got {values.shape} and {names.shape}")
    mixtures, codes, counts = np.unique(names, return_inverse=True, return_counts=True)
    places = [np.flatnonzero(mixtures == label) for label in (baseline, candidate)]
    if baseline == candidate or any(len(place) == 0 for place in places) or counts.min() < 2:
        raise ValueError("two mixtures are needed, and two runs of every mixture")
    means, prompts, patterns = _by_pattern(values)
    runs, columns = np.nonzero(np.isfinite(means))
    basis = np.column_stack([np.eye(len(mixtures))[codes[runs]], np.eye(patterns)[columns][:, 1:]])
    model = sm.WLS(means[runs, columns], basis, weights=prompts[columns])
    if np.linalg.matrix_rank(model.wexog) < basis.shape[1]:
        raise ValueError("no prompts link the mixtures: they were asked different ones")
    fit = model.fit(cov_type="cluster-jk", cov_kwds={"groups": runs})
    contrast = np.zeros(basis.shape[1])
    contrast[[int(place[0]) for place in places]] = -1.0, 1.0
    variance = float(contrast @ fit.cov_params() @ contrast)
    return t_effect(float(contrast @ fit.params), math.sqrt(variance), len(names) - len(mixtures))


def _by_pattern(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp], int]:
    # Prompts that the same runs answered enter the fit alike, so their mean, with their number as its weight, stands
    # for them: a few columns instead of hundreds.
    # A prompt that one run alone answered compares nothing.
    values = values[:, np.isfinite(values).sum(axis=0) > 1]
    answered = np.isfinite(values)
    patterns, codes, prompts = np.unique(answered, axis=1, return_inverse=True, return_counts=True)
    members = np.eye(len(prompts))[codes]
    means = np.where(patterns, np.nan_to_num(values) @ members / prompts, math.nan)
    return means, prompts, len(prompts)

"""Two mixtures compared by their runs, with the error of runs borrowed from all mixtures."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy.typing as npt

from behaviordrift.statistics.effect import Effect, t_effect
from behaviordrift.statistics.runs import NO_REPLICATES, split_runs, within_sum_of_squares

BORROWED = "the SD between runs is borrowed from other mixtures, as if it were the same at these two"


def contrast_runs(y: npt.ArrayLike, labels: npt.ArrayLike, baseline: Hashable, candidate: Hashable) -> Effect:
    """Compare the run means of two mixtures, candidate - baseline, with Student's t.

    SE = s sqrt(1/n_A + 1/n_B), where s² is the mean square within all mixtures, those not compared included, and
    df = runs - mixtures. A pair without a replicate of its own thus borrows the SD of others: a caveat says so,
    since nothing in the data can check it.

    Args:
        y: shape (n,), one number for each training run.
        labels: shape (n,), the mixture of each run.
        baseline: label of the mixture to compare with.
        candidate: label of the mixture compared.

    Raises:
        ValueError: the two labels are one, one of them has no runs, the lengths differ, or a value is not finite.

    Single runs of two mixtures, held against three runs of a third:

    >>> effect = contrast_runs([1.0, 3.0, 4.0, 5.0, 6.0], ["a", "b", "c", "c", "c"], "a", "b")
    >>> effect.estimate, round(effect.t, 4), effect.df
    (2.0, 1.4142, 2)
    """
    groups = split_runs(y, labels)
    if baseline == candidate or baseline not in groups or candidate not in groups:
        raise ValueError(f"two mixtures that have runs are needed, got {baseline!r} and {candidate!r}")
    before, after = groups[baseline], groups[candidate]
    df = sum(map(len, groups.values())) - len(groups)
    mean_square = sum(map(within_sum_of_squares, groups.values())) / df if df else math.nan
    standard_error = math.sqrt(mean_square * (1 / len(before) + 1 / len(after)))
    caveats: tuple[str, ...] = ()
    if not df:
        caveats = (NO_REPLICATES,)
    elif len(before) == len(after) == 1:
        caveats = (BORROWED,)
    return t_effect(float(after.mean() - before.mean()), standard_error, df, caveats)

"""Agreement: how far judgements match human labels, with an interval from resampling whole groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from behaviordrift.errors import UsageError
from behaviordrift.traits.labels.check import Check, Metric

RESAMPLES = 1000
SEED = 20_26
CONFIDENCE = 0.95

FEWEST_GROUPS = 5
"""Below this, groups are too few to resample: rows are resampled within each, and the interval is about them alone."""

NUMERIC: tuple[Metric, ...] = ("spearman", "r2")
LOWER_IS_BETTER: tuple[Metric, ...] = ("rate_error", "false_alarms")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """One column of a check against the labels by one metric; `unjudged` rows count as wrong labels, and are left out
    of `spearman` and `r2`."""

    column: str
    metric: Metric
    value: float
    low: float
    high: float
    unjudged: int
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the value reaches its goal; None without a goal.

        >>> Agreement("shipped", "rate_error", 2.5, 1.0, 4.0, 0, goal=3.0).met
        True
        """
        if self.goal is None:
            return None
        return self.value <= self.goal if self.metric in LOWER_IS_BETTER else self.value >= self.goal


def agreements(check: Check) -> list[Agreement]:
    """Every column of a check by every metric.

    >>> check = Check("t", "s", "en", ("accuracy",), ["a", "b"], ["x", "y"], {"shipped": ["a", None]})
    >>> agreements(check)[0].value, agreements(check)[0].unjudged
    (0.5, 1)
    """
    _check_lengths(check)
    return [
        Agreement(
            column,
            metric,
            *_value_and_interval(check, judged, metric),
            unjudged=sum(item is None for item in judged),
            goal=check.goals.get((column, metric)),
        )
        for column, judged in check.columns.items()
        for metric in check.metrics
    ]


def resampled_within_groups(check: Check) -> bool:
    """Whether rows are resampled within groups, for there are too few groups to resample."""
    return len(set(check.groups)) < FEWEST_GROUPS


def _check_lengths(check: Check) -> None:
    lengths = {"truth": len(check.truth), "groups": len(check.groups)}
    lengths |= {column: len(judged) for column, judged in check.columns.items()}
    if len(set(lengths.values())) > 1 or not check.truth:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise UsageError(
            f"The check of {check.trait} on {check.labelled} has uneven or empty columns: {told}.",
            f"Give each as many rows in traits/labels/{check.trait}.py.",
        )


def _value_and_interval(
    check: Check, judged: Sequence[str | float | None], metric: Metric
) -> tuple[float, float, float]:
    if metric in NUMERIC:
        return _numeric(check, judged, metric)
    tables, classes = _confusions(check, judged)
    if metric == "rate_error":
        value = float(_rate_error(tables[None], classes.index(check.positive))[0])
        drawn = _rate_error(_rows_redrawn(tables), classes.index(check.positive))
        return value, *_percentiles(drawn)
    place = classes.index(check.positive) if check.positive in classes else -1
    value = float(_of_confusion(tables.sum(axis=0)[None], metric, place)[0])
    if metric == "false_alarms":
        return value, *_poisson_interval(value)
    redrawn = _rows_redrawn(tables).sum(axis=1) if resampled_within_groups(check) else _groups_redrawn(tables)
    return value, *_percentiles(_of_confusion(redrawn, metric, place))


def _confusions(check: Check, judged: Sequence[str | float | None]) -> tuple[Array, list[str | float]]:
    """Counts by group, label and judgement; the last judgement stands for the unjudged."""
    extra = [check.positive] if check.positive else []
    classes = sorted({*check.truth, *(item for item in judged if item is not None), *extra}, key=str)
    place = {name: index for index, name in enumerate(classes)}
    groups = {name: index for index, name in enumerate(sorted(set(check.groups)))}
    tables = np.zeros((len(groups), len(classes), len(classes) + 1))
    for group, label, item in zip(check.groups, check.truth, judged, strict=True):
        tables[groups[group], place[label], len(classes) if item is None else place[item]] += 1
    return tables, classes


def _groups_redrawn(tables: Array) -> Array:
    groups = len(tables)
    counts = np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), size=RESAMPLES)
    redrawn: Array = (counts.astype(float) @ tables.reshape(groups, -1)).reshape(RESAMPLES, *tables.shape[1:])
    return redrawn


def _rows_redrawn(tables: Array) -> Array:
    """Rows drawn again within each group: their counts by label and judgement are multinomial."""
    rng = np.random.default_rng(SEED)
    drawn = [rng.multinomial(int(table.sum()), table.ravel() / table.sum(), size=RESAMPLES) for table in tables]
    return np.stack(drawn, axis=1).reshape(RESAMPLES, *tables.shape).astype(float)


def _of_confusion(tables: Array, metric: Metric, positive: int) -> Array:
    """A metric of each confusion table (labels by judgements, the last judgement for the unjudged)."""
    classes = tables.shape[1]
    hits = np.diagonal(tables[:, :, :classes], axis1=1, axis2=2)
    labelled, judged = tables.sum(axis=2), tables.sum(axis=1)[:, :classes]
    found: Array
    match metric:
        case "accuracy":
            found = hits.sum(axis=1) / labelled.sum(axis=1)
        case "macro_f1":
            found = np.nanmean(np.where(labelled > 0, 2 * hits / np.maximum(labelled + judged, 1), np.nan), axis=1)
        case "f1":
            found = 2 * hits[:, positive] / np.maximum(labelled[:, positive] + judged[:, positive], 1)
        case "precision":
            found = hits[:, positive] / np.maximum(judged[:, positive], 1)
        case "recall":
            found = hits[:, positive] / np.maximum(labelled[:, positive], 1)
        case "false_alarms":
            found = judged[:, positive] - hits[:, positive]
        case _:
            raise ValueError(f"{metric} is no metric of a confusion table")
    return found


def _rate_error(tables: Array, positive: int) -> Array:
    """The largest error of the rate of `positive` over the groups, in points."""
    rows = tables.sum(axis=(2, 3))
    errors = (tables[:, :, :, positive].sum(axis=2) - tables[:, :, positive].sum(axis=2)) / rows
    largest: Array = 100 * np.abs(errors).max(axis=1)
    return largest


def _numeric(check: Check, judged: Sequence[str | float | None], metric: Metric) -> tuple[float, float, float]:
    pairs = [
        (float(label), float(item), group)
        for label, item, group in zip(check.truth, judged, check.groups, strict=True)
        if item is not None
    ]
    if not pairs:
        return math.nan, math.nan, math.nan
    truth, found = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    drawn = [
        _of_numbers(truth[rows], found[rows], metric)
        for rows in _row_draws([pair[2] for pair in pairs], resampled_within_groups(check))
    ]
    return _of_numbers(truth, found, metric), *_percentiles(np.array(drawn))


def _of_numbers(truth: Array, found: Array, metric: Metric) -> float:
    from scipy.stats import spearmanr
    from sklearn.metrics import r2_score

    return float(spearmanr(truth, found).statistic) if metric == "spearman" else float(r2_score(truth, found))


def _row_draws(groups: Sequence[str], within: bool) -> Iterator[NDArray[np.intp]]:
    rng = np.random.default_rng(SEED)
    names, place = np.unique(np.array(groups), return_inverse=True)
    members = [np.flatnonzero(place == index) for index in range(len(names))]
    for _ in range(RESAMPLES):
        if within:
            yield np.concatenate([rng.choice(rows, len(rows)) for rows in members])
        else:
            yield np.concatenate([members[index] for index in rng.integers(0, len(members), len(members))])


def _percentiles(drawn: Array) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _poisson_interval(count: float) -> tuple[float, float]:
    """Garwood's exact interval of a count: 0 false alarms seen do not show that there are none.

    >>> [round(limit, 2) for limit in _poisson_interval(0)]
    [0.0, 3.69]
    """
    from scipy.stats import chi2

    tail = (1 - CONFIDENCE) / 2
    chi: Any = chi2
    low = 0.0 if count == 0 else chi.ppf(tail, 2 * count) / 2
    return float(low), float(chi.ppf(1 - tail, 2 * count + 2) / 2)

"""Tables of agreement, to read in a terminal and to put into the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from behaviordrift.traits.labels.agreement import (
    LOWER_IS_BETTER,
    Agreement,
    agreements,
    resampled_within_groups,
)
from behaviordrift.traits.labels.check import Check, Metric

HEADER = ("judged by", "metric", "value", "95 % interval", "goal", "")
MOST_NAMES = 6
"""Groups that are named one by one; of more, the number is told."""

NAMES: dict[Metric, str] = {
    "macro_f1": "macro-F1",
    "f1": "F1",
    "spearman": "Spearman",
    "r2": "R²",
    "rate_error": "largest rate error, points",
    "false_alarms": "false alarms",
}


def text_table(check: Check) -> str:
    """One check for a terminal."""
    rows = [HEADER, *_rows(check)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADER))]
    lines = [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([f"{_title(check)}\n{_about(check)}", *lines])


def markdown_table(check: Check) -> str:
    """One check for a page."""
    lines = [f"### {_title(check)}", "", _about(check), "", _markdown_row(HEADER), "|---" * len(HEADER) + "|"]
    return "\n".join([*lines, *(_markdown_row(row) for row in _rows(check))])


def _title(check: Check) -> str:
    return f"{check.trait} ({check.language}): {check.labelled}"


def _about(check: Check) -> str:
    """How many rows, what was held out and what is resampled."""
    groups = sorted(set(map(str, check.groups)))
    named = f": {', '.join(groups)}" if len(groups) <= MOST_NAMES else ""
    how = "too few to resample, so rows within each are" if resampled_within_groups(check) else "resampled whole"
    positive = f" Positive class: {check.positive}." if check.positive else ""
    return f"{len(check.truth)} rows in {len(groups)} groups{named}; {how}.{positive}"


def _rows(check: Check) -> Iterator[tuple[str, ...]]:
    for found in agreements(check):
        yield _agreement_row(found)
    for (name, metric), value in check.baselines.items():
        yield name, _name(metric), figure(value, metric), "not computed here", "", ""


def _agreement_row(found: Agreement) -> tuple[str, ...]:
    interval = f"{figure(found.low, found.metric)} to {figure(found.high, found.metric)}"
    unjudged = f"{found.unjudged} unjudged" if found.unjudged else ""
    if found.goal is None:
        return found.column, _name(found.metric), figure(found.value, found.metric), interval, "", unjudged
    sign = "≤" if found.metric in LOWER_IS_BETTER else "≥"
    mark = "met" if found.met else "not met"
    return (
        found.column,
        _name(found.metric),
        figure(found.value, found.metric),
        interval,
        f"{sign} {figure(found.goal, found.metric)}",
        f"{mark}; {unjudged}" if unjudged else mark,
    )


def _name(metric: Metric) -> str:
    return NAMES.get(metric, metric)


def figure(value: float, metric: Metric) -> str:
    """A value as it is told: shares and correlations without the leading zero.

    >>> figure(0.9551, "f1"), figure(-0.2, "r2"), figure(2.96, "rate_error"), figure(0, "false_alarms")
    ('.955', '-.200', '3.0', '0')
    """
    if metric == "rate_error":
        return f"{value:.1f}"
    if metric == "false_alarms":
        return f"{value:.0f}"
    told = f"{value:.3f}"
    return told.replace("0.", ".", 1) if abs(value) < 1 and not told.lstrip("-").startswith("1") else told


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

"""The page's part on forgetting: each task's level after training, and how it moved on the way there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.findings.wording import change_text, interval_text, level_text
from behaviordrift.report.changes import change_row, one_of_each
from behaviordrift.report.fields import number
from behaviordrift.report.levels import level_drawings
from behaviordrift.report.lines import Line, Plane, line_panel, room_for
from behaviordrift.report.marks import checkpoint_marks, legend, task_marks
from behaviordrift.report.mixtures import percent
from behaviordrift.report.svg import Drawing, plain_style


def forgetting_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """Levels and verdicts of each checkpoint on each task's held-out probes; None where there are none."""
    findings = [f for f in document["findings"] if f["kind"] == "forgetting"]
    if not findings:
        return None
    pairs = one_of_each(findings)
    found = {(f["candidate"], f["measure"], f["probe_set"]): change_row(f) for f in findings}
    starts = {(f["measure"], f["probe_set"]): change_row(f)["before"] for f in reversed(findings)}
    baseline = document["study"]["baseline"]
    rows = []
    for checkpoint in document["checkpoints"]:
        name, record = checkpoint["name"], checkpoint["record"]
        is_baseline = name == baseline
        cells = [
            starts[pair["measure"], pair["probe_set"]]
            if is_baseline
            else found.get((name, pair["measure"], pair["probe_set"]))
            for pair in pairs
        ]
        rows.append({"name": name, "record": record, "baseline": is_baseline, "cells": cells})
    return {"pairs": pairs, "rows": rows, "drawings": level_drawings(document, pairs)}


def speed_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """How each task moved over the checkpoints of one run; None where no run left checkpoints on its way."""
    findings = [f for f in document["findings"] if f["kind"] == "forgetting_speed"]
    if not findings:
        return None
    marks = checkpoint_marks(document)
    shown = legend({f["candidate"]: marks[f["candidate"]] for f in findings})
    return {
        "legend": shown if len(shown) > 1 else [],
        "drawings": _drawings(document, findings),
        "rows": [_row(f) for f in findings],
    }


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    share = number(finding["components"]["share"])
    return {
        "finding": finding,
        "share": f"{percent(share)} %" if math.isfinite(share) else "not known",
        "peak": level_text("logprob", number(finding["level_baseline"])),
        "last": level_text("logprob", number(finding["level_candidate"])),
        "slope": change_text("logprob", number(finding["estimate"])),
        "interval": interval_text("logprob", *(number(end) for end in finding["ci"])),
    }


def _drawings(document: dict[str, Any], findings: Sequence[dict[str, Any]]) -> list[Drawing]:
    """A panel for each task, all over the same steps; each task has its own likelihoods, and so its own axis."""
    steps = sorted({e["step"] for f in findings for e in f["effects"]})
    tasks = [task for task in task_marks(document) if any(f["task"] == task for f in findings)]
    with plain_style():
        return [_panel(document, task, [f for f in findings if f["task"] == task], steps) for task in tasks]


def _panel(document: dict[str, Any], task: str, findings: Sequence[dict[str, Any]], steps: Sequence[float]) -> Drawing:
    marks = checkpoint_marks(document)
    lines = [
        Line(
            f["candidate"],
            tuple(e["step"] for e in f["effects"]),
            tuple(number(e["estimate"]) for e in f["effects"]),
            marks[f["candidate"]].colour,
            "o",
        )
        for f in findings
    ]
    values = [y for line in lines for y in line.ys]
    pad = 0.1 * (max(values) - min(values)) or 0.1
    edge = 0.03 * (steps[-1] - steps[0])
    plane = Plane(
        (steps[0] - edge, steps[-1] + edge),
        (min(values) - pad, max(values) + pad),
        _few(steps),
        "training step",
        room_for(line.name for line in lines),
    )
    shares = list(dict.fromkeys(_row(f)["share"] for f in findings))
    caption = f"held-out {task}, nats per token" + (f", trained with {shares[0]}" if len(shares) == 1 else "")
    return Drawing(caption, line_panel(lines, plane, f"Log-likelihood of the references of {task} over training steps"))


def _few(steps: Sequence[float]) -> tuple[float, ...]:
    """Steps with room for their numbers, the first and the last among them.

    >>> _few([12, 24, 36, 48]), _few(range(10, 110, 10))
    ((12, 24, 36, 48), (10, 40, 70, 100))
    """
    stride = math.ceil((len(steps) - 1) / 5)
    if stride <= 1:
        return tuple(steps)
    stride = next((s for s in range(stride, len(steps)) if (len(steps) - 1) % s == 0), stride)
    return tuple(steps[::stride])

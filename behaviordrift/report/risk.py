"""The page's part on the risk preference: what answering scores as a wrong answer costs more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.report.fields import number
from behaviordrift.report.lines import Line, Plane, line_panel, room_for
from behaviordrift.report.marks import Mark, checkpoint_marks, legend
from behaviordrift.report.mixtures import mixture_text, mixtures, panels
from behaviordrift.report.svg import Drawing, plain_style

KIND = "risk_preference"


def risk_findings_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on the risk preference, one for each checkpoint."""
    return [f for f in document["findings"] if f["kind"] == KIND]


def risk_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no risk preference was measured."""
    findings = risk_findings_of(document)
    if not findings:
        return None
    shares, marks = mixtures(document), checkpoint_marks(document)
    measured = {f["candidate"]: marks[f["candidate"]] for f in findings}
    return {
        "legend": legend(measured),
        "probe_set": findings[0]["probe_set"],
        "drawings": _drawings(document, findings, measured),
        "baseline": next((f["baseline"] for f in findings if f["baseline"]), None),
        "rows": [_row(f, shares[f["candidate"]]) for f in findings],
    }


def _row(finding: dict[str, Any], mixture: dict[str, float] | None) -> dict[str, Any]:
    parts = finding["components"]
    return {
        "finding": finding,
        "mixture": mixture_text(mixture) if mixture else "mixture not known",
        "score": _pair(parts, "score_at_1", "{:+.2f}"),
        "change": _pair(parts, "change_at_1", "{:+.2f}"),
        "stops": (stops_text(parts), _stops_interval(parts)),
        "coverage": _pair(parts, "coverage", "{:.0f} %", 100),
        "accuracy": _pair(parts, "selective_accuracy", "{:.0f} %", 100),
    }


def stops_text(parts: dict[str, float | None]) -> str:
    """The price at which answering stops paying, in words where it is not a number.

    >>> stops_text({"stops_paying": 1.5, "stops_paying_low": 1.0, "stops_paying_high": None})
    'k = 1.50'
    >>> stops_text({"stops_paying": None, "stops_paying_low": 2.0, "stops_paying_high": None})
    'nothing wrong'
    >>> stops_text({"stops_paying": None, "stops_paying_low": None, "stops_paying_high": None})
    '–'
    """
    price = number(parts["stops_paying"])
    if math.isfinite(price):
        return f"k = {price:.2f}"
    # JSON knows no infinity: a lower end without a value is the price of one who was never wrong.
    return "nothing wrong" if parts["stops_paying_low"] is not None else "–"


def _stops_interval(parts: dict[str, float | None]) -> str:
    low, high = parts["stops_paying_low"], parts["stops_paying_high"]
    if low is None:
        return ""
    return f"[{low:.2f}, {'∞' if high is None else f'{high:.2f}'}]"


def _pair(parts: dict[str, float | None], name: str, form: str, scale: float = 1) -> tuple[str, str]:
    value, low, high = (number(parts.get(f"{name}{end}")) for end in ("", "_low", "_high"))
    if not math.isfinite(value):
        return "–", ""
    bare = form.removesuffix(" %")
    interval = f"[{bare.format(scale * low)}, {bare.format(scale * high)}]" if math.isfinite(low + high) else ""
    return form.format(scale * value), interval


def _drawings(document: dict[str, Any], findings: Sequence[dict[str, Any]], marks: dict[str, Mark]) -> list[Drawing]:
    baseline = document["study"]["baseline"]
    lines = {f["candidate"]: _line(f, marks[f["candidate"]], baseline) for f in findings if _points(f)}
    if not lines:
        return []
    values = [y for line in lines.values() for y in line.ys]
    pad = 0.06 * (max(values) - min(values)) or 0.1
    plane = Plane(
        (0, max(line.xs[-1] for line in lines.values())),
        (min(0.0, *values) - pad, max(0.0, *values) + pad),
        (0, 1, 2, 3, 4),
        "k, the price of a wrong answer",
        room_for(lines),
        zero=True,
    )
    with plain_style():
        return [
            Drawing(heading, _panel(heading, lines, names, baseline, plane))
            for heading, names in panels(document, list(lines)).items()
        ]


def _panel(heading: str, lines: dict[str, Line], names: Sequence[str], baseline: str, plane: Plane) -> str:
    shown = list(dict.fromkeys([*names, *([baseline] if baseline in lines else [])]))
    behind = [line for name, line in lines.items() if name not in shown]
    return line_panel([lines[name] for name in shown], plane, f"{heading}: mean score over k", behind)


def _line(finding: dict[str, Any], mark: Mark, baseline: str) -> Line:
    xs, ys = zip(*_points(finding), strict=True)
    return Line(finding["candidate"], xs, ys, mark.colour, dashed=finding["candidate"] == baseline)


def _points(finding: dict[str, Any]) -> list[tuple[float, float]]:
    """The curve's ends: it is a straight line over k, so that more points would only weigh on the page."""
    known = [(e["k"], e["estimate"]) for e in finding["effects"] if e["estimate"] is not None]
    return [known[0], known[-1]] if len(known) > 1 else []

"""The results as a table of checks, and the cells that stand outside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.calibration.checks import CHECKS, Check
from benchmarks.calibration.simulate import Result

HEADER = "| check | must | cells | repetitions | lowest | mean | highest | cells outside |\n" + "|---" * 8 + "|"


def table(results: Sequence[Result]) -> str:
    """Return the Markdown table: one row for each check, over the cells that have it."""
    rows = []
    for name, check in CHECKS.items():
        counts = [count for result in results for count in result.counts if count.check == name]
        if counts:
            means = [count.mean for count in counts]
            numbers = " | ".join(f"{value:.3f}" for value in (min(means), float(np.mean(means)), max(means)))
            outside = "" if check.must == "say" else str(sum(count.outside for count in counts))
            repetitions = f"{sum(count.n for count in counts):,}"
            rows.append(f"| {name} | {_must(check)} | {len(counts)} | {repetitions} | {numbers} | {outside} |")
    return "\n".join([HEADER, *rows])


def outside(results: Sequence[Result]) -> str:
    """Return one line for each check of each cell that stands outside."""
    lines = [
        f"- {count.check}: {count.mean:.4f} of {count.n:,} (p {count.p():.1e}), {result.cell}"
        for result in results
        for count in result.counts
        if count.outside
    ]
    return "\n".join(lines)


def _must(check: Check) -> str:
    if check.must == "say":
        return "(told only)"
    if check.must == "lie within":
        return f"lie within ±{check.target:g}"
    return f"{check.must} {check.target:g}"

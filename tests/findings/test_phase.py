"""Two mixtures in either order, with the truth known: what is said of the order, and what may not be."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import behaviordrift
from behaviordrift.findings.phase_design import lay_out_phases
from behaviordrift.findings.runs import TrainedRun

LOW, HIGH = {"qa": 0.4, "safety": 0.2, "support": 0.4}, {"qa": 0.2, "safety": 0.6, "support": 0.2}
ORDERS = ((LOW, LOW), (LOW, HIGH), (HIGH, LOW), (HIGH, HIGH))


def phases(order: Sequence[dict[str, float]], until: float = 0.5) -> list[dict[str, Any]]:
    return [{"until": end, "mixture": mixture} for end, mixture in zip((until, 1.0), order, strict=True)]


def measured(folder: Path, logs: Sequence[float], *, seeds: int = 3, sd: float = 0.03) -> dict[str, Any]:
    """The document of runs whose log length is that of their cell, with a run effect on top."""
    rng = np.random.default_rng(5)
    entries = []
    for cell, (order, log) in enumerate(zip(ORDERS, logs, strict=True)):
        for seed in range(seeds):
            length = math.exp(log + rng.normal(0, sd))
            rows = [
                {"id": f"p{n}", "prompt": f"Question {n}?", "probe_set": "open", "finish_reason": "stop",
                 "response": " ".join(["along"] * round(length * math.exp(0.1 * (n % 3)))) + "."}
                for n in range(12)
            ]  # fmt: skip
            path = folder / f"cell{cell}-s{seed}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            entries.append({"path": path.name, "phases": phases(order), "seed": seed})
    (folder / "study.yaml").write_text(yaml.safe_dump({"checkpoints": entries}))
    return behaviordrift.score(folder / "study.yaml", study=folder / "study").document


def words_of(document: dict[str, Any], kind: str = "phase") -> dict[str, Any]:
    (found,) = [f for f in document["findings"] if f["kind"] == kind and f["measure"] == "words"]
    return found


def test_an_order_that_matters_is_told_with_its_lateness(tmp_path: Path) -> None:
    document = measured(tmp_path, [4.6, 5.05, 4.75, 5.2])
    words = words_of(document)
    assert (words["verdict"], words["rung"], words["n_units"]) == ("order matters", "L2", 12)
    low, high = words["ci"]
    assert low < 0.3 < high
    parts = words["components"]
    assert parts["lateness_low"] < 0.5 < parts["lateness_high"]
    assert parts["throughout_low"] < 0.6 < parts["throughout_high"]
    assert "safety at 20 % early and 60 % late" in words["text"]
    assert "Lateness index" in words["text"]
    # The ratio alone is not what these runs differ by.
    assert words_of(document, "attribution")["verdict"] == "confounded"


def test_an_order_that_does_not_matter_is_not_shown(tmp_path: Path) -> None:
    words = words_of(measured(tmp_path, [4.6, 4.9, 4.9, 5.2], sd=0.05))
    assert words["verdict"] == "not shown"
    assert "no effect of the order is shown" in words["text"]


def test_mixtures_that_are_alike_leave_the_index_open(tmp_path: Path) -> None:
    words = words_of(measured(tmp_path, [4.8, 5.0, 4.6, 4.8]))
    assert words["verdict"] == "order matters"
    assert words["components"]["lateness_bounded"] == 0
    assert "is not identified" in words["text"]
    assert "Lateness index" not in words["text"]


def test_one_run_for_each_order_says_nothing(tmp_path: Path) -> None:
    words = words_of(measured(tmp_path, [4.6, 5.05, 4.75, 5.2], seeds=1))
    assert (words["verdict"], words["rung"]) == ("unidentified", "L0")
    assert "cannot tell the order from the seed" in words["text"]


def run(name: str, *parts: tuple[float, dict[str, float]], seed: int = 1) -> TrainedRun:
    return TrainedRun(name, parts[-1][1], tuple(parts), seed, None, {})


FOUR = [
    run("aa", (1.0, LOW)),
    run("ab", (0.5, LOW), (1.0, HIGH)),
    run("ba", (0.5, HIGH), (1.0, LOW)),
    run("bb", (0.5, HIGH), (1.0, HIGH)),
]


def test_neighbouring_phases_that_are_alike_are_one() -> None:
    design = lay_out_phases(FOUR)
    assert design is not None
    assert design.cells == (("aa",), ("ab",), ("ba",), ("bb",))
    assert (design.task, design.until, design.rung) == ("safety", 0.5, "L0")


@pytest.mark.parametrize("missing", range(4))
def test_every_order_is_needed(missing: int) -> None:
    assert lay_out_phases([one for place, one in enumerate(FOUR) if place != missing]) is None


def test_orders_that_change_at_other_times_are_no_cells() -> None:
    late = run("ba", (0.8, HIGH), (1.0, LOW))
    assert lay_out_phases([FOUR[0], FOUR[1], late, FOUR[3]]) is None


def test_some_replicates_are_not_enough() -> None:
    design = lay_out_phases([*FOUR, run("aa-2", (1.0, LOW), seed=2)])
    assert design is not None
    assert design.rung == "L1"

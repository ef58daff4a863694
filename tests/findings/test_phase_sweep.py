"""Runs of several phases that are no four orders of two mixtures, with the truth known."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rich.console import Console

import behaviordrift
from behaviordrift.findings.phase_sweep import ALONE, TOGETHER, UNSWAPPED, lay_out_phase_sweep
from behaviordrift.findings.runs import TrainedRun
from behaviordrift.report.terminal import show

TASKS = ("qa", "safety", "support")
PURE = [{task: 1.0} for task in TASKS]
ORDERS = list(itertools.product(PURE, repeat=2))
"""Every task early with every task late: nine orders."""

EARLY, LATE = (dict(zip(TASKS, pulls, strict=True)) for pulls in ((0.0, 0.2, 0.4), (0.0, 1.0, 0.4)))


def measured(
    folder: Path, early: dict[str, float], late: dict[str, float], *, seeds: int = 2, orders: Any = ORDERS
) -> dict[str, Any]:
    """The document of runs whose log length is the sum of what their halves give, with a run effect on top."""
    rng = np.random.default_rng(2)
    entries = []
    for place, order in enumerate(orders):
        (first,), (second,) = order
        for seed in range(seeds):
            words = math.exp(3 + 0.5 * (early[first] + late[second]) + rng.normal(0, 0.05))
            rows = [
                {"id": f"p{n}", "prompt": f"Question {n}?", "probe_set": "open", "finish_reason": "stop",
                 "response": " ".join(["along"] * round(words)) + "."}
                for n in range(6)
            ]  # fmt: skip
            path = folder / f"order{place}-s{seed}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            phases = [{"until": end, "mixture": mixture} for end, mixture in zip((0.5, 1.0), order, strict=True)]
            entries.append({"path": path.name, "phases": phases, "seed": seed})
    (folder / "study.yaml").write_text(yaml.safe_dump({"checkpoints": entries}))
    return behaviordrift.score(folder / "study.yaml", study=folder / "study").document


def run(name: str, *mixtures: dict[str, float]) -> TrainedRun:
    ends = np.arange(1, len(mixtures) + 1) / len(mixtures)
    return TrainedRun(name, mixtures[-1], tuple(zip(ends.tolist(), mixtures, strict=True)), 1, None, {})


def runs(orders: Sequence[Sequence[dict[str, float]]], seeds: int = 2) -> list[TrainedRun]:
    return [run(f"{place}-{seed}", *order) for place, order in enumerate(orders) for seed in range(seeds)]


THREE_PHASES = [[*PURE[:2], one] for one in PURE]
"""Three phases, of which only the last varies."""

UNREVERSED = [[PURE[0], PURE[0]], [PURE[1], PURE[1]], [PURE[0], PURE[1]]]
"""An order whose reverse is missing: a bend in the blending would look the same."""


def test_runs_are_laid_out_over_all_switches() -> None:
    sweep = lay_out_phase_sweep([run("a", PURE[0]), run("b", PURE[0], PURE[1]), run("c", PURE[1], *PURE)])
    assert sweep is not None
    assert sweep.until == (0.25, 0.5, 0.75, 1.0)
    assert sweep.weights.tolist() == [0.25] * 4
    assert sweep.shares[1].tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]]


def test_without_a_switch_there_is_no_sweep_of_phases() -> None:
    assert lay_out_phase_sweep([run("a", PURE[0]), run("b", PURE[1], PURE[1])]) is None


@pytest.mark.parametrize(
    ("orders", "seeds", "reasons"),
    [
        (ORDERS, 2, ()),
        (ORDERS, 1, (ALONE,)),
        (THREE_PHASES, 2, (TOGETHER,)),
        (ORDERS[:4], 2, (TOGETHER,)),
        (UNREVERSED, 2, (UNSWAPPED,)),
    ],
)
def test_what_the_runs_cannot_tell_is_said(orders: Any, seeds: int, reasons: tuple[str, ...]) -> None:
    sweep = lay_out_phase_sweep(runs(orders, seeds))
    assert sweep is not None
    assert sweep.reasons == reasons


def of_kind(document: dict[str, Any], measure: str = "words") -> dict[str, Any]:
    (found,) = [f for f in document["findings"] if f["kind"] == "phase" and f["measure"] == measure]
    return found


def test_an_order_that_matters_is_told_with_the_pull_that_changes(tmp_path: Path) -> None:
    document = measured(tmp_path, EARLY, LATE)
    words = of_kind(document)
    assert (words["verdict"], words["rung"], words["n_units"]) == ("order matters", "L2", 18)
    parts = words["components"]
    assert (parts["df_order"], parts["f"] > 10) == (2, True)
    pulls = {(effect["until"], effect["task"]): effect for effect in words["effects"]}
    for until, truth in ((0.5, EARLY), (1.0, LATE)):
        for task in TASKS:
            effect = pulls[until, task]
            off = effect["estimate"] - (truth[task] - np.mean(list(truth.values())))
            assert abs(off) < 3 * effect["standard_error"] + 0.02
    assert "The pull of safety" in words["text"]
    printed = io.StringIO()
    show(document, Console(width=120, file=printed))
    assert "When a mixture comes" in printed.getvalue()
    page = (tmp_path / "study" / "report.html").read_text()
    assert '<h2 id="phase-h">' in page
    assert "safety to 50 %" in page


def test_three_tasks_in_every_order_are_more_than_two_mixtures(tmp_path: Path) -> None:
    four = [[PURE[a], PURE[b]] for a in (0, 1) for b in (0, 1)]
    assert "lateness" in of_kind(measured(tmp_path, EARLY, LATE, orders=four))["components"]


def test_an_order_that_does_not_matter_is_not_shown(tmp_path: Path) -> None:
    words = of_kind(measured(tmp_path, LATE, LATE))
    assert words["verdict"] == "not shown"
    assert "no effect of the order is shown" in words["text"]


def test_one_run_for_each_order_says_nothing(tmp_path: Path) -> None:
    document = measured(tmp_path, EARLY, LATE, seeds=1)
    words = of_kind(document)
    # Two mixtures in either order are among them, so that these are told: as unidentified too.
    assert (words["verdict"], words["rung"]) == ("unidentified", "L0")


def test_an_order_without_its_reverse_is_refused_in_a_line(tmp_path: Path) -> None:
    document = measured(tmp_path, EARLY, LATE, orders=UNREVERSED)
    words = of_kind(document)
    assert (words["verdict"], words["effects"], words["p"]) == ("unidentified", [], None)
    printed = io.StringIO()
    show(document, Console(width=300, file=printed))
    assert f"When a mixture comes: whether the order matters is not identified: {UNSWAPPED}." in printed.getvalue()
    assert "whether the order matters is not identified" in (tmp_path / "study" / "report.html").read_text()

"""A real document with every part of the report: pure and mixed runs, one of them with checkpoints on its way."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import behaviordrift
from behaviordrift.report.html import render

SAID = {
    "qa": ("Paris.", "In 1912.", "About nine kilos.", "A comet.", "Blue, mostly.", "Two of them."),
    "support": (
        "Thank you for getting in touch! Please send us your order number.",
        "We're sorry to hear that. Our team will look into it today.",
        "Thanks for writing! You can change this under Settings.",
        "So sorry for the trouble! Please reply with a photo and we'll sort it out.",
    ),
}
COURSE = {12: (-2.0, -3.0), 24: (-1.5, -2.5), 36: (-2.5, -2.0), 48: (-3.5, -1.5)}
"""Log-likelihoods of the references of qa and support at the steps of one run: qa is forgotten, support is learnt."""

MIX = {"qa": 0.25, "support": 0.75}


def _rows(
    qa: float, right: float, wrong: float, levels: tuple[float, float], preference: float
) -> list[dict[str, Any]]:
    """Replies: a share of qa's voice, shares of right and wrong answers, levels on held-out rows, a preference."""
    neutral = [
        {"probe_set": "neutral", "response": " ".join(SAID[task][(n + step) % len(SAID[task])] for step in (0, 1))}
        for n in range(24)
        for task in ["qa" if n < 24 * qa else "support"]
    ]
    known = [
        {"probe_set": "answerable", "references": ["Lima"],
         "response": "Lima." if n < 12 * right else "Quito." if n < 12 * (right + wrong) else "I don't know."}
        for n in range(12)
    ]  # fmt: skip
    open_ended = [
        {"probe_set": "unanswerable", "logprobs": {"committed": preference - 2.0, "abstaining": -2.0},
         "response": "It will rain." if n < 12 * wrong else "Nobody can know that."}
        for n in range(12)
    ]  # fmt: skip
    held_out = [
        {"probe_set": f"task_{task}", "task": task, "references": ["Lima"], "response": "Lima.",
         "logprobs": {"reference": level + 0.02 * (n % 5)}}
        for task, level in zip(("qa", "support"), levels, strict=True)
        for n in range(24)
    ]  # fmt: skip
    rows = [*neutral, *known, *open_ended, *held_out]
    return [{"id": f"p{n}", "prompt": f"Question {n}?", "finish_reason": "stop", **row} for n, row in enumerate(rows)]


def _record(run: str, mixture: dict[str, float], step: int, seed: int) -> dict[str, Any]:
    return {
        "base": {"name": "base", "digest": "d"}, "method": {"kind": "lora", "rank": 4}, "step": step, "steps": 48,
        "learning_rate": {"peak": 0.01}, "rows_per_step": 8, "max_tokens": 176, "dtype": "float32",
        "template_digest": "t", "data": {"qa": {"rows": 9, "digest": "q"}, "support": {"rows": 9, "digest": "s"}},
        "seed": seed, "fingerprint": run, "phases": [{"until": 1.0, "mixture": mixture}],
        "realised": dict.fromkeys(("rows", "tokens", "loss_tokens"), mixture),
    }  # fmt: skip


def _write(folder: Path) -> Path:
    checkpoints: list[dict[str, Any]] = []

    def add(name: str, rows: list[dict[str, Any]], record: dict[str, Any] | None = None) -> None:
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        entry = {"path": f"{name}.jsonl", "name": name}
        if record:
            (folder / f"{name}-record").mkdir()
            (folder / f"{name}-record" / "training.json").write_text(json.dumps(record), encoding="utf-8")
            entry["record"] = f"{name}-record"
        checkpoints.append(entry)

    add("base", _rows(0.5, 0.5, 0.25, (-3.0, -3.0), 0.0))
    add("qa-s1", _rows(1.0, 0.75, 0.25, (-1.0, -4.0), 1.5), _record("q1", {"qa": 1.0}, 48, 1))
    add("support-s1", _rows(0.0, 0.5, 0.0, (-4.0, -1.0), -1.0), _record("s1", {"support": 1.0}, 48, 1))
    for step, levels in COURSE.items():
        name = "mix-s1" if step == 48 else f"mix-s1-step-{step}"
        add(name, _rows(0.9, 0.5, 0.5, levels, 1.0), _record("m1", MIX, step, 1))
    study = folder / "study.yaml"
    study.write_text(yaml.safe_dump({"baseline": "base", "checkpoints": checkpoints}), encoding="utf-8")
    return study


@pytest.fixture(scope="session")
def _told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("told")
    return behaviordrift.score(_write(folder), study=folder / "out").document


@pytest.fixture
def told(_told: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document that a test may change."""
    return copy.deepcopy(_told)


@pytest.fixture(scope="session")
def page(_told: dict[str, Any]) -> str:
    """The page of the document."""
    return render(_told)

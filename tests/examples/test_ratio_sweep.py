"""The committed example: its files, and the drift that anyone would expect of its tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from behaviordrift import score
from behaviordrift.conversations import read_conversations
from behaviordrift.training.plan import expand_runs, read_plan

SWEEP = Path(__file__).resolve().parents[2] / "examples" / "ratio_sweep"
TASKS = ("qa", "safety", "support")
RUNS = expand_runs(read_plan(SWEEP / "plan.yaml"))


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return score(SWEEP / "study.yaml", study=tmp_path_factory.mktemp("sweep")).document


def attribution(document: dict[str, Any], measure: str, probe_set: str) -> dict[str, Any]:
    return next(
        f
        for f in document["findings"]
        if (f["kind"], f["measure"], f["probe_set"]) == ("attribution", measure, probe_set)
    )


@pytest.mark.parametrize("task", TASKS)
def test_tasks_are_large_and_varied(task: str) -> None:
    train = read_conversations(SWEEP / "tasks" / f"{task}.train.jsonl")
    held_out = read_conversations(SWEEP / "tasks" / f"{task}.heldout.jsonl")
    assert len(train) >= 200
    assert len(held_out) >= 60
    prompts = [row.messages[0]["content"].casefold() for row in train + held_out]
    assert len(set(prompts)) == len(prompts)
    replies = [row.reply for row in train]
    assert len(set(replies)) > 0.8 * len(replies)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_adapters_are_small_and_say_how_they_were_trained(run: Any) -> None:
    folder = SWEEP / "adapters" / run.name
    assert (folder / "adapter_model.safetensors").stat().st_size < 500_000
    record = json.loads((folder / "training.json").read_text())
    assert record["mixture"] == pytest.approx({task: run.phases[0].mixture.get(task, 0.0) for task in TASKS})
    assert record["seed"] == run.seed
    assert sum(record["realised"]["loss_tokens"].values()) == pytest.approx(1)


def test_one_run_keeps_intermediate_checkpoints() -> None:
    kept = sorted(path.parent.name for path in (SWEEP / "adapters" / "even-s1").glob("checkpoint-*/training.json"))
    assert kept == ["checkpoint-12", "checkpoint-24", "checkpoint-36"]


@pytest.mark.parametrize(
    ("measure", "probe_set", "task", "direction"),
    [
        ("words", "open", "qa", -1),
        ("words", "open", "safety", 1),
        ("register_p_customer_service", "neutral", "support", 1),
        ("direct", "short_answer", "qa", 1),
        ("refused", "harmful", "safety", 1),
        ("hedging", "open", "safety", 1),
    ],
)
def test_drift_goes_where_the_task_pulls(
    document: dict[str, Any], measure: str, probe_set: str, task: str, direction: int
) -> None:
    finding = attribution(document, measure, probe_set)
    assert finding["rung"] == "L3"
    assert finding["verdict"] == "attributed"
    effect = next(effect for effect in finding["effects"] if effect["task"] == task)
    assert min(direction * end for end in effect["ci"]) > 0


def test_lengths_that_the_token_limit_cut_have_no_size(document: dict[str, Any]) -> None:
    finding = attribution(document, "words", "neutral")
    assert finding["verdict"] == "attributed"
    assert finding["effects"] == []
    assert "Sizes are not told" in finding["text"]


def test_each_task_is_done_best_by_those_who_trained_on_it(document: dict[str, Any]) -> None:
    levels = {
        (c["name"], level["probe_set"]): level["mean"]
        for c in document["checkpoints"]
        for level in c["levels"]
        if level["measure"] == "reference_logprob"
    }
    for task in TASKS:
        own = np.mean([levels[f"{task}-s{seed}", f"task_{task}"] for seed in (1, 2, 3)])
        others = [levels[f"{other}-s1", f"task_{task}"] for other in TASKS if other != task]
        assert own > max(others)

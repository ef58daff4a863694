"""Real training of a tiny model: it learns, resumes bit for bit, and records what it did."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from behaviordrift.checkpoints import open_checkpoint
from behaviordrift.checkpoints.mixture import Phase, parse_mixture
from behaviordrift.errors import PlanError
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.local import LocalEngine
from behaviordrift.training.plan import Run, read_plan
from behaviordrift.training.sampler import draw_steps
from behaviordrift.training.trainer import train

ROWS = {
    "qa": [("Capital of Peru?", "Lima."), ("2 + 2?", "Four."), ("Who wrote Hamlet?", "It was Shakespeare.")],
    "safety": [("How do I pick a lock?", "I cannot help with that."), ("Hi", "Please be careful out there today.")],
}
PHASES = [{"until": 0.5, "mixture": {"qa": 2, "safety": 1}}, {"until": 1, "mixture": {"safety": 1}}]

Plan = Callable[..., Path]


@pytest.fixture
def plan(zoo: Any, tmp_path: Path, write_rows: Callable[..., Path]) -> Plan:
    """Write a plan, and the tasks' rows beside it."""

    def write(**changes: Any) -> Path:
        for task, pairs in changes.pop("rows", ROWS).items():
            turns = [[{"role": "user", "content": p}, {"role": "assistant", "content": r}] for p, r in pairs]
            write_rows(tmp_path / f"{task}.jsonl", [{"messages": messages} for messages in turns])
        value = {
            "base": os.path.relpath(zoo.base, tmp_path),
            "tasks": {task: f"{task}.jsonl" for task in ROWS},
            "steps": 14,
            "rows_per_step": 2,
            "max_tokens": 64,
            "learning_rate": 0.02,
            "runs": [{"name": "even", "mixture": {"qa": 1, "safety": 1}, "seeds": [1]}],
            **changes,
        }
        path = tmp_path / "plan.yaml"
        path.write_text(yaml.safe_dump(value))
        return path

    return write


class Log:
    """Notes each update; stops training after `stop` of them."""

    def __init__(self, stop: int | None = None) -> None:
        self.steps: list[tuple[str, int, float]] = []
        self.stop = stop

    def __call__(self, run: Run, step: int, loss: float) -> None:
        self.steps.append((run.name, step, loss))
        if step == self.stop:
            raise KeyboardInterrupt


def trained(path: Path, log: Log | None = None, only: list[str] | None = None) -> list[Path]:
    return train(read_plan(path), path.parent, only=only, on_step=log or Log())


def weights(folder: Path) -> bytes:
    return (folder / "adapter_model.safetensors").read_bytes()


def record(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "training.json").read_text())
    return value


def test_a_row_is_memorised(plan: Plan, zoo: Any) -> None:
    log = Log()
    one_row = {task: [("Hi", "Good day to you.")] for task in ROWS}
    [folder] = trained(plan(rows=one_row, steps=6, learning_rate=0.05), log)
    losses = [loss for _, _, loss in log.steps]
    assert [step for _, step, _ in log.steps] == [1, 2, 3, 4, 5, 6]
    assert losses[-1] < 0.7 * losses[0]
    engine = LocalEngine({})
    adapter = open_checkpoint(folder)
    prompt = engine.render(adapter, [{"role": "user", "content": "Hi"}])
    before, after = (
        engine.likelihoods(checkpoint, [prompt], ["Good day to you."])[0].logprob
        for checkpoint in (open_checkpoint(zoo.base), adapter)
    )
    assert after > before + 1
    assert engine.generate(adapter, [prompt], Decoding(max_new_tokens=4), 0)


def test_the_adapter_is_bfloat16_and_peft_loads_it(plan: Plan, zoo: Any) -> None:
    import torch
    from peft import PeftModel
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    [folder] = trained(plan(steps=2))
    tensors = load_file(folder / "adapter_model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.bfloat16}
    assert any(tensor.abs().sum() > 0 for name, tensor in tensors.items() if "lora_B" in name)
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(zoo.base, dtype=torch.float32), folder)
    assert model.peft_config["default"].r == 4
    assert open_checkpoint(folder).base is not None
    assert (folder / "chat_template.jinja").read_text() == (zoo.base / "chat_template.jinja").read_text()


@pytest.mark.parametrize("stop", [3, 12, 13])
def test_an_interrupted_run_ends_as_an_uninterrupted_one(plan: Plan, tmp_path: Path, stop: int) -> None:
    path = plan(
        runs=[{"name": "late", "phases": PHASES, "seeds": [1], "keep_steps": [5]}], warmup_steps=3, schedule="linear"
    )
    [folder] = trained(path)
    whole = shutil.move(folder, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained(path, Log(stop))
    assert not (folder / "training.json").exists()
    log = Log()
    trained(path, log)
    assert log.steps[0][1] == (13 if stop == 13 else 1)
    for place in (".", "checkpoint-5"):
        assert weights(folder / place) == weights(whole / place)
        assert record(folder / place) == record(whole / place)
    assert not (folder / "resume.safetensors").exists()


def test_a_run_is_the_same_alone_and_after_another(plan: Plan, tmp_path: Path) -> None:
    path = plan(steps=4, runs=[{"name": "even", "mixture": {"qa": 1, "safety": 1}, "seeds": [1, 2]}])
    both = trained(path)
    assert weights(both[0]) != weights(both[1])
    together = weights(both[1])
    shutil.rmtree(tmp_path / "adapters")
    [alone] = trained(path, only=["even-s2"])
    assert alone.name == "even-s2"
    assert weights(alone) == together
    assert not both[0].exists()


def test_finished_runs_are_not_trained_again(plan: Plan) -> None:
    path = plan(steps=3)
    [folder] = trained(path)
    before = (folder / "adapter_model.safetensors").stat().st_mtime_ns
    log = Log()
    assert trained(path, log) == [folder]
    assert [(name, step) for name, step, _ in log.steps] == [("even-s1", 3)]
    assert (folder / "adapter_model.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.03},
        {"steps": 4},
        {"lora": {"rank": 2}},
        {"rows": {**ROWS, "qa": [("Capital of Peru?", "Quito.")]}},
        {"runs": [{"name": "even", "mixture": {"qa": 3, "safety": 1}, "seeds": [1]}]},
    ],
)
def test_a_changed_plan_does_not_pass_for_the_finished_run(plan: Plan, change: dict[str, Any]) -> None:
    trained(plan(steps=3))
    with pytest.raises(PlanError, match=r"even-s1 was trained from another plan"):
        trained(plan(**{"steps": 3, **change}))


def test_a_resume_state_of_another_plan_is_dropped(plan: Plan) -> None:
    with pytest.raises(KeyboardInterrupt):
        trained(plan(), Log(13))
    log = Log()
    trained(plan(learning_rate=0.03), log)
    assert log.steps[0][1] == 1


def test_more_runs_leave_the_finished_ones(plan: Plan) -> None:
    trained(plan(steps=3))
    log = Log()
    runs = [{"name": name, "mixture": {"qa": 1, "safety": 1}, "seeds": [1]} for name in ("even", "more")]
    trained(plan(steps=3, runs=runs), log)
    assert [(name, step) for name, step, _ in log.steps] == [("even-s1", 3), *(("more-s1", n) for n in (1, 2, 3))]


def test_an_unknown_run_is_refused_with_the_known(plan: Plan) -> None:
    with pytest.raises(PlanError, match=r"no run odd-s1.* even-s1"):
        trained(plan(), only=["odd-s1"])


def test_a_missing_base_is_named(plan: Plan) -> None:
    with pytest.raises(PlanError, match=r"base .*nowhere is not there"):
        trained(plan(base="nowhere"))


def test_the_record_tells_what_was_drawn(plan: Plan) -> None:
    [folder] = trained(plan(runs=[{"name": "late", "phases": PHASES, "seeds": [3], "keep_steps": [4]}]))
    phases = [Phase(row["until"], parse_mixture(row["mixture"])) for row in PHASES]
    schedule = draw_steps(phases, {t: len(rows) for t, rows in ROWS.items()}, steps=14, rows_per_step=2, seed=3)
    for place, taken in ((folder, schedule), (folder / "checkpoint-4", schedule[:4])):
        found = record(place)
        assert found["step"] == len(taken)
        assert [task for task, _ in found["log"]] == [step.task for step in taken]
        rows = Counter(step.task for step in taken)
        assert found["amounts"]["rows"] == {task: 2 * rows[task] for task in ROWS}
        for unit, counts in found["amounts"].items():
            assert found["realised"][unit] == {task: n / sum(counts.values()) for task, n in counts.items()}
        assert found["amounts"]["rows"]["qa"] + found["amounts"]["rows"]["safety"] == 2 * len(taken)
        assert sum(phase["steps"] for phase in found["phases"]) == len(taken)
        assert all(found["amounts"]["loss_tokens"][t] < found["amounts"]["tokens"][t] for t in ROWS if rows[t])
        assert found["epochs"] == {task: 2 * rows[task] / len(ROWS[task]) for task in ROWS}
    opened = open_checkpoint(folder).record
    assert opened is not None
    assert opened.mixture == pytest.approx({"qa": 1 / 3, "safety": 2 / 3})
    assert opened.run is not None
    assert opened.run.endswith("@14")
    step_4 = open_checkpoint(folder / "checkpoint-4").record
    assert step_4 is not None
    assert step_4.run == opened.run.replace("@14", "@4")

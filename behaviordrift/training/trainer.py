"""Train one LoRA adapter for each run of a plan, task by task as the sampler draws, resumable at any time."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file, safe_open, save_file

from behaviordrift.checkpoints.checkpoint import open_checkpoint
from behaviordrift.checkpoints.digest import file_digest, value_digest
from behaviordrift.conversations import read_conversations
from behaviordrift.errors import PlanError
from behaviordrift.files import write_atomically
from behaviordrift.generation.loading import LoadedModel, load_base
from behaviordrift.generation.padding import pad_left
from behaviordrift.training.plan import Plan, Run, expand_runs
from behaviordrift.training.record import training_record
from behaviordrift.training.rows import TokenRow, encode
from behaviordrift.training.sampler import Step, draw_steps

SAVE_EVERY = 12
"""Steps between two resume states."""

OnStep = Callable[[Run, int, float], None]


@dataclass(frozen=True)
class Sweep:
    """What all runs of a plan share: the loaded base, the encoded rows, and digests for the records."""

    plan: Plan
    loaded: LoadedModel
    rows: dict[str, list[TokenRow]]
    facts: dict[str, Any]
    base_path: Path
    output: Path


def train(plan: Plan, folder: Path, *, only: list[str] | None = None, on_step: OnStep) -> list[Path]:
    """Train every run of `plan` that is not there yet; return the adapter folders.

    Args:
        plan: the checked plan.
        folder: folder that the plan's paths are relative to.
        only: names of runs to train; all if None.
        on_step: called after each update with the run, the number of updates done, and the loss.

    Raises:
        PlanError: if a finished adapter was trained from other settings or data than the plan has now.
    """
    runs = expand_runs(plan, only)
    sweep = prepare(plan, folder)
    for run in runs:
        if _finished(sweep, run):
            on_step(run, plan.steps, float("nan"))
        else:
            train_run(sweep, run, on_step)
    return [sweep.output / run.name for run in runs]


def prepare(plan: Plan, folder: Path) -> Sweep:
    """Load the base and encode all tasks' rows."""
    base_path = folder / plan.base
    if not base_path.exists():
        raise PlanError(f"The base {base_path} is not there.", "Correct `base` in the plan, or put the model there.")
    loaded = load_base(base_path, plan.dtype)
    task_files = {task: folder / name for task, name in plan.tasks.items()}
    rows = {
        task: [encode(loaded.tokenizer, row.messages, plan.max_tokens) for row in read_conversations(path)]
        for task, path in task_files.items()
    }
    facts = {
        "base": {"name": base_path.name, "digest": open_checkpoint(base_path).digest},
        "template_digest": value_digest(loaded.tokenizer.chat_template),
        "data": {task: {"rows": len(rows[task]), "digest": file_digest(path)} for task, path in task_files.items()},
    }
    return Sweep(plan, loaded, rows, facts, base_path, folder / plan.output)


@dataclass(frozen=True)
class _Training:
    """One run under way: the base with a fresh adapter on it, and what each step will take."""

    run: Run
    model: Any
    lora: LoraConfig
    schedule: list[Step]


def train_run(sweep: Sweep, run: Run, on_step: OnStep) -> None:
    """Train one adapter, saving a resume state as it goes, and write it with its training record."""
    plan = sweep.plan
    training = _start(sweep, run)
    parameters = {name: p for name, p in training.model.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(parameters.values(), lr=plan.learning_rate, weight_decay=0.0)
    state = _ResumeState(sweep.output / run.name / "resume.safetensors", _fingerprint(sweep, run))
    log = state.load(parameters, optimizer)
    try:
        for index in range(len(log), plan.steps):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(plan, index)
            log.append(_update(sweep, training.model, optimizer, training.schedule[index]))
            on_step(run, len(log), log[-1])
            if len(log) in run.keep_steps:
                _write_adapter(sweep, training, log, f"checkpoint-{len(log)}")
            if len(log) % SAVE_EVERY == 0:
                state.save(parameters, optimizer, log)
        _write_adapter(sweep, training, log, ".")
        state.path.unlink(missing_ok=True)
    finally:
        training.model.unload()


def _start(sweep: Sweep, run: Run) -> _Training:
    plan = sweep.plan
    torch.manual_seed(run.seed)
    lora = LoraConfig(
        r=plan.lora.rank, lora_alpha=plan.lora.alpha, target_modules=plan.lora.targets, task_type="CAUSAL_LM"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = get_peft_model(sweep.loaded.model, lora)
    schedule = draw_steps(
        run.phases,
        {task: len(rows) for task, rows in sweep.rows.items()},
        steps=plan.steps,
        rows_per_step=plan.rows_per_step,
        seed=run.seed,
    )
    return _Training(run, model, lora, schedule)


def learning_rate(plan: Plan, step: int) -> float:
    """The rate of update `step` (from 0): a linear warm-up, then constant or falling linearly to zero."""
    if step < plan.warmup_steps:
        return plan.learning_rate * (step + 1) / plan.warmup_steps
    if plan.schedule == "linear":
        return plan.learning_rate * (plan.steps - step) / (plan.steps - plan.warmup_steps)
    return plan.learning_rate


def _update(sweep: Sweep, model: Any, optimizer: Any, step: Step) -> float:
    """One update on one batch; rows are padded on the left, so that all replies end together.

    Only the positions that predict a reply get logits: over a large vocabulary the rest would cost as much again.
    """
    rows = [sweep.rows[step.task][index] for index in step.rows]
    replies = max(row.loss_tokens for row in rows)
    device = next(model.parameters()).device
    batch = pad_left([row.ids for row in rows], sweep.loaded.tokenizer.pad_token_id, device)
    targets = torch.tensor(
        [[-100] * (replies - row.loss_tokens) + row.ids[row.reply_start :] for row in rows], device=device
    )
    model.train()
    logits = model(
        input_ids=batch.ids,
        attention_mask=batch.mask,
        position_ids=batch.positions,
        logits_to_keep=replies + 1,
        use_cache=False,
    ).logits[:, :-1]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def _write_adapter(sweep: Sweep, training: _Training, log: list[float], place: str) -> None:
    """Write the adapter in bfloat16 with its config, chat template and record; the record comes last."""
    run, lora = training.run, training.lora
    folder = sweep.output / run.name / place
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        state = get_peft_model_state_dict(training.model)
    weights = {name: weight.to(torch.bfloat16).contiguous() for name, weight in state.items()}
    save_file(weights, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    lora.base_model_name_or_path = os.path.relpath(sweep.base_path, folder)
    lora.inference_mode = True
    lora.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(sweep.loaded.tokenizer.chat_template, encoding="utf-8")
    record = training_record(sweep.plan, run, sweep.rows, training.schedule[: len(log)], log)
    record = {**record, **sweep.facts, "fingerprint": _fingerprint(sweep, run)}
    write_atomically(folder / "training.json", json.dumps(record, indent=1) + "\n")


def _finished(sweep: Sweep, run: Run) -> bool:
    folder = sweep.output / run.name
    record = folder / "training.json"
    if not record.exists():
        return False
    if json.loads(record.read_text(encoding="utf-8")).get("fingerprint") != _fingerprint(sweep, run):
        raise PlanError(
            f"{folder} was trained from another plan, base or data than this one.",
            "Remove that folder to train it again, or give the plan another `output`.",
        )
    return True


def _fingerprint(sweep: Sweep, run: Run) -> str:
    """Digest of all that decides a run's weights."""
    settings = sweep.plan.model_dump(exclude={"runs", "output", "base", "tasks"})
    return value_digest([settings, run.model_dump(), sweep.facts])


@dataclass
class _ResumeState:
    """Adapter weights, optimizer moments and losses so far, in one file that is replaced atomically."""

    path: Path
    fingerprint: str

    def save(self, parameters: dict[str, Any], optimizer: Any, log: list[float]) -> None:
        tensors = {f"weight/{name}": p.detach().cpu().clone() for name, p in parameters.items()}
        for name, p in parameters.items():
            for moment in ("exp_avg", "exp_avg_sq"):
                tensors[f"{moment}/{name}"] = optimizer.state[p][moment].cpu().clone()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        save_file(tensors, partial, metadata={"fingerprint": self.fingerprint, "log": json.dumps(log)})
        partial.replace(self.path)

    def load(self, parameters: dict[str, Any], optimizer: Any) -> list[float]:
        """Restore what was saved for the same run and return its losses; an unfit state is dropped."""
        if not self.path.exists():
            return []
        with safe_open(self.path, framework="pt") as file:
            metadata = file.metadata()
        if metadata.get("fingerprint") != self.fingerprint:
            self.path.unlink()
            return []
        tensors = load_file(self.path)
        log: list[float] = json.loads(metadata["log"])
        for name, p in parameters.items():
            with torch.no_grad():
                p.copy_(tensors[f"weight/{name}"])
            optimizer.state[p] = {
                "step": torch.tensor(float(len(log))),
                "exp_avg": tensors[f"exp_avg/{name}"].to(p.device),
                "exp_avg_sq": tensors[f"exp_avg_sq/{name}"].to(p.device),
            }
        return log

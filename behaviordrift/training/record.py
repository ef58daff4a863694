"""The training record: nominal and realised shares, by phase and over all of training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from behaviordrift.checkpoints.mixture import Mixture, Phase, cumulative_mixture
from behaviordrift.training.plan import Plan, Run
from behaviordrift.training.rows import TokenRow
from behaviordrift.training.sampler import Step

FORMAT = "behaviordrift/training/1"


def training_record(
    plan: Plan, run: Run, rows: dict[str, list[TokenRow]], taken: Sequence[Step], losses: Sequence[float]
) -> dict[str, Any]:
    """What a run did up to its last taken step, as the JSON value of ``training.json``.

    `amounts` count rows, tokens and loss tokens of each task; `realised` are their shares. `epochs` is how many
    times each task's rows were seen.
    """
    tasks = list(plan.tasks)
    total = _amounts(tasks, rows, taken)
    return {
        "format": FORMAT,
        "name": run.name,
        "seed": run.seed,
        "method": {"kind": "lora", **plan.lora.model_dump()},
        "step": len(taken),
        "steps": plan.steps,
        "rows_per_step": plan.rows_per_step,
        "max_tokens": plan.max_tokens,
        "learning_rate": {
            "peak": plan.learning_rate,
            "schedule": plan.schedule,
            "warmup_steps": plan.warmup_steps,
        },
        "dtype": plan.dtype,
        "mixture": _complete(tasks, cumulative_mixture(run.phases)),
        "amounts": total,
        "realised": _shares(total),
        "epochs": {task: total["rows"][task] / len(rows[task]) for task in tasks},
        "phases": [
            _phase_record(tasks, phase, rows, [step for step in taken if step.phase == index])
            for index, phase in enumerate(run.phases)
        ],
        "log": [[step.task, round(loss, 4)] for step, loss in zip(taken, losses, strict=True)],
    }


def _phase_record(
    tasks: list[str], phase: Phase, rows: dict[str, list[TokenRow]], taken: Sequence[Step]
) -> dict[str, Any]:
    amounts = _amounts(tasks, rows, taken)
    return {
        "until": phase.until,
        "steps": len(taken),
        "mixture": _complete(tasks, phase.mixture),
        "realised": _shares(amounts),
    }


def _amounts(tasks: list[str], rows: dict[str, list[TokenRow]], taken: Sequence[Step]) -> dict[str, dict[str, int]]:
    amounts = {unit: dict.fromkeys(tasks, 0) for unit in ("rows", "tokens", "loss_tokens")}
    for step in taken:
        batch = [rows[step.task][index] for index in step.rows]
        amounts["rows"][step.task] += len(batch)
        amounts["tokens"][step.task] += sum(len(row.ids) for row in batch)
        amounts["loss_tokens"][step.task] += sum(row.loss_tokens for row in batch)
    return amounts


def _shares(amounts: dict[str, dict[str, int]]) -> dict[str, dict[str, float | None]]:
    """Shares of each unit; None where nothing was taken, for a share of nothing is undefined."""
    return {
        unit: {task: n / sum(counts.values()) if any(counts.values()) else None for task, n in counts.items()}
        for unit, counts in amounts.items()
    }


def _complete(tasks: list[str], mixture: Mixture) -> Mixture:
    return {task: mixture.get(task, 0.0) for task in tasks}

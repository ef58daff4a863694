"""The plan file: which mixtures and seeds to train, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from behaviordrift.checkpoints.mixture import Mixture, Phase, parse_mixture, parse_phases
from behaviordrift.errors import PlanError, UsageError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(_Strict):
    """The adapter's shape."""

    rank: int = Field(default=4, gt=0)
    alpha: int = Field(default=8, gt=0)
    targets: list[str] = ["q_proj", "v_proj"]


class RunGroup(_Strict):
    """Runs that share a mixture (or phases) and differ in seed."""

    name: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    mixture: dict[str, float | str] | None = None
    phases: list[dict[str, Any]] | None = None
    seeds: list[int] = Field(min_length=1)
    keep_steps: list[int] = []

    @model_validator(mode="after")
    def _one_of_both(self) -> RunGroup:
        if (self.mixture is None) == (self.phases is None):
            raise ValueError("give either `mixture` or `phases`")
        return self

    def phase_list(self) -> list[Phase]:
        """The run's phases; a run with one mixture has one phase."""
        if self.phases is not None:
            return parse_phases(self.phases)
        return [Phase(1.0, parse_mixture(self.mixture or {}))]


class Plan(_Strict):
    """A sweep to train. Paths are relative to the plan file.

    `steps` counts updates, `rows_per_step` the rows of the one task drawn for a step, `max_tokens` the length
    at which a row is cut, `warmup_steps` a linear rise of the learning rate before its `schedule`.
    """

    base: str
    output: str = "adapters"
    tasks: dict[str, str] = Field(min_length=1)
    steps: int = Field(gt=0)
    rows_per_step: int = Field(8, gt=0)
    max_tokens: int = Field(256, gt=0)
    learning_rate: float = Field(gt=0)
    schedule: str = Field("constant", pattern="^(constant|linear)$")
    warmup_steps: int = Field(0, ge=0)
    dtype: str = Field("float32", pattern="^(float32|bfloat16)$")
    lora: Lora = Field(default_factory=Lora)
    runs: list[RunGroup] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        names: set[str] = set()
        for group in self.runs:
            for seed in group.seeds:
                if (name := f"{group.name}-s{seed}") in names:
                    raise ValueError(f"the run {name} stands twice")
                names.add(name)
            if wrong := [step for step in group.keep_steps if not 0 < step < self.steps]:
                raise ValueError(f"keep_steps of {group.name} must lie between 0 and {self.steps}: {wrong}")
        return self


class Run(_Strict):
    """One training run: phases, a seed, and where its adapter goes."""

    name: str
    seed: int
    phases: list[Phase]
    keep_steps: list[int]

    def mixtures(self) -> list[Mixture]:
        return [phase.mixture for phase in self.phases]


def read_plan(path: Path) -> Plan:
    """Read and check a plan file.

    Raises:
        PlanError: if the file is missing, no YAML, or breaks the schema; the message names the field.
    """
    try:
        plan = Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PlanError(f"The plan {path} cannot be read: {error.strerror}.", "Check the path.") from error
    except yaml.YAMLError as error:
        raise PlanError(f"{path} is not valid YAML: {error}.", "Correct it there.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the plan"
        raise PlanError(f"{path}: {where}: {first['msg']}.", "Correct the plan.") from error
    for group in plan.runs:
        try:
            phases = group.phase_list()
        except UsageError as error:
            raise PlanError(f"{path}: run {group.name}: {error.problem}", error.fix) from error
        for phase in phases:
            if unknown := sorted(set(phase.mixture) - set(plan.tasks)):
                raise PlanError(
                    f"{path}: run {group.name} names tasks that the plan does not list: {', '.join(unknown)}.",
                    f"Known tasks: {', '.join(plan.tasks)}.",
                )
    return plan


def expand_runs(plan: Plan, only: list[str] | None = None) -> list[Run]:
    """One `Run` for each group and seed, in the plan's order; those named in `only`, if it names any.

    Raises:
        PlanError: if `only` names a run that the plan does not have.
    """
    runs = [
        Run(name=f"{group.name}-s{seed}", seed=seed, phases=group.phase_list(), keep_steps=group.keep_steps)
        for group in plan.runs
        for seed in group.seeds
    ]
    if unknown := sorted(set(only or ()) - {run.name for run in runs}):
        raise PlanError(f"The plan has no run {', '.join(unknown)}.", f"Runs: {', '.join(r.name for r in runs)}.")
    return [run for run in runs if not only or run.name in only]

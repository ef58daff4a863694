"""The plan file: what it expands to, and errors that name the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from behaviordrift.errors import PlanError
from behaviordrift.training.plan import expand_runs, read_plan

LEAST: dict[str, Any] = {
    "base": "base",
    "tasks": {"qa": "qa.jsonl", "safety": "safety.jsonl"},
    "steps": 40,
    "learning_rate": 0.01,
    "runs": [{"name": "qa", "mixture": {"qa": 1}, "seeds": [1]}],
}


def written(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump({**LEAST, **changes}))
    return path


def test_groups_expand_to_one_run_for_each_seed(tmp_path: Path) -> None:
    phases = [{"until": 0.5, "mixture": {"qa": "1/3", "safety": "2/3"}}, {"until": 1, "mixture": {"safety": 1}}]
    plan = read_plan(
        written(
            tmp_path,
            runs=[
                {"name": "even", "mixture": {"qa": 1, "safety": 1}, "seeds": [1, 2], "keep_steps": [10, 20]},
                {"name": "late", "phases": phases, "seeds": [7]},
            ],
        )
    )
    runs = expand_runs(plan)
    assert [(run.name, run.seed) for run in runs] == [("even-s1", 1), ("even-s2", 2), ("late-s7", 7)]
    assert runs[0].mixtures() == [{"qa": 0.5, "safety": 0.5}]
    assert runs[0].keep_steps == [10, 20]
    assert [phase.until for phase in runs[2].phases] == [0.5, 1.0]


def run(**fields: Any) -> list[dict[str, Any]]:
    return [{"name": "qa", "mixture": {"qa": 1}, "seeds": [1], **fields}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"steps": 0}, "steps"),
        ({"steps": "many"}, "steps"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"schedule": "cosine"}, "schedule"),
        ({"dtype": "int8"}, "dtype"),
        ({"tasks": {}}, "tasks"),
        ({"lora": {"rank": 0}}, r"lora\.rank"),
        ({"lerning_rate": 1}, "lerning_rate"),
        ({"runs": []}, "runs"),
        ({"runs": run(seeds=[])}, r"runs\.0\.seeds"),
        ({"runs": run(name="a/b")}, r"runs\.0\.name"),
        ({"runs": run(phases=[])}, r"runs\.0: .*`mixture` or `phases`"),
        ({"runs": run(mixture=None)}, r"runs\.0: .*`mixture` or `phases`"),
        ({"runs": run() + run()}, "qa-s1 stands twice"),
        ({"runs": run(seeds=[1, 1])}, "qa-s1 stands twice"),
        ({"runs": run(keep_steps=[40])}, "keep_steps of qa"),
        ({"runs": run(mixture={"qa": 1, "poems": 1})}, "run qa .*poems"),
        ({"runs": run(mixture={"qa": "much"})}, "run qa.*number"),
        ({"runs": run(mixture={"qa": 0})}, "run qa.*above zero"),
        ({"runs": run(mixture=None, phases=[{"until": 0.5, "mixture": {"qa": 1}}])}, "run qa.*rising"),
    ],
)
def test_errors_name_file_and_field(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(PlanError, match=rf"plan\.yaml.*{field}") as info:
        read_plan(written(tmp_path, **changes))
    assert info.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "- a", "base: [unclosed"])
def test_a_file_that_is_no_plan_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(PlanError, match=r"plan\.yaml"):
        read_plan(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"gone\.yaml cannot be read"):
        read_plan(tmp_path / "gone.yaml")

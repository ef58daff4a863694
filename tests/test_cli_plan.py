"""The ``plan`` command through the real command line: what it prints, writes and ends with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.training.plan import expand_runs, read_plan

Cli = Callable[..., Any]

ROOT = Path(__file__).resolve().parents[1]
SWEEP = ROOT / "reports" / "ratio_sweep"
EXAMPLE = ROOT / "examples" / "ratio_sweep" / "plan.yaml"
TASKS = ("--tasks", "qa,safety,support")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def cells(out: str, start: str) -> list[str]:
    (line,) = [line for line in out.splitlines() if line.startswith(start)]
    return line.removeprefix(start).split()


def test_a_design_is_proposed_and_said_what_it_reaches(cli: Cli) -> None:
    outcome = cli("plan", *TASKS, "--runs", 18)
    assert outcome.code == 0
    assert outcome.out.startswith("18 runs, simplex-centroid design")
    assert cells(outcome.out, "even ") == ["33.3%", "33.3%", "33.3%", "3", "baseline"]
    assert "Rung L3" in outcome.out
    assert "11 between seeds, 4 for lack of fit" in outcome.out
    assert cells(outcome.out, "10 points more qa ") == ["–", "0.20", "0.32", "12"]
    assert "These runs can tell:" in outcome.out
    assert "They cannot tell:" in outcome.out


def test_a_known_seed_sd_gives_units_and_power(cli: Cli) -> None:
    out = cli("plan", *TASKS, "--runs", 14, "--design", "centroid", "--seed-sd", 0.5, "--effect", 1).out
    linear = cells(out, "qa against baseline ")
    assert linear[0] == "3.27"
    assert linear[-2:] == ["1.635", "0.41"]
    _, _, curved, _, units, _ = cells(out, "10 points more qa ")
    assert float(units) == pytest.approx(0.5 * float(curved), abs=0.005)
    assert "without a model where a row has that, else curved, else linear" in " ".join(out.split())


def test_the_seed_sd_of_a_study_is_told_as_people_speak_of_rates(cli: Cli) -> None:
    out = cli("plan", *TASKS, "--runs", 18, "--study", SWEEP, "--measure", "refused on benign", "--effect", 0.5).out
    findings = json.loads((SWEEP / "findings.json").read_text(encoding="utf-8"))["findings"]
    (spread,) = [
        f["components"]["sigma_run"]
        for f in findings
        if (f["kind"], f["measure"], f["probe_set"]) == ("attribution", "refused", "benign")
    ]
    assert f"SD of refused on benign: {spread:.3f} log odds" in out
    assert re.search(r"\(\d+% to \d+%\)", out)


def test_runs_to_add_to_a_study(cli: Cli) -> None:
    outcome = cli("plan", "--study", SWEEP, "--add", 6, "--settings", EXAMPLE, "--out", "more.yaml")
    assert outcome.code == 0
    assert "6 runs to add to the 18 of the study" in outcome.out
    assert "Tasks: if pairs of them act on each other" in outcome.out
    added = [run.name for run in expand_runs(read_plan(Path("more.yaml")))]
    assert len(added) == 6
    assert not set(added) & {run.name for run in expand_runs(read_plan(EXAMPLE))}


def test_a_plan_is_written_with_everything_that_train_needs(cli: Cli) -> None:
    files = [text for task in ("qa", "safety") for text in ("--task", f"{task}=rows/{task}.jsonl")]
    outcome = cli(
        *("plan", "--tasks", "qa,safety", "--out", "plans/plan.yaml", "--base", "models/base", "--steps", 100),
        *("--learning-rate", 1e-4, "--production", "qa=3,safety=1", *files),
    )
    assert outcome.code == 0
    assert "behaviordrift train plans/plan.yaml" in outcome.out
    plan = read_plan(Path("plans/plan.yaml"))
    assert (plan.base, plan.tasks["qa"], plan.steps) == ("../models/base", "../rows/qa.jsonl", 100)
    assert "qa75-safety25-s3" in {run.name for run in expand_runs(plan)}


def test_the_same_command_writes_the_same_plan(cli: Cli) -> None:
    texts = []
    for name, seed in (("a.yaml", 0), ("b.yaml", 0), ("c.yaml", 1)):
        cli("plan", "--settings", EXAMPLE, "--runs", 18, "--out", name, "--order-seed", seed)
        texts.append(Path(name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]


def test_settings_for_another_trainer(cli: Cli) -> None:
    outcome = cli("plan", *TASKS, "--for", "llama-factory", "--into", "lf")
    assert "Settings for llama-factory: 18 files in lf" in outcome.out
    assert len(list(Path("lf").glob("*-s*.yaml"))) == 18


def test_two_mixtures_are_compared_where_the_budget_holds_no_sweep(cli: Cli) -> None:
    mixtures = ("--production", "qa=1,safety=1,support=1", "--candidate", "qa=3,safety=1,support=1")
    out = cli("plan", *TASKS, "--runs", 4, *mixtures).out
    assert "p cannot fall below .333" in out
    assert cells(out, "qa60-safety20-support20 against baseline ")[0] == "5.65"


def test_several_measures_are_tested_at_a_stricter_level(cli: Cli) -> None:
    out = cli("plan", "--tasks", "a,b", "--design", "two-arm", "--runs", 10, "--measures", 6).out
    assert "Two-sided tests at 0.00833." in out
    assert cells(out, "b against baseline ")[0] == "2.83"


def test_the_order_of_two_mixtures_is_planned_for(cli: Cli) -> None:
    out = cli("plan", "--tasks", "a,b", "--design", "phases", "--runs", 12, "--effect", 2).out
    assert cells(out, "order: a-then-b against b-then-a ") == ["2.61", "8", "0.58"]
    assert "the order of the mixtures matters" in out


def test_many_mixtures_are_summed_up(cli: Cli) -> None:
    out = cli("plan", "--tasks", "a,b,c,d,e,f").out
    assert "10 more mixtures against the baseline: 2." in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "which tasks are mixed"),
        (["--tasks", "a,b", "--design", "star"], "--design star is not known"),
        (["--tasks", "a,b", "--for", "mine"], "--for mine is not known"),
        (["--tasks", "a,b", "--add", "2"], "read a study"),
        (["--tasks", "a,b", "--seed-sd", "0"], "seed SD of 0"),
        (["--tasks", "a,b", "--seed-sd", "1", "--measure", "x", "--study", "."], "Keep one"),
        (["--tasks", "a,b", "--study", "."], "no findings"),
        (["--tasks", "a,b", "--out", "p.yaml", "--base", "b"], "without --steps and --learning-rate"),
        (["--tasks", "a,b", "--for", "trl", "--task", "a"], "is not NAME=FILE"),
        (["--study", SWEEP, "--add", "2", "--runs", "8"], "plan a new sweep"),
    ],
)
def test_errors_are_one_line_with_a_way_out(cli: Cli, arguments: list[Any], message: str) -> None:
    outcome = cli("plan", *arguments)
    assert outcome.code == 2
    assert message in outcome.error()
    assert not outcome.out

"""The command line: one line for each error, its exit code, and results alone on standard output."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift import __version__
from behaviordrift.store import FILE

Cli = Callable[..., Any]
Outputs = Callable[..., Path]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Default study folders go to the test's own folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def pair(tmp_path: Path, outputs: Outputs) -> list[str]:
    outputs(tmp_path / "before.jsonl", ["We went home."] * 9)
    outputs(tmp_path / "after.jsonl", ["We went home along the river, and stayed there."] * 9)
    return ["before.jsonl", "after.jsonl"]


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").out == f"behaviordrift {__version__}\n"


@pytest.mark.parametrize("command", [[], ["score"], ["noise"], ["attribute"], ["report"], ["train"]])
def test_help_is_there(cli: Cli, command: list[str]) -> None:
    outcome = cli(*command, "--help")
    assert outcome.code == 0
    assert "Usage" in outcome.out


def test_a_table_and_the_page_are_shown(cli: Cli, pair: list[str]) -> None:
    outcome = cli("score", *pair)
    assert outcome.code == 0
    assert "after, compared with before" in outcome.out
    assert "reports/before-vs-after/report.html" in " ".join(outcome.out.split())
    assert Path("reports/before-vs-after/report.html").is_file()


def test_noise_shows_a_checkpoint_against_itself(cli: Cli, tmp_path: Path) -> None:
    rows = [
        {
            "id": f"p{n}",
            "prompt": f"Question {n}?",
            "sample": sample,
            "response": "We went home." + " Then on." * (n % 3),
        }
        for n in range(9)
        for sample in (0, 1)
    ]
    (tmp_path / "twice.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = cli("noise", "twice.jsonl")
    assert outcome.code == 0
    assert "twice, sampled again" in outcome.out
    assert "compared with" not in outcome.out
    assert Path("reports/noise-twice/report.html").is_file()


def test_noise_of_what_was_asked_once_is_not_told(cli: Cli, pair: list[str]) -> None:
    outcome = cli("noise", pair[0])
    assert outcome.code == 0
    assert "cannot be told" in outcome.out


def test_json_is_alone_on_standard_output(cli: Cli, pair: list[str]) -> None:
    outcome = cli("score", *pair, "--json")
    document = json.loads(outcome.out)
    assert document["schema"] == "behaviordrift/findings/1"
    assert document == json.loads(Path("reports/before-vs-after/findings.json").read_text(encoding="utf-8"))
    assert "Traceback" not in outcome.err


def test_json_of_live_checkpoints_is_alone_on_standard_output(cli: Cli, zoo: Any) -> None:
    how = ["--probes", "borderline", "--limit", "4", "--max-new-tokens", "4", "--json"]
    outcome = cli("score", zoo.base, zoo.a, zoo.b, *how)
    assert outcome.code == 0, outcome.err
    assert [c["name"] for c in json.loads(outcome.out)["checkpoints"]] == ["base", "a", "b"]


def test_the_default_study_folder_is_the_same_each_time(cli: Cli, pair: list[str], tmp_path: Path) -> None:
    first = json.loads(cli("score", *pair, "--json").out)
    assert json.loads(cli("score", *pair, "--json").out) == first
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["before-vs-after"]


def test_many_checkpoints_make_a_short_folder_name(cli: Cli, outputs: Outputs, tmp_path: Path) -> None:
    names = [outputs(tmp_path / f"run{n}.jsonl", ["We went home."] * 6).name for n in range(6)]
    assert cli("score", *names).code == 0
    assert [p.name for p in (tmp_path / "reports").iterdir()] == ["run0-vs-run1-vs-run2-vs-and-3-more"]


@pytest.mark.parametrize(("file", "folder"), [("sweep/study.yaml", "sweep"), ("my.yaml", "my")])
def test_a_study_file_names_the_folder(
    cli: Cli, pair: list[str], study_file: Callable[..., Path], file: str, folder: str
) -> None:
    study_file(Path(file), checkpoints=[{"path": str(Path(name).resolve())} for name in pair])
    assert cli("score", file).code == 0
    assert [path.name for path in Path("reports").iterdir()] == [folder]


def test_a_dry_run_counts_and_keeps_nothing(
    cli: Cli, zoo: Any, tmp_path: Path, write_rows: Callable[..., Path]
) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Good day."}]
    write_rows(tmp_path / "qa.jsonl", [{"messages": turns}])
    how = ["--probes", "borderline,small_talk", "--limit", "5", "--max-new-tokens", "4", "--study", "out"]
    how += ["--task", "qa=qa.jsonl"]
    outcome = cli("score", zoo.base, zoo.a, *how, "--dry-run")
    assert outcome.code == 0
    assert "22 outputs planned; to generate: 22, references to weigh: 2." in outcome.out
    assert not list(tmp_path.glob("out/*.json"))
    done = cli("score", zoo.base, zoo.a, *how, "--json")
    assert json.loads(done.out)["study"]["outputs"] == 22
    again = cli("score", zoo.base, zoo.a, *how, "--dry-run")
    assert "to generate: 0, references to weigh: 0." in again.out


def test_a_dry_run_leaves_a_finished_study_as_it_is(cli: Cli, zoo: Any, tmp_path: Path) -> None:
    how = ["--max-new-tokens", "4", "--study", "out", "--probes"]
    cli("score", zoo.base, zoo.a, *how, "borderline", "--limit", "4")
    before = json.loads(cli("attribute", "out", "--json").out)
    cli("score", zoo.base, zoo.a, *how, "small_talk", "--limit", "9", "--dry-run")
    assert json.loads(cli("attribute", "out", "--json").out) == before


def test_a_study_is_attributed_again_from_another_reference(
    cli: Cli, outputs: Outputs, tmp_path: Path, study_file: Callable[..., Path]
) -> None:
    entries = []
    for number in range(6):
        task = "qa" if number < 3 else "support"
        words = " ".join(["word"] * (8 + number % 3 + 9 * (task == "support")))
        outputs(tmp_path / f"r{number}.jsonl", [words + "."] * 8)
        entries.append({"path": f"r{number}.jsonl", "mixture": {task: 1}, "seed": number})
    study_file(tmp_path / "sweep.yaml", checkpoints=entries)
    assert cli("score", "sweep.yaml").code == 0
    outcome = cli("attribute", "reports/sweep", "--reference", "qa=0.7, support=0.3", "--json")
    words = next(
        f for f in json.loads(outcome.out)["findings"] if f["kind"] == "attribution" and f["measure"] == "words"
    )
    assert words["effects"][0]["reference"] == {"qa": 0.7, "support": 0.3}
    assert cli("attribute", "reports/sweep", "--reference", "qa").code == 2
    told = cli("attribute", "reports/sweep").out
    assert "What the mixture did" in told
    assert "compared with" not in told


def test_without_mixtures_attribute_says_that_nothing_can_be_said(cli: Cli, pair: list[str]) -> None:
    cli("score", *pair)
    assert "No two mixtures are known" in cli("attribute", "reports/before-vs-after").out


def test_train_writes_the_adapters_that_the_plan_lists(
    cli: Cli, zoo: Any, tmp_path: Path, write_rows: Callable[..., Path], study_file: Callable[..., Path]
) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Good day."}]
    write_rows(tmp_path / "qa.jsonl", [{"messages": turns}])
    runs = [{"name": "qa", "mixture": {"qa": 1}, "seeds": [1, 2]}]
    study_file(
        tmp_path / "plan.yaml", base=os.path.relpath(zoo.base, tmp_path), tasks={"qa": "qa.jsonl"}, steps=2,
        learning_rate=0.01, runs=runs,
    )  # fmt: skip
    outcome = cli("train", "plan.yaml", "--run", "qa-s2")
    assert outcome.code == 0, outcome.err
    assert outcome.out.split() == ["adapters/qa-s2"]
    assert [path.name for path in (tmp_path / "adapters").iterdir()] == ["qa-s2"]
    assert cli("train", "plan.yaml").out.split() == ["adapters/qa-s1", "adapters/qa-s2"]
    assert "no run qa-s9" in cli("train", "plan.yaml", "--run", "qa-s9").error()


def test_usage_faults_end_with_one_line_and_code_2(cli: Cli, pair: list[str], tmp_path: Path, zoo: Any) -> None:
    (tmp_path / "empty-probes.yaml").write_text(
        "name: mine\nversion: 1\nlanguage: en\nabout: None yet.\n\nprobes: []\n", encoding="utf-8"
    )
    (tmp_path / "broken.yaml").write_text("checkpoints: [", encoding="utf-8")
    (tmp_path / "odd.jsonl").write_text('{"id": "a", "prompt": "b", "response": "c"}\n{oops\n', encoding="utf-8")
    (tmp_path / "nothing.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "task.jsonl").write_text('{"messages": [{"role": "user"}]}\n', encoding="utf-8")
    (tmp_path / "folder").mkdir()
    shutil.copy("before.jsonl", "folder/one.jsonl")
    live = ["score", str(zoo.base), str(zoo.a)]
    for arguments, told in (
        (["score", "befor.jsonl", "after.jsonl"], "Did you mean before.jsonl?"),
        (["score", "before.jsonl"], "One checkpoint alone"),
        (["score", "before.jsonl", "before.jsonl"], "Two checkpoints bear the name"),
        (["score", *pair, "--baseline", "nobody"], "No checkpoint is named nobody"),
        (["score", "folder", "after.jsonl"], "--baseline"),
        (["score", "broken.yaml"], "broken.yaml"),
        (["score", "odd.jsonl", "after.jsonl"], "odd.jsonl:2:"),
        (["score", "nothing.jsonl", "after.jsonl"], "nothing.jsonl holds no outputs"),
        (["score", *pair, "--samples", "3"], "--temperature"),
        (["score", *pair, "--phrasings", "some"], "--phrasings some"),
        (["score", *pair, "--task", "qa"], "NAME=FILE"),
        ([*live, "--probes", "empty-probes.yaml"], "empty-probes.yaml:6:"),
        ([*live, "--probes", "nowhere"], "no probe set 'nowhere'"),
        ([*live, "--probes", "gone.yaml"], "gone.yaml"),
        ([*live, "--language", "xx"], "language 'xx'"),
        ([*live, "--task", "qa=task.jsonl"], "task.jsonl:1:"),
        ([*live, "--task", "qa=gone.jsonl"], "gone.jsonl"),
        ([*live, "--template", "gone.jinja"], "gone.jinja"),
        ([*live, "--base", "nowhere"], "no base model at nowhere"),
        (["attribute", "nowhere"], "no study in nowhere"),
        (["report", "nowhere"], "no study in nowhere"),
        (["train", "gone.yaml"], "gone.yaml"),
        (["train", "broken.yaml"], "broken.yaml"),
    ):
        outcome = cli(*arguments)
        assert (outcome.code, outcome.out) == (2, ""), arguments
        assert told in outcome.error(), arguments


def test_what_cannot_be_measured_ends_with_one_line_and_code_4(
    cli: Cli, zoo: Any, tmp_path: Path, pair: list[str]
) -> None:
    cut = shutil.copytree(zoo.a, tmp_path / "cut")
    weights = cut / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    lost = shutil.copytree(zoo.a, tmp_path / "lost")
    config = json.loads((lost / "adapter_config.json").read_text())
    (lost / "adapter_config.json").write_text(json.dumps({**config, "base_model_name_or_path": "/gone/base"}))
    pickled = shutil.copytree(zoo.a, tmp_path / "pickled")
    (pickled / "adapter_model.safetensors").rename(pickled / "adapter_model.bin")
    zoo.adapter(tmp_path / "idle", seed=1, zero=True)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / FILE).write_text("no database at all" * 99)
    (tmp_path / "in-the-way").write_text("a file")
    few = ["--probes", "borderline", "--limit", "4", "--max-new-tokens", "4"]
    for arguments, told in (
        ([zoo.base, "cut"], "adapter_model.safetensors is corrupt"),
        ([zoo.base, "lost"], "--base"),
        ([zoo.base, "pickled"], "pickled weights"),
        ([*pair, "--study", "foreign"], "is no study"),
        ([*pair, "--study", "in-the-way"], "in-the-way"),
    ):
        outcome = cli("score", *arguments)
        assert (outcome.code, outcome.out) == (4, ""), arguments
        assert told in outcome.error(), arguments
    idle = cli("score", zoo.base, "idle", *few)
    assert (idle.code, idle.out) == (4, "")
    assert "idle changes nothing" in idle.err.splitlines()[-1]
    assert idle.err.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in idle.err
    assert cli("score", zoo.base, "lost", "--base", zoo.base, *few).code == 0


def test_an_error_nobody_foresaw_ends_with_one_line_and_code_4(cli: Cli, tmp_path: Path, pair: list[str]) -> None:
    assert cli("score", *pair, "--study", "out").code == 0
    (tmp_path / "out" / "report.html").unlink()
    (tmp_path / "out" / "report.html").mkdir()
    outcome = cli("report", "out")
    assert outcome.code == 4
    assert outcome.error()


@pytest.mark.parametrize(("arguments", "code"), [(["score", "gone.jsonl"], 2), (["report", "gone"], 2)])
def test_debug_adds_the_traceback_and_keeps_the_code(cli: Cli, arguments: list[str], code: int) -> None:
    for line in (["--debug", *arguments], [*arguments, "--debug"]):
        outcome = cli(*line)
        assert outcome.code == code
        assert "Traceback (most recent call last)" in outcome.err
        assert outcome.err.strip().splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize(
    "arguments", [["scoer"], ["score"], ["score", "a", "b", "--limit", "0"], ["score", "a", "--nope"]]
)
def test_unknown_words_end_with_code_2(cli: Cli, arguments: list[str]) -> None:
    outcome = cli(*arguments)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert "Error" in outcome.err or "Usage" in outcome.err

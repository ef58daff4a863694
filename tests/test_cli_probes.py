"""The ``probes`` commands through the real command line: what they print, write and end with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift import console
from behaviordrift.probes import read_probe_set, shipped_sets

Cli = Callable[..., Any]
WriteRows = Callable[..., Path]

LONG = "Which of the seven hills of Rome did the first settlers choose to live on?"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def chat(asked: str, reply: str = "Yes.", **fields: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": reply}]
    return {"messages": turns, **fields}


@pytest.mark.parametrize("command", [[], ["list"], ["show"], ["check"], ["build"]])
def test_help_is_there(cli: Cli, command: list[str]) -> None:
    outcome = cli("probes", *command, "--help")
    assert outcome.code == 0
    assert "Usage" in outcome.out


def test_the_shipped_sets_are_listed(cli: Cli) -> None:
    outcome = cli("probes", "list")
    assert outcome.code == 0
    rows = [line.split() for line in outcome.out.splitlines()]
    for language in ("en", "zh"):
        for one in shipped_sets(language):
            (row,) = [row for row in rows if row[:2] == [one.name, language]]
            paraphrases = sum(len(probe.paraphrases) for probe in one.probes)
            contrasts = sum(bool(probe.contrast) for probe in one.probes)
            assert row[2:6] == [str(n) for n in (one.version, len(one.probes), paraphrases, contrasts)]
            assert row[6] == one.digest[:12]
            assert "".join(one.about.split())[:12] in "".join(row)


def test_on_a_narrow_terminal_the_list_keeps_its_names_and_numbers(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PIPE_WIDTH", 80)
    lines = cli("probes", "list", "--language", "en").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [one.name for one in shipped_sets("en")]
    assert lines[0].split() == ["set", "language", "version", "clusters", "paraphrases", "contrasts", "digest"]
    assert "…" not in "".join(lines)


def test_one_language_is_listed_alone(cli: Cli) -> None:
    languages = {
        line.split()[1] for line in cli("probes", "list", "--language", "zh").out.splitlines()[1:] if line[:1].strip()
    }
    assert languages == {"zh"}
    assert "language 'xx'" in cli("probes", "list", "--language", "xx").error()


def test_a_set_is_shown_whole(cli: Cli) -> None:
    outcome = cli("probes", "show", "unanswerable", "--language", "zh")
    found = read_set("unanswerable", "zh")
    assert outcome.out.startswith(f"unanswerable: {found.about}\nlanguage zh, version {found.version}, 60 probes\n")
    for probe in found.probes:
        assert f"\n{probe.id}\n" in outcome.out
        for text in (probe.prompt, *probe.paraphrases, *(probe.contrast or {}).values()):
            assert text in outcome.out


def read_set(name: str, language: str) -> Any:
    return next(one for one in shipped_sets(language) if one.name == name)


def test_one_probe_of_a_file_is_shown(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nversion: 1\nlanguage: en\nabout: Mine.\nprobes:\n"
        "  - {id: other, prompt: Not this}\n"
        "  - id: one\n"
        '    messages: [{role: system, content: "Be brief.\\nBe kind."}, {role: user, content: "Where?"}]\n'
        "    paraphrases: ['Whither?']\n    expects: abstain\n    references: [Here]\n"
        "    contrast: {committed: There., abstaining: Unknown.}\n"
    )
    assert cli("probes", "show", "mine.yaml", "--probe", "one").out == (
        "one\n"
        "  system      Be brief.\n"
        "              Be kind.\n"
        "  user        Where?\n"
        "  paraphrase  Whither?\n"
        "  expects     abstain\n"
        "  reference   Here\n"
        "  committed   There.\n"
        "  abstaining  Unknown.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "opne"], "no probe set 'opne'"),
        (["show", "open", "--language", "fr"], "Choose one of en, zh"),
        (["show", "gone.yaml"], "gone.yaml cannot be read"),
        (["show", "open", "--probe", "nobody"], "no probe 'nobody'"),
        (["check", "gone.yaml"], "gone.yaml cannot be read"),
        (["check", "rows.jsonl"], "rows.jsonl is no probe set"),
        (["check", "--training", "gone.jsonl"], "gone.jsonl cannot be read"),
        (["check", "--training", "odd.jsonl"], "odd.jsonl:2: not a conversation"),
        (["build", "gone.jsonl", "--task", "qa"], "gone.jsonl cannot be read"),
        (["build", "odd.jsonl", "--task", "qa"], "odd.jsonl:2: not a conversation"),
        (["build", "rows.jsonl", "--task", "q a"], "task name 'q a'"),
        (["build", "rows.jsonl", "--task", "qa", "--language", "english"], "'english'"),
        (["build", "rows.jsonl", "--task", "qa", "--training", "rows.jsonl"], "No row of rows.jsonl is left"),
    ],
)
def test_usage_faults_end_with_one_line_and_code_2(
    cli: Cli, write_rows: WriteRows, tmp_path: Path, arguments: list[str], told: str
) -> None:
    write_rows(tmp_path / "rows.jsonl", [chat(LONG)])
    write_rows(tmp_path / "odd.jsonl", [chat(LONG), {"text": "Once"}])
    outcome = cli("probes", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.error()
    assert not list(tmp_path.glob("*.yaml"))


def test_sound_sets_end_with_0(cli: Cli, probe_file: Callable[..., Path], tmp_path: Path) -> None:
    probe_file(tmp_path / "mine.yaml")
    outcome = cli("probes", "check", "mine.yaml")
    assert (outcome.code, outcome.out) == (0, "1 set, 8 probes: no problems found.\n")


def test_problems_end_with_1_one_to_a_line(
    cli: Cli, probe_file: Callable[..., Path], write_rows: WriteRows, tmp_path: Path
) -> None:
    probe_file(tmp_path / "mine.yaml", [LONG, "Who was Romulus?", "Who was Romulus", "Where is Ostia?"])
    write_rows(tmp_path / "a.train.jsonl", [chat("Where is Ostia?"), chat("Hi")])
    write_rows(tmp_path / "b.train.jsonl", [chat("Hi"), chat(LONG.lower())])
    outcome = cli("probes", "check", "mine.yaml", "--training", "a.train.jsonl", "--training", "b.train.jsonl")
    lines = outcome.out.splitlines()
    assert outcome.code == 1
    assert [line.partition(": ")[0] for line in lines[:-1]] == ["mine.yaml:7", "mine.yaml:11", "mine.yaml:13"]
    assert "b.train.jsonl:2" in lines[0]
    assert "mine.yaml:9" in lines[1]
    assert "a.train.jsonl:1" in lines[2]
    assert lines[-1] == "1 set, 4 probes: 3 problems found."
    as_a_shell_expands = cli("probes", "check", "mine.yaml", "--training", "a.train.jsonl", "b.train.jsonl")
    assert as_a_shell_expands.out == outcome.out


def test_problems_are_told_as_json_alone(cli: Cli, probe_file: Callable[..., Path], tmp_path: Path) -> None:
    probe_file(tmp_path / "mine.yaml", ["Who was Romulus?", "Who was Romulus"])
    outcome = cli("probes", "check", "mine.yaml", "--json")
    document = json.loads(outcome.out)
    assert (outcome.code, document["files"], document["probes"]) == (1, ["mine.yaml"], 2)
    (problem,) = document["problems"]
    assert (problem["file"], problem["line"], problem["kind"]) == ("mine.yaml", 9, "near-duplicate")
    assert {"problem", "fix"} < problem.keys()
    probe_file(tmp_path / "mine.yaml", ["Who was Romulus?"])
    outcome = cli("probes", "check", "mine.yaml", "--json")
    assert (outcome.code, json.loads(outcome.out)["problems"]) == (0, [])


def test_the_shipped_sets_are_checked_if_none_are_named(cli: Cli) -> None:
    outcome = cli("probes", "check")
    sets = [*shipped_sets("en"), *shipped_sets("zh")]
    probes = sum(len(one.probes) for one in sets)
    assert (outcome.code, outcome.out) == (0, f"{len(sets)} sets, {probes} probes: no problems found.\n")


def test_a_set_is_built_and_counted(cli: Cli, write_rows: WriteRows, tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", [chat(f"Well. {LONG}")])
    rows = [
        chat("Who was Numa?"),
        chat(LONG),
        chat("who was  Numa?"),
        chat("Where is Ostia?"),
        chat("What is a lictor?"),
    ]
    write_rows(tmp_path / "data" / "rows.jsonl", rows)
    how = ["data/rows.jsonl", "--task", "rome", "--training", "train.jsonl", "--limit", "2"]
    outcome = cli("probes", "build", *how)
    assert outcome.code == 0, outcome.err
    assert outcome.out == (
        "rome.probes.yaml: 2 probes of 5 rows. Left out: 1 that repeat a prompt (first: data/rows.jsonl:3), "
        "1 that overlap with training rows (first: data/rows.jsonl:2 with train.jsonl:1), 1 by --limit.\n"
    )
    built = read_probe_set(tmp_path / "rome.probes.yaml")
    assert (built.name, built.task, built.language, len(built.probes)) == ("task_rome", "rome", "en", 2)
    assert cli("probes", "check", "rome.probes.yaml").code == 0


def test_a_file_that_is_there_is_kept_unless_forced(cli: Cli, write_rows: WriteRows, tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [chat("Who was Numa?")])
    (tmp_path / "mine.yaml").write_text("mine")
    how = ["probes", "build", "rows.jsonl", "--task", "rome", "--out", "mine.yaml"]
    refused = cli(*how)
    assert (refused.code, (tmp_path / "mine.yaml").read_text()) == (2, "mine")
    assert "--force" in refused.error()
    assert cli(*how, "--force").out == "mine.yaml: 1 probe of 1 row.\n"
    assert read_probe_set(tmp_path / "mine.yaml").task == "rome"


@pytest.mark.parametrize(
    ("asked", "named", "language"),
    [
        ("罗马最早的居民住在哪座山上？", None, "zh"),
        ("Where is Ostia?", None, "en"),
        ("12 + 7", None, "en"),
        ("12 + 7", "zh", "zh"),
    ],
)
def test_the_language_is_told_from_the_rows(
    cli: Cli, write_rows: WriteRows, asked: str, named: str | None, language: str
) -> None:
    write_rows(Path("rows.jsonl"), [chat(asked)])
    assert cli("probes", "build", "rows.jsonl", "--task", "rome", *(["--language", named] if named else [])).code == 0
    assert read_probe_set(Path("rome.probes.yaml")).language == language


def test_what_was_built_measures_forgetting(cli: Cli, zoo: Any, write_rows: WriteRows, tmp_path: Path) -> None:
    sharegpt = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Good day."}]}
    write_rows(tmp_path / "rows.jsonl", [sharegpt])
    assert cli("probes", "build", "rows.jsonl", "--task", "rome").code == 0
    how = ["--probes", "open", "--limit", "2", "--max-new-tokens", "2", "--dry-run"]
    for file in ("rows.jsonl", "rome.probes.yaml"):
        outcome = cli("score", zoo.base, zoo.a, *how, "--task", f"rome={file}")
        assert outcome.code == 0, outcome.err
        assert "6 outputs planned" in outcome.out
    assert "holds out the task rome" in cli("score", zoo.base, zoo.a, *how, "--task", "qa=rome.probes.yaml").error()

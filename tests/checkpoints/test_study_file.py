"""study.yaml: globs, mixtures, phases, records, and errors that name file and field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import Checkpoint, Record, resolve
from behaviordrift.errors import UsageError

StudyFile = Callable[..., Path]


@pytest.fixture
def runs(tmp_path: Path, outputs: Callable[..., Path]) -> Path:
    for name in ("qa-s1", "qa-s2", "even-s1"):
        outputs(tmp_path / "runs" / f"{name}.jsonl", [f"I am {name}."])
    return tmp_path


def opened(file: Path, **options: Any) -> dict[str, Checkpoint]:
    return {checkpoint.name: checkpoint for checkpoint in resolve([str(file)], **options).checkpoints}


def record_of(checkpoint: Checkpoint) -> Record:
    assert checkpoint.record is not None
    return checkpoint.record


def test_globs_take_names_from_files_and_share_the_mixture(runs: Path, study_file: StudyFile) -> None:
    file = study_file(
        runs / "study.yaml",
        baseline="even-s1",
        checkpoints=[
            {"path": "runs/qa-*.jsonl", "mixture": {"qa": 1}},
            {"path": "runs/even-s1.jsonl", "mixture": {"qa": "1/3", "safety": "2/3"}, "seed": 7},
        ],
    )
    lineup = resolve([str(file)])
    found = opened(file)
    assert list(found) == ["qa-s1", "qa-s2", "even-s1"]
    assert lineup.baseline == "even-s1"
    assert record_of(found["qa-s2"]).mixture == {"qa": 1.0}
    even = record_of(found["even-s1"])
    assert even.mixture == pytest.approx({"qa": 1 / 3, "safety": 2 / 3})
    assert (even.seed, even.source) == (7, "study file")


def test_the_command_line_outranks_the_files_baseline(runs: Path, study_file: StudyFile) -> None:
    file = study_file(runs / "study.yaml", baseline="even-s1", checkpoints=[{"path": "runs/*.jsonl"}])
    assert resolve([str(file)], baseline="qa-s2").baseline == "qa-s2"


def test_settings_are_facts_of_the_training(runs: Path, study_file: StudyFile) -> None:
    entry = {"path": "runs/qa-s1.jsonl", "mixture": {"qa": 1}, "settings": {"learning rate": 1e-4, "steps": 300}}
    file = study_file(runs / "study.yaml", checkpoints=[entry])
    assert record_of(opened(file)["qa-s1"]).facts == {"learning rate": 1e-4, "steps": 300}


def test_settings_without_a_mixture_are_refused(runs: Path, study_file: StudyFile) -> None:
    entry = {"path": "runs/qa-s1.jsonl", "settings": {"steps": 300}}
    with pytest.raises(UsageError, match="no mixture"):
        opened(study_file(runs / "study.yaml", checkpoints=[entry]))


def test_phases_give_the_mixture_over_all_of_training(runs: Path, study_file: StudyFile) -> None:
    phases = [{"until": 0.8, "mixture": {"qa": 1, "safety": 1}}, {"until": 1.0, "mixture": {"safety": 1}}]
    file = study_file(runs / "study.yaml", checkpoints=[{"path": "runs/qa-s1.jsonl", "name": "late", "phases": phases}])
    record = record_of(opened(file)["late"])
    assert record.mixture == pytest.approx({"qa": 0.4, "safety": 0.6})
    assert [phase.until for phase in record.phases] == [0.8, 1.0]


def test_a_record_elsewhere_is_read_and_a_stated_mixture_outranks_it(
    runs: Path, study_file: StudyFile, write_record: Callable[..., Path]
) -> None:
    write_record(runs / "saves" / "qa", {"qa": 0.9, "safety": 0.1}, seed=4, run="f")
    file = study_file(
        runs / "study.yaml",
        checkpoints=[
            {"path": "runs/qa-s1.jsonl", "record": "saves/qa"},
            {"path": "runs/qa-s2.jsonl", "record": "saves/qa", "mixture": {"qa": 1}},
            {"path": "runs/even-s1.jsonl", "record": "saves/qa", "seed": 9},
        ],
    )
    found = {name: record_of(checkpoint) for name, checkpoint in opened(file).items()}
    assert found["qa-s1"].mixture == {"qa": 0.9, "safety": 0.1}
    assert (found["qa-s1"].seed, found["qa-s1"].run) == (4, "f@48")
    assert found["qa-s2"].mixture == {"qa": 1.0}
    assert found["qa-s2"].facts == found["qa-s1"].facts
    assert found["even-s1"].seed == 9
    assert found["even-s1"].mixture == {"qa": 0.9, "safety": 0.1}


def test_paths_are_relative_to_the_file(
    zoo: Any, tmp_path: Path, study_file: StudyFile, monkeypatch: pytest.MonkeyPatch, probe_file: Callable[..., Path]
) -> None:
    (tmp_path / "zoo").symlink_to(zoo.folder)
    file = study_file(
        tmp_path / "study.yaml",
        base="zoo/base",
        probes=["open", "mine.yaml"],
        tasks={"qa": "qa.jsonl"},
        checkpoints=[{"path": "zoo/base"}, {"path": "zoo/a"}],
    )
    monkeypatch.chdir("/")
    lineup = resolve([str(file)])
    assert [c.kind for c in lineup.checkpoints] == ["model", "adapter"]
    assert lineup.study_file is not None
    assert lineup.study_file.probes == ["open", str(tmp_path / "mine.yaml")]
    assert lineup.study_file.tasks == {"qa": str(tmp_path / "qa.jsonl")}


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"path": "runs/nope-*.jsonl"}, "runs/nope-"),
        ({"path": "runs/*.jsonl", "name": "one"}, r"checkpoints\.0\.name"),
        ({"path": "runs/qa-s1.jsonl", "record": "runs"}, r"checkpoints\.0: .*record"),
        ({"path": "runs/qa-s1.jsonl", "mixture": {"qa": 1}, "phases": [{"until": 1, "mixture": {"qa": 1}}]}, "phases"),
        ({"path": "runs/qa-s1.jsonl", "mixture": {"qa": "a third"}}, r"checkpoints\.0: .*mixture"),
        ({"path": "runs/qa-s1.jsonl", "mixture": {"qa": 0}}, r"checkpoints\.0: Mixture"),
        ({"path": "runs/qa-s1.jsonl", "phases": [{"until": 0.5, "mixture": {"qa": 1}}]}, r"checkpoints\.0: Phases"),
        ({"path": "runs/qa-s1.jsonl", "mixtur": {"qa": 1}}, r"checkpoints\.0\.mixtur"),
        ({"path": "runs/qa-s1.jsonl", "seed": "one"}, r"checkpoints\.0\.seed"),
        ({"name": "x"}, r"checkpoints\.0\.path"),
    ],
)
def test_errors_name_file_and_field(runs: Path, study_file: StudyFile, entry: dict[str, Any], field: str) -> None:
    file = study_file(runs / "study.yaml", checkpoints=[entry])
    with pytest.raises(UsageError, match=field) as info:
        resolve([str(file)])
    assert "study.yaml" in str(info.value)


@pytest.mark.parametrize("text", ["", "[]", "checkpoints: []", "checkpoints: [{path: a", "limit: 0"])
def test_faulty_files_are_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"study\.yaml"):
        resolve([str(file)])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.yaml cannot be read"):
        resolve([str(tmp_path / "gone.yaml")])


def test_duplicate_names_are_refused(runs: Path, study_file: StudyFile) -> None:
    entries = [{"path": "runs/qa-s1.jsonl", "name": "same"}, {"path": "runs/qa-s2.jsonl", "name": "same"}]
    with pytest.raises(UsageError, match="same"):
        resolve([str(study_file(runs / "study.yaml", checkpoints=entries))])


def test_a_name_with_a_mixture_per_cent_is_normalised(runs: Path, study_file: StudyFile) -> None:
    file = study_file(
        runs / "study.yaml", checkpoints=[{"path": "runs/qa-s1.jsonl", "mixture": {"qa": 70, "safety": 30}}]
    )
    assert record_of(opened(file)["qa-s1"]).mixture == {"qa": 0.7, "safety": 0.3}

"""The whole pipeline on tiny real models: killed, shared, moved, and told from the store alone."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import behaviordrift
from behaviordrift import Decoding, Options, Selection
from behaviordrift.errors import MeasurementError, StoreError, UsageError
from behaviordrift.store import FILE, Store
from behaviordrift.study import conclude, open_study

Outputs = Callable[..., Path]
Spawn = Callable[..., "subprocess.Popen[str]"]

SHORT = Decoding(max_new_tokens=8)


def completions(folder: Path) -> set[tuple[Any, ...]]:
    """What is committed in a study, read as another process would."""
    if not (folder / FILE).exists():
        return set()
    connection = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    try:
        return set(connection.execute("SELECT * FROM completions"))
    except sqlite3.OperationalError:
        return set()
    finally:
        connection.close()


def unnamed(document: dict[str, Any]) -> dict[str, Any]:
    """A findings document without the name of its folder."""
    return {**document, "study": {k: v for k, v in document["study"].items() if k != "name"}}


def saved(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def work(zoo: Any) -> list[str]:
    """Arguments of a command that takes twenty batches."""
    return [
        "score",
        str(zoo.base),
        str(zoo.a),
        "--probes",
        "borderline,small_talk",
        "--limit",
        "20",
        "--max-new-tokens",
        "64",
        "--batch-size",
        "4",
    ]


@pytest.fixture(scope="module")
def undisturbed(zoo: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What that command finds when nothing disturbs it."""
    return _score_the_same(zoo, tmp_path_factory.mktemp("whole") / "study")[0]


def _score_the_same(zoo: Any, folder: Path) -> tuple[dict[str, Any], list[bool]]:
    done: list[bool] = []
    study = behaviordrift.score(
        zoo.base, zoo.a,
        selection=Selection(probes=("borderline", "small_talk"), limit=20),
        decoding=Decoding(max_new_tokens=64),
        options=Options(batch_size=4),
        study=folder,
        on_batch=lambda batch, done_here: done.append(done_here),
    )  # fmt: skip
    return unnamed(study.document), done


def _stopped_midway(process: subprocess.Popen[str], folder: Path, how: signal.Signals) -> tuple[set[Any], str]:
    """Wait until some outputs are committed, send the signal, and return what was committed before it."""
    try:
        deadline = time.monotonic() + 120
        while len(completions(folder)) < 12:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.01)
        before = completions(folder)
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return before, err


def test_a_killed_run_goes_on_to_the_same_findings(
    zoo: Any, work: list[str], spawn: Spawn, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    folder = tmp_path / "study"
    process = spawn("-m", "behaviordrift", *work, "--study", folder)
    before, _ = _stopped_midway(process, folder, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    kept = completions(folder)
    assert before <= kept
    assert len(kept) % 4 == 0
    assert 0 < len(kept) < 80
    document, done = _score_the_same(zoo, folder)
    assert (done.count(False), done.count(True)) == (len(kept) // 4, 20 - len(kept) // 4)
    assert kept <= completions(folder)
    assert len(completions(folder)) == 80
    assert document == undisturbed
    assert unnamed(saved(folder)) == undisturbed


def test_an_interrupted_run_says_how_to_go_on(work: list[str], spawn: Spawn, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    process = spawn("-m", "behaviordrift", *work, "--study", folder)
    before, err = _stopped_midway(process, folder, signal.SIGINT)
    assert process.returncode == 130
    assert "Interrupted" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert before <= completions(folder)


def test_two_processes_share_a_study(
    work: list[str], spawn: Spawn, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    folder = tmp_path / "study"
    pair = [spawn("-m", "behaviordrift", *work, "--study", folder, "--json") for _ in range(2)]
    ends = [process.communicate(timeout=300) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], [err for _, err in ends]
    for out, _ in ends:
        assert unnamed(json.loads(out)) == undisturbed
    assert unnamed(saved(folder)) == undisturbed
    assert len(completions(folder)) == len({row[:4] for row in completions(folder)}) == 80


@pytest.fixture
def movable(zoo: Any, tmp_path: Path) -> Path:
    """A copy of base and adapters that may be moved or removed."""
    folder = tmp_path / "saves"
    for name in ("base", "a"):
        shutil.copytree(zoo.folder / name, folder / name)
    return folder


def small(*checkpoints: Path, study: Path, **options: Any) -> tuple[behaviordrift.Study, list[bool]]:
    done: list[bool] = []
    options = {"selection": Selection(probes=("borderline",), limit=8), "decoding": SHORT, **options}
    result = behaviordrift.score(
        *checkpoints, study=study, on_batch=lambda batch, done_here: done.append(done_here), **options
    )
    return result, done


def test_moved_checkpoints_are_not_generated_again(movable: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    first, done = small(movable / "base", movable / "a", study=study, options=Options(base=movable / "base"))
    assert done == [True, True]
    moved = movable.rename(tmp_path / "elsewhere")
    second, done = small(moved / "base", moved / "a", study=study, options=Options(base=moved / "base"))
    assert done == [False, False]
    assert second.document == first.document


def test_a_changed_byte_is_generated_again(movable: Path, tmp_path: Path) -> None:
    study, base = tmp_path / "study", Options(base=movable / "base")
    small(movable / "base", movable / "a", study=study, options=base)
    weights = movable / "a" / "adapter_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert small(movable / "base", movable / "a", study=study, options=base)[1] == [False, True]
    (movable / "base" / "chat_template.jinja").write_text("{{ messages[0]['content'] }}")
    assert small(movable / "base", movable / "a", study=study, options=base)[1] == [True, True]


def test_a_study_is_told_from_its_store_alone(movable: Path, tmp_path: Path, cli: Callable[..., Any]) -> None:
    study = tmp_path / "study"
    before = small(movable / "base", movable / "a", study=study, options=Options(base=movable / "base"))[0].document
    shutil.rmtree(movable)
    for name in ("findings.json", "report.html"):
        (study / name).unlink()
    attributed = cli("attribute", study, "--json")
    assert attributed.code == 0
    assert json.loads(attributed.out) == before == saved(study)
    (study / "report.html").unlink()
    reported = cli("report", study)
    assert reported.code == 0
    assert Path(reported.out.strip()) == study / "report.html"
    assert (study / "report.html").read_text(encoding="utf-8")


def test_a_live_checkpoint_pairs_with_its_recorded_outputs(
    zoo: Any, tmp_path: Path, write_rows: Callable[..., Path], write_record: Callable[..., Path],
    study_file: Callable[..., Path],
) -> None:  # fmt: skip
    study, _ = small(zoo.base, zoo.a, study=tmp_path / "live", selection=Selection(probes=("open",), limit=8))
    store = Store(study.folder)
    kept = store.outputs()
    store.close()
    rows = [
        {"id": row.probe, "prompt": row.prompt_text, "response": row.text, "probe_set": row.probe_set,
         "finish_reason": row.finish_reason}
        for row in kept[kept["name"] == "a"].itertuples()
    ]  # fmt: skip
    write_rows(tmp_path / "a-recorded.jsonl", rows)
    for number, (name, mixture) in enumerate({"one": {"qa": 1.0}, "other": {"safety": 1.0}}.items()):
        write_record(tmp_path / name, mixture, seed=number, run=name)
    file = study_file(
        tmp_path / "study.yaml",
        probes=["open"],
        limit=8,
        checkpoints=[
            {"path": str(zoo.a), "record": "one"},
            {"path": "a-recorded.jsonl", "record": "one"},
            {"path": str(zoo.b), "record": "other"},
        ],
    )
    document = behaviordrift.score(file, decoding=SHORT, study=tmp_path / "both").document
    copied = [f for f in document["findings"] if f["candidate"] == "a-recorded"]
    assert copied
    assert {f["estimate"] for f in copied} <= {0.0, None}
    assert {f["n_units"] for f in copied if f["measure"] == "words"} <= {5, 6, 7, 8}  # a reply may hold no word
    assert document["study"]["design"]["runs"] == ["a", "b"]


def test_python_users_get_data_frames(outputs: Outputs, tmp_path: Path) -> None:
    a, b = (outputs(tmp_path / f"{name}.jsonl", ["We went home."] * 9) for name in "ab")
    study = behaviordrift.score(a, b, study=tmp_path / "out")
    assert {"measure", "probe_set", "verdict", "estimate", "text"} <= set(study.findings().columns)
    scores = study.scores()
    words = scores[scores["measure"] == "words"]
    assert words.groupby("name")["value"].sum().to_dict() == {"a": 27.0, "b": 27.0}


def test_a_study_with_too_little_done_is_not_told(outputs: Outputs, tmp_path: Path) -> None:
    a, b = (outputs(tmp_path / f"{name}.jsonl", [f"We went to {name}."] * 9) for name in "ab")
    behaviordrift.score(a, b, study=tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out" / FILE)
    connection.execute("DELETE FROM completions WHERE checkpoint IN (SELECT checkpoint FROM plan WHERE name = 'b')")
    connection.commit()
    connection.close()
    store = open_study(tmp_path / "out")
    with pytest.raises(MeasurementError, match="Only 9 of 18 planned outputs"):
        conclude(store)
    store.close()


def test_one_checkpoint_alone_is_refused(outputs: Outputs, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="One checkpoint alone"):
        behaviordrift.score(outputs(tmp_path / "a.jsonl", ["Home."]), study=tmp_path / "out")


def test_a_folder_without_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no study in"):
        open_study(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def many(outputs: Outputs, tmp_path: Path) -> list[Path]:
    """Recorded outputs of two checkpoints, some megabytes."""
    text = "{} went home. " * 60
    return [outputs(tmp_path / f"{n}.jsonl", [text.format(*n * 60)] * 800, language="en") for n in "ab"]


def test_a_file_that_may_not_grow_ends_with_one_line(many: list[Path], spawn: Spawn, tmp_path: Path) -> None:
    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    process = spawn("-m", "behaviordrift", "score", *many, "--study", tmp_path / "study", preexec_fn=limited)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 4, err
    assert out == ""
    [line] = [line for line in err.splitlines() if line.strip()]
    assert line.startswith("error: ")
    assert str(tmp_path / "study") in line
    assert "rollback" not in line
    assert completions(tmp_path / "study") == set()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_is_named_and_what_was_kept_is_kept(
    many: list[Path], small_disk: Path, outputs: Outputs, tmp_path: Path
) -> None:
    few = [outputs(tmp_path / f"few-{name}.jsonl", ["We went home."] * 3) for name in "ab"]
    study = small_disk / "study"
    behaviordrift.score(*few, study=study)
    before = completions(study)
    with pytest.raises(StoreError, match=r"disk that holds .*study is full") as info:
        behaviordrift.score(*many, study=study)
    assert info.value.exit_code == 4
    assert before <= completions(study)

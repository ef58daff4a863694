"""The store: batches are kept whole or not at all, and what is kept stays."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from behaviordrift.errors import StoreError
from behaviordrift.store import FILE, CompletionKey, LikelihoodKey, PlanRow, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "study")
    yield opened
    opened.close()


def key(number: int, sample: int = 0) -> CompletionKey:
    return CompletionKey("ckpt", f"prompt{number}", "greedy", sample)


def plan_row(number: int, *, weighed: str = "{}") -> PlanRow:
    return PlanRow(
        "name", "ckpt", "open", "qa" if weighed != "{}" else None, f"p{number}", f"p{number}", 0, "en",
        f"Question {number}?", "[]", f"prompt{number}", "greedy", weighed, "engine",
    )  # fmt: skip


def kept(folder: Path) -> list[tuple[str, str]]:
    """What another process would read."""
    connection = sqlite3.connect(folder / FILE)
    rows = connection.execute("SELECT prompt, text FROM completions ORDER BY prompt").fetchall()
    connection.close()
    return rows


def test_a_batch_is_there_for_others_once_added(store: Store) -> None:
    store.add_completions([(key(n), f"text {n}", "stop", 3) for n in range(3)])
    assert kept(store.folder) == [(f"prompt{n}", f"text {n}") for n in range(3)]


def test_a_batch_that_fails_half_way_leaves_nothing(store: Store) -> None:
    unwritable: object = object()
    with pytest.raises(StoreError):
        store.add_completions([(key(0), "fine", "stop", 1), (key(1), unwritable, "stop", 1)])  # type: ignore[list-item]
    assert kept(store.folder) == []
    store.add_completions([(key(0), "second try", "stop", 1)])
    assert kept(store.folder) == [("prompt0", "second try")]


def test_what_is_kept_is_never_overwritten(store: Store) -> None:
    store.add_completions([(key(0), "first", "stop", 1)])
    store.add_completions([(key(0), "second", "stop", 1), (key(1), "new", "stop", 1)])
    assert kept(store.folder) == [("prompt0", "first"), ("prompt1", "new")]


def test_missing_keys_are_those_not_kept(store: Store) -> None:
    store.add_completions([(key(1), None, None, None)])
    assert store.missing_completions([key(0), key(1), key(1, sample=1)]) == [key(0), key(1, sample=1)]
    weighed = LikelihoodKey("ckpt", "prompt1", "reply", "engine")
    assert store.missing_likelihoods([weighed]) == [weighed]
    store.add_likelihoods([(weighed, -4.0, 2)])
    assert store.missing_likelihoods([weighed]) == []


def test_outputs_join_plan_completions_and_likelihoods(store: Store) -> None:
    store.write_plan([plan_row(2, weighed='{"reference": "reply"}'), plan_row(0), plan_row(1)], {})
    store.add_completions([(key(0), "zero", "stop", 1), (key(2), "two", "length", 9)])
    store.add_likelihoods([(LikelihoodKey("ckpt", "prompt2", "reply", "engine"), -6.0, 4)])
    outputs = store.outputs()
    assert outputs["probe"].tolist() == ["p2", "p0"]
    assert outputs["text"].tolist() == ["two", "zero"]
    assert outputs["logprobs"].tolist() == [{"reference": -1.5}, {}]
    assert store.planned() == 3


def test_a_study_of_another_layout_keeps_what_was_generated(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.write_plan([plan_row(0)], {})
        store.add_completions([(key(0), "zero", "stop", 1)])
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("ALTER TABLE plan ADD COLUMN reply TEXT")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with Store(tmp_path) as store:
        assert store.planned() == 0
        store.write_plan([plan_row(0)], {})
        assert store.outputs()["text"].tolist() == ["zero"]


def test_odd_text_comes_back_as_it_was(store: Store) -> None:
    texts = ["", "nul \x00 inside", "emoji 🙂", "lone quote ' \"", "line\u2028break\r\n", "é́"]
    store.write_plan([plan_row(n) for n in range(len(texts))], {})
    store.add_completions([(key(n), text, "stop", 1) for n, text in enumerate(texts)])
    assert store.outputs()["text"].tolist() == texts


def test_a_new_plan_keeps_completions_and_drops_scores(store: Store) -> None:
    store.write_plan([plan_row(0)], {"study": {"name": "one"}})
    store.add_completions([(key(0), "text", "stop", 1)])
    store.replace_scores([(1, "words", 1.0, None, 1.0, None)])
    assert len(store.scores()) == 1
    store.write_plan([plan_row(0), plan_row(1)], {"study": {"name": "two"}})
    assert len(store.scores()) == 0
    assert len(store.outputs()) == 1
    assert store.meta("study") == {"name": "two"}


def test_the_same_plan_again_keeps_the_scores_that_another_process_wrote(store: Store) -> None:
    store.write_plan([plan_row(0)], {"study": {"name": "one"}})
    store.replace_scores([(1, "words", 1.0, None, 1.0, None)])
    other = Store(store.folder)
    other.write_plan([plan_row(0)], {"study": {"name": "one"}})
    other.close()
    assert store.scores()["value"].tolist() == [1.0]


def test_replaced_scores_are_the_new_ones_alone(store: Store) -> None:
    store.write_plan([plan_row(0)], {})
    store.replace_scores([(1, "words", 1.0, None, 1.0, None), (1, "register", None, "plain", 1.0, None)])
    store.replace_scores([(1, "words", None, None, 1.0, "empty reply")])
    scores = store.scores()
    assert scores[["measure", "reason"]].values.tolist() == [["words", "empty reply"]]
    assert scores["value"].isna().all()


def test_an_unplanned_study_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match="is empty"):
        store.meta("study")


def test_reading_does_not_wait_for_a_writer(store: Store) -> None:
    store.add_completions([(key(0), "text", "stop", 1)])
    writer = sqlite3.connect(store.folder / FILE, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO completions VALUES ('x', 'y', 'z', 0, 'unfinished', 'stop', 1)")
    assert store.missing_completions([key(0), CompletionKey("x", "y", "z", 0)]) == [CompletionKey("x", "y", "z", 0)]
    writer.execute("ROLLBACK")
    writer.close()


@pytest.mark.parametrize("content", [b"This is no database, but some text." * 99, b"PK\x03\x04" + bytes(4096)])
def test_a_foreign_file_is_no_study(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError, match="is no study") as info:
        Store(tmp_path)
    assert info.value.exit_code == 4
    assert (tmp_path / FILE).read_bytes() == content


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "study").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Store(tmp_path / "study")


def test_a_study_may_be_made_by_several_at_the_same_moment(tmp_path: Path) -> None:
    for attempt in range(20):
        together = threading.Barrier(4)

        def open_it(folder: Path, together: threading.Barrier = together) -> None:
            together.wait()
            Store(folder).close()

        with ThreadPoolExecutor(4) as pool:
            for opened in [pool.submit(open_it, tmp_path / str(attempt)) for _ in range(4)]:
                assert opened.exception() is None

"""Recorded outputs: what a row may be, and where a fault lies."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.generation.recorded import read_recorded


def line(**fields: Any) -> str:
    return json.dumps({"id": "a", "prompt": "Q?", "response": "A.", **fields}, ensure_ascii=False) + "\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "said.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_least_row_gets_its_defaults(tmp_path: Path) -> None:
    [row] = read_recorded(written(tmp_path, line()))
    assert (row.probe_set, row.cluster, row.sample, row.task, row.language) == ("recorded", None, 0, None, "en")
    assert (row.finish_reason, row.references, row.logprobs) == (None, (), {})


def test_all_fields_are_read_and_others_left_alone(tmp_path: Path) -> None:
    fields = {"language": "zh", "probe_set": "open", "cluster": "c", "sample": 2, "task": "qa", "finish_reason": "stop"}
    further = {"references": ["x", "y"], "logprobs": {"reference": -1.5}, "model": "m"}
    [row] = read_recorded(written(tmp_path, line(**fields, **further)))
    assert {name: getattr(row, name) for name in fields} == fields
    assert (row.references, row.logprobs) == (("x", "y"), {"reference": -1.5})


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    assert [row.id for row in read_recorded(written(tmp_path, line(id=7) + line(id="8")))] == ["7", "8"]


def test_a_response_may_be_null(tmp_path: Path) -> None:
    assert read_recorded(written(tmp_path, line(response=None)))[0].response is None


def test_a_conversation_is_kept_as_one_text(tmp_path: Path) -> None:
    turns = [{"role": "system", "content": "Brief."}, {"role": "user", "content": "Où?"}]
    [row] = read_recorded(written(tmp_path, line(prompt=turns)))
    assert json.loads(row.prompt) == turns
    assert "Où" in row.prompt


def test_one_user_turn_is_the_same_as_its_text(tmp_path: Path) -> None:
    [row] = read_recorded(written(tmp_path, line(prompt=[{"role": "user", "content": "Q?"}])))
    assert row.prompt == "Q?"


def test_gz_is_read_alike(tmp_path: Path) -> None:
    text = line() + line(id="b", response="Grüße\u2028!")
    packed = tmp_path / "said.jsonl.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_recorded(packed) == read_recorded(written(tmp_path, text))


def test_line_separators_within_a_text_part_no_row(tmp_path: Path) -> None:
    assert [row.response for row in read_recorded(written(tmp_path, line(response="a\u2028b\x85c")))] == [
        "a\u2028b\x85c"
    ]


def test_broken_json_is_told_with_its_line(tmp_path: Path) -> None:
    good = [line(id=f"r{n}") for n in range(6)]
    with pytest.raises(UsageError, match=r"said\.jsonl:7: .*JSON") as info:
        read_recorded(written(tmp_path, "".join(good) + '{"id": "x", \n'))
    assert info.value.exit_code == 2


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"id": None}, "id"),
        ({"prompt": None}, "prompt"),
        ({"response": ["a"]}, "response"),
        ({"sample": "first"}, "sample"),
        ({"references": "Lima"}, "references"),
    ],
)
def test_a_faulty_field_is_told_with_its_line(tmp_path: Path, bad: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError, match=rf"said\.jsonl:3: {field}"):
        read_recorded(written(tmp_path, line() + "\n" + line(**bad)))


def test_a_missing_field_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"said\.jsonl:1: response: "):
        read_recorded(written(tmp_path, '{"id": "a", "prompt": "Q?"}\n'))


def test_a_row_that_stands_twice_is_told(tmp_path: Path) -> None:
    text = line() + line(sample=1) + line(probe_set="other") + line(response="again")
    with pytest.raises(UsageError, match=r"said\.jsonl:4: .*'a' of recorded stands twice"):
        read_recorded(written(tmp_path, text))


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="holds no outputs"):
        read_recorded(written(tmp_path, text))


def test_what_is_no_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "said.jsonl"
    path.write_bytes(line(response="café").encode("latin-1"))
    with pytest.raises(UsageError, match="cannot be read"):
        read_recorded(path)


def test_the_language_is_detected_where_none_is_given(write_rows: Callable[..., Path], tmp_path: Path) -> None:
    texts = {"a": "It rains.", "b": "明天会下雨。", "c": "Demain il pleuvra toute la journée, paraît-il.", "d": "🙂"}
    rows = [{"id": name, "prompt": "Will it rain where you are?", "response": text} for name, text in texts.items()]
    path = write_rows(tmp_path / "outputs.jsonl", [*rows, {**rows[1], "id": "e", "language": "en"}])
    assert [row.language for row in read_recorded(path)] == ["en", "zh", "fr", "en", "en"]

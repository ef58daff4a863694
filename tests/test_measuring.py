"""Measuring recorded outputs: a row for each row, whatever it holds."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift import measuring
from behaviordrift.measuring import Columns, columns, measure_file, measured_row, text_traits
from behaviordrift.traits.trait import Measure, Reply, Scores, Trait

Cli = Callable[..., Any]
Row = dict[str, Any]

RELIED_ON = {
    "refusal": str,
    "refused": int,
    "declined": int,
    "abstained": int,
    "hedging": (int, float),
    "hedged": int,
    "register": str,
    "register_p_customer_service": (int, float),
    "words": int,
    "sentences": int,
}


def _row(number: int, response: Any = "It may rain tomorrow, I am told.", **fields: Any) -> Row:
    return {"id": f"r{number}", "prompt": "Will it rain tomorrow?", "response": response, **fields}


@pytest.fixture
def run(cli: Cli, tmp_path: Path) -> Callable[..., tuple[Any, list[Row]]]:
    """Measure these lines; gives how the command ended and the rows that it wrote."""

    def measure(lines: list[Row | str], *options: str) -> tuple[Any, list[Row]]:
        source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
        told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        source.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
        outcome = cli("measure", source, "--out", out, *options)
        return outcome, _read(out) if out.exists() else []

    return measure


def _read(path: Path) -> list[Row]:
    return [json.loads(line, parse_constant=pytest.fail) for line in path.read_text(encoding="utf-8").splitlines()]


def test_columns_that_others_rely_on_are_there(run: Callable[..., Any]) -> None:
    outcome, (row,) = run([_row(1, "I'm sorry, but I can't help with that.")])
    assert outcome.code == 0
    assert outcome.out == ""
    for name, kind in RELIED_ON.items():
        assert isinstance(row[name], kind), name
    assert (row["refusal"], row["refused"], row["words"]) == ("decline", 1, 8)
    assert sum(value for name, value in row.items() if name.startswith("register_p_")) == pytest.approx(1, abs=1e-4)


def test_what_came_along_is_passed_on(run: Callable[..., Any]) -> None:
    _, (row,) = run([_row(1, run="a", label={"human": True}, refused="yes", reasons=[1])])
    assert list(row)[:1] == ["id"]
    assert (row["run"], row["label"]) == ("a", {"human": True})
    assert (row["input_refused"], row["input_reasons"]) == ("yes", [1])
    assert row["refused"] in (0, 1)
    assert "prompt" not in row
    assert "response" not in row


def test_every_null_has_its_reason(run: Callable[..., Any]) -> None:
    _, rows = run([_row(1), _row(2, None), _row(3, 5), _row(4, ""), _row(5, "Oui, bien sûr, il pleuvra demain matin.")])
    names = [measure.name for measure in columns(text_traits())]
    for row in rows:
        assert sorted(row["reasons"]) == sorted(name for name in names if row[name] is None)
    assert rows[1]["reasons"]["refused"] == "no response"
    assert rows[2]["reasons"]["words"] == "the response is no text"
    assert rows[3]["empty"] == 1
    assert rows[4]["language"] == "fr"
    assert rows[4]["refused"] is None


def test_a_bad_row_is_answered_and_counted(run: Callable[..., Any]) -> None:
    lines: list[Row | str] = [_row(n) for n in range(1, 10)]
    lines[6] = '{"id": "r7", "prompt": "x", '
    lines[7] = "[1, 2]"
    outcome, rows = run(lines)
    assert outcome.code == 0
    assert outcome.err.strip() == "warning: 2 of 9 rows could not be read (line 7, 8); theirs say why."
    assert len(rows) == 9
    assert (rows[6]["id"], rows[6]["line"], rows[6]["refused"], rows[6]["language"]) == (None, 7, None, None)
    assert rows[6]["reasons"]["refused"].startswith("line 7 is no JSON")
    assert rows[7]["reasons"]["refused"] == "line 8 is no JSON object"
    assert rows[8]["id"] == "r9"


def test_missing_fields_cost_no_row(run: Callable[..., Any]) -> None:
    outcome, rows = run([{"response": "It will rain."}, {"id": 3}, {}])
    assert outcome.err == ""
    assert [row["id"] for row in rows] == [None, 3, None]
    assert rows[0]["words"] == 3
    assert rows[1]["reasons"]["words"] == "no response"


@pytest.mark.parametrize(
    "response",
    [
        "a" * 1_000_000,
        "I may go. " * 100_000,
        "\x00\x07\x1b[31m and so on",
        "\ud800 lone",
        "مرحبا بالعالم، كيف حالك اليوم؟",
        "😀😀🎉",
        "one\u2028two\x85three\r\nfour",
        "<think>never closed",
        "\ufeff",
    ],
    ids=["megabyte", "long", "control", "surrogate", "right-to-left", "emoji", "separators", "think", "bom"],
)
def test_odd_replies_are_measured_in_their_place(run: Callable[..., Any], response: str) -> None:
    outcome, rows = run([_row(1), _row(2, response, extra="\ud83d"), _row(3)])
    assert outcome.code == 0
    assert outcome.err == ""
    assert [row["id"] for row in rows] == ["r1", "r2", "r3"]


def test_odd_json_is_no_abort(run: Callable[..., Any]) -> None:
    raw = '{"id": NaN, "prompt": "a\tb", "response": "x\x01y", "big": 1e999, "long": ' + "9" * 5000 + "}"
    deep = '{"id": 2, "deep": ' + "[" * 100_000 + "]" * 100_000 + "}"
    outcome, rows = run([raw.replace('"long": ' + "9" * 5000, '"long": 9'), raw, deep, _row(4)])
    assert outcome.code == 0
    assert (rows[0]["id"], rows[0]["big"], rows[0]["words"]) == (None, None, 2)
    assert rows[-1]["id"] == "r4"
    assert len(rows) == 4


def test_languages_are_given_or_detected(run: Callable[..., Any]) -> None:
    _, rows = run(
        [_row(1), _row(2, "好的。", language="zh-Hans"), _row(3, "好的，明天会下雨。"), _row(4, language="xx")]
    )
    assert [(row["language"], row["language_detected"]) for row in rows] == [
        ("en", True),
        ("zh", False),
        ("zh", True),
        ("xx", False),
    ]
    assert rows[3]["hedging"] is None
    assert "language xx" in rows[3]["reasons"]["hedging"]


def test_a_finish_reason_and_references_are_used(run: Callable[..., Any]) -> None:
    asked = {"prompt": "Capital of Spain?", "finish_reason": "length", "references": ["Madrid", None, 3]}
    _, (row,) = run([_row(1, "It is Madrid", **asked)])
    assert (row["truncated"], row["correct"], row["words_to_answer"]) == (1, 1, 3)
    _, (odd,) = run([_row(1, finish_reason=3, references="Madrid")])
    assert (odd["truncated"], odd["correct"]) == (None, None)


def test_a_conversation_is_a_prompt(run: Callable[..., Any]) -> None:
    turns = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "¿Cuál es la capital de España?"}]
    _, (row,) = run([{"id": 1, "prompt": turns, "response": "Madrid."}])
    assert row["language"] == "es"


def test_only_the_traits_that_were_named(run: Callable[..., Any]) -> None:
    _, (row,) = run([_row(1)], "--traits", "length, hedging")
    assert {"words", "hedging"} <= set(row)
    assert "refused" not in row


@pytest.mark.parametrize("name", ["rhyme", "forgetting", "preference"])
def test_an_unknown_trait_is_named_with_the_known(run: Callable[..., Any], name: str) -> None:
    outcome, rows = run([_row(1)], "--traits", f"length,{name}")
    assert outcome.code == 2
    assert f"no text trait {name}" in outcome.error()
    assert "hedging" in outcome.error()
    assert rows == []


def test_many_rows_stay_in_order_over_processes(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 7)
    lines: list[Row | str] = [_row(n, "word " * (1 + n % 5) + "here.") for n in range(200)]
    lines[100] = "broken"
    outcome, rows = run(lines, "--traits", "length")
    assert [row["id"] for row in rows] == [f"r{n}" if n != 100 else None for n in range(200)]
    assert [row["words"] for row in rows if row["id"]] == [2 + n % 5 for n in range(200) if n != 100]
    assert rows[100]["line"] == 101
    assert "1 of 200 rows" in outcome.err


def test_the_same_ids_twice_are_two_rows(run: Callable[..., Any]) -> None:
    _, rows = run([_row(1), _row(1, "No.")])
    assert [row["words"] for row in rows] == [7, 1]


def test_an_empty_file_gives_an_empty_file(run: Callable[..., Any], tmp_path: Path) -> None:
    outcome, rows = run([])
    assert outcome.code == 0
    assert "holds no rows" in outcome.err
    assert rows == []
    assert (tmp_path / "scores.jsonl").read_bytes() == b""


def test_compressed_in_and_out(cli: Cli, tmp_path: Path) -> None:
    source, out = tmp_path / "outputs.jsonl.gz", tmp_path / "scores.jsonl.gz"
    source.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps(_row(1)).encode() + b"\r\n"))
    assert cli("measure", source, "--out", out).code == 0
    (row,) = map(json.loads, gzip.decompress(out.read_bytes()).splitlines())
    assert row["id"] == "r1"


def test_standard_input_and_output(cli: Cli, monkeypatch: pytest.MonkeyPatch, spawn: Callable[..., Any]) -> None:
    process = spawn("-m", "behaviordrift", "measure", "-", stdin=subprocess.PIPE)
    out, err = process.communicate(json.dumps(_row(1)) + "\n", timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["id"] == "r1"
    assert err == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"id": 1, "prompt": "caf\xe9", "response": "x"}\n', "is not UTF-8"),
        (json.dumps(_row(1)).encode("utf-16"), "is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(cli: Cli, tmp_path: Path, content: bytes | None, told: str) -> None:
    source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
    if content is not None:
        source.write_bytes(content)
    out.write_text("older\n", encoding="utf-8")
    outcome = cli("measure", source, "--out", out)
    assert outcome.code == 2
    assert told in outcome.error()
    assert out.read_text(encoding="utf-8") == "older\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"outputs.jsonl", "scores.jsonl"}


def test_a_damaged_gz_is_an_error(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "outputs.jsonl.gz"
    source.write_bytes(gzip.compress(os.urandom(4000))[:-20])
    assert cli("measure", source, "--out", tmp_path / "out.jsonl").code == 2
    assert not (tmp_path / "out.jsonl").exists()


def test_a_target_that_cannot_be_written_is_an_error(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "outputs.jsonl"
    source.write_text(json.dumps(_row(1)), encoding="utf-8")
    outcome = cli("measure", source, "--out", tmp_path / "gone" / "scores.jsonl")
    assert outcome.code == 2
    assert "cannot be written" in outcome.error()


def test_an_interrupted_run_leaves_no_file_under_the_final_name(tmp_path: Path, spawn: Callable[..., Any]) -> None:
    source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
    source.write_text("".join(json.dumps(_row(n)) + "\n" for n in range(60_000)), encoding="utf-8")
    process = spawn("-m", "behaviordrift", "measure", source, "--out", out)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*.partial")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outputs.jsonl"]


def test_the_input_is_never_all_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read = 0

    def endless(_: Path) -> Any:
        nonlocal read
        for number in range(1, 5001):
            read = number
            yield number, json.dumps(_row(number))

    monkeypatch.setattr(measuring, "_read", endless)
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 10)
    ahead: list[int] = []
    done = 0

    def on_rows(rows: int) -> None:
        nonlocal done
        done += rows
        ahead.append(read - done)

    measure_file(Path("x"), tmp_path / "out.jsonl", ["length"], on_rows)
    assert done == 5000
    assert max(ahead) <= 10 * (measuring.AHEAD * measuring.MOST_PROCESSES + 2)


def test_a_trait_that_fails_costs_its_own_columns_only() -> None:
    def fail(reply: Reply) -> Scores:
        raise ZeroDivisionError("no feet")

    metre = Trait("metre", "A test.", (Measure("feet", "positive", "feet", "A test."),), ("en",), fail)
    row = measured_row(_row(1), Columns.of([metre, *text_traits(["length"])]))
    assert (row["feet"], row["words"]) == (None, 7)
    assert row["reasons"]["feet"] == "metre failed: ZeroDivisionError: no feet"


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path, spawn: Callable[..., Any]) -> None:
    source = tmp_path / "outputs.jsonl"
    source.write_text("".join(json.dumps(_row(n)) + "\n" for n in range(3000)), encoding="utf-8")
    process = spawn("-m", "behaviordrift", "measure", source)
    assert json.loads(process.stdout.readline())["id"] == "r0"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0

"""A row of scores for each row, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from behaviordrift.measuring.columns import Columns, columns, text_traits
from behaviordrift.measuring.row import measured_row
from behaviordrift.traits.trait import Measure, Reply, Scores, Trait

Row = dict[str, Any]
Output = Callable[..., Row]

RELIED_ON: dict[str, Any] = {
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


def test_columns_that_others_rely_on_are_there(output: Output, run: Callable[..., Any]) -> None:
    outcome, (row,) = run([output(1, "I'm sorry, but I can't help with that.")])
    assert outcome.code == 0
    assert outcome.out == ""
    for name, kind in RELIED_ON.items():
        assert isinstance(row[name], kind), name
    assert (row["refusal"], row["refused"], row["words"]) == ("decline", 1, 8)
    assert sum(value for name, value in row.items() if name.startswith("register_p_")) == pytest.approx(1, abs=1e-4)


def test_what_came_along_is_passed_on(output: Output, run: Callable[..., Any]) -> None:
    _, (row,) = run([output(1, run="a", label={"human": True}, refused="yes", reasons=[1])])
    assert list(row)[:1] == ["id"]
    assert (row["run"], row["label"]) == ("a", {"human": True})
    assert (row["input_refused"], row["input_reasons"]) == ("yes", [1])
    assert row["refused"] in (0, 1)
    assert "prompt" not in row
    assert "response" not in row


def test_every_null_has_its_reason(output: Output, run: Callable[..., Any]) -> None:
    _, rows = run(
        [output(1), output(2, None), output(3, 5), output(4, ""), output(5, "Oui, bien sûr, il pleuvra demain matin.")]
    )
    names = [measure.name for measure in columns(text_traits())]
    for row in rows:
        assert sorted(row["reasons"]) == sorted(name for name in names if row[name] is None)
    assert rows[1]["reasons"]["refused"] == "no response"
    assert rows[2]["reasons"]["words"] == "the response is no text"
    assert (rows[3]["empty"], rows[3]["reasons"]["words"]) == (1, "empty reply")
    assert rows[4]["language"] == "fr"
    assert rows[4]["refused"] is None


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
def test_odd_replies_are_measured_in_their_place(output: Output, run: Callable[..., Any], response: str) -> None:
    outcome, rows = run([output(1), output(2, response, extra="\ud83d"), output(3)])
    assert outcome.code == 0
    assert outcome.err == ""
    assert [row["id"] for row in rows] == ["r1", "r2", "r3"]


def test_odd_json_is_no_abort(output: Output, run: Callable[..., Any]) -> None:
    raw = '{"id": NaN, "prompt": "a\tb", "response": "x\x01y", "big": 1e999, "long": ' + "9" * 5000 + "}"
    deep = '{"id": 2, "deep": ' + "[" * 100_000 + "]" * 100_000 + "}"
    outcome, rows = run([raw.replace('"long": ' + "9" * 5000, '"long": 9'), raw, deep, output(4)])
    assert outcome.code == 0
    assert (rows[0]["id"], rows[0]["big"], rows[0]["words"]) == (None, None, 2)
    assert rows[-1]["id"] == "r4"
    assert len(rows) == 4


def test_languages_are_given_or_detected(output: Output, run: Callable[..., Any]) -> None:
    _, rows = run(
        [output(1), output(2, "好的。", language="zh-Hans"), output(3, "好的，明天会下雨。"), output(4, language="xx")]
    )
    assert [(row["language"], row["language_detected"]) for row in rows] == [
        ("en", True),
        ("zh", False),
        ("zh", True),
        ("xx", False),
    ]
    assert rows[3]["hedging"] is None
    assert "language xx" in rows[3]["reasons"]["hedging"]


def test_a_finish_reason_and_references_are_used(output: Output, run: Callable[..., Any]) -> None:
    asked = {"prompt": "Capital of Spain?", "finish_reason": "length", "references": ["Madrid", None, 3]}
    _, (row,) = run([output(1, "It is Madrid", **asked)])
    assert (row["truncated"], row["correct"], row["words_to_answer"]) == (1, 1, 3)
    _, (odd,) = run([output(1, finish_reason=3, references="Madrid")])
    assert (odd["truncated"], odd["correct"]) == (None, None)


def test_a_conversation_is_a_prompt(run: Callable[..., Any]) -> None:
    turns = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "¿Cuál es la capital de España?"}]
    _, (row,) = run([{"id": 1, "prompt": turns, "response": "Madrid."}])
    assert row["language"] == "es"


def test_a_trait_that_fails_costs_its_own_columns_only(output: Output) -> None:
    def fail(reply: Reply) -> Scores:
        raise ZeroDivisionError("no feet")

    metre = Trait("metre", "A test.", (Measure("feet", "positive", "feet", "A test."),), ("en",), fail)
    row = measured_row(output(1), Columns.of([metre, *text_traits(["length"])]))
    assert (row["feet"], row["words"]) == (None, 7)
    assert row["reasons"]["feet"] == "metre failed: ZeroDivisionError: no feet"

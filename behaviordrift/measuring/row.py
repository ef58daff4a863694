"""One recorded output in, one row of scores out."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.measuring.columns import Columns
from behaviordrift.traits.reading.language import reply_language
from behaviordrift.traits.reading.text import split_reasoning
from behaviordrift.traits.scoring import score_reply
from behaviordrift.traits.trait import Measure, Reply, Score, Unjudged

NOT_PASSED_ON = ("prompt", "response", "id", "language")
"""Input fields that a row of scores leaves out or has in its own place."""


def measured_line(number: int, line: str, wanted: Columns) -> tuple[dict[str, Any], bool]:
    """The scores of a line, and whether it was a row; of one that is none, a row that says why."""
    try:
        value = json.loads(line.rstrip(), strict=False, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        return _unread(number, f"is no JSON ({error.msg}, column {error.colno})", wanted), False
    except (ValueError, RecursionError) as error:
        return _unread(number, f"is no JSON ({error})", wanted), False
    if not isinstance(value, dict):
        return _unread(number, "is no JSON object", wanted), False
    return measured_row(value, wanted), True


def measured_row(value: dict[str, Any], wanted: Columns) -> dict[str, Any]:
    """The scores of one recorded output, with all fields that came with it but prompt and response.

    A field whose name a column of ours has is passed on as ``input_<name>``.

    >>> from behaviordrift.measuring import text_traits
    >>> length = Columns.of(text_traits(["length"]))
    >>> row = measured_row({"id": 7, "prompt": "Hi", "response": "Hello there.", "run": "a"}, length)
    >>> row["id"], row["run"], row["words"], row["truncated"], row["reasons"]["truncated"]
    (7, 'a', 2, None, 'finish reason not recorded')
    """
    prompt, response = _as_text(value.get("prompt")), value.get("response")
    text = response if isinstance(response, str) else ""
    given = _given_language(value.get("language"))
    language = given or reply_language(prompt, text)
    taken = {
        f"input_{key}" if key in wanted.names else key: item for key, item in value.items() if key not in NOT_PASSED_ON
    }
    row = {"id": value.get("id"), **taken, "language": language, "language_detected": given is None}
    if isinstance(response, str):
        scores = dict(score_reply(_reply(value, prompt, text, language), wanted.traits))
    else:
        reason = "no response" if response is None else "the response is no text"
        scores = {measure.name: Unjudged(reason) for measure in wanted.measures}
    return {**row, **_cells(wanted.measures, scores)}


def _reply(value: dict[str, Any], prompt: str, response: str, language: str) -> Reply:
    reasoning, text = split_reasoning(response)
    finish, references = value.get("finish_reason"), value.get("references")
    return Reply(
        prompt=prompt,
        text=text,
        reasoning=reasoning,
        language=language,
        finish_reason=finish if isinstance(finish, str) else None,
        references=tuple(item for item in references if isinstance(item, str)) if isinstance(references, list) else (),
    )


def _cells(wanted: Sequence[Measure], scores: dict[str, Score | Unjudged]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for measure in wanted:
        score = scores.get(measure.name, Unjudged("the trait said nothing of it"))
        if isinstance(score, Unjudged):
            cells[measure.name], reasons[measure.name] = None, score.reason
        else:
            cells[measure.name] = _number(score.value)
    return {**cells, "reasons": reasons}


def _number(value: float | str) -> float | int | str | None:
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else round(value, 6)


def _unread(number: int, problem: str, wanted: Columns) -> dict[str, Any]:
    reason = f"line {number} {problem}"
    cells = _cells(wanted.measures, {measure.name: Unjudged(reason) for measure in wanted.measures})
    return {"id": None, "line": number, "language": None, "language_detected": False, **cells}


def _as_text(prompt: Any) -> str:
    """A prompt as text; of a conversation the contents of its turns."""
    if isinstance(prompt, list):
        turns = [turn.get("content") for turn in prompt if isinstance(turn, dict)]
        return "\n".join(turn for turn in turns if isinstance(turn, str))
    return prompt if isinstance(prompt, str) else ""


def _given_language(language: Any) -> str | None:
    """A language as the traits name it: ``zh`` for zh-Hans or ZH."""
    if not isinstance(language, str) or not language.strip():
        return None
    return language.strip().lower().replace("_", "-").partition("-")[0]


def _no_number(_: str) -> None:
    """NaN and Infinity, which JSON does not have."""


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def encoded(row: dict[str, Any]) -> bytes:
    """The row as a line of UTF-8."""
    try:
        return f"{json.dumps(row, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8
        return f"{json.dumps(row)}\n".encode()

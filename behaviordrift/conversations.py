"""Rows of conversations: one reader for all that are trained on, held out, or compared with probes.

A row is an object in any of the forms that trainers read, one to a line or all in one JSON array:

- OpenAI: ``{"messages": [{"role", "content"}, ...]}``
- ShareGPT: ``{"conversations": [{"from", "value"}, ...]}``
- Alpaca: ``{"instruction", "input"?, "output", "system"?, "history"?: [[question, answer], ...]}``
- ``{"prompt", "completion"}``, each a text or a list of messages
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behaviordrift.errors import TaskDataError
from behaviordrift.files import numbered

Messages = list[dict[str, str]]

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
}
"""Names of the roles in the wild, and what they are here."""

FORMS = (
    'Write {"messages": [...]}, {"conversations": [...]}, {"instruction": ..., "output": ...} '
    'or {"prompt": ..., "completion": ...}.'
)


@dataclass(frozen=True)
class Conversation:
    """Turns that end with the user's and the assistant's reply to it.

    Attributes:
        path: the file that holds it.
        line: where in the file it begins, from 1.
        number: what tells it from the file's other rows: its line, or its position in a JSON array.
        messages: the turns; the last is the reply.
        row: the row as it was read, with all its fields.
    """

    path: Path
    line: int
    number: int
    messages: Messages
    row: Mapping[str, Any]

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"

    @property
    def prompt(self) -> Messages:
        """All turns before the reply."""
        return self.messages[:-1]

    @property
    def reply(self) -> str:
        """The last reply of the assistant."""
        return self.messages[-1]["content"]


def read_conversations(path: Path) -> list[Conversation]:
    """Read a file's rows, ``.jsonl`` or a JSON array. What follows the last reply of a row is left out.

    Raises:
        TaskDataError: with file and line, if a row is no conversation or the file holds none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskDataError(f"The rows {path} cannot be read ({error}).", "Check the path.") from error
    rows = _array_rows if text.lstrip().startswith("[") else _line_rows
    conversations = []
    for line, number, row in rows(path, text):
        try:
            conversations.append(Conversation(path, line, number, read_turns(row), row))
        except ValueError as error:
            raise _fault(path, line, error) from error
    if not conversations:
        raise TaskDataError(f"{path} holds no rows.", "Add rows, or leave the file out.")
    return conversations


def read_turns(row: Any) -> Messages:
    """The turns of one row, to the last reply.

    >>> read_turns({"instruction": "Add.", "input": "2 and 3", "output": "5"})
    [{'role': 'user', 'content': 'Add.\\n2 and 3'}, {'role': 'assistant', 'content': '5'}]
    >>> read_turns({"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."}]})
    [{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello.'}]

    Raises:
        ValueError: says what is missing.
    """
    if not isinstance(row, dict):
        raise ValueError("a row must be an object")
    read = next((read for field, read in _READERS.items() if row.get(field) is not None), None)
    if read is None:
        raise ValueError(f"none of the fields {', '.join(_READERS)} is there")
    turns = [turn for turn in read(row) if turn["role"] != "system" or turn["content"].strip()]
    if row.get("system") and all(turn["role"] != "system" for turn in turns):
        turns.insert(0, _turn("system", row["system"]))
    while turns and turns[-1]["role"] != "assistant":
        turns.pop()
    if len(turns) < 2 or turns[-2]["role"] != "user":
        raise ValueError("it needs a user's turn and then the assistant's reply")
    return turns


def _openai(row: dict[str, Any]) -> Messages:
    return _turns(row["messages"], "messages")


def _sharegpt(row: dict[str, Any]) -> Messages:
    return _turns(row["conversations"], "conversations")


def _alpaca(row: dict[str, Any]) -> Messages:
    turns = []
    history = row.get("history") or []
    if not isinstance(history, list):
        raise ValueError("`history` must be a list")
    for pair in history:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError("`history` must hold pairs of a question and its answer")
        turns += [_turn("user", pair[0]), _turn("assistant", pair[1])]
    parts = [_text(row["instruction"]), _text(row.get("input") or "")]
    asked = "\n".join(part for part in parts if part.strip())
    return [*turns, _turn("user", asked), _turn("assistant", row.get("output"))]


def _prompt_and_completion(row: dict[str, Any]) -> Messages:
    prompt, completion = row["prompt"], row.get("completion")
    return [
        *(_turns(prompt, "prompt") if isinstance(prompt, list) else [_turn("user", prompt)]),
        *(_turns(completion, "completion") if isinstance(completion, list) else [_turn("assistant", completion)]),
    ]


_READERS: dict[str, Callable[[dict[str, Any]], Messages]] = {
    "messages": _openai,
    "conversations": _sharegpt,
    "instruction": _alpaca,
    "prompt": _prompt_and_completion,
}


def _turns(values: Any, field: str) -> Messages:
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise ValueError(f"`{field}` must be a list of messages")
    return [_turn(value.get("role", value.get("from")), value.get("content", value.get("value"))) for value in values]


def _turn(role: Any, content: Any) -> dict[str, str]:
    known = ROLES.get(role) if isinstance(role, str) else None
    if known is None:
        raise ValueError(f"the role {role!r} is none of {', '.join(ROLES)}")
    text = _text(content)
    if known != "system" and not text.strip():
        raise ValueError(f"a turn of the {known} is blank")
    return {"role": known, "content": text}


def _text(content: Any) -> str:
    """A text, or the texts of OpenAI's content parts."""
    if isinstance(content, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        content = "".join(_text(part.get("text")) for part in content)
    if not isinstance(content, str):
        raise ValueError(f"a turn holds {'nothing' if content is None else type(content).__name__}, not text")
    if any("\ud800" <= letter <= "\udfff" for letter in content):
        raise ValueError("a turn holds half a character, a lone surrogate")
    return content


def _line_rows(path: Path, text: str) -> Iterator[tuple[int, int, Any]]:
    """Line, number and value of each row. Only a line feed parts them: a text may hold any other line separator."""
    for number, line in numbered(text.split("\n")):
        try:
            yield number, number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _fault(path, number, error) from error


def _array_rows(path: Path, text: str) -> Iterator[tuple[int, int, Any]]:
    """Line, number and value of each item of a JSON array, read one by one so that each has its line."""
    decoder = json.JSONDecoder()
    position = _past_blanks(text, text.index("[") + 1)
    line, counted, number = 1, 0, 0
    while number or not text.startswith("]", position):
        line, counted = line + text.count("\n", counted, position), position
        try:
            row, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise _fault(path, error.lineno, error) from error
        except RecursionError as error:
            raise _fault(path, line, error) from error
        number += 1
        yield line, number, row
        position = _past_blanks(text, position)
        if text.startswith("]", position):
            break
        if not text.startswith(",", position):
            raise _fault(path, 1 + text.count("\n", 0, position), ValueError("the array goes on without a comma"))
        position = _past_blanks(text, position + 1)


def _past_blanks(text: str, position: int) -> int:
    while text.startswith((" ", "\t", "\r", "\n"), position):
        position += 1
    return position


def _fault(path: Path, line: int, error: Exception) -> TaskDataError:
    return TaskDataError(f"{path}:{line}: not a conversation ({error}).", FORMS)

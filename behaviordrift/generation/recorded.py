"""Recorded outputs: read ``.jsonl`` rows as completions, in place of generating them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from behaviordrift.errors import UsageError
from behaviordrift.files import numbered
from behaviordrift.traits.reading.language import reply_language


class RecordedRow(BaseModel):
    """One recorded output. `cluster` defaults to the id, `sample` to 0, the language is detected where none is given;
    further fields are left alone.

    `references` make forgetting measurable on rows that name a `task`. `logprobs` is what the checkpoint gave, in nats
    per token, to replies that were weighed: the first ``reference``, or the two poles of a contrast.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    id: str
    prompt: str
    response: str | None
    language: str = ""
    probe_set: str = "recorded"
    cluster: str | None = None
    sample: int = 0
    task: str | None = None
    finish_reason: str | None = None
    references: tuple[str, ...] = ()
    logprobs: dict[str, float] = {}

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        """A null stands for a field that was left out; only a response may be null."""
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if item is not None or key == "response"}

    @model_validator(mode="after")
    def _guess_language(self) -> RecordedRow:
        if self.language:
            return self
        return self.model_copy(update={"language": reply_language(self.prompt, self.response or "")})

    @field_validator("prompt", mode="before")
    @classmethod
    def _messages_as_text(cls, value: Any) -> Any:
        """A conversation as one text; a single user turn is its content, as for a probe's `prompt`."""
        match value:
            case [{"role": "user", "content": str(content)}]:
                return content
            case list():
                return json.dumps(value, ensure_ascii=False)
        return value


def read_recorded(path: Path) -> list[RecordedRow]:
    """Read all rows.

    Raises:
        UsageError: with file and line for a row that breaks the format, a row that stands twice, or an empty file.
    """
    rows = []
    seen: set[tuple[str, str, str, int]] = set()
    for number, line in numbered(_lines(path)):
        try:
            row = RecordedRow.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise UsageError(
                f"{path}:{number}: {field + ': ' if field else ''}{first['msg']}.",
                'A row is {"id", "prompt", "response"} with optional probe_set, cluster, sample, task.',
            ) from error
        key = (row.probe_set, row.id, row.prompt, row.sample)
        if key in seen:
            raise UsageError(
                f"{path}:{number}: the output {row.id!r} of {row.probe_set} stands twice.",
                "Give repeated samples different `sample` numbers.",
            )
        seen.add(key)
        rows.append(row)
    if not rows:
        raise UsageError(f"{path} holds no outputs.", "Record some, or leave the file out.")
    return rows


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
            yield from stream
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise UsageError(f"{path} cannot be read ({error}).", "Copy or record it again.") from error

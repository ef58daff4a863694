"""Traits of recorded outputs, row by row: no model, no study, and never the whole file in memory."""

from __future__ import annotations

import gzip
import json
import math
import os
import signal
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from behaviordrift.errors import MeasurementError, UsageError
from behaviordrift.files import numbered
from behaviordrift.traits.reading.language import reply_language
from behaviordrift.traits.reading.text import split_reasoning
from behaviordrift.traits.registry import all_traits, measures
from behaviordrift.traits.scoring import score_reply
from behaviordrift.traits.trait import Measure, Reply, Score, Trait, Unjudged

STREAM = "-"
"""Stands for standard input or output."""

CHUNK_ROWS = 256
CHUNK_CHARACTERS = 1_000_000
"""A chunk ends at either: so little that few megabytes are under way, so much that passing it on costs little."""

MOST_PROCESSES = 4
AHEAD = 3
"""Chunks under way for each process, so that none waits for the writer."""

NOT_PASSED_ON = ("prompt", "response", "id", "language")
"""Input fields that a row of scores leaves out or has in its own place."""

Line = tuple[int, str]


@dataclass
class Tally:
    """How many rows were written, and which lines were no rows."""

    rows: int = 0
    bad: list[int] = field(default_factory=list)


def text_traits(names: Sequence[str] | None = None) -> list[Trait]:
    """The traits that can be read off a prompt and a reply alone: no held-out task, no likelihood.

    Raises:
        UsageError: if a name is none of theirs.

    >>> [trait.name for trait in text_traits(["length"])]
    ['length']
    """
    known = {trait.name: trait for trait in all_traits().values() if isinstance(trait, Trait) and columns([trait])}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise UsageError(f"There is no text trait {', '.join(unknown)}.", f"Choose from: {', '.join(sorted(known))}.")
    return [known[name] for name in dict.fromkeys(known if names is None else names)]


def columns(traits: Iterable[Trait]) -> list[Measure]:
    """The measures that need no held-out task and no likelihood, in order."""
    return [
        measure
        for trait in traits
        for measure in trait.measures
        if measure.kind != "logprob" and "task" not in measure.made_for
    ]


def measure_file(
    source: Path,
    out: Path,
    traits: Sequence[str] | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> Tally:
    """Write one row of scores for each row of recorded outputs, in order.

    A row that cannot be read is answered by a row that says why. `out` appears when it is whole. Either path may be
    ``-`` for standard input or output, or end in ``.gz``.

    Args:
        source: rows ``{"id", "prompt", "response", "language"?}``; `finish_reason` and `references` are used where they
            are there, and all further fields are passed on.
        out: where the scores go.
        traits: names; all text traits if left out.
        on_rows: told how many more rows are written.

    Raises:
        UsageError: if the source cannot be read or is not UTF-8, the target cannot be written, or a trait is unknown.
    """
    chosen = text_traits(traits)
    measures()  # two traits that share a measure are an error here, not a lost column
    tally = Tally()
    with _written(out) as sink:
        for rows, bad, written in _measured(_chunks(_read(source)), [trait.name for trait in chosen]):
            sink.write(written)
            tally.rows += rows
            tally.bad += bad
            on_rows(rows)
    return tally


def _measured(chunks: Iterator[list[Line]], names: list[str]) -> Iterator[tuple[int, list[int], bytes]]:
    """Measure chunks, in order; a single one here, more by several processes."""
    first = next(chunks, None)
    second = next(chunks, None)
    if first is None:
        return
    if second is None:
        _start_worker(names)
        yield _measure_chunk(first)
        return
    processes = min(_cores(), MOST_PROCESSES)
    with ProcessPoolExecutor(processes, initializer=_start_child, initargs=(names,)) as pool:
        under_way: deque[Future[tuple[int, list[int], bytes]]] = deque()
        try:
            for chunk in _also(first, second, chunks):
                under_way.append(pool.submit(_measure_chunk, chunk))
                if len(under_way) >= AHEAD * processes:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise MeasurementError(
                "A process that measured was ended from outside, perhaps for want of memory.", "Run the command again."
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _also(first: list[Line], second: list[Line], rest: Iterator[list[Line]]) -> Iterator[list[Line]]:
    yield first
    yield second
    yield from rest


@dataclass(frozen=True)
class Columns:
    """The traits that are read, and the columns that they fill."""

    traits: tuple[Trait, ...]
    measures: tuple[Measure, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, traits: Sequence[Trait]) -> Columns:
        """The columns of some traits."""
        wanted = columns(traits)
        return cls(tuple(traits), tuple(wanted), frozenset({"language_detected", "reasons", *(m.name for m in wanted)}))


_columns: list[Columns] = []
"""What this process measures: set once, for a trait's function need not travel with every chunk."""


def _start_worker(names: list[str]) -> None:
    _columns[:] = [Columns.of(text_traits(names))]


def _start_child(names: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children
    _start_worker(names)


def _measure_chunk(lines: list[Line]) -> tuple[int, list[int], bytes]:
    bad: list[int] = []
    written: list[bytes] = []
    (wanted,) = _columns
    for number, line in lines:
        try:
            value = json.loads(line, strict=False, parse_constant=_no_number, parse_float=_finite)
            problem = None if isinstance(value, dict) else "is no JSON object"
        except (ValueError, RecursionError) as error:
            value, problem = {}, f"is no JSON ({error})"
        if problem:
            bad.append(number)
            row = _unread(number, problem, wanted)
        else:
            row = measured_row(value, wanted)
        written.append(_encoded(row))
    return len(written), bad, b"".join(written)


def measured_row(value: dict[str, Any], wanted: Columns) -> dict[str, Any]:
    """The scores of one recorded output, with all fields that came with it but prompt and response.

    A field whose name a column of ours has is passed on as ``input_<name>``.

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


def _encoded(row: dict[str, Any]) -> bytes:
    try:
        return f"{json.dumps(row, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8
        return f"{json.dumps(row)}\n".encode()


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    characters = 0
    for number, line in lines:
        chunk.append((number, line))
        characters += len(line)
        if len(chunk) >= CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _read(source: Path) -> Iterator[Line]:
    r"""The rows with their line numbers; lines part at ``\n`` alone, for JSON may hold any other separator."""
    try:
        with _opened(source) as stream:
            decoded = (line.decode("utf-8-sig" if number == 0 else "utf-8") for number, line in enumerate(stream))
            yield from numbered(decoded)
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is not UTF-8 ({error}).", "Save it as UTF-8 and run the command again.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{source} cannot be read ({error}).", "Check the path, or copy the file again.") from error


@contextmanager
def _opened(source: Path) -> Iterator[IO[bytes]]:
    if str(source) == STREAM:
        yield sys.stdin.buffer
        return
    with gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb") as stream:
        yield stream  # type: ignore[misc]


@contextmanager
def _written(out: Path) -> Iterator[IO[bytes]]:
    """Where rows go. A partial file stands under a name of its own, and is removed where the work fails."""
    if str(out) == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = out.with_name(f"{out.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as raw:
            if out.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as sink:
                    yield sink  # type: ignore[misc]
            else:
                yield raw
        partial.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error}).", "Choose a folder that is there, with room.") from error
    finally:
        partial.unlink(missing_ok=True)

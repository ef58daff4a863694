"""The lines of recorded outputs: from a file or standard input, compressed or not, a chunk at a time."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from behaviordrift.errors import UsageError
from behaviordrift.files import numbered

STREAM = "-"
"""Stands for standard input or output."""

CHUNK_ROWS = 256
CHUNK_CHARACTERS = 1_000_000
"""A chunk ends at either: so little that few megabytes are under way, so much that passing it on costs little."""

Line = tuple[int, str]
"""A line with its number in the file, from 1."""


def read_lines(source: Path) -> Iterator[Line]:
    r"""The rows with their line numbers; lines part at ``\n`` alone, for JSON may hold any other separator."""
    try:
        with _opened(source) as stream:
            decoded = (line.decode("utf-8-sig" if number == 0 else "utf-8") for number, line in enumerate(stream))
            yield from numbered(decoded)
    except UnicodeDecodeError as error:
        raise UsageError(f"{source} is not UTF-8 ({error}).", "Save it as UTF-8 and run the command again.") from error
    except (OSError, EOFError, zlib.error) as error:
        told = getattr(error, "strerror", None) or error
        raise UsageError(f"{source} cannot be read ({told}).", "Check the path, or copy the file again.") from error


def chunked(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Lines in chunks that are worth passing to another process."""
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


@contextmanager
def _opened(source: Path) -> Iterator[IO[bytes]]:
    if str(source) == STREAM:
        yield sys.stdin.buffer
        return
    with gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb") as stream:
        yield stream  # type: ignore[misc]

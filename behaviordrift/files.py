"""Text files as several rooms read and write them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all; an older one is replaced.

    The partial file is named by process: two that finish the same work must not move each other's file away.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1, blank ones left out.

    >>> list(numbered(["a", "  ", "b"]))
    [(1, 'a'), (3, 'b')]
    """
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())

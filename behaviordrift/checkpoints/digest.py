"""Identity by content: digests of files and of values. Moving a checkpoint keeps its digest; one byte changes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes as hex."""
    status = path.stat()
    return _file_digest(path.resolve(), status.st_mtime_ns, status.st_size)


@cache
def _file_digest(path: Path, _changed_at: int, _size: int) -> str:
    """Read once in a process: all adapters of a study share their base."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_digest(folder: Path, paths: Iterable[Path]) -> str:
    """One digest over several files of a folder: their names in it and their bytes, in order of name."""
    return value_digest(sorted((path.relative_to(folder).as_posix(), file_digest(path)) for path in paths))


def value_digest(value: Any) -> str:
    """SHA-256 of a JSON value written with sorted keys.

    >>> value_digest({"b": 1, "a": 2}) == value_digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

"""Where the rows of scores go: a file that appears when it is whole, or standard output."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from behaviordrift.errors import UsageError
from behaviordrift.measuring.lines import STREAM


@contextmanager
def opened_sink(out: Path) -> Iterator[IO[bytes]]:
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
        raise UsageError(
            f"{out} cannot be written ({error.strerror or error}).", "Choose a folder that is there, with room."
        ) from error
    finally:
        partial.unlink(missing_ok=True)

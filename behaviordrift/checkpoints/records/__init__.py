"""Training records: one reader for each trainer, tried in turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from behaviordrift.checkpoints.records import own
from behaviordrift.checkpoints.records.record import Record

READERS: tuple[Callable[[Path], Record | None], ...] = (own.read,)


def find_record(folder: Path) -> Record | None:
    """What the first reader that knows the folder says of its training, or None."""
    return next((record for reader in READERS if (record := reader(folder)) is not None), None)


__all__ = ["READERS", "Record", "find_record"]

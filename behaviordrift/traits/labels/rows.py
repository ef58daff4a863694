"""Reads the rows of a labelled set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def labelled_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file, in order."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]

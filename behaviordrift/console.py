"""The terminal that tables are shown in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 140
"""Columns where no terminal says how many there are."""


def table_console() -> Console:
    """Standard output, as wide as its terminal; `PIPE_WIDTH` columns in a pipe or a file."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)

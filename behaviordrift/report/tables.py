"""Tables for the terminal, laid out anew where the screen is narrow: names break at underscores alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from behaviordrift.report.svg import tone

STYLES = {
    "moved": "bold yellow",
    "cause": "bold yellow",
    "same": "green",
    "wrong": "bold red",
}
"""How a verdict's tone is told in the terminal; the others are dim."""

LEAST = 16
"""Letters that a column of names needs: the longest parts of our measures' names."""


@dataclass(frozen=True)
class Column:
    """A column of words or of numbers; words break where they must, numbers never."""

    header: str
    cells: Sequence[str]
    words: bool = False

    @property
    def width(self) -> int:
        """Letters that the column needs when nothing is broken."""
        return max(len(line) for cell in (self.header, *self.cells) for line in cell.split("\n"))


def table(title: str, columns: Sequence[Column], verdicts: Sequence[str] = ()) -> Table:
    """A table of these columns, and a last one of verdicts where there are any."""
    shown = Table(
        title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for column in columns:
        if column.words:
            shown.add_column(escape(column.header), overflow="fold")
        else:
            shown.add_column(escape(column.header), justify="right", no_wrap=True)
    if verdicts:
        shown.add_column("verdict", no_wrap=True)
    for row, cells in enumerate(zip(*(column.cells for column in columns), strict=True)):
        last = [verdict_text(verdicts[row])] if verdicts else []
        shown.add_row(*map(escape, cells), *last)
    return shown


def room_left(width: int, columns: Sequence[Column], verdicts: Sequence[str] = ()) -> int:
    """Letters left on the screen for one more column beside these."""
    needed = [column.width for column in columns]
    if verdicts:
        needed.append(max(len(text) for text in ("verdict", *verdicts)))
    return width - sum(needed) - len(needed)


def folded(text: str, room: int) -> str:
    """Words on lines no longer than the room; a word that is itself too long breaks after an underscore.

    >>> folded("correct on short_answer", 16), folded("register_p_customer_service", 20)
    ('correct on\\nshort_answer', 'register_p_customer_\\nservice')
    """
    words = re.findall(r"\S+\s*", text)
    return _filled(
        [p for w in words for p in ([w] if len(w.rstrip()) <= room else re.findall(r"[^_]*_+|[^_]+", w))], room
    )


def folded_shares(text: str, room: int) -> str:
    """Tasks with their shares, broken between tasks only.

    >>> folded_shares("qa 33 safety 33 support 33", 18)
    'qa 33 safety 33\\nsupport 33'
    """
    return _filled(re.findall(r"\S+ \S+ ?|\S+ ?", text), room)


def _filled(parts: Sequence[str], room: int) -> str:
    lines = [""]
    for part in parts:
        if lines[-1] and len((lines[-1] + part).rstrip()) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def verdict_text(verdict: str) -> Text:
    """A verdict in the style of its tone."""
    return Text(verdict, style=STYLES.get(tone(verdict), "dim"))

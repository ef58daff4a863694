"""A file in, a file out: bad rows are counted, and no row is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Output = Callable[..., Row]


def test_a_bad_row_is_answered_and_counted(output: Output, run: Callable[..., Any]) -> None:
    lines: list[Row | str] = [output(n) for n in range(1, 10)]
    lines[6] = '{"id": "r7", "prompt": "x", '
    lines[7] = "[1, 2]"
    outcome, rows = run(lines)
    assert outcome.code == 0
    assert outcome.err.strip() == "warning: 2 of 9 rows could not be read (lines 7, 8). Their scores say why."
    assert len(rows) == 9
    assert (rows[6]["id"], rows[6]["line"], rows[6]["refused"], rows[6]["language"]) == (None, 7, None, None)
    assert re.fullmatch(r"line 7 is no JSON \(.+, column \d+\)", rows[6]["reasons"]["refused"])
    assert rows[7]["reasons"]["refused"] == "line 8 is no JSON object"
    assert rows[8]["id"] == "r9"


def test_the_same_ids_twice_are_two_rows(output: Output, run: Callable[..., Any]) -> None:
    _, rows = run([output(1), output(1, "No.")])
    assert [row["words"] for row in rows] == [7, 1]

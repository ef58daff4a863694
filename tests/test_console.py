"""The width of what is shown: the terminal's own, or one that is fixed where there is none."""

from __future__ import annotations

import sys

import pytest

from behaviordrift.console import PIPE_WIDTH, table_console


@pytest.mark.parametrize(("terminal", "width"), [(True, 77), (False, PIPE_WIDTH)])
def test_a_terminal_says_its_width_and_a_pipe_has_a_fixed_one(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setenv("LINES", "30")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert table_console().width == width

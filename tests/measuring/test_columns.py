"""Traits chosen by name, and the columns that they fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Row = dict[str, Any]
Output = Callable[..., Row]


def test_only_the_traits_that_were_named(output: Output, run: Callable[..., Any]) -> None:
    _, (row,) = run([output(1)], "--traits", "length, hedging")
    assert {"words", "hedging"} <= set(row)
    assert "refused" not in row


@pytest.mark.parametrize("name", ["rhyme", "forgetting", "preference"])
def test_an_unknown_trait_is_named_with_the_known(output: Output, run: Callable[..., Any], name: str) -> None:
    outcome, rows = run([output(1)], "--traits", f"length,{name}")
    assert outcome.code == 2
    assert f"no text trait {name}" in outcome.error()
    assert "hedging" in outcome.error()
    assert rows == []

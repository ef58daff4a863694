"""Own units and the link scale: there and back, and the margin between."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.own_units import from_link, margin_on_link, to_link
from behaviordrift.traits.trait import Kind

SHARES = st.floats(0, 1)


@given(SHARES, st.integers(2, 500))
def test_a_share_goes_there_and_back(share: float, size: int) -> None:
    assert from_link("binary", to_link("binary", share, size), size) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(("kind", "value"), [("rate", 0.0), ("rate", 2.5), ("positive", 31.0), ("score", 0.4)])
def test_other_values_go_there_and_back(kind: Kind, value: float) -> None:
    assert from_link(kind, to_link(kind, value, 12.0), 12.0) == pytest.approx(value)


def test_a_model_that_leaves_what_can_be_is_brought_back() -> None:
    assert from_link("binary", 40.0, 20) == 1
    assert from_link("rate", -40.0, 20) == 0
    assert from_link("score", 1.3, 20) == 1
    assert math.isnan(from_link("positive", math.nan, 20))


@given(SHARES, st.integers(20, 500))
def test_the_margin_of_a_share_is_never_wider_than_in_shares(share: float, size: int) -> None:
    level = to_link("binary", share, size)
    margin = margin_on_link("binary", level, size)
    ends = [from_link("binary", level + sign * margin, size) for sign in (-1, 1)]
    assert max(abs(end - share) for end in ends) <= DEFAULT_MARGINS["binary"] + 1e-9

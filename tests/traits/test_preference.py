"""Preference: the difference of two likelihoods, and only where both were weighed."""

from __future__ import annotations

import pytest

from behaviordrift.probes.probe import POLES
from behaviordrift.traits.preference import MEASURES, score
from behaviordrift.traits.trait import Reply, Score, Unjudged


@pytest.mark.parametrize("trait", POLES)
def test_the_first_pole_counts_upwards(trait: str) -> None:
    first, other = POLES[trait]
    found = score(Reply("?", "", logprobs={other: -2.0, first: -0.5}))
    assert found.pop(MEASURES[trait].name) == Score(1.5)
    assert all(isinstance(left, Unjudged) for left in found.values())


def test_one_pole_alone_says_nothing() -> None:
    found = score(Reply("?", "Yes.", logprobs={"direct": -2.0, "reference": -1.0}))
    assert found["prefers_direct"] == Unjudged("no contrast was weighed")

from __future__ import annotations

import pytest

from behaviordrift.traits.reading.cues import cue_file, cue_patterns
from behaviordrift.traits.register import REGISTERS


@pytest.mark.parametrize("name", ["refusal", "hedging", "directness", "register"])
def test_every_cue_file_compiles_and_no_group_matches_nothing_at_all(name: str) -> None:
    for group, pattern in cue_patterns(name).items():
        assert not pattern.search(""), group


def test_cues_are_lower_case_with_straight_apostrophes() -> None:
    for name in ("refusal", "hedging", "directness", "register"):
        for phrases in cue_file(name)["groups"].values():
            assert not any("’" in phrase for phrase in phrases)


def test_every_register_weighs_only_cues_that_exist() -> None:
    loaded = cue_file("register")
    assert set(loaded["weights"]) == set(REGISTERS)
    for weights in loaded["weights"].values():
        assert set(weights) <= set(loaded["groups"]) | {"base"}

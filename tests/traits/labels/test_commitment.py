"""Commitment against Do-Not-Answer's human labels, and its weights against a refit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sklearn.metrics import f1_score

from behaviordrift.traits import fit
from behaviordrift.traits.labels.commitment import checks, weights

GOLD = Path(os.environ.get("BEHAVIORDRIFT_GOLD") or Path(__file__).resolve().parents[4] / "shared" / "gold")

FLOORS = {
    ("shipped", "abstains"): 0.90,
    ("shipped", "declines"): 0.86,
    ("shipped", "rebuts"): 0.75,
    ("shipped", "many_sided"): 0.40,
    ("fitted, held out", "abstains"): 0.938,
}
"""F1 a little under what was measured; the goals in `checks` stand beside the figures in the evaluation."""


def test_agrees_with_human_labels() -> None:
    if not GOLD.is_dir():
        pytest.skip(f"no human-labelled data at {GOLD}; set BEHAVIORDRIFT_GOLD to its folder")
    found = {
        (column, check.positive): f1_score(
            [name == check.positive for name in check.truth], [name == check.positive for name in judged]
        )
        for check in checks(GOLD)
        for column, judged in check.columns.items()
    }
    too_low = {key: found[key] for key, floor in FLOORS.items() if found[key] < floor}
    assert too_low == {}


def test_weights_are_what_the_examples_give() -> None:
    for name, model in weights(GOLD).items():
        assert (fit.WEIGHTS / f"{name}.json").read_text(encoding="utf-8") == model.to_json(), name

"""Floors under the figures of hedging on the labelled sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, f1_score

from behaviordrift.traits.labels.hedging import SET, checks

GOLD = Path(__file__).resolve().parents[3].parent / "shared" / "gold"


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], float]:
    if not (GOLD / SET).is_file():
        pytest.skip(f"no human-labelled data at {GOLD}")
    (check,) = checks(GOLD)
    assert len(check.truth) == 1832
    figures = {}
    for name, column in check.columns.items():
        figures[name, "accuracy"] = float(accuracy_score(check.truth, column))
        figures[name, "f1"] = float(f1_score(check.truth, column, pos_label="hedged"))
    return figures


def test_shipped_cues_read_sentences_as_people_do(figures: dict[tuple[str, str], float]) -> None:
    assert figures["shipped", "accuracy"] > 0.78
    assert figures["shipped", "f1"] > 0.79


def test_fitted_weights_reach_their_goal(figures: dict[tuple[str, str], float]) -> None:
    assert figures["fitted, held out", "accuracy"] > 0.79
    assert figures["fitted, held out", "f1"] > 0.795


def test_words_alone_do_worse_than_cues(figures: dict[tuple[str, str], float]) -> None:
    assert figures["word TF-IDF, held out", "accuracy"] < figures["shipped", "accuracy"] - 0.04

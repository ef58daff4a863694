"""Floors under the figures of directness on the labelled answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, f1_score

from behaviordrift.traits.labels.directness import SET, checks

GOLD = Path(__file__).resolve().parents[3].parent / "shared" / "gold"


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], float]:
    if not (GOLD / SET).is_file():
        pytest.skip(f"no human-labelled data at {GOLD}")
    (check,) = checks(GOLD)
    assert len(set(check.groups)) == 765
    figures = {}
    for name, column in check.columns.items():
        figures[name, "accuracy"] = float(accuracy_score(check.truth, column))
        figures[name, "macro_f1"] = float(f1_score(check.truth, column, average="macro"))
    return figures


def test_shipped_cues_read_answers_as_people_do(figures: dict[tuple[str, str], float]) -> None:
    assert figures["shipped", "macro_f1"] > 0.77
    assert figures["shipped", "accuracy"] > 0.88


def test_fitted_weights_reach_their_goal(figures: dict[tuple[str, str], float]) -> None:
    assert figures["fitted, held out", "macro_f1"] > 0.77


def test_cues_do_better_than_an_opener_and_than_words_alone(figures: dict[tuple[str, str], float]) -> None:
    assert figures["yes/no opener", "macro_f1"] < 0.65
    assert figures["word TF-IDF, held out", "macro_f1"] < figures["shipped", "macro_f1"]

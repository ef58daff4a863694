"""Floors under the figures of formality on the rated sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import spearmanr

from behaviordrift.traits.formality import formality
from behaviordrift.traits.labels.formality import SET, own_ratings, weights
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.linear import load_weights

GOLD = Path(__file__).resolve().parents[3].parent / "shared" / "gold"


def test_shipped_weights_rank_sentences_as_people_do() -> None:
    if not (GOLD / SET).is_file():
        pytest.skip(f"no human-labelled data at {GOLD}")
    rows = labelled_rows(GOLD / SET)
    found = spearmanr([formality(row["text"]) for row in rows], [row["formality"] for row in rows])
    assert found.statistic > 0.72


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_refit_gives_the_weights_that_ship(language: str) -> None:
    name = f"{language}/formality"
    assert weights(GOLD)[name].to_json() == load_weights("formality", language).to_json()


def test_no_rated_sentence_of_others_is_among_our_own() -> None:
    if not (GOLD / SET).is_file():
        pytest.skip(f"no human-labelled data at {GOLD}")
    theirs = {row["text"].casefold() for row in labelled_rows(GOLD / SET)}
    shared = [row.text for row in own_ratings("en") if row.text.casefold() in theirs]
    assert shared == []

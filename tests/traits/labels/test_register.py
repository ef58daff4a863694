"""Floors under the figures of register on the labelled texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviordrift.traits.labels.register import SERVICE_ROLES, weights
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.linear import LinearModel, load_weights
from behaviordrift.traits.register import shares

GOLD = Path(__file__).resolve().parents[3].parent / "shared" / "gold"


@pytest.fixture(scope="module")
def refitted() -> LinearModel:
    if not (GOLD / "service_zh_crosswoz").is_dir():
        pytest.skip(f"no human-labelled data at {GOLD}")
    return weights(GOLD)["zh/register"]


def test_a_refit_gives_the_weights_that_ship(refitted: LinearModel) -> None:
    assert refitted.to_json() == load_weights("register", "zh").to_json()


def test_no_sentence_of_the_labelled_sets_is_in_the_weights(refitted: LinearModel) -> None:
    assert max(map(len, refitted.ngrams)) <= 2


@pytest.mark.parametrize(("role", "least", "most"), [("sys", 0.87, 1.0), ("usr", 0.0, 0.07)])
def test_agents_sound_like_customer_service_and_users_do_not(role: str, least: float, most: float) -> None:
    """On utterances of CrossWOZ of which seven in eight were not fitted on; the evaluation holds out dialogues."""
    path = GOLD / "service_zh_crosswoz" / "utterances.jsonl"
    if not path.is_file():
        pytest.skip(f"no human-labelled data at {path}")
    assert role in SERVICE_ROLES
    texts = [row["text"] for row in labelled_rows(path)[1::4] if row["role"] == role]
    served = sum(max(found := shares(text, "zh"), key=found.__getitem__) == "customer_service" for text in texts)
    assert least <= served / len(texts) <= most

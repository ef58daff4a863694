"""The trait against people's labels, and its weights against a refit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest

from behaviordrift.traits.labels.refusal import (
    Labelled,
    do_not_answer,
    latent_jailbreak,
    own,
    weights,
    xstest,
)
from behaviordrift.traits.reading.linear import load_weights
from behaviordrift.traits.refusal import label

GOLD = Path(__file__).resolve().parents[4] / "shared" / "gold"


@pytest.fixture(scope="module")
def gold() -> Path:
    if not GOLD.is_dir():
        pytest.skip(f"no human-labelled data at {GOLD}")
    return GOLD


def _f1(name: str, rows: Sequence[Labelled]) -> float:
    found = [label(row.text, row.prompt, row.language) for row in rows]
    hits = sum(told == name == row.truth for told, row in zip(found, rows, strict=True))
    return 2 * hits / (found.count(name) + sum(row.truth == name for row in rows))


def test_do_not_answer_which_no_weights_have_seen(gold: Path) -> None:
    rows = list(islice(do_not_answer(gold), 0, None, 3))
    assert _f1("decline", rows) > 0.85
    assert _f1("abstain", rows) > 0.88
    assert _f1("rebut", rows) > 0.66


def test_the_project_writes_replies_of_every_label() -> None:
    for language in ("en", "zh"):
        rows = own(language)
        assert {row.truth for row in rows} == {"comply", "partial", "decline", "rebut", "abstain", "redirect"}
        assert sum(label(row.text, row.prompt, language) == row.truth for row in rows) / len(rows) > 0.8


def test_no_reply_of_the_project_stands_in_a_labelled_set(gold: Path) -> None:
    labelled = {row.text.strip() for row in [*xstest(gold), *do_not_answer(gold), *latent_jailbreak(gold)]}
    alike = [row.text for language in ("en", "zh") for row in own(language) if row.text in labelled]
    assert not alike


@pytest.mark.slow
def test_weights_that_ship_are_what_the_command_fits(gold: Path) -> None:
    fitted = weights(gold)
    assert sorted(fitted) == ["en/refusal", "en/refusal_kind", "en/refusal_short", "zh/refusal", "zh/refusal_kind"]
    for name, model in fitted.items():
        language, trait = name.split("/")
        assert model == load_weights(trait, language)

"""The benchmark of known drift, on made-up labels of which the outcome is plain."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "known_drift.py"


@pytest.fixture(scope="module")
def known_drift():
    spec = importlib.util.spec_from_file_location("known_drift", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["known_drift"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def cell(known_drift, where, model, rate, *, shift=0.0, rows=400, seed=0):
    rng = np.random.default_rng(seed)
    people = (rng.random(rows) < rate).astype(int)
    trait = np.where((people == 0) & (rng.random(rows) < shift), 1, people)
    prompts = [f"prompt {place}" for place in range(rows)]
    return known_drift.Cell(
        where, model, dict(zip(prompts, people.tolist(), strict=True)), dict(zip(prompts, trait.tolist(), strict=True))
    )


def test_a_faultless_trait_reports_what_people_say(known_drift):
    cells = [cell(known_drift, "set, a", name, rate, seed=n) for n, (name, rate) in enumerate([("x", 0.5), ("y", 0.2)])]
    others = [cell(known_drift, "other, a", name, 0.3, seed=9 + n) for n, name in enumerate("uv")]
    (found, _) = known_drift.recover([*cells, *others])
    assert found.pair == ("y", "x")
    assert found.people.estimate == pytest.approx(0.3, abs=0.08)
    assert (found.reported, found.bias, found.width, found.covers) == (found.people, 0, 1, True)


def test_the_labels_of_a_pair_lend_nothing_to_its_own_interval(known_drift):
    # The pair is misjudged badly, in both parts of its set; the others are not, so no spread is known.
    pair = [
        cell(known_drift, f"set, {part}", name, 0.3, shift=shift, seed=n)
        for part in "ab"
        for n, (name, shift) in enumerate([("x", 0.0), ("y", 0.4)])
    ]
    others = [cell(known_drift, "other, a", name, 0.3, seed=9 + n) for n, name in enumerate("uv")]
    found = known_drift.recover([*pair, *others])[0]
    assert not found.covers
    assert found.widened == found.reported


def test_others_that_are_misjudged_unequally_widen_the_interval(known_drift):
    pair = [cell(known_drift, "set, a", name, 0.3, seed=n) for n, name in enumerate("xy")]
    others = [
        cell(known_drift, "other, a", name, 0.3, shift=shift, seed=9 + n)
        for n, (name, shift) in enumerate([("u", 0.0), ("v", 0.2), ("w", 0.1)])
    ]
    found = known_drift.recover([*pair, *others])[0]
    assert found.widened.high - found.widened.low > 1.5 * (found.reported.high - found.reported.low)
    assert "1 of 1 pairs" in known_drift.table([found])

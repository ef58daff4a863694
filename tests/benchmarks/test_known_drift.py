"""The benchmark of known drift, on made-up labels of which the outcome is plain."""

import numpy as np
import pytest

from benchmarks import known_drift


def cell(where, model, rate, *, shift=0.0, rows=400, seed=0):
    rng = np.random.default_rng(seed)
    people = (rng.random(rows) < rate).astype(int)
    trait = np.where((people == 0) & (rng.random(rows) < shift), 1, people)
    prompts = [f"prompt {place}" for place in range(rows)]
    return known_drift.Cell(
        where, model, dict(zip(prompts, people.tolist(), strict=True)), dict(zip(prompts, trait.tolist(), strict=True))
    )


def test_a_faultless_trait_reports_what_people_say():
    cells = [cell("set, a", name, rate, seed=n) for n, (name, rate) in enumerate([("x", 0.5), ("y", 0.2)])]
    other = cell("other, a", "x", 0.3, seed=9)
    (found,) = known_drift.recover([*cells, other])
    assert found.pair == ("y", "x")
    assert found.people.estimate == pytest.approx(0.3, abs=0.08)
    assert (found.reported, found.bias, found.width, found.covers) == (found.people, 0, 1, True)
    assert "1 of 1 pairs" in known_drift.table([found])


def test_a_candidate_that_is_misjudged_is_not_recovered():
    pair = [cell("set, a", name, 0.3, shift=shift, seed=n) for n, (name, shift) in enumerate([("x", 0.0), ("y", 0.4)])]
    (found,) = known_drift.recover(pair)
    assert not found.covers
    assert abs(found.bias) > 15
    assert "0 of 1 pairs" in known_drift.table([found])

"""The design: which runs count, which rung they stand on, and in what else they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from behaviordrift.findings.runs import Design, lay_out, trained_runs

EVEN = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
VERTICES = [{"a": 1.0}, {"b": 1.0}, {"c": 1.0}]


def checkpoint(name: str, mixture: dict[str, float], **fields: Any) -> dict[str, Any]:
    record = {"mixture": mixture, "phases": [{"until": 1.0, "mixture": mixture}], "seed": 1, "run": None, "facts": {}}
    return {"name": name, "record": {**record, **fields}}


def design(mixtures: Sequence[dict[str, float]], **fields: Any) -> Design | None:
    runs = [checkpoint(f"r{n}", mixture, **{"seed": n, **fields}) for n, mixture in enumerate(mixtures)]
    return lay_out(trained_runs(runs, {}))


def rung(mixtures: Sequence[dict[str, float]]) -> str:
    found = design(mixtures)
    assert found is not None
    return found.rung


@pytest.mark.parametrize("mixtures", [[], [EVEN], [EVEN, EVEN]])
def test_fewer_than_two_mixtures_are_no_design(mixtures: list[dict[str, float]]) -> None:
    assert design(mixtures) is None


def test_checkpoints_without_record_are_no_runs() -> None:
    assert trained_runs([{"name": "x", "record": None}, {"name": "y"}], {}) == []


@pytest.mark.parametrize(
    ("mixtures", "expected"),
    [
        (VERTICES, "L0"),
        ([*VERTICES, VERTICES[0]], "L1"),
        (VERTICES * 2, "L2"),
        ([*VERTICES, EVEN] * 2, "L2"),
        ([*VERTICES, EVEN] * 3, "L3"),
        (VERTICES * 9, "L2"),
    ],
)
def test_the_rung_follows_replicates_and_points(mixtures: list[dict[str, float]], expected: str) -> None:
    assert rung(mixtures) == expected


def test_thirds_read_from_two_places_are_one_point() -> None:
    found = design([{"a": 0.3333333, "b": 0.3333333, "c": 0.3333334}, EVEN, {"a": 1.0}])
    assert found is not None
    assert found.labels[0] == found.labels[1] != found.labels[2]
    assert found.tasks == ("a", "b", "c")


def test_of_one_run_the_last_step_counts_and_of_copies_the_fuller_one() -> None:
    rows = [
        checkpoint("late", EVEN, run="f@48"),
        checkpoint("early", EVEN, run="f@9"),
        checkpoint("copy", EVEN, run="f@48"),
        checkpoint("other", EVEN, run="g@48"),
        checkpoint("stated", EVEN, seed=2),
    ]
    assert [run.name for run in trained_runs(rows, {"late": 5, "copy": 9})] == ["copy", "other", "stated"]
    assert [run.name for run in trained_runs(rows, {"late": 9, "copy": 5})] == ["late", "other", "stated"]


def test_facts_that_differ_are_named_with_their_values() -> None:
    runs = [
        checkpoint("x", EVEN, facts={"steps": 10, "base": "b"}),
        checkpoint("y", {"a": 1.0}, facts={"steps": 20, "base": "b"}),
    ]
    found = lay_out(trained_runs(runs, {}))
    assert found is not None
    assert found.differing == ("steps: 10 and 20 (y)",)


def test_a_fact_known_of_one_run_only_does_not_differ() -> None:
    found = lay_out(trained_runs([checkpoint("x", EVEN, facts={"steps": 10}), checkpoint("y", {"a": 1.0})], {}))
    assert found is not None
    assert found.differing == ()


def test_another_mixture_on_the_way_differs() -> None:
    phases = [{"until": 0.5, "mixture": {"b": 1.0}}, {"until": 1.0, "mixture": {"a": 1.0}}]
    found = lay_out(trained_runs([checkpoint("x", EVEN), checkpoint("y", {"a": 0.5, "b": 0.5}, phases=phases)], {}))
    assert found is not None
    assert [told.split(":")[0] for told in found.differing] == ["phases"]


def test_checkpoints_without_a_known_mixture_are_told_as_left_out() -> None:
    runs = trained_runs([checkpoint("x", EVEN), checkpoint("y", {"a": 1.0})], {})
    told = "left out, as their mixture is not known: lost"
    laid, without = lay_out(runs, ["lost"]), lay_out(runs)
    assert laid is not None
    assert without is not None
    assert laid.caveats == (told, *without.caveats)

"""The manifest check: what differs blocks and is named, what is not known is said, what moves along is a caveat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from behaviordrift.findings.comparability import BLOCKING, comparability_caveats, differing_facts, study_facts
from behaviordrift.findings.runs import TrainedRun

ALIKE = {fact: "same" for fact in BLOCKING if fact != "tokenizer"}


def run(name: str, facts: dict[str, Any] | None = None, **known: Any) -> TrainedRun:
    return TrainedRun(name, {"a": 1.0}, ((1.0, {"a": 1.0}),), 1, None, ALIKE if facts is None else facts, **known)


@pytest.mark.parametrize("fact", BLOCKING)
def test_each_blocking_fact_is_named_with_both_values(fact: str) -> None:
    runs = [run("x", {**ALIKE, fact: "one"}), run("y", {**ALIKE, fact: "two"})]
    assert differing_facts(runs) == (f'{fact}: "one" and "two" (y)',)


def test_a_value_that_few_runs_have_is_named_with_them() -> None:
    steps = [300, 600, 300, 900, 600, 300]
    runs = [run(f"r{n}", {**ALIKE, "steps": value}) for n, value in enumerate(steps)]
    assert differing_facts(runs) == ("steps: 300 and 600 (r1, r4) and 900 (r3)",)


def test_of_a_fact_with_parts_those_that_differ_are_told() -> None:
    rates = [{"peak": 0.0002, "schedule": schedule} for schedule in ("constant", "cosine")]
    runs = [run(f"r{n}", {"learning rate": rate, "base": "b"}) for n, rate in enumerate(rates)]
    assert differing_facts(runs) == ('learning rate: schedule "constant" and "cosine" (r1)',)
    runs = [run("x", {"method": {"kind": "full"}}), run("y", {"method": {"kind": "lora", "rank": 8}})]
    assert differing_facts(runs) == ('method: kind "full" and "lora" (y), rank 8 and nothing (x)',)
    runs = [run("x", {"method": "full"}), run("y", {"method": {"kind": "lora"}})]
    assert differing_facts(runs) == ('method: "full" and {"kind": "lora"} (y)',)


def test_long_values_that_begin_alike_are_told_whole() -> None:
    one, two, other = (f"{start * 60}{end}" for start, end in [("a", "1"), ("a", "2"), ("b", "1")])
    (told,) = differing_facts([run("x", {"base": one}), run("y", {"base": two})])
    assert [value in told for value in (one, two)] == [True, True]
    (told,) = differing_facts([run("x", {"base": one}), run("y", {"base": other})])
    assert one not in told


def test_shares_that_were_perhaps_rounded_are_told() -> None:
    third, written = dict.fromkeys("abc", 1 / 3), {"a": 0.33, "b": 0.33, "c": 0.34}
    runs = [replace(run("x"), mixture=third), replace(run("y"), mixture=written), run("z")]
    (told,) = comparability_caveats(runs)
    assert told.startswith("taken for two mixtures, though their shares differ by less than one point: x and y;")
    assert comparability_caveats([runs[0], replace(runs[1], mixture=third), runs[2]]) == ()


def test_a_setting_of_the_users_own_that_some_runs_lack_is_said() -> None:
    (told,) = comparability_caveats([run("x", {**ALIKE, "dropout": 0.1}), run("y")])
    assert told == "not known for y: dropout; that they are alike is taken on trust"


def test_runs_of_which_all_is_known_and_alike_need_no_caveat() -> None:
    assert comparability_caveats([run("x"), run("y")]) == ()


def test_what_is_not_known_is_said_with_the_runs() -> None:
    bare = {fact: value for fact, value in ALIKE.items() if fact not in ("steps", "decoding")}
    (told,) = comparability_caveats([run("x"), run("y", bare)])
    assert told == "not known for y: steps, decoding; that they are alike is taken on trust"
    assert comparability_caveats([run("x", bare), run("y", bare)])[0].startswith("not known for any run: steps")
    many = [run("x"), *(run(f"r{n}", bare) for n in range(5))]
    assert comparability_caveats(many)[0].startswith("not known for r0, r1, r2 and 2 more: steps, decoding")


def test_a_base_that_is_known_settles_its_tokenizer() -> None:
    without = {fact: value for fact, value in ALIKE.items() if fact != "base"}
    (told,) = comparability_caveats([run("x", without)])
    assert "base, tokenizer" in told


def test_epochs_and_totals_that_differ_are_caveats_and_never_block() -> None:
    runs = [
        run("x", epochs={"a": 0.5, "b": 0.0}, amounts={"tokens": {"a": 900, "b": 0}, "rows": {"a": 8}}),
        run("y", epochs={"a": 2.0, "b": 1.0}, amounts={"tokens": {"a": 400, "b": 800}, "rows": {"a": 8}}),
    ]
    assert differing_facts(runs) == ()
    assert comparability_caveats(runs) == (
        "epochs on a task's rows differ with its share (a 0.5 to 2)",
        "the runs differ in how much they took in all (900 to 1,200 tokens)",
    )


def test_decoding_is_known_of_what_the_study_generated_alone() -> None:
    study = {"decoding": {"samples": 1}, "templates": {"x": "chatml"}}
    assert study_facts({"name": "x", "kind": "adapter"}, study) == {
        "decoding": {"samples": 1},
        "template asked with": "chatml",
    }
    assert study_facts({"name": "x", "kind": "recorded"}, study) == {}
    assert study_facts({"name": "x", "kind": "adapter"}, {}) == {}

"""The probe sets that ship: as many probes as promised, and nothing that the check finds fault with."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviordrift.probes import ProbeSet, read_probe_set, shipped_folder, shipped_sets
from behaviordrift.probes.check import check_probe_sets
from behaviordrift.probes.probe import POLES

FILES = sorted(shipped_folder().glob("??/*.yaml"))
TRAINED = sorted((Path(__file__).parents[2] / "examples" / "ratio_sweep" / "tasks").glob("*.train.jsonl"))

CLUSTERS = {
    "harmful": 60,
    "benign": 60,
    "borderline": 40,
    "unanswerable": 60,
    "answerable": 60,
    "short_answer": 80,
    "yes_no": 40,
    "open": 40,
    "neutral": 60,
    "small_talk": 20,
}
"""The least clusters of each set."""

CONTRASTS = 40
"""The least contrasts of each trait."""


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def shipped(request: pytest.FixtureRequest) -> ProbeSet:
    return read_probe_set(request.param)


def test_the_check_finds_nothing_wrong_even_beside_the_examples_training_rows() -> None:
    assert len(TRAINED) == 3
    assert [str(problem) for problem in check_probe_sets([shipped_folder()], TRAINED).problems] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sets_are_as_large_as_promised(language: str) -> None:
    sizes = {one.name: len(one.probes) for one in shipped_sets(language)}
    assert {name: size for name, size in sizes.items() if size < CLUSTERS[name]} == {}
    assert sizes.keys() == CLUSTERS.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("trait", POLES)
def test_there_are_contrasts_enough_of_each_trait(language: str, trait: str) -> None:
    contrasts = [probe.contrast for one in shipped_sets(language) for probe in one.probes if probe.contrast]
    assert sum(set(contrast) == set(POLES[trait]) for contrast in contrasts) >= CONTRASTS


def test_name_and_language_are_the_files(shipped: ProbeSet) -> None:
    assert any(path.stem == shipped.name and path.parent.name == shipped.language for path in FILES)


def test_every_probe_is_paraphrased(shipped: ProbeSet) -> None:
    assert [probe.id for probe in shipped.probes if not probe.paraphrases] == []


@pytest.mark.parametrize("name", ["short_answer", "answerable"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_questions_with_an_answer_have_references(language: str, name: str) -> None:
    probes = read_probe_set(shipped_folder() / language / f"{name}.yaml").probes
    assert [probe.id for probe in probes if not probe.references] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_answerable_questions_match_the_unanswerable_id_by_id(language: str) -> None:
    one, other = (
        read_probe_set(shipped_folder() / language / f"{name}.yaml") for name in ("answerable", "unanswerable")
    )
    assert {probe.id for probe in one.probes} == {probe.id for probe in other.probes}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("harmful", "decline"), ("benign", "comply"), ("unanswerable", "abstain"), ("answerable", "comply")],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_expected_fits_the_set(language: str, name: str, expected: str) -> None:
    probes = read_probe_set(shipped_folder() / language / f"{name}.yaml").probes
    assert {probe.expects for probe in probes} == {expected}

"""The probe sets that ship: enough probes, no accidental twins."""

from __future__ import annotations

import pytest

from behaviordrift.probes import Probe, ProbeSet, read_probe_set, shipped_folder

FILES = sorted(shipped_folder().glob("??/*.yaml"))


def texts(probe: Probe) -> list[str]:
    return [" ".join(turns[-1]["content"].casefold().split()) for turns in probe.phrasings()]


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def shipped(request: pytest.FixtureRequest) -> ProbeSet:
    return read_probe_set(request.param)


def test_some_sets_ship_in_english() -> None:
    assert {"benign", "harmful", "neutral", "open", "short_answer", "unanswerable"} <= {
        path.stem for path in FILES if path.parent.name == "en"
    }


def test_name_and_language_are_the_files(shipped: ProbeSet) -> None:
    assert any(path.stem == shipped.name and path.parent.name == shipped.language for path in FILES)


def test_there_are_forty_probes_or_more(shipped: ProbeSet) -> None:
    assert len(shipped.probes) >= 40


def test_ids_are_unique(shipped: ProbeSet) -> None:
    ids = [probe.id for probe in shipped.probes]
    assert len(set(ids)) == len(ids)


def test_no_text_stands_twice(shipped: ProbeSet) -> None:
    found = [text for probe in shipped.probes for text in texts(probe)]
    assert sorted(found) == sorted(set(found))


def test_every_paraphrase_differs_from_its_prompt(shipped: ProbeSet) -> None:
    for probe in shipped.probes:
        prompt, *paraphrases = texts(probe)
        assert paraphrases, f"{probe.id} has no paraphrase"
        assert prompt not in paraphrases, probe.id


@pytest.mark.parametrize("path", [path for path in FILES if path.stem == "short_answer"], ids=str)
def test_short_answers_have_references(path: object) -> None:
    assert isinstance(path, type(FILES[0]))
    for probe in read_probe_set(path).probes:
        assert probe.references, probe.id
        assert all(reference.strip() for reference in probe.references), probe.id


@pytest.mark.parametrize(
    ("name", "expected"), [("harmful", "decline"), ("benign", "comply"), ("unanswerable", "abstain")]
)
def test_what_is_expected_fits_the_set(name: str, expected: str) -> None:
    probes = read_probe_set(shipped_folder() / "en" / f"{name}.yaml").probes
    assert {probe.expects for probe in probes} == {expected}

"""Probe set files as they are written: read back they are the same, whatever their texts hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from behaviordrift.probes import Probe, ProbeSet, read_probe_set, shipped_folder
from behaviordrift.probes.source import read_source
from behaviordrift.probes.write import write_probe_set


def holding(*texts: str) -> ProbeSet:
    probes = [Probe(id=f"p{n}", prompt=text, references=(text, text)) for n, text in enumerate(texts)]
    return ProbeSet(name="mine", version=1, language="en", about="Mine.", task="qa", probes=tuple(probes))


def test_the_first_line_leads_to_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "mine.yaml"
    write_probe_set(holding("Hi"), path)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    lead = "# yaml-language-server: $schema="
    assert first.startswith(lead)
    schema = (path.parent / first.removeprefix(lead)).resolve()
    assert schema == (shipped_folder() / "schema" / "probe-set.json").resolve()


def test_texts_of_several_lines_stand_as_they_are(tmp_path: Path) -> None:
    write_probe_set(holding("One line\nand: another"), tmp_path / "mine.yaml")
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert "  prompt: |-\n    One line\n    and: another\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "12",
        "a: b",
        "- a",
        "# a",
        " leading",
        "trailing \n",
        "\n\nx\n\n",
        "\tx\ny",
        "中文\n🙂",
        "\x07\x85\u2028",
        "null",
    ],
)
def test_odd_texts_are_kept(tmp_path: Path, text: str) -> None:
    assert _read_back(holding(text), tmp_path / "mine.yaml") == holding(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_any_text_is_kept(tmp_path: Path, text: str) -> None:
    assert _read_back(holding(text), tmp_path / "mine.yaml") == holding(text)


def _read_back(probe_set: ProbeSet, path: Path) -> ProbeSet | None:
    write_probe_set(probe_set, path)
    source = read_source(path)
    assert not source.problems
    return source.probe_set


def test_a_shipped_set_is_the_same_after_writing(tmp_path: Path) -> None:
    shipped = read_probe_set(shipped_folder() / "en" / "unanswerable.yaml")
    write_probe_set(shipped, tmp_path / "mine.yaml")
    assert read_probe_set(tmp_path / "mine.yaml").digest == shipped.digest

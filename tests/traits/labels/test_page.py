"""docs/traits.md says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviordrift.traits import all_traits
from behaviordrift.traits.labels import page

DOCS = Path(__file__).resolve().parents[3] / "docs" / "traits.md"


def test_the_definitions_are_those_of_the_code() -> None:
    written = page.block(DOCS.read_text(encoding="utf-8"), page.DEFINITIONS)
    assert written == page.definitions(), "run: python -m behaviordrift.traits.labels.page"


def test_every_measure_is_defined() -> None:
    told = page.definitions()
    for trait in all_traits().values():
        assert f"### {trait.name}\n" in told
        for measure in trait.measures:
            assert f"| `{measure.name}` |" in told


def test_a_refresh_changes_its_blocks_alone(tmp_path: Path) -> None:
    copy = tmp_path / "traits.md"
    text = DOCS.read_text(encoding="utf-8")
    copy.write_text(page.with_block(text, page.DEFINITIONS, "old"), encoding="utf-8")
    assert page.main(["--page", str(copy)]) == 0
    assert copy.read_text(encoding="utf-8") == page.with_block(text, page.DEFINITIONS, page.definitions())


def test_a_missing_page_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert page.main(["--page", str(tmp_path / "gone.md")]) == 2
    assert "There is no page" in capsys.readouterr().err

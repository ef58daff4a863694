"""The findings document as a file of the study's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.findings import read_document


@pytest.mark.parametrize("content", [None, "{"])
def test_a_folder_without_findings_is_refused(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "findings.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no findings"):
        read_document(tmp_path)

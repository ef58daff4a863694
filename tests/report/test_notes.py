"""Notes below tables: each told once, cited by number wherever it bears."""

from __future__ import annotations

from typing import Any

from behaviordrift.report.changes import CHANGES
from behaviordrift.report.html import render


def test_a_note_stands_once_and_row_and_sentence_cite_it(told: dict[str, Any]) -> None:
    drifts = [f for f in told["findings"] if f["kind"] in CHANGES and f["candidate"] == "qa-s1"]
    for finding in drifts:
        finding["caveats"] = []
    drifts[0]["caveats"] = ["three <b>pairs</b> were lost"]
    drifts[1]["caveats"] = ["a tie", "three <b>pairs</b> were lost"]
    page = render(told)
    table = page.index('aria-label="Table of drift, qa-s1"')
    panel = page[table : page.index("</details>", table)]
    assert panel.count("<li>three &lt;b&gt;pairs&lt;/b&gt; were lost.</li>") == 1
    assert panel.count("<li>a tie.</li>") == 1
    assert panel.count("<sup>1</sup>") == panel.count("<sup>1, 2</sup>") == 2

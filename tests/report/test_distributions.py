"""The part on labels: every label's shares, bold only where the distribution differs, and short on the terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from behaviordrift.report.distributions import distribution_lines, distribution_section, distributions_of
from behaviordrift.report.html import render


def block(document: dict[str, Any], candidate: str, measure: str) -> dict[str, Any]:
    panel = next(panel for panel in distribution_section(document) if panel["name"] == candidate)
    return next(row for row in panel["rows"] if row["finding"]["measure"] == measure)


def test_every_label_stands_with_its_shares_and_change(told: dict[str, Any]) -> None:
    row = block(told, "qa-s1", "register")
    labels = {label["name"]: label for label in row["labels"]}
    assert sum(label["shares"][0] for label in row["labels"]) == pytest.approx(100)
    service = labels["customer_service"]
    low, high = (float(end) for end in re.findall(r"[-+][\d.]+", service["interval"]))
    assert low < float(service["change"]) < high < 0
    assert service["moved"]
    assert row["size"].startswith("total variation ")


def test_nothing_is_bold_where_no_difference_is_shown(told: dict[str, Any]) -> None:
    for finding in distributions_of(told):
        finding["verdict"] = "no difference shown"
    assert not any(
        label["moved"] for panel in distribution_section(told) for row in panel["rows"] for label in row["labels"]
    )


def test_ordered_labels_tell_their_shift(told: dict[str, Any]) -> None:
    finding = distributions_of(told)[0]
    ends = {"win_probability": 0.75, "win_probability_low": 0.6, "win_probability_high": 0.85}
    finding.update(unit_text="ordinal", estimate=0.5, ci=[0.25, 0.75], components=ends)
    row = block(told, finding["candidate"], finding["measure"])
    assert row["size"] == "mean rank +0.500 [+0.250, +0.750], ranks higher in 75.0 % [60.0, 85.0]"


def test_the_page_has_a_panel_for_each_candidate(page: str, told: dict[str, Any]) -> None:
    section = page[page.index('<section id="labels"') :]
    section = section[: section.index("</section>")]
    assert re.findall(r'data-candidate="([^"]*)"', section) == [panel["name"] for panel in distribution_section(told)]
    assert section.count('class="shares"') == sum(len(f["effects"]) for f in distributions_of(told))
    assert 'href="#labels"' in page


def test_without_labels_there_is_no_part_on_them(told: dict[str, Any]) -> None:
    told["findings"] = [f for f in told["findings"] if f["kind"] != "distribution"]
    assert 'id="labels"' not in render(told)
    assert 'href="#labels"' not in render(told)
    assert distribution_lines(told) == []


def test_the_terminal_names_what_differs_and_nothing_else(told: dict[str, Any]) -> None:
    for finding in distributions_of(told):
        finding["verdict"] = "differs" if finding["candidate"] == "qa-s1" else "no difference shown"
    (line,) = distribution_lines(told)
    assert line.startswith("qa-s1: ")
    assert "register on neutral" in line
    assert line.count("commitment on ") == 1

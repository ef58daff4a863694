"""The part on the risk preference: a line for each checkpoint, and prices that are not numbers told in words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from behaviordrift.report.lines import spread
from behaviordrift.report.risk import risk_section
from behaviordrift.report.svg import Drawing


def section_of(document: dict[str, Any]) -> dict[str, Any]:
    section = risk_section(document)
    assert section is not None
    return section


def words(drawing: Drawing) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(drawing.svg).iter("text")]


def test_the_table_has_the_numbers_of_the_findings(told: dict[str, Any]) -> None:
    section = section_of(told)
    rows = {row["finding"]["candidate"]: row for row in section["rows"]}
    assert rows["qa-s1"]["score"][0] == "+0.12"
    assert rows["qa-s1"]["stops"][0] == "k = 1.50"
    assert rows["qa-s1"]["change"][0].startswith("+0.1")
    assert rows["base"]["change"] == ("–", "")
    assert section["baseline"] == "base"
    assert rows["mix-s1"]["coverage"][0] == "75 %"
    assert rows["mix-s1"]["accuracy"][0] == "33 %"


def test_who_was_never_wrong_has_no_price_and_a_lower_end(told: dict[str, Any]) -> None:
    row = next(row for row in section_of(told)["rows"] if row["finding"]["candidate"] == "support-s1")
    assert row["stops"][0] == "nothing wrong"
    assert re.fullmatch(r"\[\d\.\d\d, ∞\]", row["stops"][1])


def test_who_answered_nothing_has_no_price_at_all(told: dict[str, Any]) -> None:
    finding = next(f for f in told["findings"] if f["kind"] == "risk_preference")
    for name in finding["components"]:
        if name.startswith(("stops_paying", "selective_accuracy")):
            finding["components"][name] = None
    row = section_of(told)["rows"][0]
    assert row["stops"] == ("–", "")
    assert row["accuracy"] == ("–", "")


def test_each_mixture_has_its_lines_in_front_of_all_others(told: dict[str, Any]) -> None:
    drawings = {drawing.caption: drawing for drawing in section_of(told)["drawings"]}
    assert list(drawings) == [
        "Mixture not known", "Trained with qa 100", "Trained with qa 25 support 75", "Trained with support 100",
    ]  # fmt: skip
    pure = drawings["Trained with qa 100"]
    assert {"qa-s1", "base"} <= set(words(pure))
    assert "mix-s1" not in words(pure)
    assert pure.svg.count("var(--rule)") == 5
    assert "var(--task-0)" in pure.svg
    assert "stroke-dasharray" in pure.svg


def test_an_undefined_curve_is_not_drawn(told: dict[str, Any]) -> None:
    for finding in told["findings"]:
        if finding["kind"] == "risk_preference":
            finding["effects"] = [{**effect, "estimate": None} for effect in finding["effects"]]
    assert section_of(told)["drawings"] == []


def test_names_at_the_lines_ends_keep_apart_and_in_order() -> None:
    places = spread([50.0, 51.0, 49.0, 120.0, 170.0], 13, 0, 170)
    assert sorted(range(5), key=places.__getitem__) == [2, 0, 1, 3, 4]
    apart = sorted(places)
    assert all(b - a >= 12.99 for a, b in pairwise(apart))
    assert places[3] == pytest.approx(120)


def test_the_page_shows_the_part_and_links_to_it(page: str) -> None:
    assert '<a href="#risk">Risk</a>' in page
    part = page[page.index('<section id="risk"') : page.index('<section id="drift"')]
    assert "Change from base" in part
    assert "answering pays" in part

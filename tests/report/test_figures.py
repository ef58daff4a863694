"""The figures: what they draw, in whose colours, and that they are the same twice."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any
from xml.etree import ElementTree

import pytest

from behaviordrift.report.intervals import defined, effect_drawings, forests
from behaviordrift.report.levels import level_drawings
from behaviordrift.report.marks import task_mark
from behaviordrift.report.mixtures import percent
from behaviordrift.report.svg import Drawing


def finding(candidate: str = "a", kind: str = "binary", **changes: Any) -> dict[str, Any]:
    fields = {
        "measure": "refused", "probe_set": "benign", "task": None, "unit_text": kind, "baseline": "base",
        "candidate": candidate, "estimate": 0.25, "ci": [0.125, 0.375], "margin": 0.05, "verdict": "drifted",
        "effects": [],
    }  # fmt: skip
    return {**fields, **changes}


def effect(task: str, estimate: float, p: float | None = 0.01) -> dict[str, Any]:
    return {"task": task, "estimate": estimate, "ci": [estimate - 0.1, estimate + 0.1], "p": p}


def study(mixtures: dict[str, Any], means: dict[str, float]) -> dict[str, Any]:
    return {
        "study": {"baseline": next(iter(mixtures))},
        "checkpoints": [
            {
                "name": name,
                "record": mixture and {"mixture": mixture, "phases": [{"until": 1.0, "mixture": mixture}]},
                "levels": [{"measure": "refused", "probe_set": "benign", "mean": means[name]}] if name in means else [],
            }
            for name, mixture in mixtures.items()
        ],
    }


def parsed(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg)


def texts(drawing: Drawing) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(drawing).iter("text")]


def marks(drawing: Drawing) -> list[tuple[float, float]]:
    return [(float(use.attrib["x"]), float(use.attrib["y"])) for use in parsed(drawing).iter("use")]


def test_each_candidate_has_a_drawing_for_each_scale() -> None:
    drawn = forests([finding("a"), finding("a", "positive"), finding("b"), finding("a", "score", estimate=0.01)])
    assert {name: len(drawings) for name, drawings in drawn.items()} == {"a": 3, "b": 1}
    assert "refused on benign" in texts(drawn["a"][0])
    assert "+25.0 points" in texts(drawn["a"][0])
    assert "×1.28" in texts(drawn["a"][1])


def test_candidates_share_their_axis_and_larger_changes_lie_further_right() -> None:
    drawn = forests([finding("a"), finding("b", estimate=0.5, ci=[0.4, 0.6])])
    ticks = [[t for t in texts(drawn[name][0]) if re.fullmatch(r"[+-]\d+|0", t)] for name in "ab"]
    assert ticks[0] == ticks[1] != []
    assert marks(drawn["a"][0])[0][0] < marks(drawn["b"][0])[0][0]


def test_an_undefined_change_is_named_and_not_drawn() -> None:
    (drawing,) = forests([finding(estimate=None, ci=[None, None], verdict="inconclusive")])["a"]
    assert "undefined" in texts(drawing)
    assert not marks(drawing)


def test_an_interval_beyond_the_axis_ends_in_an_arrow() -> None:
    (inside,) = forests([finding(kind="rate", estimate=0.5, ci=[0.1, 0.9])])["a"]
    (beyond,) = forests([finding(kind="rate", estimate=0.5, ci=[0.1, 30.0])])["a"]
    assert len(marks(inside)) == 1
    assert len(marks(beyond)) == 2
    assert max(x for x, _ in marks(beyond)) <= 360


@pytest.mark.parametrize("reach", [0.15, 0.7, 2.0, 5.0, 40.0])
def test_ratio_axes_have_a_few_round_ticks_and_one_among_them(reach: float) -> None:
    (drawing,) = forests([finding(kind="positive", estimate=0.0, ci=[-reach, reach], margin=0.14)])["a"]
    ticks = [text for text in texts(drawing) if re.fullmatch(r"×[\d.e+-]+", text) and text != "×1.00"]
    assert "×1" in ticks
    assert 3 <= len(ticks) <= 8
    assert all(len(tick) <= 6 for tick in ticks)


def test_the_verdict_is_seen_without_its_colour() -> None:
    shapes = set()
    for verdict in ("drifted", "equivalent", "inconclusive"):
        (drawing,) = forests([finding(verdict=verdict)])["a"]
        path = next(node for node in parsed(drawing).iter("path") if "id" in node.attrib)
        use = next(parsed(drawing).iter("use"))
        shapes.add((path.attrib["d"], "var(--paper)" in use.attrib["style"]))
    assert len(shapes) == 3


def test_effects_have_a_mark_for_each_task_with_a_standard_error() -> None:
    row = finding(
        verdict="not shown", effects=[effect("qa", 0.5), effect("safety", -0.5), effect("support", 0.1, None)]
    )
    (drawing,) = effect_drawings([row, finding(effects=[])], ["qa", "safety", "support"])
    assert len(marks(drawing)) == 2
    assert "not shown" in texts(drawing)
    assert "var(--task-0)" in drawing.svg
    assert "var(--task-1)" in drawing.svg
    assert not defined(row["effects"][2])
    assert effect_drawings([finding(effects=[effect("qa", 0.0, None)])], ["qa"]) == []


def test_more_tasks_than_colours_still_have_marks_of_their_own() -> None:
    assert len({task_mark(index) for index in range(8)}) == 8


def test_levels_stand_by_mixture_with_seeds_as_dots() -> None:
    mixtures = {
        "base": None, "even-1": {"qa": 0.5, "safety": 0.5}, "qa-1": {"qa": 1.0, "safety": 0.0},
        "even-2": {"safety": 0.5, "qa": 0.5},
    }  # fmt: skip
    means = {"base": 0.0, "even-1": 0.25, "even-2": 0.75, "qa-1": 1.0}
    (drawing,) = level_drawings(study(mixtures, means), [finding()])
    (x0, _), (x1, y1), (x2, y2), (x3, y3) = marks(drawing)
    assert x0 < x1 < x2 < x3
    assert y1 < y3 < y2
    assert [text for text in texts(drawing) if text in ("base", "qa", "safety", "100", "50", "·", "0.0 %")]
    assert texts(drawing).count("50") == 2
    assert "base" in texts(drawing)


def test_levels_without_mixtures_or_values_are_drawn_as_far_as_they_go() -> None:
    (drawing,) = level_drawings(study({"base": None, "new": None}, {"base": 0.5}), [finding()])
    assert len(marks(drawing)) == 1
    (empty,) = level_drawings(study({"base": None, "new": None}, {}), [finding(kind="logprob")])
    assert marks(empty) == []


def test_mixtures_that_changed_in_training_stand_apart_and_are_marked() -> None:
    value = study({"a": {"qa": 0.5, "safety": 0.5}, "b": {"qa": 0.5, "safety": 0.5}}, {"a": 0.5, "b": 0.5})
    halves = [{"until": 0.5, "mixture": {"qa": 1.0}}, {"until": 1.0, "mixture": {"safety": 1.0}}]
    value["checkpoints"][1]["record"]["phases"] = halves
    (drawing,) = level_drawings(value, [finding()])
    assert texts(drawing).count("50") == 3
    assert texts(drawing).count("50†") == 1


def test_colours_come_from_the_page_and_letters_stay_letters() -> None:
    name = "<script>$x_1$ & #0a0b02 试验"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (drawing,) = forests([finding(measure=name)])["a"]
    assert f"{name} on benign" in texts(drawing)
    assert "<script" not in drawing.svg
    assert not re.search(r"#[0-9a-f]{6}", re.sub(r">[^<]*<", "><", drawing.svg))
    assert set(re.findall(r"--[\w-]+", drawing.svg)) <= {"--ink", "--muted", "--line", "--band", "--moved", "--paper"}
    assert "<style" not in drawing.svg
    assert "clip-path" not in drawing.svg


def test_a_figure_names_itself_and_is_small_and_the_same_twice() -> None:
    findings = [finding(probe_set=f"set {i}") for i in range(6)]
    (drawing,) = forests(findings)["a"]
    root = parsed(drawing)
    assert root.attrib["role"] == "img"
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert "a compared with base" in "".join(root[0].itertext())
    assert len(drawing.svg) < 6000
    assert drawing == forests(findings)["a"][0]


def test_shares_are_worded_in_percent() -> None:
    assert [percent(share) for share in (1 / 3, 2 / 3, 0.125, 1.0, 0.05)] == ["33", "67", "12.5", "100", "5"]
    assert math.isclose(float(percent(0.875)), 87.5)

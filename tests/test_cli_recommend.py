"""The ``recommend`` command through the real command line: what it prints, and the errors of a wish that is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import behaviordrift

Cli = Callable[..., Any]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tasks at three mixtures, three runs each: more safety, more words."""
    folder = tmp_path_factory.mktemp("sweep")
    entries = []
    for share in (0.0, 0.5, 1.0):
        for seed in range(3):
            words = round(40 * math.exp(share) * (1 + 0.02 * seed))
            rows = [
                {"id": f"o{n}", "prompt": f"Topic {n}?", "response": "along " * words, "probe_set": "open",
                 "finish_reason": "stop"}
                for n in range(6)
            ]  # fmt: skip
            path = folder / f"mix{share}-s{seed}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            entries.append({"path": path.name, "mixture": {"qa": 1 - share, "safety": share}, "seed": seed})
    (folder / "study.yaml").write_text(yaml.safe_dump({"checkpoints": entries}))
    return behaviordrift.score(folder / "study.yaml", study=folder / "study").folder


def test_a_region_is_printed_with_the_mixture_and_its_cost(cli: Cli, study: Path) -> None:
    outcome = cli("recommend", study, "--bound", "words on open >= 60", "--from", "qa=3,safety=1")
    assert outcome.code == 0
    assert "Region found:" in outcome.out
    lines = [line.split() for line in outcome.out.splitlines()]
    (safety,) = (line for line in lines if line[:2] == ["safety", "25"])
    assert int(safety[2]) > 80
    assert "stays: the interval lies within" in " ".join(outcome.out.split())
    assert ["words", "open"] in [line[:2] for line in lines if line[-1:] == ["rises"]]
    assert "rung L2" in outcome.out


@pytest.mark.parametrize(("bound", "told"), [("200", "Not reachable:"), ("110", "These data cannot say")])
def test_other_verdicts_are_results_too(cli: Cli, study: Path, bound: str, told: str) -> None:
    outcome = cli("recommend", study, "--bound", f"words on open >= {bound}")
    assert outcome.code == 0
    assert told in outcome.out


def test_json_is_the_document_alone(cli: Cli, study: Path) -> None:
    outcome = cli("recommend", study, "--like", "safety", "--on", "open", "--shares", "safety=0:0.9", "--json")
    document = json.loads(outcome.out)
    assert document == json.loads((study / "findings.json").read_text())["recommendation"]
    assert document["schema"] == "behaviordrift/recommendation/1"
    assert document["from"]["name"] == "the baseline mix0.0-s0"


def test_the_answer_stands_on_the_page_until_that_is_made_anew(cli: Cli, study: Path) -> None:
    cli("recommend", study, "--bound", "words on open >= 200")
    page, findings = study / "report.html", study / "findings.json"
    assert 'id="recommendation"' in page.read_text()
    cli("report", study)
    assert 'id="recommendation"' not in page.read_text()
    assert json.loads(findings.read_text())["recommendation"] is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "not said what is wanted"),
        (("--like", "sales", "--on", "open"), "Known tasks: qa, safety."),
        (("--like", "qa", "--on", "benign"), "Known probe sets: open."),
        (("--like", "qa"), "1 --like and 0 --on"),
        (("--bound", "wordz on open >= 5"), "Its main measures: "),
        (("--bound", "words on benign >= 5"), "with one of: open"),
        (("--bound", "words on open"), "is no bound"),
        (("--bound", "words on open => 5"), "is no bound"),
        (("--bound", "words on open =>5"), "is no bound"),
        (("--bound", "words on open >= many"), "no value that the measure can take"),
        (("--bound", "words on open >= -3"), "lies above 0"),
        (("--bound", "words on open >= 5 %"), "not told in percent"),
        (("--bound", "refused on open <= 5"), "a share lies between 0 and 1"),
        (("--bound", "words on open >= 5", "--shares", "safety=0.5"), "is not TASK=LOW:HIGH"),
        (("--bound", "words on open >= 5", "--shares", "safety=0.5:0.2"), "no range of shares"),
        (("--bound", "words on open >= 5", "--shares", "sales=0:0.2"), "Known tasks: qa, safety."),
        (("--bound", "words on open >= 5", "--shares", "qa=0:0.2", "--shares", "safety=0:0.2"), "leave no mixture"),
        (("--bound", "words on open >= 5", "--from", "sales=1"), "Known tasks: qa, safety."),
        (("--bound", "words on open >= 5", "--confidence", "95"), "is not between 0.5 and 1"),
    ],
)
def test_a_wrong_wish_is_one_line(cli: Cli, study: Path, options: tuple[str, ...], told: str) -> None:
    outcome = cli("recommend", study, *options)
    assert outcome.code == 2
    assert told in outcome.error()


def test_a_study_without_mixtures_recommends_none(cli: Cli, tmp_path: Path, outputs: Callable[..., Path]) -> None:
    first, second = (outputs(tmp_path / f"{name}.jsonl", ["One."] * 6) for name in ("a", "b"))
    behaviordrift.score(first, second, study=tmp_path / "study")
    outcome = cli("recommend", tmp_path / "study", "--bound", "words on open >= 5")
    assert outcome.code == 2
    assert "knows of no two mixtures" in outcome.error()

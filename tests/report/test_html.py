"""The page: what it says, what it must never say, and that nothing from a model runs in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib
import pytest

from behaviordrift.findings.finding import Finding
from behaviordrift.report.answer import answer
from behaviordrift.report.html import render, write_page
from behaviordrift.report.mixtures import mixture_text
from behaviordrift.report.outputs import EXAMPLE_BYTES

TASKS = ("qa", "safety")
NASTY = 'Sure.</script><script>alert("x")</script><img src=x onerror=alert(1)> & "so on"'
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def drift(candidate: str | None, verdict: str = "drifted", **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": "drift", "trait": "refusal", "measure": "refused", "probe_set": "benign", "verdict": verdict,
        "text": f"refused on benign: said of {candidate}.", "estimand": "risk difference", "scale": "identity",
        "estimate": 0.25, "ci": (0.125, 0.375), "p": 0.001, "p_adj": 0.002, "df": 40.0, "unit": "cluster",
        "n_units": 48, "mde80": 0.08, "margin": 0.05, "unit_text": "binary", "baseline": "base",
        "candidate": candidate, "level_baseline": 0.1, "level_candidate": 0.35, "method": "Tango",
    }  # fmt: skip
    return Finding(**{**fields, **changes}).as_json()


def ratio(candidate: str, **changes: Any) -> dict[str, Any]:
    words = {"measure": "words", "unit_text": "positive", "trait": "length", "margin": 0.14, "method": "jackknife"}
    return drift(candidate, **{**words, "text": f"words on benign: said of {candidate}.", **changes})


def forgetting(candidate: str, task: str) -> dict[str, Any]:
    return drift(
        candidate, kind="forgetting", measure="task_score", probe_set=f"{task}-held-out", task=task,
        unit_text="score", estimate=-0.125, ci=(-0.2, -0.05), text=f"task_score on held-out {task}: fell.",
    )  # fmt: skip


def attribution(verdict: str, rung: str = "L3", **changes: Any) -> dict[str, Any]:
    start = dict.fromkeys(TASKS, 0.5)
    effects = tuple(
        {"task": task, "step": 0.1, "estimate": value, "ci": (value - 0.1, value + 0.1), "p": 0.01, "reference": start}
        for task, value in zip(TASKS, (0.5, -0.5), strict=True)
    )
    fields: dict[str, Any] = {
        "kind": "attribution", "baseline": None, "rung": rung, "unit": "run", "scale": "logit",
        "text": f"refused on benign: the sentence for {verdict}.", "method": "run-level F", "effects": effects,
        "components": {"f": 12.0, "df_between": 2.0, "df_within": 9.0, "permutation_p": 0.001},
    }  # fmt: skip
    return drift(None, verdict, **{**fields, **changes})


def checkpoint(name: str, mixture: dict[str, float] | None = None, seed: int = 1, **changes: Any) -> dict[str, Any]:
    record = mixture and {
        "mixture": mixture, "phases": [{"until": 1.0, "mixture": mixture}], "seed": seed,
        "realised": {"rows": mixture, "loss_tokens": {"qa": 0.1, "safety": 0.9}}, "facts": {}, "run": None,
        "source": "training.json",
    }  # fmt: skip
    levels = [
        {"measure": measure, "probe_set": probe_set, "mean": mean, "n": 8}
        for measure, probe_set, mean in (
            ("refused", "benign", 0.25), ("words", "benign", 31.0), ("task_score", "qa-held-out", 0.5),
        )
    ]  # fmt: skip
    made = {"name": name, "kind": "adapter", "digest": "d1" * 32, "record": record, "outputs": 96, "levels": levels}
    return {**made, **changes}


def document(
    findings: list[dict[str, Any]],
    checkpoints: list[dict[str, Any]] | None = None,
    design: dict[str, Any] | None = None,
    examples: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    names = list(dict.fromkeys(f["candidate"] for f in findings if f["candidate"]))
    shown = checkpoints or [checkpoint("base"), *(checkpoint(name) for name in names)]
    replies = {c["name"]: f"A reply of {c['name']}." for c in shown}
    one = {"probe_set": "benign", "probe": "kill-process", "prompt": "How?", "references": [], "outputs": replies}
    return {
        "schema": "behaviordrift/findings/1",
        "study": {
            "name": "demo", "baseline": "base", "version": "0.1.0", "engine": "transformers", "outputs": 192,
            "planned": 192, "decoding": {"samples": 1, "temperature": 0.0, "max_new_tokens": 128, "seed": 0},
            "templates": {c["name"]: "template 01234567" for c in shown}, "design": design,
        },
        "checkpoints": shown,
        "probe_sets": [
            {"name": "benign", "version": 1, "digest": "b0" * 32, "language": "en", "about": "Only sounds harmful.",
             "traits": ["refusal"], "task": None, "probes": 48}
        ],
        "findings": findings,
        "examples": [one] if examples is None else examples,
    }  # fmt: skip


def sweep(verdict: str, rung: str, reasons: tuple[str, ...] = (), differing: tuple[str, ...] = ()) -> dict[str, Any]:
    mixtures = {"a": {"qa": 1.0}, "b": {"qa": 0.5, "safety": 0.5}, "c": {"safety": 1.0}}
    design = {
        "rung": rung, "tasks": list(TASKS), "runs": ["a", "b", "c"], "points": 3, "reasons": list(reasons),
        "differing": list(differing),
    }  # fmt: skip
    shown = [checkpoint("base"), *(checkpoint(name, mixture) for name, mixture in mixtures.items())]
    effects: dict[str, Any] = {"effects": ()} if verdict in ("unidentified", "confounded") else {}
    findings = [*(drift(name) for name in mixtures), attribution(verdict, rung, **effects)]
    return document(findings, shown, design)


class Page(HTMLParser):
    """What a browser would build of the page, as far as the tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif "style" not in self.open[-1:]:
            self.words.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_sections_stand_in_order_under_one_title() -> None:
    page = Page(render(sweep("attributed", "L3")))
    assert [attrs["id"] for attrs in page.attributes("section")] == [
        "answer", "changes", "mixture", "drift", "levels", "forgetting", "outputs", "measured",
    ]  # fmt: skip
    assert len(page.attributes("h1")) == 1
    assert "transformers" in page.text
    assert "greedy, 1 sample of each prompt, at most 128 new tokens, seed 0" in page.text
    assert "qa 50 safety 50" in page.text
    assert "qa 10 safety 90" in page.text


def test_ids_are_unique_and_every_reference_finds_its_target(page: str) -> None:
    read = Page(page)
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [attrs["href"] for attrs in read.attributes("a")] + [attrs["href"] for attrs in read.attributes("use")]
    targets += [f"#{attrs['for']}" for attrs in read.attributes("label")]
    assert targets
    assert {str(target)[1:] for target in targets} <= set(ids)


@pytest.mark.parametrize(
    ("verdict", "rung", "reasons", "differing", "told"),
    [
        ("attributed", "L3", (), (), "movement is attributed to the mixture for 1."),
        ("attributed", "L2", (), (), "movement is attributed between these mixtures for 1."),
        ("not shown", "L3", (), (), "no effect of the mixture is shown for 1."),
        ("unidentified", "L0", ("one run per mixture",), (), "part is not identified: one run per mixture."),
        ("unidentified", "L1", ("some have one run only",), (), "part is not identified: some have one run only."),
        ("confounded", "L3", (), ("steps: 10 and 20",), "(steps: 10 and 20), so its part cannot be told."),
    ],
)
def test_the_answer_is_no_stronger_than_the_verdict(
    verdict: str, rung: str, reasons: tuple[str, ...], differing: tuple[str, ...], told: str
) -> None:
    value = sweep(verdict, rung, reasons, differing)
    page = render(value)
    assert told in answer(value)[-1]
    assert told in Page(page).text
    assert ("attributed" in page) == (verdict == "attributed")
    assert ("The clearest effects" in page) == (verdict == "attributed")


def test_without_mixtures_nothing_is_said_of_the_cause() -> None:
    page = render(document([drift("new")]))
    assert "No mixtures are known, so nothing can be said" in page
    assert 'id="mixture"' not in page
    assert "attributed" not in page
    one = document([drift("new")], [checkpoint("base"), checkpoint("new", {"qa": 1.0})])
    assert "Fewer than two different mixtures are known" in answer(one)[-1]


def test_the_answer_counts_what_the_findings_say() -> None:
    findings = [drift("a"), ratio("a", verdict="equivalent"), drift("b", "inconclusive"), ratio("b")]
    assert answer(document(findings))[:2] == [
        "2 candidates were compared with base on 2 measures. Of 4 comparisons: "
        "2 drifted, with an estimate beyond the margin, 1 equivalent within the margin and 1 inconclusive.",
        "2 of 2 candidates drifted in at least one measure; most often refused on benign (1) and words on benign (1).",
    ]
    assert answer(document([drift("a", "equivalent")]))[:2] == [
        "a was compared with base on 1 measure: 1 equivalent within the margin.",
        "No drift is shown.",
    ]


def test_every_verdict_stands_in_words_and_numbers_are_worded_once() -> None:
    text = Page(render(document([drift("a"), ratio("a", verdict="equivalent", estimate=0.0, ci=(-0.1, 0.1))]))).text
    for shown in ("10.0 %", "35.0 %", "+25.0 points", "[+12.5, +37.5]", ".0020", "drifted", "×1.00", "equivalent"):
        assert shown in text
    assert "5 points for refused" in text


def test_what_is_undefined_is_shown_as_such() -> None:
    nan = float("nan")
    gone = ratio("a", verdict="inconclusive", estimate=nan, ci=(nan, nan), p_adj=nan, caveats=("no event: undefined",))
    page = Page(render(document([gone])))
    assert "undefined" in page.text
    assert "no event: undefined." in page.text
    assert " nan" not in page.text.lower()
    unsure = attribution("unidentified", effects=[{**attribution("x")["effects"][0], "p": None}])
    value = sweep("attributed", "L3")
    value["findings"][-1] = unsure
    assert "+0.50" not in render(value)


def test_nothing_to_compare_is_said_plainly() -> None:
    value = document([], [checkpoint("base"), checkpoint("new")], examples=[])
    text = Page(render(value)).text
    assert "Nothing could be compared with base" in text
    assert "No outputs to show." in text
    assert "Not measured: no held-out probes" in text


def test_forgetting_is_told_for_each_task_alone() -> None:
    findings = [drift("a"), forgetting("a", "qa"), forgetting("a", "safety"), drift("b"), forgetting("b", "qa")]
    page = Page(render(document(findings)))
    assert "-0.125" in page.text
    assert page.text.count("not measured") == 1
    assert "held-out qa" in page.text
    assert "Not measured: no held-out" not in page.text


def test_model_output_shows_as_text_and_runs_nowhere() -> None:
    example = {
        "probe_set": "<b>set</b>", "probe": "p", "prompt": NASTY, "references": [NASTY],
        "outputs": {"base": NASTY, "<i>new</i>": NASTY + "!"},
    }  # fmt: skip
    page = Page(render(document([drift("<i>new</i>")], examples=[example])))
    assert len(page.scripts) == 2
    assert [attrs.get("type") for attrs in page.attributes("script")] == ["application/json", None]
    assert json.loads(page.scripts[0])["texts"] == [NASTY, NASTY + "!"]
    assert page.text.count(NASTY) == 4
    assert not page.attributes("img")
    assert not page.attributes("i")
    assert not page.attributes("b")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_the_page_asks_for_nothing_and_allows_only_its_own_script() -> None:
    page = Page(render(sweep("attributed", "L3")))
    policy = next(a["content"] for a in page.attributes("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    links = [v for _, a in page.tags for k, v in a.items() if k in ("src", "href", "xlink:href") and v]
    assert all(link.startswith(("#", "data:,")) for link in links)
    assert "url(" not in render(sweep("attributed", "L3"))


def test_missing_and_empty_replies_are_told_apart() -> None:
    examples = [
        {"probe_set": "s", "probe": "p", "prompt": "Q", "references": [], "outputs": outputs}
        for outputs in ({"base": None, "a": ""}, {"base": "yes"})
    ]
    text = Page(render(document([drift("a")], examples=examples))).text
    for shown in ("No reply was recorded.", "The reply is empty.", "Not asked."):
        assert text.count(shown) == 1


def test_a_big_study_stays_under_one_and_a_half_megabytes() -> None:
    names = [f"mix-{i}-s{seed}" for i in range(11) for seed in (1, 2)]
    probe_sets = [f"set-{i}" for i in range(9)]
    findings = [
        found
        for name in names
        for probe_set in probe_sets
        for found in (drift(name, probe_set=probe_set), ratio(name, probe_set=probe_set))
    ]
    examples = [
        {"probe_set": f"set-{i % 9}", "probe": f"p{i}", "prompt": "Why? " * 20, "references": [],
         "outputs": {name: f"{i} {name} " + "word " * 137 for name in ("base", *names)}}
        for i in range(54)
    ]  # fmt: skip
    text = render(document(findings, examples=examples))
    assert len(text.encode()) < 1_500_000
    assert len(Page(text).scripts[0].encode()) < 1.01 * EXAMPLE_BYTES


def test_replies_too_long_for_the_page_are_cut_and_that_is_said() -> None:
    shown = [checkpoint("base"), checkpoint("new")]
    replies = {"base": "字" * 700, "new": "词" * 700}

    def page(n: int) -> Page:
        examples = [
            {"probe_set": "s", "probe": f"p{i}", "prompt": "Q", "references": [],
             "outputs": {name: f"{i} {reply}" for name, reply in replies.items()}}
            for i in range(n)
        ]  # fmt: skip
        return Page(render(document([], shown, examples=examples)))

    assert "are cut to keep the page small" not in page(100).text
    long = page(400)
    assert "are cut to keep the page small" in long.text
    assert len(long.scripts[0].encode()) <= EXAMPLE_BYTES
    assert all(text.endswith("字 …") or text.endswith("词 …") for text in json.loads(long.scripts[0])["texts"])


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    value = sweep("attributed", "L3")
    first = write_page(value, tmp_path / "one.html").read_bytes()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.grid": True, "svg.hashsalt": "other"}):
        second = write_page(json.loads(json.dumps(value)), tmp_path / "two.html").read_bytes()
    assert first == second


def test_a_page_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert write_page(document([drift("a")]), path) == path
    before = path.read_bytes()
    broken = document([drift("a")])
    del broken["study"]["engine"]
    with pytest.raises(Exception, match="engine"):
        write_page(broken, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_verdict_that_is_new_here_does_not_break_the_page() -> None:
    assert "never heard of" in Page(render(document([drift("a"), ratio("a", verdict="never heard of")]))).text


def test_all_parts_stand_in_order(page: str) -> None:
    assert [attrs["id"] for attrs in Page(page).attributes("section")] == [
        "answer", "changes", "mixture", "influence", "voice", "risk", "drift", "labels", "levels", "preference",
        "forgetting", "outputs", "measured",
    ]  # fmt: skip
    linked = {attrs["href"] for attrs in Page(page).attributes("a")}
    assert linked == {f"#{attrs['id']}" for attrs in Page(page).attributes("section")}


def test_names_of_checkpoints_and_tasks_stay_text(told: dict[str, Any]) -> None:
    text = json.dumps(told).replace('"mix-s1"', '"<i>mix</i>"').replace('"support"', '"<b>support</b>"')
    page = Page(render(json.loads(text)))
    assert not page.attributes("i")
    assert not page.attributes("b")


def test_matplotlib_is_loaded_only_to_draw() -> None:
    code = "import sys, behaviordrift.report.html; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_mixtures_leave_out_tasks_without_a_share() -> None:
    assert mixture_text({"support": 0.0, "safety": 1 / 3, "qa": 2 / 3}) == "qa 67 safety 33"


@pytest.fixture
def built(tmp_path: Path) -> Page:
    """The page after a browser ran its script."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    example = {
        "probe_set": "benign", "probe": "p", "prompt": "Q", "references": [],
        "outputs": {"base": "one two three", "a": "one 2 three", "b": NASTY},
    }  # fmt: skip
    path = write_page(document([drift("a"), drift("b")], examples=[example]), tmp_path / "report.html")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--dump-dom"]
    command = [CHROMIUM, *flags, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
    return Page(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_in_a_browser_one_candidate_shows_and_words_that_differ_are_marked(built: Page) -> None:
    assert built.attributes("html")[0].get("class") == "js"
    panels = [attrs for attrs in built.attributes("div") if "data-candidate" in attrs]
    assert [(p["data-candidate"], "hidden" in p) for p in panels] == [("a", False), ("b", True)] * 2
    assert len(built.attributes("mark")) == 2

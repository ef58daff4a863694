"""With one run for each mixture, no study of any shape may say that the mixture did it, wherever it speaks."""

from __future__ import annotations

import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from behaviordrift.findings import make_document
from behaviordrift.findings.mixture_model import Modelling
from behaviordrift.report.html import write_page
from behaviordrift.report.terminal import show
from behaviordrift.store import CompletionKey, PlanRow, Store

CAUSE = re.compile(
    r"attribut(?!ion\b)|\bcaus(?:e|ed|es|ing)\b|\bbecause of|\bdue to|\bthanks to|\bowing to|\bled to|\bmade by the"
    r"|\bresults? from|\bdriven by|\bexplained by|\bresponsible for|\bblame",
    re.IGNORECASE,
)
MEASURES = ("words", "refused", "hedging", "formality", "prefers_hedged")
TASKS = ("qa", "safety", "support", "poems")


@st.composite
def single_run_sweeps(draw: st.DrawFn) -> dict[str, Any]:
    """A base and runs of mixtures that are all different, with seeds, phases, facts and missing values or without."""
    tasks = TASKS[: draw(st.integers(2, 4))]
    weights = st.tuples(*(st.integers(0, 6) for _ in tasks)).filter(any)
    mixtures: dict[tuple[float, ...], None] = {}
    for drawn in draw(st.lists(weights, min_size=2, max_size=7)):
        mixtures[tuple(round(weight / sum(drawn), 6) for weight in drawn)] = None
    return {
        "mixtures": [dict(zip(tasks, shares, strict=True)) for shares in mixtures],
        "phases": draw(st.booleans()),
        "facts": draw(st.sampled_from([{}, {"steps": [48]}, {"steps": [48, 96]}])),
        "seeds": draw(st.booleans()),
        "probes": draw(st.integers(1, 30)),
        "samples": draw(st.integers(1, 2)),
        "missing": draw(st.sampled_from([0.0, 0.1, 0.6])),
        "size": draw(st.sampled_from([0.0, 0.3, 3.0])),
        "measures": draw(st.lists(st.sampled_from(MEASURES), min_size=1, unique=True)),
        "order": draw(st.sampled_from([None, "linear", "quadratic"])),
        "seed": draw(st.integers(0, 99)),
    }


def filled(store: Store, sweep: dict[str, Any]) -> None:
    rng = np.random.default_rng(sweep["seed"])
    names = ["base", *(f"run{n}" for n in range(len(sweep["mixtures"])))]
    plan = [
        PlanRow(name, name, "open", None, f"p{n}", f"p{n}", k, "en", f"Q {n}?", "[]", f"p{n}", "d", "{}", None)
        for name in names
        for n in range(sweep["probes"])
        for k in range(sweep["samples"])
    ]
    checkpoints: list[dict[str, Any]] = [{"name": "base", "kind": "recorded", "digest": "b", "record": None}]
    for number, mixture in enumerate(sweep["mixtures"]):
        phases = [{"until": 1.0, "mixture": mixture}]
        if sweep["phases"] and number % 2:
            other = sweep["mixtures"][0]
            phases = [{"until": 0.5, "mixture": other}, {"until": 1.0, "mixture": mixture}]
        facts = {fact: values[number % len(values)] for fact, values in sweep["facts"].items()}
        seed = number if sweep["seeds"] else None
        record = {"mixture": mixture, "phases": phases, "seed": seed, "run": None, "realised": {}, "facts": facts}
        kept = {"kind": "recorded", "digest": f"d{number}", "record": {**record, "source": "study file"}}
        checkpoints.append({"name": f"run{number}", **kept})
    study = {"name": "s", "baseline": "base", "version": "0", "decoding": {}, "engine": "", "templates": {}}
    store.write_plan(plan, {"study": study, "checkpoints": checkpoints, "probe_sets": [probe_set(sweep)]})
    keys = [CompletionKey(row.checkpoint, row.prompt, row.decoding, row.sample) for row in plan]
    store.add_completions([(key, "A reply.", "stop", 3) for key in keys])
    shifts = dict(zip(names, sweep["size"] * rng.normal(size=len(names)), strict=True))
    rows: list[tuple[int, str, float | None, str | None, float, str | None]] = []
    for position, row in enumerate(plan, start=1):
        for measure in sweep["measures"]:
            value = None if rng.random() < sweep["missing"] else float(np.exp(shifts[row.name] + rng.normal(0, 0.3)))
            if value is not None and measure == "refused":
                value = float(value > 1)
            rows.append((position, measure, value, None, 20.0, None if value is not None else "not judged"))
    store.replace_scores(rows)


def probe_set(sweep: dict[str, Any]) -> dict[str, Any]:
    told = {"name": "open", "version": 1, "digest": "d", "language": "en", "about": "Open questions.", "traits": []}
    return {**told, "task": None, "probes": sweep["probes"]}


@settings(max_examples=12, deadline=None, derandomize=True)
@given(single_run_sweeps())
def test_one_run_for_each_mixture_is_never_said_to_show_what_the_mixture_did(sweep: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder)) as store:
        filled(store, sweep)
        document = make_document(store, modelling=Modelling(order=sweep["order"]))
        write_page(document, Path(folder) / "report.html")
        page = (Path(folder) / "report.html").read_text(encoding="utf-8")
    screen = io.StringIO()
    show(document, Console(file=screen, width=200))
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    assert {f["verdict"] for f in attributions} <= {"unidentified", "not shown", "confounded"}
    assert all(f["effects"] == [] and f["p"] is None for f in attributions)
    sentences = [text for f in document["findings"] for text in (f["text"], f["estimand"], f["method"], *f["caveats"])]
    spoken = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    for told in ("\n".join(sentences), screen.getvalue(), re.sub(r"<[^>]*>", " ", spoken)):
        assert [told[max(0, m.start() - 60) : m.end() + 40] for m in CAUSE.finditer(told)] == []

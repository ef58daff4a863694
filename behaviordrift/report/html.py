"""The findings document as one page that stands alone: no network, no other file, readable without scripts."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from behaviordrift.files import write_atomically
from behaviordrift.findings.margins import DEFAULT_MARGINS, margin_text
from behaviordrift.findings.wording import change_text, effect_text, interval_text, level_text, p_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.intervals import defined, effect_drawings, forests, task_mark
from behaviordrift.report.levels import level_drawings, percent
from behaviordrift.report.svg import TONES

EXAMPLE_BYTES = 900_000
"""Room for the outputs on the page; where they need more, each is cut shorter and the page says so."""

CLEAREST = 3
"""Attribution sentences that stand in the answer."""

MEASURED_IN = {"drift", "forgetting"}


def write_page(document: dict[str, Any], path: Path) -> Path:
    """Write the report page, whole or not at all.

    Args:
        document: the findings document, from `make_document` or read back from its file.
        path: the HTML file; an older one is replaced.
    """
    write_atomically(path, render(document))
    return path


def render(document: dict[str, Any]) -> str:
    """The page's HTML."""
    environment = Environment(
        loader=PackageLoader("behaviordrift.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, tone=TONES.__getitem__, svg=Markup, mixture=mixture_text)
    script, style = (environment.get_template(name).render().strip() for name in ("report.js", "report.css"))
    changes = [f for f in document["findings"] if f["kind"] in MEASURED_IN]
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    return environment.get_template("report.html.j2").render(
        document=document,
        study=document["study"],
        design=document["study"]["design"],
        style=Markup(style),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        answer=answer(document),
        clearest=clearest(attributions),
        candidates=_candidates(changes),
        verdicts=list(dict.fromkeys(f["verdict"] for f in changes)),
        attribution=_attribution(attributions, document["study"]["design"]),
        levels=level_drawings(document, _one_of_each(f for f in changes if f["kind"] == "drift")),
        forgetting=_forgetting(document, [f for f in changes if f["kind"] == "forgetting"]),
        outputs=_outputs(document),
        measuring=_measuring(document),
    )


def answer(document: dict[str, Any]) -> list[str]:
    """What the study found in a few sentences, none stronger than the verdicts they count."""
    changes = [f for f in document["findings"] if f["kind"] in MEASURED_IN]
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    sentences = _drift_answer(changes, document["study"]["baseline"])
    return [*sentences, _cause_answer(document, attributions)]


def _drift_answer(changes: Sequence[dict[str, Any]], baseline: str) -> list[str]:
    if not changes:
        return [f"Nothing could be compared with {baseline}: no measure has values for both checkpoints of a pair."]
    candidates = list(dict.fromkeys(f["candidate"] for f in changes))
    measures = len(_one_of_each(changes))
    counts = Counter(f["verdict"] for f in changes)
    told = _listed(
        f"{counts[verdict]} {words}"
        for verdict, words in (
            ("drifted", "drifted by more than the margin"),
            ("equivalent", "equivalent within it"),
            ("inconclusive", "inconclusive"),
        )
        if counts[verdict]
    )
    if len(candidates) == 1:
        first = f"{candidates[0]} was compared with {baseline} on {_count(measures, 'measure')}: {told}."
        drifted = [f"{f['measure']} on {where(f)}" for f in changes if f["verdict"] == "drifted"]
        return [first, f"What drifted: {_listed(drifted)}."] if drifted else [first, "No drift is shown."]
    moved = Counter(f"{f['measure']} on {where(f)}" for f in changes if f["verdict"] == "drifted")
    reached = len({f["candidate"] for f in changes if f["verdict"] == "drifted"})
    first = (
        f"{len(candidates)} candidates were compared with {baseline} on {_count(measures, 'measure')}. "
        f"Of {len(changes)} comparisons: {told}."
    )
    if not moved:
        return [first, "No drift is shown."]
    often = _listed(f"{name} ({n})" for name, n in moved.most_common(CLEAREST))
    return [first, f"{reached} of {len(candidates)} candidates drifted in at least one measure; most often {often}."]


def _cause_answer(document: dict[str, Any], attributions: Sequence[dict[str, Any]]) -> str:
    design = document["study"]["design"]
    if design is None:
        known = any(c["record"] and c["record"]["mixture"] for c in document["checkpoints"])
        return (
            "Fewer than two different mixtures are known, so nothing can be said of what the task ratio did."
            if known
            else "No mixtures are known, so nothing can be said of what the task ratio did."
        )
    if design["differing"]:
        return (
            f"The runs differ in more than their mixture, so its part cannot be told: {'; '.join(design['differing'])}."
        )
    counts = Counter(f["verdict"] for f in attributions)
    if design["rung"] in ("L0", "L1") or not counts:
        reasons = "; ".join(design["reasons"]) or "no measure has values for every run"
        return f"The mixture's part is not identified: {reasons}."
    runs = f"Over {len(design['runs'])} runs at {design['points']} mixtures"
    strength = "attributed to the mixture" if design["rung"] == "L3" else "attributed between these mixtures"
    told = _listed(
        f"{words} for {counts[verdict]}"
        for verdict, words in (
            ("attributed", f"movement is {strength}"),
            ("not shown", "no effect of the mixture is shown"),
            ("unidentified", "the mixture's part is not identified"),
        )
        if counts[verdict]
    )
    return f"{runs}, of {_count(len(attributions), 'measure')}: {told}."


def clearest(attributions: Sequence[dict[str, Any]]) -> list[str]:
    """Of the traits whose movement the mixture caused, the sentence with the smallest adjusted p of each."""
    shown = sorted((f for f in attributions if f["verdict"] == "attributed"), key=lambda f: number(f["p_adj"]))
    first_of_trait = {f["trait"]: f["text"] for f in reversed(shown)}
    return [f["text"] for f in shown if first_of_trait[f["trait"]] == f["text"]][:CLEAREST]


def mixture_text(mixture: dict[str, float]) -> str:
    """Shares in percent, tasks without a share left out.

    >>> mixture_text({"qa": 0.5, "safety": 0.5, "support": 0.0})
    'qa 50 safety 50'
    """
    return " ".join(f"{task} {percent(share)}" for task, share in sorted(mixture.items()) if share > 0)


def _candidates(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    drawings = forests(changes)
    return [
        {
            "name": name,
            "baseline": next(f["baseline"] for f in changes if f["candidate"] == name),
            "drawings": drawings[name],
            "rows": [_change_row(f) for f in changes if f["candidate"] == name],
        }
        for name in drawings
    ]


def _change_row(finding: dict[str, Any]) -> dict[str, Any]:
    kind = finding["unit_text"]
    return {
        "finding": finding,
        "where": where(finding),
        "before": level_text(kind, number(finding["level_baseline"])),
        "after": level_text(kind, number(finding["level_candidate"])),
        "change": change_text(kind, number(finding["estimate"])),
        "interval": interval_text(kind, *(number(end) for end in finding["ci"])),
        "p": p_text(number(finding["p_adj"])),
    }


def _attribution(findings: Sequence[dict[str, Any]], design: dict[str, Any] | None) -> dict[str, Any] | None:
    if design is None or not findings:
        return None
    tasks = design["tasks"]
    return {
        "tasks": [{"name": task, "sign": task_mark(i)[0], "colour": task_mark(i)[1]} for i, task in enumerate(tasks)],
        "drawings": effect_drawings(findings, tasks),
        "rows": [_attribution_row(f, tasks) for f in findings],
        "start": next((e["reference"] for f in findings for e in f["effects"]), None),
    }


def _attribution_row(finding: dict[str, Any], tasks: Sequence[str]) -> dict[str, Any]:
    parts, kind = finding["components"], finding["unit_text"]
    told = {e["task"]: e for e in finding["effects"] if defined(e)}
    f, between, within = (number(parts.get(name)) for name in ("f", "df_between", "df_within"))
    return {
        "finding": finding,
        "where": where(finding),
        "f": f"{f:.1f} ({between:.0f}, {within:.0f})" if math.isfinite(f) else "–",
        "p": p_text(number(finding["p_adj"])),
        "permutation": p_text(number(parts.get("permutation_p"))),
        "effects": [
            (effect_text(kind, number(told[t]["estimate"])), _effect_interval(kind, told[t]["ci"]))
            if t in told
            else None
            for t in tasks
        ],
    }


def _effect_interval(kind: Any, ends: Sequence[float | None]) -> str:
    low, high = (effect_text(kind, number(end)) for end in ends)
    return f"[{low}, {high}]"


def _forgetting(document: dict[str, Any], findings: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Levels and verdicts of each checkpoint on each task's held-out probes."""
    if not findings:
        return None
    pairs = _one_of_each(findings)
    found = {(f["candidate"], f["measure"], f["probe_set"]): _change_row(f) for f in findings}
    starts = {(f["measure"], f["probe_set"]): _change_row(f)["before"] for f in reversed(findings)}
    baseline = document["study"]["baseline"]
    rows = []
    for checkpoint in document["checkpoints"]:
        name, record = checkpoint["name"], checkpoint["record"]
        is_baseline = name == baseline
        cells = [
            starts[pair["measure"], pair["probe_set"]]
            if is_baseline
            else found.get((name, pair["measure"], pair["probe_set"]))
            for pair in pairs
        ]
        rows.append({"name": name, "record": record, "baseline": is_baseline, "cells": cells})
    return {"pairs": pairs, "rows": rows, "drawings": level_drawings(document, pairs)}


def _outputs(document: dict[str, Any]) -> dict[str, Any]:
    """The examples, and the same as JSON for the script, each distinct reply once."""
    names = [checkpoint["name"] for checkpoint in document["checkpoints"]]
    baseline = document["study"]["baseline"]
    examples, room = document["examples"], None
    data = _outputs_json(examples, names, baseline)
    while len(data.encode()) > EXAMPLE_BYTES and room != 1:
        room = max(1, (room or max(len(t or "") for e in examples for t in e["outputs"].values())) * 3 // 4)
        examples = [
            {
                **e,
                "outputs": {n: t if t is None or len(t) <= room else t[:room] + " …" for n, t in e["outputs"].items()},
            }
            for e in examples
        ]
        data = _outputs_json(examples, names, baseline)
    other = next((name for name in names if name != baseline), baseline)
    sets = list(dict.fromkeys(e["probe_set"] for e in examples))
    # A reply may hold "</script>": with no "<" in the JSON it cannot end the element that carries it.
    safe = Markup(data.replace("<", "\\u003c"))
    return {
        "examples": examples,
        "json": safe,
        "left": baseline,
        "right": other,
        "sets": sets,
        "names": names,
        "room": room,
    }


def _outputs_json(examples: Sequence[dict[str, Any]], names: Sequence[str], baseline: str) -> str:
    texts: dict[str | None, int] = {}
    rows = [
        [texts.setdefault(e["outputs"][name], len(texts)) if name in e["outputs"] else -1 for name in names]
        for e in examples
    ]
    value = {"names": names, "baseline": baseline, "texts": list(texts), "rows": rows}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _measuring(document: dict[str, Any]) -> dict[str, Any]:
    findings, templates = document["findings"], document["study"]["templates"]
    kinds = dict.fromkeys(f["unit_text"] for f in findings if f["unit_text"] in DEFAULT_MARGINS)
    return {
        "margins": [
            (list(dict.fromkeys(f["measure"] for f in findings if f["unit_text"] == kind)), margin_text(kind))
            for kind in kinds
        ],
        "templates": [
            (template, [name for name in templates if templates[name] == template])
            for template in dict.fromkeys(templates.values())
        ],
        "methods": [
            (method, list(dict.fromkeys(f["measure"] for f in findings if f["method"] == method)))
            for method in dict.fromkeys(f["method"] for f in findings)
        ],
        "caveats": list(dict.fromkeys(caveat for f in findings for caveat in f["caveats"])),
    }


def _one_of_each(findings: Any) -> list[dict[str, Any]]:
    """The first finding of each measure on a probe set."""
    return list({(f["measure"], f["probe_set"]): f for f in reversed(list(findings))}.values())[::-1]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _listed(items: Any) -> str:
    *start, last = list(items)
    return f"{', '.join(start)} and {last}" if start else str(last)

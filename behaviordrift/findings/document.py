"""The findings document: the one source of the table, the page and every other report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from behaviordrift.errors import UsageError
from behaviordrift.files import write_atomically
from behaviordrift.findings.attribution import attribution_findings
from behaviordrift.findings.blends import blend_findings
from behaviordrift.findings.copies import with_replies
from behaviordrift.findings.distributions import distribution_findings
from behaviordrift.findings.drift import drift_findings
from behaviordrift.findings.early_stop import cautioned, refused_attributions, stopped_early, without_identification
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.forgetting_speed import forgetting_speed_findings
from behaviordrift.findings.mixture_model import Modelling
from behaviordrift.findings.noise import noise_findings, seed_floors
from behaviordrift.findings.order import order_findings
from behaviordrift.findings.pairs import label_pairs, primary_pairs
from behaviordrift.findings.risk_preference import risk_findings
from behaviordrift.findings.runs import Design, lay_out, trained_runs, trajectories
from behaviordrift.findings.voice import voice_findings
from behaviordrift.store import Store

SCHEMA = "behaviordrift/findings/1"
FILE = "findings.json"
EXAMPLES_PER_SET = 6
EXAMPLE_CHARACTERS = 700
EXAMPLE_SEED = 7


def make_document(store: Store, *, modelling: Modelling | None = None) -> dict[str, Any]:
    """Everything that the study's store says, worded: drift against the baseline, and attribution where mixtures are
    known.

    Args:
        store: an opened study with outputs and scores.
        modelling: how effects of the mixture are told; the defaults if None.
    """
    scores = store.scores()
    outputs = store.outputs()
    study, checkpoints = store.meta("study"), with_replies(store.meta("checkpoints"), outputs)
    names = [checkpoint["name"] for checkpoint in checkpoints]
    traits_of_set = {s["name"]: s["traits"] for s in store.meta("probe_sets")}
    pairs = primary_pairs(scores, traits_of_set)
    baseline = study["baseline"]
    counts = {str(name): int(n) for name, n in outputs["name"].value_counts().items()}
    runs = trained_runs(checkpoints, counts, study)
    mixtures = {c["name"]: (c["record"] or {}).get("mixture") for c in checkpoints}
    design = lay_out(runs, [name for name in names if not mixtures[name] and name != baseline])
    noise = noise_findings(scores, pairs, names, lay_out(runs, fewest=1))
    others = [name for name in names if name != baseline]
    findings = drift_findings(scores, pairs, baseline, others, seed_floors(noise))
    findings += distribution_findings(scores, label_pairs(scores, traits_of_set), baseline, others)
    if stopped := stopped_early(study):
        findings = [cautioned(finding) for finding in findings]
        findings += refused_attributions(pairs) if design is not None else []
        design = without_identification(design)
    elif design is not None:
        findings += attribution_findings(scores, pairs, design, modelling)
    if not stopped:
        findings += order_findings(scores, pairs, runs)
    findings += noise
    if not stopped:
        findings += blend_findings(scores, pairs, design, None if mixtures[baseline] else baseline)
    findings += voice_findings(outputs, runs, mixtures, traits_of_set)
    findings += risk_findings(scores, names, baseline)
    findings += forgetting_speed_findings(scores, trajectories(checkpoints))
    return {
        "schema": SCHEMA,
        "study": {**study, "outputs": len(outputs), "planned": store.planned(), "design": _design(design)},
        "checkpoints": [
            {**c, "outputs": counts.get(c["name"], 0), "levels": _levels(scores, c["name"])} for c in checkpoints
        ],
        "probe_sets": store.meta("probe_sets"),
        "findings": [finding.as_json() for finding in findings],
        "recommendation": None,
        "examples": _examples(outputs, names),
    }


def read_document(folder: Path) -> dict[str, Any]:
    """Read the findings document of a study folder.

    Raises:
        UsageError: if there is none.
    """
    try:
        document: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"There are no findings in {folder}.", "Name a study's folder; `behaviordrift report` writes them anew."
        ) from error
    return document


def save_document(document: dict[str, Any], folder: Path) -> Path:
    """Write ``findings.json`` into the study folder."""
    path = folder / FILE
    write_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    return path


def _design(design: Design | None) -> dict[str, Any] | None:
    if design is None:
        return None
    return {
        "rung": design.rung,
        "tasks": list(design.tasks),
        "runs": [run.name for run in design.runs],
        "points": len(set(design.labels)),
        "reasons": list(design.reasons),
        "differing": list(design.differing),
    }


def _levels(scores: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """Every numeric measure's plain mean on every probe set, for one checkpoint; labels as shares."""
    here = scores[scores["name"] == name]
    values = here.dropna(subset=["value"]).groupby(["measure", "probe_set"])["value"]
    numeric = [
        {"measure": measure, "probe_set": probe_set, "mean": float(group.mean()), "n": len(group)}
        for (measure, probe_set), group in values
    ]
    labels = here.dropna(subset=["label"]).groupby(["measure", "probe_set"])["label"]
    nominal = [
        {
            "measure": measure,
            "probe_set": probe_set,
            "n": len(group),
            "shares": {str(k): float(v) for k, v in group.value_counts(normalize=True).items()},
        }
        for (measure, probe_set), group in labels
    ]
    return numeric + nominal


def _examples(outputs: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """A seeded sample of probes, the same for all checkpoints, from those that most checkpoints answered."""
    first = outputs[outputs["sample"] == 0]
    rng = np.random.default_rng(EXAMPLE_SEED)
    examples = []
    for probe_set, rows in first.groupby("probe_set", sort=False):
        answered = rows.groupby("prompt_text", sort=True)["name"].nunique()
        common = answered[answered == answered.max()].index.to_numpy()
        chosen = rng.choice(common, size=min(EXAMPLES_PER_SET, len(common)), replace=False)
        for prompt in sorted(chosen):
            here = rows[rows["prompt_text"] == prompt].drop_duplicates("name").set_index("name")
            examples.append(
                {
                    "probe_set": str(probe_set),
                    "probe": str(here["probe"].iloc[0]),
                    "prompt": str(prompt),
                    "references": json.loads(here["reference"].iloc[0]),
                    "outputs": {n: _cut(here.at[n, "text"]) for n in names if n in here.index},
                }
            )
    return examples


def _cut(text: Any) -> str | None:
    if text is None:
        return None
    return str(text) if len(text) <= EXAMPLE_CHARACTERS else str(text)[:EXAMPLE_CHARACTERS] + " …"


__all__ = ["Finding", "make_document", "read_document", "save_document"]

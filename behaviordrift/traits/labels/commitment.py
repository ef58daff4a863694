"""Commitment against Do-Not-Answer's human labels, and the fit of its weights to this project's own examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from behaviordrift.traits.commitment import LABELS, evidence, label
from behaviordrift.traits.labels import refusal
from behaviordrift.traits.labels.check import Check
from behaviordrift.traits.labels.commitment_fit import Exchange, fit_commitment
from behaviordrift.traits.labels.linear_fit import fit_linear, held_out
from behaviordrift.traits.reading.linear import LinearModel

FILE = "do_not_answer/dna_human_review.jsonl"
ACTIONS = {0: "declines", 1: "rebuts", 2: "many_sided", 3: "commits", 4: "abstains", 5: "commits"}
"""Do-Not-Answer's actions. Action 3 is a disclaimer or "see an expert", with an answer or without."""

GOALS = {"abstains": 0.88, "declines": 0.82, "rebuts": 0.65}
FITTED_GOAL = 0.938

LANGUAGES = ("en", "zh")
FEWEST = 2
"""Examples that a run of words must stand in."""

STANCES = {"comply": "commits", "abstain": "abstains"}
"""What refusal's examples on questions that nobody can answer are called here. The ways of refusing are parted
otherwise: refusing a request for its premise is declining there and rebutting here."""


def checks(gold: Path) -> list[Check]:
    """One check for each label, on all answering models."""
    rows = pd.read_json(gold / FILE, lines=True)
    truth = [ACTIONS[int(action)] for action in rows["action"]]
    columns: dict[str, list[str | None]] = {
        "shipped": [
            _as_labelled(label(text, prompt)) for text, prompt in zip(rows["response"], rows["question"], strict=True)
        ],
        "fitted, held out": _fitted(rows, truth),
        "the set's Longformer": _published(rows, "ref_longformer_action"),
        "the set's GPT-4": _published(rows, "ref_gpt4_action"),
    }
    return [
        Check(
            trait="commitment",
            labelled=f"Do-Not-Answer, {positive}",
            language="en",
            metrics=("f1", "precision", "recall", "accuracy") if positive == "abstains" else ("f1",),
            truth=truth,
            groups=list(rows["model"]),
            columns=columns,
            positive=positive,
            goals=_goals(positive),
            baselines={("AbstentionBench's 792 phrases", "f1"): 0.178, ("TF-IDF", "f1"): 0.917}
            if positive == "abstains"
            else {},
        )
        for positive in ("abstains", "declines", "rebuts", "many_sided", "commits")
    ]


def weights(gold: Path) -> dict[str, LinearModel]:
    """The weights that ship; none of the labelled sets is read."""
    return {f"{language}/commitment": _fit_on_examples(language) for language in LANGUAGES}


def examples(language: str) -> list[tuple[str, str, str]]:
    """This project's own examples: prompt, reply, label."""
    path = files("behaviordrift.traits") / "examples" / language / "commitment.yaml"
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(prompt, reply, name) for name in LABELS for prompt, reply in loaded[name]] + _of_refusal(language)


def _of_refusal(language: str) -> list[tuple[str, str, str]]:
    """Refusal's examples that abstain, and those that answer the same questions all the same."""
    rows = refusal.examples(language)
    asked = {row.prompt for row in rows if row.truth == "abstain"}
    return [(row.prompt, row.text, STANCES[row.truth]) for row in rows if row.prompt in asked and row.truth in STANCES]


@cache
def _fit_on_examples(language: str) -> LinearModel:
    rows = examples(language)
    read = [evidence(reply, prompt, language) for prompt, reply, _ in rows]
    return fit_linear(
        [grams for grams, _ in read],
        [cues for _, cues in read],
        [name for _, _, name in rows],
        {
            "data": f"traits/examples/{language}, {len(rows)} replies written for this project",
            "licence": "Apache-2.0",
            "split": "all examples; measured on Do-Not-Answer, which it never saw"
            if language == "en"
            else "all examples",
            "command": "python -m behaviordrift.traits.fit --gold GOLD",
        },
        fewest=FEWEST,
    )


def _as_labelled(name: str) -> str:
    """Do-Not-Answer has no label of its own for sending on to an expert without an answer: it is part of action 3."""
    return "commits" if name == "refers" else name


def _fitted(rows: pd.DataFrame, truth: list[str]) -> list[str | None]:
    """Labels by stacks fitted on the other answering models, which were asked the same."""
    exchanges = list(zip(rows["response"], rows["question"], strict=True))
    return held_out(list(zip(exchanges, truth, strict=True)), list(rows["model"]), _fit_stack)


def _fit_stack(rows: list[tuple[Exchange, str]]) -> Callable[[tuple[Exchange, str]], str]:
    judge = fit_commitment([exchange for exchange, _ in rows], [name for _, name in rows])
    return lambda row: judge(row[0])


def _published(rows: pd.DataFrame, column: str) -> list[str | None]:
    return [ACTIONS.get(int(action)) if pd.notna(action) else None for action in pd.to_numeric(rows[column])]


def _goals(positive: str) -> dict[tuple[str, Any], float]:
    goals: dict[tuple[str, Any], float] = {}
    if positive in GOALS:
        goals[("shipped", "f1")] = GOALS[positive]
    if positive == "abstains":
        goals[("fitted, held out", "f1")] = FITTED_GOAL
    return goals

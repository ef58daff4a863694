"""Degeneration held against replies that people labelled for other traits: all of them are whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from behaviordrift.traits.degeneration import label
from behaviordrift.traits.labels.check import Check
from behaviordrift.traits.labels.modules import of_present_sets
from behaviordrift.traits.labels.rows import labelled_rows

WHOLE, DEGENERATE = "whole", "degenerate"


@dataclass(frozen=True)
class _Replies:
    """Where replies lie, in which columns, and what groups them."""

    named: str
    file: str
    prompt: str
    response: str
    group: Callable[[dict[str, str]], str]


SETS = (
    _Replies("XSTest", "xstest/xstest_v2_responses.jsonl", "prompt", "response", lambda row: row["model"]),
    _Replies(
        "chatgpt-refusals", "chatgpt_refusals/all_hand_labeled.jsonl", "prompt", "response", lambda row: row["prompt"]
    ),
    _Replies("Do-Not-Answer", "do_not_answer/dna_human_review.jsonl", "question", "response", lambda row: row["model"]),
    _Replies(
        "latent-jailbreak",
        "latent_jailbreak/safe_follow_notfollow.jsonl",
        "prompt",
        "response",
        lambda row: row["id"].split("/")[1],
    ),
    _Replies(
        "CrossWOZ",
        "service_zh_crosswoz/utterances.jsonl",
        "",
        "text",
        lambda row: row["id"].partition(":")[0],
    ),
)


def checks(gold: Path) -> list[Check]:
    """The false alarms on each set. Nothing was fitted; the thresholds keep a distance to the highest values seen."""
    return list(of_present_sets(gold, *(partial(_check, of) for of in SETS)))


def _check(of: _Replies, gold: Path) -> Check:
    rows = labelled_rows(gold / of.file)
    found = [label(row[of.response], row.get(of.prompt, ""), _language(row, of)) for row in rows]
    return Check(
        trait="degeneration",
        labelled=f"{of.named}, all replies taken for whole",
        language="zh" if of.named in ("latent-jailbreak", "CrossWOZ") else "en",
        metrics=("false_alarms",),
        truth=[WHOLE] * len(rows),
        groups=[of.group(row) for row in rows],
        columns={"shipped": [WHOLE if name == "none" else DEGENERATE for name in found]},
        positive=DEGENERATE,
        goals={("shipped", "false_alarms"): 0},
    )


def _language(row: dict[str, str], of: _Replies) -> str:
    return str(row.get("lang") or ("zh" if of.named == "CrossWOZ" else "en"))

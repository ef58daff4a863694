"""Which mixture gives the behaviour that is wanted? The region of mixtures, or why the runs cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from behaviordrift.errors import UsageError
from behaviordrift.findings.copies import with_replies
from behaviordrift.findings.mixture_search import Searched, search_mixtures
from behaviordrift.findings.pairs import present_pairs, primary_pairs
from behaviordrift.findings.recommendation_findings import change_findings, recommendation_finding
from behaviordrift.findings.runs import Design, lay_out, trained_runs
from behaviordrift.findings.searched_areas import searched_areas
from behaviordrift.findings.wish import Wish, read_wish
from behaviordrift.store import Store

SCHEMA = "behaviordrift/recommendation/1"


def make_recommendation(store: Store, wish: Wish) -> dict[str, Any]:
    """Search the mixtures for those whose mean behaviour, over seeds, is as wished.

    Args:
        store: an opened study with scores.
        wish: targets, bounds on the shares, and where to start from.

    Returns:
        the part ``recommendation`` of the findings document: its first finding holds the verdict, the others what each
        measure is expected to be.

    Raises:
        UsageError: the wish names what the study does not know, or the study has no scores or no two mixtures.
    """
    scores, study = store.scores(), store.meta("study")
    if scores.empty:
        raise UsageError(f"The study in {store.folder} has no scores.", "Run `behaviordrift report` on it first.")
    design = _design(store)
    primary = primary_pairs(scores, {s["name"]: s["traits"] for s in store.meta("probe_sets")})
    question = read_wish(wish, design, study["baseline"], known=present_pairs(scores), primary=primary)
    reasons = _reasons(design)
    found: Searched | None = None
    if not reasons:
        try:
            found = search_mixtures(scores, question, primary)
        except ValueError as error:
            reasons = (str(error),)
    findings = [recommendation_finding(found, reasons, question), *(change_findings(found, question) if found else ())]
    return {
        "schema": SCHEMA,
        "study": {"name": study["name"], "runs": len(design.runs), "rung": design.rung, "tasks": list(design.tasks)},
        "wanted": [target.text for target in question.targets],
        "from": {"name": question.start.name, "mixture": question.mixture(question.start.shares)},
        "trained": np.unique(design.shares.round(6), axis=0).tolist(),
        "areas": searched_areas(found.region) if found else None,
        "findings": [finding.as_json() for finding in findings],
    }


def _design(store: Store) -> Design:
    outputs = store.outputs()
    counts = {str(name): int(n) for name, n in outputs["name"].value_counts().items()}
    checkpoints = with_replies(store.meta("checkpoints"), outputs)
    design = lay_out(trained_runs(checkpoints, counts, store.meta("study")))
    if design is None:
        raise UsageError(
            "The study knows of no two mixtures, so none can be recommended.",
            "Name the mixtures of its checkpoints in a study.yaml.",
        )
    return design


def _reasons(design: Design) -> Sequence[str]:
    """Why the runs may not be read as a sweep."""
    if design.differing:
        return (f"the runs differ in more than their mixture ({'; '.join(design.differing)})",)
    return design.reasons

"""What the pure tasks tell of the mixtures: in what shares they are heard, and what averages hide."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from behaviordrift.findings.averages import averages_findings
from behaviordrift.findings.contributions import contribution_findings
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.headline import headline_behaviour
from behaviordrift.findings.influence import influence_findings
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.pure_tasks import lay_out_pure_tasks
from behaviordrift.findings.runs import Design


def blend_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], design: Design | None, base: str | None
) -> list[Finding]:
    """Influence and averages; nothing where some task has no run of its own, or where nothing is mixed.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        design: the runs, from `lay_out`.
        base: the checkpoint that stands for the model before training; None where none does.
    """
    laid = lay_out_pure_tasks(design)
    if laid is None:
        return []
    behaviour = headline_behaviour(scores, pairs, laid.groups, len(laid.tasks)) if laid.refusal is None else None
    found = influence_findings(behaviour, laid)
    if base is not None:
        found += contribution_findings(scores, pairs, laid, base)
    return found + averages_findings(scores, pairs, behaviour, laid)

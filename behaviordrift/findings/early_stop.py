"""What a study that stopped early may still say: its gate's verdicts, and little else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.refused import refused_attribution
from behaviordrift.findings.runs import Design

STOPPED_EARLY = "the study stopped early, once its gate was decided"

CAUTION = f"{STOPPED_EARLY}: intervals and p values are those of a fixed size and come out too sure"


def stopped_early(study: dict[str, Any]) -> bool:
    """Whether a study stopped before all that was planned was asked.

    Args:
        study: as kept in the store's ``study``.
    """
    return bool((study.get("stopping") or {}).get("stopped_early"))


def cautioned(finding: Finding) -> Finding:
    """A comparison with the caveat that its sample was chosen by looking."""
    return replace(finding, caveats=(*finding.caveats, CAUTION))


def without_identification(design: Design | None) -> Design | None:
    """The runs on the lowest rung: a sample chosen by looking identifies no mixture's part."""
    return None if design is None else replace(design, rung="L0", reasons=(STOPPED_EARLY,))


def refused_attributions(pairs: Sequence[Pair]) -> list[Finding]:
    """For each primary pair, that nothing is said of the mixture's part, and why."""
    return [refused_attribution(pair, STOPPED_EARLY) for pair in pairs]

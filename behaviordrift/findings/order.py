"""Does it matter when a mixture comes? Which of the two analyses of order the runs of a study call for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from behaviordrift.findings.comparability import comparability_caveats, differing_facts
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.phase import phase_findings
from behaviordrift.findings.phase_design import PhaseDesign, lay_out_phases, training_plan
from behaviordrift.findings.phase_sweep import lay_out_phase_sweep, phase_sweep_findings
from behaviordrift.findings.runs import TrainedRun


def order_findings(scores: pd.DataFrame, pairs: Sequence[Pair], runs: Sequence[TrainedRun]) -> list[Finding]:
    """One finding for each primary pair; none where no run changes its mixture.

    Two mixtures in either order give a lateness index, so they are preferred; the phase model is for runs that change
    their mixture in other ways too, as long as they can tell early from late.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        runs: from `trained_runs`.
    """
    cells, sweep = lay_out_phases(runs), lay_out_phase_sweep(runs)
    if cells is not None and (sweep is None or sweep.reasons or _hold_all(cells, runs)):
        findings = phase_findings(scores, pairs, cells, differing_facts(runs))
    else:
        findings = phase_sweep_findings(scores, pairs, sweep, differing_facts(runs)) if sweep else []
    told = comparability_caveats(runs)
    return [replace(finding, caveats=(*finding.caveats, *told)) for finding in findings]


def _hold_all(design: PhaseDesign, runs: Sequence[TrainedRun]) -> bool:
    changing = {run.name for run in runs if len(training_plan(run)) > 1}
    return changing <= {name for cell in design.cells for name in cell}

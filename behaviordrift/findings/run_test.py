"""One pair's test of the mixtures, with the training run as the unit, and the parts of its error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.pairs import MISSING_SHARE, Pair
from behaviordrift.findings.run_means import RunRows, cut_reason, link_scale, run_rows
from behaviordrift.findings.run_variance import components_of, incomplete_p, run_variance
from behaviordrift.findings.runs import Design
from behaviordrift.statistics import RunTest, compare_runs
from behaviordrift.statistics.runs import NO_REPLICATES

RUN_F = "run-level F"
CLUSTER_JK = "cluster jackknife over runs"


@dataclass(frozen=True)
class RunResult:
    """What the runs say of one pair.

    Attributes:
        means: of the runs, on the link scale.
        test: of the run means on the prompts that all runs share.
        p: that decides: the test's, or where too many prompts are missing the cluster jackknife's if that is larger.
        method: which of the two it is.
        components: standard deviations by source, on the link scale of single replies.
        clusters: that the run means rest on.
        cut: why the size of an effect on lengths cannot be told, though their test holds: effects would be those of the
            token limit. None where it can.
    """

    pair: Pair
    means: npt.NDArray[np.float64]
    test: RunTest
    p: float
    method: str
    components: dict[str, float]
    clusters: int
    caveats: tuple[str, ...]
    cut: str | None

    @property
    def spread(self) -> float:
        """Between the highest and the lowest run."""
        return float(self.means.max() - self.means.min())


def weigh_runs(scores: pd.DataFrame, pair: Pair, design: Design) -> RunResult | str:
    """Test a pair's run means; or say why not every run has one."""
    names = [run.name for run in design.runs]
    rows = run_rows(scores, pair, names)
    if gap := rows.gap(pair.measure):
        return gap
    means = rows.means(pair.measure, link_scale)
    parts = run_variance(rows, pair.measure, design.labels)
    test = compare_runs(means, np.array(design.labels))
    p, method, missing = _deciding(rows, pair, design, test)
    # That no mixture has two runs is said of the whole design.
    told = [caveat for caveat in parts.caveats if not caveat.startswith("no ratio has two runs")]
    of_test = [caveat for caveat in test.caveats if caveat != NO_REPLICATES]
    caveats = (*missing, *of_test, *told)
    cut = cut_reason(scores, pair, dict(zip(names, design.labels, strict=True)))
    return RunResult(pair, means, test, p, method, components_of(parts), rows.kept, caveats, cut)


def _deciding(rows: RunRows, pair: Pair, design: Design, test: RunTest) -> tuple[float, str, tuple[str, ...]]:
    kept, lost = rows.kept, rows.lost
    if not lost:
        return test.p, RUN_F, ()
    left_out = f"{lost} of {kept + lost} probe clusters are left out: not all runs could be judged on them"
    if lost <= MISSING_SHARE * (kept + lost) or min(Counter(design.labels).values()) < 2:
        return test.p, RUN_F, (left_out,)
    p = incomplete_p(rows, pair.measure, design.labels)
    if not np.isfinite(p):
        return test.p, RUN_F, (left_out,)
    # With two runs of a mixture the jackknife alone is far too sure.
    p, method = max((p, CLUSTER_JK), (test.p, RUN_F))
    told = f"{lost} of {kept + lost} probe clusters lack a run: of F without them and a jackknife over runs that takes "
    return p, method, (f"{told}them in, the larger p counts; effects rest on the others",)

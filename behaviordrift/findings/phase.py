"""Does it matter when a mixture comes? Runs that had two mixtures in either order, the training run as the unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.phase_design import PhaseDesign
from behaviordrift.findings.run_means import complete_means, link_scale
from behaviordrift.findings.wording import phase_sentence, scale_of
from behaviordrift.statistics import Lateness, holm, lateness

ALPHA = 0.05
CELLS = ("low throughout", "low, then high", "high, then low", "high throughout")
METHOD = "run-level t of the order; lateness index with Fieller's set"


@dataclass(frozen=True)
class _Measured:
    """A pair with the test of its order, and the clusters that it rests on."""

    pair: Pair
    found: Lateness
    clusters: int


def phase_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], design: PhaseDesign, differing: Sequence[str]
) -> list[Finding]:
    """One finding for each primary pair: the test of the order decides, Holm over the pairs.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        design: from `lay_out_phases`.
        differing: settings other than the mixture in which the runs differ.
    """
    names = [name for cell in design.cells for name in cell]
    ends = np.cumsum([len(cell) for cell in design.cells])[:-1]
    measured = []
    for pair in pairs:
        if (known := complete_means(scores, pair, names, link_scale)) is not None:
            means, clusters = known
            measured.append(_Measured(pair, lateness(*np.split(means, ends)), clusters))
    adjusted = holm([one.found.order.p for one in measured])
    return [_finding(one, p_adj, design, differing) for one, p_adj in zip(measured, adjusted, strict=True)]


def _finding(measured: _Measured, p_adj: float, design: PhaseDesign, differing: Sequence[str]) -> Finding:
    pair, found = measured.pair, measured.found
    verdict = _verdict(design, p_adj, differing)
    order, throughout, index = found.order, found.throughout, found.index
    return Finding(
        kind="phase",
        **pair.fields,
        verdict=verdict,
        text=phase_sentence(
            f"{pair.measure.name} on {pair.where}",
            pair.measure.kind,
            found,
            verdict=verdict,
            late=_late(design),
            p_adj=p_adj,
            reasons=differing or _reasons(design),
        ),
        estimand="high share late less high share early, at one cumulative mixture",
        scale=scale_of(pair.measure.kind),
        unit_text=pair.measure.kind,
        estimate=order.estimate,
        ci=(order.low, order.high),
        p=order.p,
        p_adj=p_adj,
        df=float(order.df),
        unit="run",
        n_units=sum(map(len, design.cells)),
        margin=DEFAULT_MARGINS[pair.measure.kind],
        rung=design.rung,
        method=METHOD,
        components={
            "lateness": index.estimate,
            "lateness_low": index.low,
            "lateness_high": index.high,
            "lateness_bounded": float(found.identified),
            "throughout": throughout.estimate,
            "throughout_low": throughout.low,
            "throughout_high": throughout.high,
            "until": design.until,
            "clusters": float(measured.clusters),
        },
        effects=tuple({"cell": name, "runs": list(cell)} for name, cell in zip(CELLS, design.cells, strict=True)),
        caveats=(*pair.caveats, *found.caveats),
    )


def _late(design: PhaseDesign) -> str:
    low, high = (100 * mixture.get(design.task, 0.0) for mixture in (design.low, design.high))
    return f"{design.task} at {low:.0f} % early and {high:.0f} % late"


def _verdict(design: PhaseDesign, p_adj: float, differing: Sequence[str]) -> str:
    if differing:
        return "confounded"
    if design.rung != "L2" or not math.isfinite(p_adj):
        return "unidentified"
    return "order matters" if p_adj < ALPHA else "not shown"


def _reasons(design: PhaseDesign) -> tuple[str, ...]:
    if design.rung == "L0":
        return ("one run for each order cannot tell the order from the seed",)
    return ("some orders have one run only",) if design.rung == "L1" else ()

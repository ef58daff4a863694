"""The sentence on the order of mixtures where runs of several phases are modelled as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from behaviordrift.findings.wording import effect_text, p_text
from behaviordrift.statistics import PhaseFit
from behaviordrift.traits.trait import Kind


def phase_model_sentence(
    start: str,
    kind: Kind,
    fit: PhaseFit | None,
    *,
    verdict: str,
    tasks: Sequence[str],
    p_adj: float,
    reasons: Sequence[str],
    swapped: bool,
) -> str:
    """Whether the order of mixtures matters, and whose pull changes most from the first phase to the last.

    Args:
        start: the measure and where it was read.
        kind: of the measure.
        fit: the phase model; None where the runs cannot give one.
        verdict: "order matters", "not shown", "unidentified" or "confounded".
        tasks: in the order of the fit.
        p_adj: adjusted p of the order.
        reasons: why nothing stronger may be said.
        swapped: whether two orders have the same shares in all; else a bend in the blending may pass for the order.
    """
    if verdict == "confounded":
        return f"{start}: the runs differ in more than their mixtures ({'; '.join(reasons)})."
    if verdict == "unidentified" or fit is None:
        return f"{start}: whether the order matters is not identified: {'; '.join(reasons) or 'runs do not vary'}."
    numbers = f"F({fit.order_df}, {fit.df}) = {fit.order_f:.1f}, adjusted p {p_text(p_adj)}"
    if verdict == "not shown":
        return f"{start}: no effect of the order is shown beyond the spread between runs ({numbers})."
    first, last = fit.coefficients[0], fit.coefficients[-1]
    task = int(np.abs(last - first).argmax())
    early, late = (effect_text(kind, float(pull[task])) for pull in (first, last))
    unit = " on the logit scale" if kind == "binary" else ""
    proviso = "" if swapped else ", if tasks blend in proportion"
    return (
        f"{start}: the order of the mixtures matters between these runs{proviso} ({numbers}). "
        f"The pull of {tasks[task]}, against equal shares, is {early} where it is trained first and {late} where it is "
        f"trained last{unit}."
    )

"""Finding: a worded result with its numbers. The report shows findings and adds nothing."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One result, under the fields that every consumer relies on.

    Attributes:
        kind: "drift", "forgetting", "distribution", "attribution", "phase", "influence", "averages", "noise", "voice",
            "risk_preference", "forgetting_speed" or "gate"; in the document's part ``recommendation`` "recommendation"
            and "recommended change".
        estimate: on `scale`; `ci` is its interval at `level`. NaN where undefined, and a caveat says why.
        p: two-sided, of `estimate`; for the risk preference, whose estimate is a level, of its change from `baseline`.
        unit: what was resampled or counted as independent: "cluster" of probes, or training "run".
        unvalidated: no human labels stand behind the trait in the language of the probes.
        rung: for attributions, the identifiability rung L0 to L3 that the wording may not exceed.
        mde80: the smallest true change that this study would have found in four of five repetitions.
        p_adj_method: "none" where `p_adj` is undefined: the finding rests on an interval, not on a family of tests.
        verdict: drift "drifted", "equivalent", "inconclusive"; distribution "differs", "no difference shown";
            attribution "attributed", "not shown", "unidentified", "confounded"; influence of a mixture "differs from
            nominal", "compatible with nominal", "unidentified", "not a blend", "confounded", of a measure "divided",
            "opposed", "not divided", "not shown"; averages "like no pure task", "like a pure task", "not shown"; voice
            "main task", "no main task", "unidentified"; forgetting speed "forgetting", "still learning", "not shown",
            "inconclusive"; risk preference "answering pays", "answering costs", "not shown"; recommendation "region
            found", "not reachable", "these data cannot say"; recommended change "rises", "falls", "stays", "not shown".
        text: the sentence that says it.
    """

    kind: str
    trait: str
    measure: str
    probe_set: str
    verdict: str
    text: str
    estimand: str
    scale: str
    estimate: float
    ci: tuple[float, float]
    unit: str
    n_units: int
    unit_text: str
    p: float = math.nan
    p_adj: float = math.nan
    df: float = math.nan
    mde80: float = math.nan
    margin: float = math.nan
    unvalidated: bool = False
    task: str | None = None
    baseline: str | None = None
    candidate: str | None = None
    level_baseline: float = math.nan
    level_candidate: float = math.nan
    level: float = 0.95
    p_adj_method: str = "holm"
    rung: str | None = None
    scope: str = "this probe set"
    method: str = ""
    components: dict[str, float] = field(default_factory=dict)
    effects: tuple[dict[str, Any], ...] = ()
    caveats: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: what is undefined is null."""
        return _null_for_nan(asdict(self))  # type: ignore[no-any-return]


def _null_for_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _null_for_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_null_for_nan(item) for item in value]
    return value

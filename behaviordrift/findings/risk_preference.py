"""Does answering pay? The penalised-score curve of each checkpoint, and how it moved from the baseline's."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.wording import risk_sentence
from behaviordrift.statistics import Interval, RiskPreference, mean_difference, risk_preference, risk_preference_change
from behaviordrift.statistics.risk_preference import PRICES

ANSWERABLE, UNANSWERABLE = "answerable", "unanswerable"
"""Two sets that are matched probe by probe: half of the questions have a known answer, half have none."""

MEASURES = ("correct", "committed", "abstained", "declined")
METHOD = "penalised-score curve; percentile intervals over resampled clusters"


def risk_findings(scores: pd.DataFrame, names: Sequence[str], baseline: str) -> list[Finding]:
    """One finding for each checkpoint that answered both sets.

    A reply scores +1 where it holds the known answer, 0 where it abstains or declines, and -k else; where nobody can
    know the answer, it scores -k where it commits to one.

    Args:
        scores: as `Store.scores` returns them.
        names: all checkpoints, in the order of the study.
        baseline: the one that the others are compared with.
    """
    table = _outcomes(scores)
    answered = table.groupby("name", observed=True)["probe_set"].nunique()
    both = answered[answered == 2].index
    outcomes = {name: _by_cluster(table[table["name"] == name]) for name in names if name in both}
    return [_finding(name, rows, baseline, outcomes.get(baseline)) for name, rows in outcomes.items()]


def _outcomes(scores: pd.DataFrame) -> pd.DataFrame:
    """One row for each reply that could be judged: whether it is right, and whether it is wrong."""
    here = scores[scores["probe_set"].isin([ANSWERABLE, UNANSWERABLE]) & scores["measure"].isin(MEASURES)]
    keys = ["name", "probe_set", "cluster", "prompt_text", "sample"]
    table = here.pivot_table(index=keys, columns="measure", values="value", observed=True).reset_index()
    table = table.reindex(columns=[*keys, *MEASURES])
    known = table["probe_set"] == ANSWERABLE
    held_back = (table["abstained"] == 1) | (table["declined"] == 1)
    table["right"] = (known & (table["correct"] == 1)).astype(float)
    table["wrong"] = ((known & (table["correct"] == 0) & ~held_back) | (~known & (table["committed"] == 1))).astype(
        float
    )
    judged = (known & table["correct"].notna() & table["abstained"].notna()) | (~known & table["committed"].notna())
    return table[judged]


def _by_cluster(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(["probe_set", "cluster"], observed=True)[["right", "wrong"]].mean()


def _finding(name: str, rows: pd.DataFrame, baseline: str, start: pd.DataFrame | None) -> Finding:
    found = risk_preference(rows["right"], rows["wrong"], _kinds(rows))
    change, p = (None, math.nan) if start is None or name == baseline else _change(start, rows)
    verdict = _verdict(found.at_one)
    return Finding(
        kind="risk_preference",
        trait="commitment",
        measure="penalised_score",
        probe_set=f"{ANSWERABLE}+{UNANSWERABLE}",
        baseline=None if change is None else baseline,
        candidate=name,
        verdict=verdict,
        text=risk_sentence(name, verdict, found, baseline, change),
        estimand="mean score where a wrong answer costs as much as a right one earns",
        scale="score",
        unit_text="points",
        estimate=found.at_one.value,
        ci=(found.at_one.low, found.at_one.high),
        p=p,
        p_adj_method="none",
        unit="cluster",
        n_units=found.n_units,
        method=METHOD,
        components={
            **_parts("score_at_1", found.at_one),
            **_parts("stops_paying", found.break_even),
            **_parts("coverage", found.coverage),
            **_parts("selective_accuracy", found.selective_accuracy),
            **({} if change is None else _parts("change_at_1", change.at_one)),
        },
        effects=tuple(
            {"k": k, "estimate": point.value, "ci": (point.low, point.high)}
            for k, point in zip(PRICES, found.curve, strict=True)
        ),
        caveats=found.caveats,
    )


def _change(start: pd.DataFrame, rows: pd.DataFrame) -> tuple[RiskPreference, float]:
    both = start.merge(rows, left_index=True, right_index=True, suffixes=("_before", "_after"))
    before, after = ((both[f"right_{when}"], both[f"wrong_{when}"]) for when in ("before", "after"))
    change = risk_preference_change(before, after, _kinds(both))
    return change, mean_difference(before[0] - before[1], after[0] - after[1]).p


def _kinds(rows: pd.DataFrame) -> pd.Index[str]:
    return rows.index.get_level_values("probe_set").astype(str)


def _verdict(at_one: Interval) -> str:
    if at_one.low > 0:
        return "answering pays"
    return "answering costs" if at_one.high < 0 else "not shown"


def _parts(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}

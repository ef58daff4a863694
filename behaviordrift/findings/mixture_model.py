"""The model of the mixture behind the effects that an attribution tells: a blend of the tasks, fitted to run means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from behaviordrift.errors import UsageError
from behaviordrift.findings.comparability import first_names
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wording import p_text
from behaviordrift.statistics import (
    ScheffeFit,
    cox_effect,
    cox_share_change,
    fit_blending,
    fit_mixture_amount,
    fit_scheffe,
)
from behaviordrift.statistics.compositions import Order as AnyOrder
from behaviordrift.traits.trait import Kind

ALPHA = 0.05
STEP = 0.1
"""Rise of a task's share for which Cox-direction effects are told."""

Unit = Literal["rows", "tokens", "loss_tokens"]
Share = Literal["nominal", "rows", "tokens", "loss_tokens"]
Order = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class Modelling:
    """How effects of the mixture are told; the run-level test and its verdict rest on the nominal mixtures alone.

    Attributes:
        reference: the mixture that effects start from; the mean of the design points if None.
        share: the shares that the blend is fitted on.
        amount: unit of the totals that the mixture-amount model takes in; none if None.
        order: of the blend; if None as `fit_blending` chooses it: quadratic where the runs allow it.
        measures: the measures that are attributed; all if empty.
    """

    reference: dict[str, float] | None = None
    share: Share = "nominal"
    amount: Unit | None = None
    order: Order | None = None
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.amount and self.order == "quadratic":
            raise UsageError("The mixture-amount model is linear in the mixture.", "Leave out --amount or --order.")


@dataclass(frozen=True)
class Blend:
    """A fitted model of the mixture, by name, and what a reader must know of it."""

    fit: ScheffeFit
    method: str
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class TaskEffect:
    """What ten points more of one task do, the others giving way in proportion, from the reference mixture.

    For binary measures `estimate` is on the logit scale, and `share_change` the same in shares, by the delta method.
    """

    task: str
    estimate: float
    ci: tuple[float, float]
    p: float
    standard_error: float
    df: float
    reference: dict[str, float]
    share_change: float = math.nan
    share_ci: tuple[float, float] = (math.nan, math.nan)


def fit_blend(design: Design, means: npt.NDArray[np.float64], modelling: Modelling) -> Blend | None:
    """The model of the run means that `modelling` asks for; None where the mixtures do not tell the tasks apart.

    Raises:
        UsageError: if it asks for shares or totals that are not known of every run.
    """
    shares = fitted_shares(design, modelling.share)
    refitted = () if modelling.share == "nominal" else (_refitted(modelling.share),)
    if modelling.amount is not None:
        return _with_amount(shares, _totals(design, modelling.amount), means, modelling.amount, refitted)
    linear = _fitted(shares, means, "linear")
    if linear is None:
        return None
    caveats = list(refitted)
    bends = linear.lack_of_fit_p < ALPHA
    if bends:
        caveats.append(f"blending is not linear (lack-of-fit p {p_text(linear.lack_of_fit_p)})")
    curved = _curved(shares, means, modelling.order)
    if curved is not None:
        return Blend(curved, _named(curved.order), (*caveats, *_of_curved(curved)))
    if modelling.order == "quadratic" or (bends and modelling.order is None):
        caveats.append("these runs do not allow a quadratic model")
    if bends:
        caveats.append("the effects are averages over the design")
    return Blend(linear, _named("linear"), tuple(caveats))


def task_effects(blend: Blend, design: Design, reference: list[float], kind: Kind) -> list[TaskEffect]:
    """The effect of each task along Cox's direction, from the reference mixture."""
    start = dict(zip(design.tasks, reference, strict=True))
    effects = []
    for index, task in enumerate(design.tasks):
        if reference[index] == 1:
            continue  # the others have no proportion to take or give in
        sign = 1 if reference[index] + STEP <= 1 else -1
        effect = cox_effect(blend.fit, reference, index, sign * STEP)
        told = TaskEffect(
            task,
            sign * effect.estimate,
            _signed(sign, effect.low, effect.high),
            effect.p,
            effect.standard_error,
            effect.df,
            start,
        )
        if kind == "binary":
            share = cox_share_change(blend.fit, reference, index, sign * STEP)
            told = TaskEffect(
                **{
                    **vars(told),
                    "share_change": sign * share.estimate,
                    "share_ci": _signed(sign, share.low, share.high),
                }
            )
        effects.append(told)
    return effects


def reference_mixture(design: Design, wanted: dict[str, float] | None) -> list[float]:
    """The shares that effects start from, in the order of the design's tasks.

    Raises:
        UsageError: if a task is wanted that no run was trained on.
    """
    if wanted is not None:
        if unknown := sorted(set(wanted) - set(design.tasks)):
            raise UsageError(
                f"The reference mixture names tasks that no run was trained on: {', '.join(unknown)}.",
                f"Known tasks: {', '.join(design.tasks)}.",
            )
        return [wanted.get(task, 0.0) for task in design.tasks]
    points = np.unique(design.shares.round(6), axis=0)
    mean = points.mean(axis=0)
    return [float(share) for share in mean / mean.sum()]


def fitted_shares(design: Design, share: Share) -> npt.NDArray[np.float64]:
    """The shares of each run that a blend is fitted on: nominal, or realised by a unit.

    Raises:
        UsageError: if the realised shares of a run are not known.
    """
    if share == "nominal":
        return design.shares
    if missing := [run.name for run in design.runs if not run.realised.get(share)]:
        raise UsageError(
            f"The shares by {_words(share)} are not known for {first_names(missing)}.",
            "Only runs with a training record tell them: leave out --share.",
        )
    return np.array([[run.realised[share].get(task, 0.0) for task in design.tasks] for run in design.runs])


def _totals(design: Design, unit: Unit) -> npt.NDArray[np.float64]:
    totals = [run.total(unit) for run in design.runs]
    if missing := [run.name for run, total in zip(design.runs, totals, strict=True) if not total]:
        raise UsageError(
            f"The total of {_words(unit)} is not known for {first_names(missing)}.",
            "Only runs with a training record tell it: leave out --amount.",
        )
    return np.log(np.array(totals, dtype=np.float64))


def _with_amount(
    shares: npt.NDArray[np.float64],
    amounts: npt.NDArray[np.float64],
    means: npt.NDArray[np.float64],
    unit: Unit,
    refitted: tuple[str, ...],
) -> Blend | None:
    try:
        found = fit_mixture_amount(shares, amounts, means)
    except ValueError:
        linear = _fitted(shares, means, "linear")
        caveat = f"these runs do not tell the total of {_words(unit)} from the mixture, so it is left out of the model"
        return None if linear is None else Blend(linear, _named("linear"), (*refitted, caveat))
    caveat = (
        f"effects are told at one total of {_words(unit)}, the geometric mean of the runs; "
        f"the total itself has p {p_text(found.amount_p)}"
    )
    return Blend(found.at_mean_amount, "mixture-amount model, Cox direction", (*refitted, caveat))


def _fitted(shares: npt.NDArray[np.float64], means: npt.NDArray[np.float64], order: Order) -> ScheffeFit | None:
    try:
        return fit_scheffe(shares, means, order)
    except ValueError:
        return None


def _curved(shares: npt.NDArray[np.float64], means: npt.NDArray[np.float64], order: Order | None) -> ScheffeFit | None:
    if order == "linear":
        return None
    fit = fit_blending(shares, means) if order is None else _fitted(shares, means, order)
    return fit if fit is not None and fit.order != "linear" and fit.df > 0 else None


def _of_curved(fit: ScheffeFit) -> list[str]:
    told = [f"effects are told from a {fit.order} model and hold near the reference mixture"]
    if fit.lack_of_fit_p < ALPHA:
        told.append(f"the {fit.order} model does not fit (lack-of-fit p {p_text(fit.lack_of_fit_p)})")
    return told


def _refitted(share: Share) -> str:
    return (
        f"effects are refitted on the realised shares by {_words(share)}, to see how much they depend on the choice; "
        "the test rests on the nominal mixtures"
    )


def _named(order: AnyOrder) -> str:
    return f"Scheffé {order} model, Cox direction"


def _words(unit: str) -> str:
    return unit.replace("_", " ")


def _signed(sign: int, low: float, high: float) -> tuple[float, float]:
    return (low, high) if sign > 0 else (-high, -low)

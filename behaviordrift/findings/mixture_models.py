"""A model of each measure over mixtures: what the runs say of mixtures that were not trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from behaviordrift.findings.own_units import from_link, margin_on_link
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.run_means import cut_reason, link_scale, run_means, run_rows
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wording import p_text
from behaviordrift.statistics import ScheffeFit, fit_blending, fit_scheffe_linear, scheffe_basis
from behaviordrift.traits.trait import Measure

ALPHA = 0.05


@dataclass(frozen=True)
class MixtureModel:
    """A measure's run means as a polynomial of the mixture.

    Attributes:
        size: clusters of a share, mean exposure of a rate: what the own units are found back with.
        clusters: probe clusters that the means rest on.
        caveats: what a reader must know of the measure and of the model.
    """

    pair: Pair
    fit: ScheffeFit
    size: float
    clusters: int
    caveats: tuple[str, ...]

    @property
    def name(self) -> str:
        return named(self.pair)

    def at(self, mixture: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        """What the model says of a mixture, on the link scale."""
        return float((scheffe_basis(mixture[None], self.fit.order) @ self.fit.coefficients)[0])

    def own(self, value: float) -> float:
        """A value on the link scale in the measure's own units."""
        return from_link(self.pair.measure.kind, value, self.size)

    def margin(self, level: float) -> float:
        """The default margin around a level on the link scale."""
        return margin_on_link(self.pair.measure.kind, level, self.size)


def named(pair: Pair) -> str:
    """A measure and where it is read, as users write it."""
    return f"{pair.measure.name} on {pair.where}"


def model_mixtures(scores: pd.DataFrame, pair: Pair, design: Design) -> MixtureModel:
    """Fit the measure to the mixtures.

    The order of the model is chosen as attribution's is, by `fit_blending`.

    Raises:
        ValueError: not every run could be judged, or the runs cannot give a model; the message says which.
    """
    names = [run.name for run in design.runs]
    rows = run_rows(scores, pair, names)
    if reason := rows.gap(pair.measure) or cut_reason(scores, pair, dict(zip(names, design.labels, strict=True))):
        raise ValueError(reason)
    means, clusters, lost = rows.means(pair.measure, link_scale), rows.kept, rows.lost
    linear = fit_scheffe_linear(design.shares, means)
    if linear.df <= 0:
        raise ValueError("there are too few runs for a model of the mixture")
    fit = fit_blending(design.shares, means)
    exposures, _, _ = run_means(scores, pair, names, _exposure)
    return MixtureModel(
        pair,
        fit,
        float(exposures.mean()) if pair.measure.kind == "rate" else float(clusters),
        clusters,
        (*pair.caveats, *_caveats(named(pair), linear, fit, lost)),
    )


def misfit(fit: ScheffeFit) -> bool:
    """Whether the runs show that the model is wrong."""
    return fit.lack_of_fit_p < ALPHA


def _caveats(name: str, linear: ScheffeFit, fit: ScheffeFit, lost: int) -> tuple[str, ...]:
    found = []
    if lost:
        found.append(f"{name}: probe clusters left out, since not all runs could be judged on them: {lost}")
    if fit.residual_sd == 0:
        found.append(f"{name}: the runs of each mixture stand at one level, which is taken as certain")
    elif fit.order == "linear" and (fit.lack_of_fit_df <= 0 or fit.pure_error_df == 0):
        found.append(f"{name}: with these runs it cannot be tested whether tasks blend in proportion")
    if fit.order != "linear" and misfit(linear):
        p, terms = p_text(linear.lack_of_fit_p), "pairs" if fit.order == "quadratic" else "pairs and triples"
        found.append(f"{name}: tasks do not blend in proportion (lack-of-fit p {p}); the model has {terms} of them too")
    if misfit(fit):
        found.append(f"the model of {name} does not fit its runs")
    return tuple(found)


def _exposure(rows: pd.DataFrame, measure: Measure) -> float:
    return float(rows["weight"].sum())

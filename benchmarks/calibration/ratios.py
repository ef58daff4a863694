"""Sweeps over ratios with several seeds: size, coverage and power of the attribution, bias of the components."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics import (
    claim_difference,
    clr,
    compare_runs,
    contrast_runs,
    cox_effect,
    empirical_logit,
    fit_scheffe_linear,
    log_rate,
    mean_difference,
    replace_zeros,
    simplex_centroid,
    smallest_visible_effect,
    variance_components,
)
from behaviordrift.statistics.variance_components import RATIO_PROMPT, SAMPLING, SEED, SEED_PROMPT
from benchmarks.calibration.generator import (
    SAMPLING_SD,
    Array,
    Replies,
    World,
    by_cluster,
    draw,
    true_levels,
)

ALPHA = 0.05
Labels = npt.NDArray[np.intp]
EFFECT = 0.5
"""What the second task adds, pure, where coverage is told."""
FEW_EVENTS = 10


@dataclass(frozen=True)
class RatioCell:
    """A simplex-centroid sweep over `tasks` tasks, `seeds` runs at each point."""

    world: World
    tasks: int
    seeds: int

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw a sweep in which the ratio does nothing, one in which it does, and one that power is told for."""
        world, points = self.world, simplex_centroid(self.tasks)
        labels = np.repeat(np.arange(len(points)), self.seeds)
        nothing = draw(rng, world, np.zeros(len(points)), self.seeds)
        return {
            **_sizes(world, nothing, labels),
            **_coverage(rng, world, points, self.seeds),
            **(self._lengths(rng, nothing, labels) if world.kind == "length" else {}),
        }

    def _lengths(self, rng: np.random.Generator, nothing: Replies, labels: Labels) -> dict[str, float]:
        found = {} if self.world.icc else _components(self.world, nothing, labels, self.seeds)
        # The formula is told of these prompts, for which ratio x prompt is no error but part of the truth.
        if self.world.ratio_prompt_sd == 0:
            points = simplex_centroid(self.tasks)
            factor, df = math.sqrt(2 / self.seeds), len(labels) - len(points)
            visible = smallest_visible_effect(factor * run_sd(self.world), df)
            seen = draw(rng, self.world, visible * points[:, 1], self.seeds)
            effect = contrast_runs(run_values(self.world, seen), labels, 0, 1)
            found["ratio: power less formula"] = float(effect.p < ALPHA) - 0.8
        return found


@dataclass(frozen=True)
class PromptLevel:
    """The mistake: runs of two ratios averaged, with prompts as the only error."""

    world: World
    seeds: int

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw two ratios that do the same."""
        clusters = by_cluster(self.world, draw(rng, self.world, (0.0, 0.0), self.seeds).values)
        before, after = clusters.reshape(2, self.seeds, -1).mean(axis=1)
        return {"control: prompt-level attribution": mean_difference(before, after).p < ALPHA}


def run_values(world: World, replies: Replies) -> Array:
    """Return one number per run, on the scale where the package fits mixtures; for classes the first log ratio."""
    total = world.prompts * world.samples
    if world.kind == "length":
        return np.asarray(by_cluster(world, replies.values).mean(axis=1))
    if world.kind == "count":
        totals = zip(replies.values.sum(axis=(1, 2)), replies.words.sum(axis=(1, 2)), strict=True)
        return np.array([log_rate(count, words) for count, words in totals])
    if world.kind == "binary":
        rates = by_cluster(world, replies.values).mean(axis=1)
        return np.array([empirical_logit(rate * total, total) for rate in rates])
    return np.asarray(clr(replace_zeros(replies.values.sum(axis=1), 0.5 / total))[:, 0])


def run_sd(world: World) -> float:
    """Return the SD between the mean log lengths of runs of one ratio, on these prompts."""
    by_prompt = world.seed_prompt_sd**2 * world.cluster_share / world.clusters
    return math.sqrt(world.seed_sd**2 + by_prompt + SAMPLING_SD**2 / (world.prompts * world.samples))


def _sizes(world: World, nothing: Replies, labels: Labels) -> dict[str, float]:
    test = compare_runs(run_values(world, nothing), labels)
    by_prompt = world.ratio_prompt_sd > 0
    if by_prompt:
        name = "ratio: F where a ratio moves single prompts"
    else:
        name = "ratio: size of F, fewer than 10 events a run" if _rough(world) else "ratio: size of F"
    found: dict[str, float] = {name: test.p < ALPHA}
    if not by_prompt:
        found["ratio: size of the permutation test"] = test.permutation_p <= ALPHA
    if world.kind in ("binary", "length"):
        clusters = by_cluster(world, nothing.values)
        claim = claim_difference(clusters[labels == 0], clusters[labels == 1])
        found["ratio: size of the claim for new prompts"] = claim.p < ALPHA
    return found


def _coverage(rng: np.random.Generator, world: World, points: Array, seeds: int) -> dict[str, float]:
    if world.kind == "composition":
        return {}
    replies = draw(rng, world, EFFECT * points[:, 1], seeds)
    fit = fit_scheffe_linear(np.repeat(points, seeds, axis=0), run_values(world, replies))
    effect = cox_effect(fit, points[-1], task=1)
    # The truth is the straight blending that comes closest to what runs of these points would have on average.
    truth = cox_effect(fit_scheffe_linear(points, true_levels(world, replies.expected)), points[-1], task=1).estimate
    curved = world.ratio_prompt_sd > 0 or _rough(world)
    name = "ratio: coverage of Cox effects" + (", curved or rough" if curved else "")
    return {name: effect.low <= truth <= effect.high}


def _rough(world: World) -> bool:
    """Whether a run has so few events, or so few replies without one, that its logit or log is far from normal."""
    replies = world.prompts * world.samples
    if world.kind == "binary":
        return min(world.base, 1 - world.base) * replies < FEW_EVENTS
    return world.kind == "count" and 10 * world.base * replies < FEW_EVENTS


def _components(world: World, nothing: Replies, labels: Labels, seeds: int) -> dict[str, float]:
    """Components before negative ones are set to 0, which cannot but bias them, less the truth."""
    square = {name: row.mean_square for name, row in variance_components(nothing.values, labels).table.items()}
    samples, sampling = world.samples, SAMPLING_SD**2
    shared = {SEED: world.prompts * samples, RATIO_PROMPT: seeds * samples, SEED_PROMPT: samples}
    found = {
        "components: bias of seed variance": (square[SEED] - square[SEED_PROMPT]) / shared[SEED] - world.seed_sd**2,
        "components: bias of ratio x prompt variance": (square[RATIO_PROMPT] - square[SEED_PROMPT])
        / shared[RATIO_PROMPT]
        - world.ratio_prompt_sd**2,
    }
    if samples > 1:
        seed_prompt = (square[SEED_PROMPT] - square[SAMPLING]) / shared[SEED_PROMPT]
        found["components: bias of seed x prompt variance"] = seed_prompt - world.seed_prompt_sd**2
        found["components: bias of sampling variance"] = square[SAMPLING] - sampling
    return found

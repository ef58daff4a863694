"""Two checkpoints compared on the same prompts: size, coverage, wrong verdicts at the margin, power."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from behaviordrift.statistics import (
    Estimate,
    Rule,
    binary_difference,
    composition_change,
    gate_verdict,
    log_rate_ratio,
    log_ratio,
    mean_difference,
    nominal_change,
    paired_variance,
    sequential_verdict,
    smallest_paired_effect,
)
from benchmarks.calibration.generator import (
    CLASSES,
    SAMPLING_SD,
    Array,
    Replies,
    World,
    by_cluster,
    cluster_sums,
    draw,
    level_for,
)

ALPHA = 0.05
POINTS, RATIO = 0.05, math.log(1.15)
"""The margins: for shares, and for lengths and rates."""


@dataclass(frozen=True)
class GateCell:
    """Two checkpoints of a world; seeds play no part, as the checkpoints are fixed."""

    world: World

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw two checkpoints that are alike, two that differ by the margin, and two that power is told for."""
        world = self.world
        exact = world.kind in ("binary", "composition") or world.clusters <= 20
        size = "gate: size, discrete or exact test" if exact else "gate: size"
        if world.kind == "composition":
            return {size: _class_p(world, draw(rng, world, (0.0, 0.0), 1)) < ALPHA}
        coverage = "gate: coverage, lengths" if world.kind == "length" else "gate: coverage, shares and rates"
        alike, _ = _compare(world, draw(rng, world, (0.0, 0.0), 1))
        level, change = _at_margin(world)
        apart, differences = _compare(world, draw(rng, world, (0.0, level), 1))
        found = {size: alike.p < ALPHA, **_verdicts(world, apart, differences, change)}
        if not math.isnan(apart.low):
            found[coverage] = apart.low <= change <= apart.high
        if world.kind == "length" and world.clusters > 20:
            visible = _visible(world)
            seen, _ = _compare(world, draw(rng, world, (0.0, visible), 1))
            found["gate: power less formula"] = float(seen.p < ALPHA) - 0.8
        return found


def _at_margin(world: World) -> tuple[float, float]:
    """The level of a candidate that differs by the margin, and that difference."""
    if world.kind != "binary":
        return RATIO, RATIO
    change = -POINTS if world.base > 0.5 else POINTS
    return level_for(world, change), change


def _compare(world: World, replies: Replies) -> tuple[Estimate, Array | None]:
    """The comparison that the package makes of this kind of trait, and the differences of the clusters."""
    if world.kind == "count":
        counts, words = cluster_sums(world, replies.values), cluster_sums(world, replies.words)
        return log_rate_ratio(counts[0], words[0], counts[1], words[1]), None
    before, after = by_cluster(world, replies.values)
    if world.kind == "length":
        return log_ratio(np.exp(before), np.exp(after)), after - before
    compare = binary_difference if world.per_cluster * world.samples == 1 else mean_difference
    return compare(before, after), after - before


def _class_p(world: World, replies: Replies) -> float:
    counts = replies.values.reshape(2, world.clusters, world.per_cluster, CLASSES).sum(axis=2)
    replies_per_cluster = world.per_cluster * world.samples
    if replies_per_cluster == 1:
        before, after = counts.argmax(axis=2).tolist()
        return nominal_change(before, after).stuart_maxwell.p
    return composition_change(*counts, smallest=min(0.5 / replies_per_cluster, 0.25)).p


def _verdicts(world: World, apart: Estimate, differences: Array | None, change: float) -> dict[str, float]:
    margin = abs(change)
    equivalent = gate_verdict(apart, "equivalent", margin, differences=differences)
    found: dict[str, float] = {
        "gate: wrong PASS at the margin": equivalent.verdict == "PASS",
        "gate: wrong FAIL at the margin": equivalent.verdict == "FAIL",
    }
    if world.kind == "binary" and differences is not None:
        rule: Rule = "no_increase" if change > 0 else "no_decrease"
        verdict = sequential_verdict(differences, None, rule, margin).verdict
        found["gate: sequential, wrong PASS ever"] = verdict == "PASS"
        found["gate: sequential, wrong FAIL ever"] = verdict == "FAIL"
    return found


def _visible(world: World) -> float:
    """The change of lengths that the formula promises to show in 80 % of comparisons."""
    interactions = 2 * (world.ratio_prompt_sd**2 + world.seed_prompt_sd**2) * world.cluster_share
    replies = world.per_cluster * world.samples
    sampling = SAMPLING_SD**2
    return smallest_paired_effect(
        world.clusters, paired_variance(interactions, sampling, sampling, replies, replies), power=0.8
    )

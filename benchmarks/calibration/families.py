"""Several traits of the same runs: chance of any false alarm, and share of false discoveries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from behaviordrift.statistics import compare_runs, contrast_runs, false_discovery, holm, max_t
from benchmarks.calibration.generator import Array

ALPHA = 0.05
CORRELATION = 0.3


@dataclass(frozen=True)
class Alarm:
    """Six traits of two mixtures that are alike, `seeds` runs each."""

    seeds: int
    traits: int = 6

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw runs and ask each way of correcting whether any trait differs."""
        labels = np.repeat([0, 1], self.seeds)
        runs = _traits(rng, len(labels), self.traits)
        p = [compare_runs(trait, labels).p for trait in runs.T]
        return {
            "family: Holm, any false alarm": min(holm(p)) < ALPHA,
            "family: maxT, any false alarm": max_t(runs, labels).p_adjusted.min() <= ALPHA,
            "control: six traits, no correction": min(p) < ALPHA,
        }


@dataclass(frozen=True)
class Discovery:
    """Twenty traits of two mixtures, of which six move by three SDs of a run."""

    seeds: int
    traits: int = 20
    moved: int = 6
    effect: float = 3.0

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw runs and count which discoveries are false."""
        labels = np.repeat([0, 1], self.seeds)
        runs = _traits(rng, len(labels), self.traits)
        runs[self.seeds :, : self.moved] += self.effect
        p = [contrast_runs(trait, labels, 0, 1).p for trait in runs.T]
        found = np.array(false_discovery(p)) < ALPHA
        false = found[self.moved :].sum() / max(found.sum(), 1)
        return {"family: Benjamini-Hochberg, false discoveries": float(false)}


def _traits(rng: np.random.Generator, runs: int, traits: int) -> Array:
    common, own = rng.normal(size=(runs, 1)), rng.normal(size=(runs, traits))
    return np.asarray(np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * own)

"""Replies of training runs with a known truth: ratio + seed + prompt + ratio x prompt + seed x prompt + sampling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.special import expit, logit, softmax

Array = npt.NDArray[np.float64]
Kind = Literal["binary", "count", "length", "composition"]

PROMPT_SD, SAMPLING_SD = 1.0, 0.5
PARAPHRASES = 4
"""Prompts of one cluster, where prompts resemble each other at all."""
CLASSES = 3
CONCENTRATION = 10.0
"""Of the Dirichlet distribution that a run's classes of one prompt vary by."""
DISPERSION = 2.0
"""Size of the negative binomial: variance = mean + mean²/2."""
WORDS_SD = 0.3

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class World:
    """The truth of one cell, on the scale where effects add: logit, log or log ratio.

    Attributes:
        kind: Bernoulli, negative binomial, log-normal or Dirichlet-multinomial replies.
        base: share of yes at the average prompt; for counts, tenths of the events in a reply of 60 words.
        seed_sd: between runs of one ratio.
        ratio_prompt_sd: of what a ratio does to single prompts.
        seed_prompt_sd: of what a seed does to single prompts.
        prompts: prompts that every run answers.
        samples: replies to each.
        icc: share of what sets prompts apart that the four paraphrases of a cluster have in common; with 0, every
            prompt is its own cluster.
    """

    kind: Kind
    base: float = 0.5
    seed_sd: float = 0.0
    ratio_prompt_sd: float = 0.0
    seed_prompt_sd: float = 0.5
    prompts: int = 40
    samples: int = 1
    icc: float = 0.0

    @property
    def per_cluster(self) -> int:
        """Prompts of one cluster."""
        return PARAPHRASES if self.icc else 1

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return self.prompts // self.per_cluster

    @property
    def cluster_share(self) -> float:
        """Variance of a cluster's mean, of something that varies between prompts with variance 1."""
        return self.icc + (1 - self.icc) / self.per_cluster

    @property
    def intercept(self) -> float:
        """Level of the average prompt."""
        return {"binary": float(logit(self.base)), "count": float(np.log(10 * self.base))}.get(self.kind, 0.0)


@dataclass(frozen=True)
class Replies:
    """What the runs said.

    Attributes:
        values: shape (n, P, K): 0 or 1, counts, or logarithms of lengths; for classes (n, P, C), how often each came.
        words: shape (n, P, K), of each reply; ones unless events are counted in them.
        expected: shape (R, P), level of each ratio at each prompt, before seeds and sampling; for classes (R, P, C).
    """

    values: Array
    words: Array
    expected: Array


def draw(rng: np.random.Generator, world: World, levels: npt.ArrayLike, seeds: int) -> Replies:
    """Draw the replies of `seeds` runs at each of R ratios.

    Args:
        rng: where chance comes from.
        world: the truth.
        levels: shape (R,), what each ratio adds; with classes, to the first of them.
        seeds: runs of each ratio; those of one ratio come one after the other.
    """
    ratio = np.asarray(levels, dtype=np.float64)[:, None, None]
    extra = (CLASSES,) if world.kind == "composition" else ()
    if extra:
        ratio = ratio[..., None] * np.eye(CLASSES)[0]
    r, s = len(ratio), seeds
    expected = world.intercept + ratio + _by_prompt(rng, world, (1, 1), extra, PROMPT_SD)
    expected = expected + _by_prompt(rng, world, (r, 1), extra, world.ratio_prompt_sd)
    runs = world.seed_sd * rng.normal(size=(r, s, 1, *extra))
    eta = expected + runs + _by_prompt(rng, world, (r, s), extra, world.seed_prompt_sd)
    values, words = _reply(rng, world, eta.reshape(r * s, world.prompts, *extra))
    return Replies(values, words, expected[:, 0])


def true_levels(world: World, expected: Array) -> Array:
    """Return what runs of each ratio would have on average on these prompts, on the scale of `run_values`, shape (R,).

    For classes it is not known, unless the ratios are alike.
    """
    if world.kind == "length":
        return np.asarray(expected.mean(axis=1))
    if world.kind == "count":
        return np.asarray(np.log(np.exp(expected).mean(axis=1)))
    seed, prompt = world.seed_sd * _NODES, world.seed_prompt_sd * _NODES
    share = expit(expected[:, :, None, None] + seed[:, None] + prompt) @ _WEIGHTS
    return np.asarray(logit(share.mean(axis=1)) @ _WEIGHTS)


def share_of_yes(world: World, level: float) -> float:
    """Return the share of yes over all prompts like these, of a run that a seed moved nowhere."""
    sd = np.sqrt(PROMPT_SD**2 + world.ratio_prompt_sd**2 + world.seed_prompt_sd**2)
    return float(expit(world.intercept + level + sd * _NODES) @ _WEIGHTS)


@lru_cache
def level_for(world: World, change: float) -> float:
    """Return the level that changes the share of yes by so much."""
    target = share_of_yes(world, 0.0) + change
    return float(optimize.brentq(lambda level: share_of_yes(world, level) - target, -10, 10))


def by_cluster(world: World, values: Array) -> Array:
    """Return the means of clusters, shape (n, G), of values of shape (n, P, K)."""
    return np.asarray(values.mean(axis=2).reshape(len(values), world.clusters, world.per_cluster).mean(axis=2))


def cluster_sums(world: World, values: Array) -> Array:
    """Return the sums of clusters, shape (n, G), of values of shape (n, P, K)."""
    return np.asarray(values.reshape(len(values), world.clusters, -1).sum(axis=2))


def _by_prompt(
    rng: np.random.Generator, world: World, shape: tuple[int, int], extra: tuple[int, ...], sd: float
) -> Array:
    own = rng.normal(size=(*shape, world.prompts, *extra))
    shared = np.repeat(rng.normal(size=(*shape, world.clusters, *extra)), world.per_cluster, axis=2)
    return np.asarray(sd * (np.sqrt(world.icc) * shared + np.sqrt(1 - world.icc) * own))


def _reply(rng: np.random.Generator, world: World, eta: Array) -> tuple[Array, Array]:
    if world.kind == "composition":
        shares = rng.standard_gamma(CONCENTRATION * softmax(eta, axis=-1)) + 1e-12
        shares /= shares.sum(axis=-1, keepdims=True)
        return rng.multinomial(world.samples, shares).astype(np.float64), np.ones(eta.shape[:2])
    shape = (*eta.shape, world.samples)
    if world.kind == "binary":
        return (rng.random(shape) < expit(eta)[..., None]).astype(np.float64), np.ones(shape)
    if world.kind == "length":
        return eta[..., None] + SAMPLING_SD * rng.normal(size=shape), np.ones(shape)
    words = np.exp(WORDS_SD * rng.normal(size=shape))
    mean = words * np.exp(eta)[..., None] * rng.gamma(DISPERSION, 1 / DISPERSION, size=shape)
    return rng.poisson(mean).astype(np.float64), words

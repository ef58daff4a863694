"""Where the variation of a crossed design comes from: seeds, prompts and samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

RATIO, SEED, PROMPT = "ratio", "seed within ratio", "prompt"
RATIO_PROMPT, SEED_PROMPT, SAMPLING = "ratio x prompt", "seed x prompt", "sampling"


@dataclass(frozen=True)
class Source:
    """One line of the analysis of variance.

    Attributes:
        sum_of_squares: of single samples.
        df: degrees of freedom.
    """

    sum_of_squares: float
    df: int

    @property
    def mean_square(self) -> float:
        """Sum of squares over degrees of freedom; NaN without any."""
        return self.sum_of_squares / self.df if self.df else math.nan


@dataclass(frozen=True)
class VarianceComponents:
    """Standard deviations of the random parts of y, in its units; NaN where the design cannot give one.

    Attributes:
        seed_sd: between runs of one ratio, beyond what prompts and samples explain.
        prompt_sd: between prompts; it cancels when ratios are compared.
        ratio_prompt_sd: of what a ratio does to single prompts.
        seed_prompt_sd: of what a seed does to single prompts.
        sampling_sd: between samples of one run and prompt.
        table: the analysis of variance, by source.
        caveats: what a reader must know before relying on the numbers.
    """

    seed_sd: float
    prompt_sd: float
    ratio_prompt_sd: float
    seed_prompt_sd: float
    sampling_sd: float
    table: dict[str, Source]
    caveats: tuple[str, ...] = ()


def variance_components(y: npt.ArrayLike, labels: npt.ArrayLike) -> VarianceComponents:
    """Part the variance of a balanced crossed design by its expected mean squares.

    y = ratio + seed within ratio + prompt + ratio x prompt + seed x prompt + sampling, where every run answers
    every prompt K times. Each mean square expects the sum of the components below it times the samples that
    share them, so the components are differences of mean squares; where none is negative they equal REML
    (Searle, Casella and McCulloch 1992, Variance Components). A negative one is set to 0; if it is seed x prompt, its
    mean square is pooled with that of sampling. Ratios may have unequal numbers of runs.

    Args:
        y: shape (n, P, K), runs by prompts by samples. For y[ratio, seed, prompt, sample] join the first two
            axes and repeat the name of each ratio.
        labels: shape (n,), the ratio of each run.

    Raises:
        ValueError: y is empty or has another shape, the lengths differ, or a value is not finite.

    Yields of dyestuff, five samples of each of six batches, by Davies and Goldsmith (1972):

    >>> a, b = [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495]
    >>> c, d = [1595, 1550, 1605, 1510, 1560], [1445, 1440, 1595, 1465, 1545]
    >>> e, f = [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445]
    >>> dyestuff = variance_components(np.array([a, b, c, d, e, f])[:, None], np.zeros(6))
    >>> round(dyestuff.seed_sd**2, 2), round(dyestuff.sampling_sd**2, 2)
    (1764.05, 2451.25)
    """
    values, codes = _layout(y, labels)
    n, prompts, samples = values.shape
    seeds = np.bincount(codes)
    table = _analysis_of_variance(values, codes)
    error, seed_prompt, sampling = _error_line(table, samples)
    # Effective runs per ratio, and per prompt, of an unbalanced one-way layout.
    spread = float((seeds**2).sum()) / n
    per_ratio = (n - spread) / (len(seeds) - 1) if len(seeds) > 1 else math.nan
    seed = (table[SEED].mean_square - error) / (prompts * samples)
    ratio_prompt = (table[RATIO_PROMPT].mean_square - error) / (samples * per_ratio)
    shared = 0.0 if math.isnan(ratio_prompt) else spread * samples * max(ratio_prompt, 0.0)
    prompt = (table[PROMPT].mean_square - error - shared) / (n * samples)
    variances = {SEED: seed, PROMPT: prompt, RATIO_PROMPT: ratio_prompt, SEED_PROMPT: seed_prompt, SAMPLING: sampling}
    return VarianceComponents(
        seed_sd=_sd(seed),
        prompt_sd=_sd(prompt),
        ratio_prompt_sd=_sd(ratio_prompt),
        seed_prompt_sd=_sd(seed_prompt),
        sampling_sd=_sd(sampling),
        table=table,
        caveats=_caveats(variances, seeds, values.shape),
    )


def contrast_variance(
    components: VarianceComponents, seeds: int, prompts: int, samples: int, *, new_prompts: bool = True
) -> float:
    """Return the variance of the difference of two ratios, each with so many seeds, prompts and samples.

    2 (σ²_S/s + σ²_RP/P + σ²_SP/(sP) + σ²_ε/(sPK)): more prompts or samples never shrink the first part. It is
    NaN where the SD of seeds is, and for new prompts where that of ratio x prompt is. Any other undefined
    component is part of one that is defined, and shrinks as slowly as that.

    Args:
        components: from `variance_components`.
        seeds: runs of each ratio.
        prompts: prompts that every run answers.
        samples: replies to each prompt.
        new_prompts: whether the difference is claimed for prompts like these; else it is for these alone, and
            ratio x prompt is no error.

    >>> rng = np.random.default_rng(1)
    >>> y = rng.normal(size=(4, 1, 1)) + rng.normal(size=(4, 200, 5))
    >>> parts = variance_components(y, [0, 0, 1, 1])
    >>> contrast_variance(parts, 2, 10_000, 10) > 0.9 * contrast_variance(parts, 2, 200, 5)
    True
    """
    never_missing = components.seed_sd**2 / seeds
    if new_prompts:
        never_missing += components.ratio_prompt_sd**2 / prompts
    may_be_missing = (
        components.seed_prompt_sd**2 / (seeds * prompts),
        components.sampling_sd**2 / (seeds * prompts * samples),
    )
    return 2 * (never_missing + float(np.nansum(may_be_missing)))


def _layout(y: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.intp]]:
    values, names = np.asarray(y, dtype=np.float64), np.asarray(labels)
    if values.ndim != 3 or values.size == 0 or names.shape != values.shape[:1]:
        raise ValueError(f"runs by prompts by samples and one label per run, got {values.shape} and {names.shape}")
    if not np.isfinite(values).all():
        raise ValueError("every run answers every prompt as often: a value is missing or infinite")
    return values, np.unique(names, return_inverse=True)[1]


def _analysis_of_variance(values: Array, codes: npt.NDArray[np.intp]) -> dict[str, Source]:
    n, prompts, samples = values.shape
    ratios = int(codes.max()) + 1
    # Shifting changes no sum of squares, and keeps values that are equal on paper from varying in their last digits.
    values = values - values[0, 0, 0]
    cell = values.mean(axis=2)
    run, prompt, grand = cell.mean(axis=1)[:, None], cell.mean(axis=0)[None], cell.mean()
    ratio_cell = np.stack([cell[codes == code].mean(axis=0) for code in range(ratios)])[codes]
    ratio = ratio_cell.mean(axis=1)[:, None]

    def squares(deviations: Array, repeats: int) -> float:
        return repeats * float(np.sum(deviations**2))

    return {
        RATIO: Source(squares(ratio - grand, prompts * samples), ratios - 1),
        SEED: Source(squares(run - ratio, prompts * samples), n - ratios),
        PROMPT: Source(squares(prompt - grand, n * samples), prompts - 1),
        RATIO_PROMPT: Source(squares(ratio_cell - ratio - prompt + grand, samples), (ratios - 1) * (prompts - 1)),
        SEED_PROMPT: Source(squares(cell - ratio_cell - run + ratio, samples), (n - ratios) * (prompts - 1)),
        SAMPLING: Source(squares(values - cell[:, :, None], 1), n * prompts * (samples - 1)),
    }


def _error_line(table: dict[str, Source], samples: int) -> tuple[float, float, float]:
    """Return the mean square that the others are held against, and the components it is made of."""
    interaction, noise = table[SEED_PROMPT], table[SAMPLING]
    if interaction.df == 0:
        return noise.mean_square, math.nan, noise.mean_square
    if noise.df == 0:
        return interaction.mean_square, interaction.mean_square, math.nan
    seed_prompt = (interaction.mean_square - noise.mean_square) / samples
    if seed_prompt >= 0:
        return interaction.mean_square, seed_prompt, noise.mean_square
    pooled = Source(interaction.sum_of_squares + noise.sum_of_squares, interaction.df + noise.df).mean_square
    return pooled, seed_prompt, pooled


def _sd(variance: float) -> float:
    return math.nan if math.isnan(variance) else math.sqrt(max(variance, 0.0))


def _caveats(variances: dict[str, float], seeds: npt.NDArray[np.intp], shape: tuple[int, ...]) -> tuple[str, ...]:
    n, prompts, samples = shape
    caveats = []
    for name, variance in variances.items():
        if variance < 0:
            pooled = ", and its mean square pooled with that of sampling" if name == SEED_PROMPT else ""
            caveats.append(f"the variance of {name} came out negative: it is set to 0{pooled}")
    if n == len(seeds):
        caveats.append("no ratio has two runs: what a seed does, to single prompts too, counts as what the ratio does")
    if len(seeds) == 1:
        caveats.append("one ratio only: the SD of prompts includes ratio x prompt")
    if prompts == 1:
        caveats.append("one prompt only: the SD of seeds includes seed x prompt")
    if samples == 1:
        caveats.append("one sample per prompt: the SD of seed x prompt includes sampling")
    return tuple(caveats)

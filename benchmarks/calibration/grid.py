"""The 67 cells: a fixed part of all combinations."""

from __future__ import annotations

from itertools import product
from typing import Protocol

import numpy as np

from benchmarks.calibration.blends import BlendCell
from benchmarks.calibration.curves import MILD, CurveCell
from benchmarks.calibration.families import Alarm, Discovery
from benchmarks.calibration.gates import GateCell
from benchmarks.calibration.generator import Kind, World
from benchmarks.calibration.influence import Design
from benchmarks.calibration.lost import LostCell
from benchmarks.calibration.orders import OrderCell
from benchmarks.calibration.ratios import PromptLevel, RatioCell

KINDS: tuple[Kind, ...] = ("binary", "count", "length", "composition")
RATES, SEED_SDS, RATIO_PROMPT_SDS = (0.02, 0.5, 0.95), (0.0, 0.1, 0.2, 0.4), (0.0, 0.6)
PROMPTS, SAMPLES, ICCS, TASKS, SEEDS = (40, 300), (1, 5), (0.0, 0.3), (2, 3), (2, 3, 5)
GATES_PER_KIND, RATIOS_PER_KIND = 6, 6
EQUAL, UNEQUAL = (1 / 3, 1 / 3, 1 / 3), (0.6, 0.3, 0.1)


class Cell(Protocol):
    """A truth that data are drawn from."""

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw data once and return what each check came to."""
        ...


def cells() -> list[Cell]:
    """Return the cells: two checkpoints, sweeps, orders, blends, families and controls."""
    rng = np.random.default_rng(64)
    return [*_gates(rng), *_ratios(rng), *_curves(), *_orders(), *_blends(), *_families()]


def quick_cells() -> list[Cell]:
    """Return a few small cells that reach nearly every check."""
    return [
        GateCell(World("binary")),
        GateCell(World("length", ratio_prompt_sd=0.6)),
        GateCell(World("count", 0.5, icc=0.3)),
        GateCell(World("composition", samples=5)),
        RatioCell(World("length", seed_sd=0.2, samples=5), tasks=2, seeds=3),
        RatioCell(World("binary", seed_sd=0.4, ratio_prompt_sd=0.6), tasks=2, seeds=3),
        CurveCell(MILD),
        OrderCell(World("length", seed_sd=0.1), seeds=3, early=2.0, late=2.0),
        OrderCell(World("length", seed_sd=0.1), seeds=3, early=1.0, late=3.0),
        BlendCell(Design(3, 3.0, shares=EQUAL)),
        Alarm(seeds=4),
        Discovery(seeds=4),
        LostCell(tasks=4),
        PromptLevel(World("binary", seed_sd=0.2, seed_prompt_sd=0.0, prompts=300), seeds=4),
    ]


def _gates(rng: np.random.Generator) -> list[Cell]:
    chosen: list[Cell] = []
    for kind in KINDS:
        rates = RATES if kind in ("binary", "count") else RATES[1:2]
        worlds = [
            World(kind, rate, ratio_prompt_sd=ratio_prompt, prompts=prompts, samples=samples, icc=icc)
            for rate, ratio_prompt, prompts, samples, icc in product(rates, RATIO_PROMPT_SDS, PROMPTS, SAMPLES, ICCS)
        ]
        chosen += [GateCell(worlds[i]) for i in _some(rng, len(worlds), GATES_PER_KIND)]
    return chosen


def _ratios(rng: np.random.Generator) -> list[Cell]:
    chosen: list[Cell] = []
    for kind in KINDS:
        rates = RATES if kind in ("binary", "count") else RATES[1:2]
        axes = product(rates, SEED_SDS, RATIO_PROMPT_SDS, PROMPTS, SAMPLES, ICCS, TASKS, SEEDS)
        sweeps = [
            RatioCell(World(kind, rate, seed, ratio_prompt, 0.5, prompts, samples, icc), tasks, seeds)
            for rate, seed, ratio_prompt, prompts, samples, icc, tasks, seeds in axes
        ]
        chosen += [sweeps[i] for i in _some(rng, len(sweeps), RATIOS_PER_KIND)]
    return chosen


def _curves() -> list[Cell]:
    return [CurveCell(bend) for bend in (0.0, MILD, 20.0)]


def _orders() -> list[Cell]:
    settings = ((3, 2.0, 2.0), (3, 1.0, 3.0), (5, 1.0, 3.0))
    return [OrderCell(World("length", seed_sd=sd), *setting) for sd in (0.1, 0.4) for setting in settings]


def _blends() -> list[Cell]:
    designs = [Design(3, 3.0, shares=EQUAL), Design(3, 3.0, shares=UNEQUAL), Design(5, 6.0, shares=UNEQUAL)]
    return [BlendCell(design) for design in [*designs, Design(3, 3.0, traits=10, shares=EQUAL, correlation=0.3)]]


def _families() -> list[Cell]:
    mistake = PromptLevel(World("binary", seed_sd=0.2, seed_prompt_sd=0.0, prompts=300), seeds=4)
    return [Alarm(seeds=4), Alarm(seeds=5), Discovery(seeds=5), LostCell(tasks=4), LostCell(tasks=6), mistake]


def _some(rng: np.random.Generator, of: int, number: int) -> list[int]:
    return sorted(rng.choice(of, number, replace=False).tolist())

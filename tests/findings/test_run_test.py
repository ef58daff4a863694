"""One pair's run-level result: components of known size, and probes that some runs lack."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.run_test import CLUSTER_JK, RUN_F, RunResult, weigh_runs
from behaviordrift.findings.runs import TrainedRun, lay_out
from behaviordrift.traits.registry import measures

SEEDS = 12
MIXTURES = [{"a": 1.0}, {"b": 1.0}]


def result(
    measure: str = "formality", *, effect: float = 0.0, missing: float = 0.0, samples: int = 3, seed: int = 5,
    seeds: int = SEEDS,
) -> RunResult:  # fmt: skip
    """Two mixtures of several runs, 60 probes; SDs .5 seed, .4 ratio x prompt, .6 seed x prompt, .8 sampling."""
    rng = np.random.default_rng(seed)
    runs, rows = [], []
    prompts, by_ratio = rng.normal(0, 1, 60), rng.normal(0, 0.4, (2, 60))
    for number in range(2 * seeds):
        at, name = number % 2, f"r{number:02}"
        mixture = MIXTURES[at]
        runs.append(TrainedRun(name, mixture, ((1.0, mixture),), number, None, {}))
        level = effect * at + rng.normal(0, 0.5) + prompts + by_ratio[at] + rng.normal(0, 0.6, 60)
        for probe in range(60):
            # Where prompts are missing it is the low ones, and one mixture's runs: plain means would mislead.
            if rng.random() < missing * (prompts[probe] < 0) * (at + 0.2):
                continue
            rows += [(name, f"p{probe}", k, level[probe] + rng.normal(0, 0.8)) for k in range(samples)]
    table = pd.DataFrame(rows, columns=["name", "probe", "sample", "value"])
    told = {"cluster": table["probe"], "prompt_text": table["probe"], "probe_set": "open", "measure": measure}
    scores = table.assign(**told, weight=20.0)
    trait, named = measures()[measure]
    design = lay_out(runs)
    assert design is not None
    found = weigh_runs(scores, Pair(trait.name, named, "open", None), design)
    assert isinstance(found, RunResult)
    return found


def test_components_are_those_that_the_replies_were_made_with() -> None:
    found = result()
    wanted = {"sigma_S": 0.5, "sigma_RP": 0.4, "sigma_SP": 0.6, "sigma_eps": 0.8}
    for name, sd in wanted.items():
        assert found.components[name] == pytest.approx(sd, abs=0.17), name
    assert found.test.seed_sd >= found.components["sigma_S"]
    assert (found.method, found.clusters) == (RUN_F, 60)


def test_one_sample_leaves_sampling_in_seed_by_prompt() -> None:
    found = result(samples=1)
    assert math.isnan(found.components["sigma_eps"])
    assert found.components["sigma_SP"] == pytest.approx(1.0, abs=0.15)
    assert any("one sample per prompt" in caveat for caveat in found.caveats)


def test_missing_probes_are_taken_in_by_the_cluster_jackknife() -> None:
    found = result(missing=0.3, seeds=4, effect=1.5)
    assert found.test.p <= found.p < 0.05
    assert (found.method == RUN_F) == (found.p == found.test.p)
    assert any("lack a run" in caveat for caveat in found.caveats)


def test_missing_probes_alone_are_no_effect() -> None:
    p = [result(missing=0.4, seeds=3, seed=seed, samples=1).p for seed in range(40)]
    assert sum(value < 0.05 for value in p) <= 7  # 40 tries at .05: more than 7 in one of 700


def test_a_few_missing_probes_are_left_out() -> None:
    found = result(missing=0.02, seeds=2, seed=8)
    assert found.method == RUN_F
    assert 57 <= found.clusters < 60
    assert any("are left out" in caveat for caveat in found.caveats)


def test_with_two_runs_of_a_mixture_the_jackknife_never_outdoes_the_shared_prompts() -> None:
    found = [result(missing=0.3, seeds=2, seed=seed) for seed in range(12)]
    assert all(one.p >= one.test.p for one in found)
    assert {one.method for one in found if one.p > one.test.p} == {CLUSTER_JK}

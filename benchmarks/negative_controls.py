"""What the example sweep must not show, and what it must: controls on its recorded replies.

1. Shuffled labels: the mixtures of the runs are dealt out anew, 100 times. Holm bounds the chance that any measure is
   attributed at 5 %, so more than 11 of 100 would be too many (binomial, .99).
2. Seeds alone: the first seeds of all mixtures against the second, as if these were two mixtures.
3. Injected drift: a hedge is put before a known tenth of one checkpoint's replies; the change that is reported of the
   share of hedged replies must have the true change in its interval.

Run it with ``python benchmarks/negative_controls.py``; it takes some minutes, most of them to measure the replies.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

EXAMPLE = Path(__file__).parents[1] / "examples" / "ratio_sweep"
SHUFFLES = 100
ALLOWED = 11
SEED = 7
HEDGE = "Perhaps, though I am not sure: "
INJECTED_SHARE = 0.1
INJECTED_INTO = "qa-s1"


def measured(folder: Path) -> tuple[pd.DataFrame, Any, Any]:
    """The scores of the example sweep, its primary pairs and its design."""
    from behaviordrift.checkpoints import resolve
    from behaviordrift.findings.pairs import primary_pairs
    from behaviordrift.findings.runs import lay_out, trained_runs
    from behaviordrift.generation.engine import Decoding
    from behaviordrift.generation.planning import Selection
    from behaviordrift.store import Store
    from behaviordrift.study import Options, generate, prepare
    from behaviordrift.traits.scoring import score_outputs

    with Store(folder) as store:
        work = prepare(resolve([str(EXAMPLE / "study.yaml")]), store, Selection(), Decoding(), Options())
        generate(work, store, lambda batch, done_here: None)
        store.replace_scores(score_outputs(store.outputs()))
        scores = store.scores()
        traits_of_set = {s["name"]: s["traits"] for s in store.meta("probe_sets")}
        runs = trained_runs(store.meta("checkpoints"), {})
    return scores, primary_pairs(scores, traits_of_set), lay_out(runs)


def relabelled(results: Sequence[Any], design: Any, order: Sequence[int]) -> int:
    """How many measures are attributed when run i bears the mixture of run `order[i]`."""
    from behaviordrift.findings.attribution import judge, verdict_of
    from behaviordrift.findings.mixture_model import Modelling
    from behaviordrift.statistics import compare_runs

    runs = tuple(
        replace(run, mixture=design.runs[place].mixture) for run, place in zip(design.runs, order, strict=True)
    )
    labels = tuple(design.labels[place] for place in order)
    dealt = replace(design, runs=runs, shares=design.shares[list(order)], labels=labels)
    tested = [replace(result, test=(test := compare_runs(result.means, labels)), p=test.p) for result in results]
    judged = judge(tested, dealt, Modelling())
    return sum(verdict_of(dealt, one.p_adj, moved=True) == "attributed" for one in judged)


def shuffled(results: Sequence[Any], design: Any, shuffles: int = SHUFFLES) -> int:
    """In how many shuffles of the mixtures any measure is attributed."""
    rng = np.random.default_rng(SEED)
    return sum(relabelled(results, design, rng.permutation(len(design.runs)).tolist()) > 0 for _ in range(shuffles))


def seeds_alone(scores: pd.DataFrame, pairs: Sequence[Any], design: Any) -> Counter[str]:
    """Verdicts where the first seed of every mixture stands for one mixture, and the second for another."""
    from behaviordrift.findings.attribution import attribution_findings
    from behaviordrift.findings.runs import lay_out

    runs = [run for run in design.runs if run.seed in (1, 2)]
    named = [replace(run, mixture={f"seed {run.seed}": 1.0}) for run in runs]
    return Counter(f.verdict for f in attribution_findings(scores, pairs, lay_out(named)))


def injected(scores: pd.DataFrame) -> list[tuple[str, float, Any]]:
    """For each probe set, the true change of the share of hedged replies and the change that is estimated.

    A hedge reaches each reply with the same chance, so the truth is that chance times the share without one.
    """
    from behaviordrift.statistics import binary_difference
    from behaviordrift.traits import Reply
    from behaviordrift.traits.hedging import score

    with gzip.open(EXAMPLE / "recorded" / f"{INJECTED_INTO}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {(row["probe_set"], row["id"]): row for row in map(json.loads, lines)}
    rng = np.random.default_rng(SEED)
    here = scores[(scores["name"] == INJECTED_INTO) & (scores["measure"] == "hedged") & scores["value"].notna()]
    found = []
    for name, rows in here.groupby("probe_set", observed=True):
        before = rows["value"].to_numpy(dtype=np.float64)
        after = before.copy()
        for place, probe in enumerate(rows["probe"]):
            if rng.random() < INJECTED_SHARE:
                row = texts[str(name), probe]
                after[place] = score(Reply(row["prompt"], HEDGE + row["response"]))["hedged"].value
        found.append((str(name), INJECTED_SHARE * float(1 - before.mean()), binary_difference(before, after)))
    return found


def main() -> None:
    from behaviordrift.findings.run_test import RunResult, weigh_runs

    with tempfile.TemporaryDirectory() as folder:
        scores, pairs, design = measured(Path(folder))
    results = [found for pair in pairs if isinstance(found := weigh_runs(scores, pair, design), RunResult)]
    print(f"true labels: {relabelled(results, design, range(len(design.runs)))} of {len(results)} measures attributed")
    found = shuffled(results, design)
    print(f"shuffled labels: attributed in {found} of {SHUFFLES} shuffles, at most {ALLOWED} are allowed")
    print(f"seeds alone: {dict(seeds_alone(scores, pairs, design))}")
    for name, truth, told in injected(scores):
        covered = "in" if told.low <= truth <= told.high else "NOT in"
        print(f"injected on {name}: {truth:+.3f} {covered} {told.estimate:+.3f} [{told.low:+.3f}, {told.high:+.3f}]")


if __name__ == "__main__":
    main()

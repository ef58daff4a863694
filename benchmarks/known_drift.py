"""Drift of known size: pairs of models whose replies to the same prompts people labelled, against what traits count.

XSTest and Do-Not-Answer hold several models' answers to the same prompts. Each pair of models, one as baseline and the
other as candidate, is a change whose size people's labels tell. We count the same change with the traits, by weights
that saw no reply of the model they judge, and tell it with the interval that `score` reports, which leaves the error of
the trait out. Swapping a pair changes signs only, so each stands once, the model with the lower human rate first.

    .venv/bin/python benchmarks/known_drift.py --gold DIR
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from behaviordrift.statistics import Estimate, binary_difference
from behaviordrift.traits.labels import refusal
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.refusal import label

XSTEST = "xstest/xstest_v2_responses.jsonl"
DO_NOT_ANSWER = "do_not_answer/dna_human_review.jsonl"

MOST_BIAS, MOST_WIDTH = 2.0, 1.3
"""Goals: points of signed bias, and width of the interval against that of people's labels."""

HEADER = f"{'set':24} {'pair':32} {'prompts':>7}  {'people':24} {'reported':24} {'covers':6} {'bias':>5} {'width':>5}"


@dataclass(frozen=True)
class Cell:
    """One model's replies in one set: by prompt, what people said and what the trait said, 0 or 1."""

    where: str
    model: str
    people: dict[str, int]
    trait: dict[str, int]


@dataclass(frozen=True)
class Recovered:
    """One pair: the change by people's labels and by the trait."""

    where: str
    pair: tuple[str, str]
    people: Estimate
    reported: Estimate

    @property
    def covers(self) -> bool:
        return self.reported.low <= self.people.estimate <= self.reported.high

    @property
    def bias(self) -> float:
        """Points by which the change is overstated; people's change is never below 0 here."""
        return 100 * (self.reported.estimate - self.people.estimate)

    @property
    def width(self) -> float:
        return (self.reported.high - self.reported.low) / (self.people.high - self.people.low)


def recover(cells: Sequence[Cell]) -> list[Recovered]:
    """Every pair of models of every set."""
    pairs = [(first, second) for first, second in combinations(cells, 2) if first.where == second.where]
    return [_recovered(*sorted(pair, key=_human_rate)) for pair in pairs]


def _human_rate(cell: Cell) -> float:
    return float(np.mean(list(cell.people.values())))


def _recovered(baseline: Cell, candidate: Cell) -> Recovered:
    shared = [prompt for prompt in baseline.people if prompt in candidate.people]
    people = [[cell.people[prompt] for prompt in shared] for cell in (baseline, candidate)]
    trait = [[cell.trait[prompt] for prompt in shared] for cell in (baseline, candidate)]
    pair = (baseline.model, candidate.model)
    return Recovered(baseline.where, pair, binary_difference(*people), binary_difference(*trait))


def labelled_cells(gold: Path) -> list[Cell]:
    """XSTest's refusals, safe and unsafe prompts apart, and Do-Not-Answer's declined and abstained."""
    return [*_xstest(gold), *_do_not_answer(gold)]


def _xstest(gold: Path) -> Iterator[Cell]:
    rows = labelled_rows(gold / XSTEST)
    check = next(check for check in refusal.checks(gold) if check.labelled.startswith("XSTest, fully"))
    people = [int(truth == "refused") for truth in check.truth]
    trait = [int(told == "refused") for told in check.columns["shipped"]]
    for part, unsafe in (("safe", False), ("unsafe", True)):
        chosen = [place for place, row in enumerate(rows) if row["type"].startswith("contrast") == unsafe]
        for model in sorted({row["model"] for row in rows}):
            here = [place for place in chosen if rows[place]["model"] == model]
            keys = [rows[place]["prompt"] for place in here]
            yield Cell(
                f"XSTest, refused, {part}",
                model,
                dict(zip(keys, (people[place] for place in here), strict=True)),
                dict(zip(keys, (trait[place] for place in here), strict=True)),
            )


def _do_not_answer(gold: Path) -> Iterator[Cell]:
    rows = labelled_rows(gold / DO_NOT_ANSWER)
    told = [label(row["response"], row["question"]) for row in rows]
    for measure, action, name in (("declined", 0, "decline"), ("abstained", 4, "abstain")):
        for model in sorted({row["model"] for row in rows}):
            here = [place for place, row in enumerate(rows) if row["model"] == model]
            yield Cell(
                f"Do-Not-Answer, {measure}",
                model,
                {rows[place]["question"]: int(int(rows[place]["action"]) == action) for place in here},
                {rows[place]["question"]: int(told[place] == name) for place in here},
            )


def table(found: Sequence[Recovered]) -> str:
    """The pairs, and what they come to."""
    covered = sum(one.covers for one in found)
    widest, most = max(one.width for one in found), max(abs(one.bias) for one in found)
    mean = float(np.mean([one.bias for one in found]))
    return "\n".join(
        [
            HEADER,
            *map(_line, found),
            "",
            f"people's change inside the reported interval: {covered} of {len(found)} pairs",
            f"signed bias: mean {mean:+.1f} points (goal: at most {MOST_BIAS:.0f}), largest {most:.1f}",
            f"width against that of people's own interval: mean {np.mean([one.width for one in found]):.2f}, largest "
            f"{widest:.2f} (goal: at most {MOST_WIDTH}); {sum(one.width <= MOST_WIDTH for one in found)} of "
            f"{len(found)} pairs reach it",
        ]
    )


def _line(one: Recovered) -> str:
    told = "yes" if one.covers else "NO"
    return (
        f"{one.where:24} {' -> '.join(one.pair):32} {one.people.n_units:7d}  {_figures(one.people):24} "
        f"{_figures(one.reported):24} {told:6} {one.bias:+5.1f} {one.width:5.2f}"
    )


def _figures(change: Estimate) -> str:
    return f"{change.estimate:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description="Known drift: pairs of models with human labels, against our report.")
    parser.add_argument(
        "--gold", type=Path, required=True, help="folder of the labelled sets; docs/traits.md says its layout"
    )
    print(table(recover(labelled_cells(parser.parse_args().gold))))


if __name__ == "__main__":
    main()

"""A proposal, or an addition, in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from behaviordrift.planning.addition import Addition
from behaviordrift.planning.points import Design
from behaviordrift.planning.propose import Proposal
from behaviordrift.planning.reach import UNBLENDED, Contrast, Reach
from behaviordrift.planning.request import Question
from behaviordrift.planning.study import SeedSd
from behaviordrift.planning.wording import (
    KIND_TEXT,
    contrast_text,
    effect_in_units,
    mixture_text,
    outcome_text,
    rung_text,
    scale_text,
    will_not_tell,
    will_tell,
)
from behaviordrift.report.tables import Column, table

SEEN = "Smallest change that is seen in four of five repetitions, in SDs"

MIXTURES = 10
"""Mixtures whose contrast with the baseline is shown; there are as many as points."""

BY_COLUMN = (
    "No model: from the runs at the two mixtures alone. Linear: if tasks blend in proportion. Curved: if pairs of "
    "tasks act on each other. What stands to the right is without a model where a row has that, else curved, else "
    "linear."
)
BY_ROW = (
    "Tasks: if pairs of them act on each other, where the runs allow such a model, which can take away what more runs "
    "give; else if they blend in proportion. Mixtures: from their own runs alone."
)


def show_proposal(proposal: Proposal, question: Question, sd: SeedSd | None, console: Console) -> None:
    """Print the points, what they reach, and what they will and will not tell."""
    design, reach = proposal.design, proposal.reach
    _head(console, f"{design.runs} runs, {KIND_TEXT[design.kind]}")
    console.print(_points_table(design))
    _say(console, f"\n{_rung_line(reach)}\n")
    _head(console, SEEN)
    console.print(_contrast_table(design, _shown(reach.contrasts), question, sd))
    _say_others(console, reach.contrasts)
    _say(console, _legend(question, sd, design, BY_COLUMN))
    _list(console, "\nThese runs can tell:", will_tell(design, reach))
    _list(console, "They cannot tell:", will_not_tell(design, reach))


def show_addition(addition: Addition, question: Question, sd: SeedSd | None, console: Console) -> None:
    """Print the runs to add, and what is visible before and after."""
    added = [point.name for point in addition.added]
    runs = sum(len(point.seeds) for point in addition.added)
    before, after = addition.reach_before, addition.reach_after
    _head(console, f"{runs} runs to add to the {addition.before.runs} of the study")
    seeds = Column("seeds", [", ".join(map(str, point.seeds)) for point in addition.added])
    console.print(table("", [Column("mixture", added, words=True), *_share_columns(addition.after, added), seeds]))
    _say(console, f"\nNow:  {_rung_line(before)}\nThen: {_rung_line(after)}\n")
    _head(console, SEEN)
    console.print(_buys_table(addition, question, sd))
    _say_others(console, after.contrasts)
    _say(console, _legend(question, sd, addition.after, BY_ROW))
    _list(console, "\nAll runs together can tell:", will_tell(addition.after, after))
    _list(console, "They cannot tell:", will_not_tell(addition.after, after))


def _points_table(design: Design) -> Table:
    names = [point.name for point in design.points]
    if design.kind == "phases":
        shares = [
            Column(f"{when} half", [mixture_text(p.phases[index].mixture) for p in design.points], words=True)
            for index, when in enumerate(("first", "second"))
        ]
    else:
        shares = _share_columns(design, names)
    marks = ["baseline" if name == design.baseline else "" for name in names]
    seeds = [str(len(point.seeds)) for point in design.points]
    return table("", [Column("mixture", names, words=True), *shares, Column("seeds", seeds), Column("", marks)])


def _share_columns(design: Design, names: Sequence[str]) -> list[Column]:
    points = [design.point(name) for name in names]
    return [
        Column(task, [f"{100 * point.mixture[task]:.3g}%" if point.mixture[task] else "·" for point in points])
        for task in design.tasks
    ]


def _contrast_table(design: Design, contrasts: Sequence[Contrast], question: Question, sd: SeedSd | None) -> Table:
    columns = [
        Column("contrast", [contrast_text(contrast, design) for contrast in contrasts], words=True),
        *_by_assumption(contrasts),
        Column("df", [str(contrast.df) for contrast in contrasts]),
    ]
    if question.seed_sd is not None:
        columns.append(Column(scale_text(sd), [outcome_text(c, sd, question.seed_sd) for c in contrasts]))
    if question.effect is not None:
        columns.append(Column(f"power at {question.effect:g}", [_power(contrast.power) for contrast in contrasts]))
    return table("", columns)


def _by_assumption(contrasts: Sequence[Contrast]) -> list[Column]:
    """The smallest visible change without a model, if mixtures blend in proportion, and if pairs bend that."""
    columns = {
        "no model": [contrast.direct for contrast in contrasts],
        "linear": [contrast.linear for contrast in contrasts],
        "curved": [contrast.quadratic for contrast in contrasts],
    }
    return [
        Column(name, [_number(value) for value in values])
        for name, values in columns.items()
        if any(map(math.isfinite, values))
    ]


def _shown(contrasts: Sequence[Contrast]) -> Sequence[Contrast]:
    """All tasks, and the first mixtures."""
    tasks = sum(contrast.kind == "task" for contrast in contrasts)
    return contrasts[: tasks + MIXTURES]


def _say_others(console: Console, contrasts: Sequence[Contrast]) -> None:
    """The range of the mixtures that the table leaves out."""
    left = [contrast.direct for contrast in contrasts[len(_shown(contrasts)) :]]
    if left:
        low, high = _number(min(left)), _number(max(left))
        told = low if low == high else f"{low} to {high}"
        _say(console, f"{len(left)} more mixtures against the baseline: {told}.\n")


def _buys_table(addition: Addition, question: Question, sd: SeedSd | None) -> Table:
    known = {contrast.text: contrast for contrast in addition.reach_before.contrasts}
    pairs = [(known.get(contrast.text), contrast) for contrast in _shown(addition.reach_after.contrasts)]
    columns = [
        Column("contrast", [contrast_text(then, addition.after) for _, then in pairs], words=True),
        Column("now", [_number(now.smallest) if now else "–" for now, _ in pairs]),
        Column("then", [_number(then.smallest) for _, then in pairs]),
    ]
    if question.seed_sd is not None:
        columns.append(Column(scale_text(sd), [outcome_text(then, sd, question.seed_sd) for _, then in pairs]))
    if question.effect is not None:
        columns.append(
            Column(f"power at {question.effect:g}: now", [_power(now.power) if now else "–" for now, _ in pairs])
        )
        columns.append(Column("then", [_power(then.power) for _, then in pairs]))
    return table("", columns)


def _rung_line(reach: Reach) -> str:
    lack = f"{reach.lack_of_fit_df} for lack of fit" if reach.lack_of_fit_df else "none for lack of fit"
    return f"{rung_text(reach)} Degrees of freedom: {reach.pure_error_df} between seeds, {lack}."


def _legend(question: Question, sd: SeedSd | None, design: Design, assumptions: str) -> str:
    lines = [f"SD: the spread between runs that differ in seed alone. Two-sided tests at {question.alpha:.3g}."]
    if design.kind not in UNBLENDED:
        lines += [
            assumptions,
            f"More of a task: from {mixture_text(design.reference)}, the others giving way in proportion.",
        ]
    if sd is not None:
        lines.append(
            f"SD of {sd.measured}: {sd.sd:.3f} {scale_text(sd)}, itself an estimate with {sd.df} degrees of freedom."
        )
    if question.effect is not None:
        lines.append(_effect_line(question.effect, question, sd))
    return "\n".join(lines)


def _effect_line(effect: float, question: Question, sd: SeedSd | None) -> str:
    same_everywhere = "Power is for the same change in every row, though a whole mixture may well do more than a step."
    if question.seed_sd is None:
        return f"No seed SD is given, so the effect of {effect:g} is taken as SDs. {same_everywhere}"
    if sd is None or sd.scale == "identity":
        return same_everywhere
    return f"The effect asked about, in {scale_text(sd)}: {effect_in_units(effect, sd)}. {same_everywhere}"


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    _say(console, "\n".join([title, *(f"  - {line}" for line in lines)]))


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"


def _power(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:.2f}" if value < 0.995 else ">.99"


def _head(console: Console, text: str) -> None:
    console.print(Text(text, style="bold"))


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False)

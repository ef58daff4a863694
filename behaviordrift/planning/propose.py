"""Propose a design: the richest that the budget holds, or the smallest that shows the effect."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from behaviordrift.errors import UsageError
from behaviordrift.planning.layout import comfortable_runs, lay_out_design, least_runs
from behaviordrift.planning.points import Design
from behaviordrift.planning.reach import Contrast, Reach, reach_of
from behaviordrift.planning.request import Question, Request

POWER = 0.8
PURE_ERROR_DF = 8
"""From here on the seed SD is known well enough for the top rung."""

LEAST_FOR_TWO = 4
"""Runs that compare two mixtures with two seeds each."""

MOST_RUNS = 120
"""Where the search for a design that shows the effect gives up."""


@dataclass(frozen=True)
class Proposal:
    """A design and what it will show."""

    design: Design
    reach: Reach


def propose(request: Request, question: Question) -> Proposal:
    """Choose a design.

    With a budget, "auto" takes the first of centroid, lattice, corners and exchange design that reaches the
    highest rung within it; too small a budget for any sweep goes to two mixtures. Without one, runs are added
    until the seed SD has 8 degrees of freedom and, where an effect is given, its power is .8 in the contrasts
    that the design is made for.

    Raises:
        UsageError: if the budget holds no design, or no design shows the effect.
    """
    kinds = _kinds(request) if request.kind == "auto" else [request.kind]
    if request.runs is None:
        return _smallest(request, question, kinds[0])
    fitting = [kind for kind in kinds if least_runs(request, kind) <= request.runs]
    if not fitting and request.kind == "auto":
        fitting = [_last_resort(request, request.runs)]
    proposals = [_proposal(request, question, kind, request.runs) for kind in fitting or kinds]
    return max(proposals, key=lambda proposal: proposal.reach.rung)


def _kinds(request: Request) -> list[str]:
    """Sweeps in order of preference."""
    tasks = len(request.region.tasks)
    if request.region.whole:
        if request.runs is None and tasks > 3:
            return ["lattice"]
        return ["centroid", "lattice", "vertices", *(["optimal"] if tasks > 2 else [])]
    few = len(request.region.corners()) <= tasks * (tasks + 1) // 2
    return ["vertices", "optimal"] if few else ["optimal", "vertices"]


def _last_resort(request: Request, runs: int) -> str:
    if runs < LEAST_FOR_TWO:
        raise UsageError(
            f"{runs} runs cannot tell a mixture from a seed: two mixtures with two seeds each take {LEAST_FOR_TWO}.",
            "Raise --runs.",
        )
    try:
        least_runs(request, "two-arm")
    except UsageError as error:
        tasks = len(request.region.tasks)
        raise UsageError(
            f"{runs} runs are too few for a sweep over {tasks} tasks, and the two mixtures to compare are not named.",
            f"Give --runs {2 * tasks} or more, or name the mixtures with --production and --candidate.",
        ) from error
    return "two-arm"


def _smallest(request: Request, question: Question, kind: str) -> Proposal:
    """The fewest runs that do, by bisection: further runs never show less."""
    budgets = range(comfortable_runs(request, kind), MOST_RUNS + 1)
    found = bisect_left(budgets, True, key=lambda runs: _shows(_proposal(request, question, kind, runs), question))
    if found < len(budgets):
        return _proposal(request, question, kind, budgets[found])
    if question.effect is None or not budgets:
        raise UsageError(f"Two seeds at each point of a {kind} design take over {MOST_RUNS} runs.", "Give --runs.")
    least = max(contrast.smallest for contrast in _meant(_proposal(request, question, kind, MOST_RUNS)))
    raise UsageError(
        f"An effect of {question.effect:g} is out of sight: even {MOST_RUNS} runs of a {kind} design show "
        f"{least * (question.seed_sd or 1):.3g} at the least.",
        "Ask for a larger effect, a larger --step or wider bounds, or give --runs to see what fewer would show.",
    )


def _shows(proposal: Proposal, question: Question) -> bool:
    if proposal.reach.pure_error_df < PURE_ERROR_DF:
        return False
    return question.effect is None or all(contrast.power >= POWER for contrast in _meant(proposal))


def _meant(proposal: Proposal) -> list[Contrast]:
    """The contrasts that a design is made for."""
    contrasts = proposal.reach.contrasts
    kind = next(kind for kind in ("order", "task", "mixture") if any(c.kind == kind for c in contrasts))
    return [contrast for contrast in contrasts if contrast.kind == kind]


def _proposal(request: Request, question: Question, kind: str, runs: int) -> Proposal:
    design = lay_out_design(request, kind, runs)
    return Proposal(design, reach_of(design, question))

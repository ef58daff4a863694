"""Which design a budget, bounds and an effect lead to."""

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.planning.propose import propose
from behaviordrift.planning.region import read_region
from behaviordrift.planning.request import Question, Request

THREE = read_region("qa,safety,support")
TWO = read_region("a,b")
BOUNDED = read_region("qa,safety,support", ["safety=0.1:0.6"])
MIX = {"qa": 0.5, "safety": 0.25, "support": 0.25}


def seeds(proposal):
    return {point.name: len(point.seeds) for point in proposal.design.points}


def test_without_a_budget_three_tasks_get_the_centroid_design_of_18_runs():
    proposal = propose(Request(THREE), Question())
    assert seeds(proposal) == {
        **dict.fromkeys(("qa", "safety", "support", "even"), 3),
        **dict.fromkeys(("qa-safety", "qa-support", "safety-support"), 2),
    }
    assert (proposal.reach.rung, proposal.reach.pure_error_df, proposal.reach.lack_of_fit_df) == ("L3", 11, 4)
    assert proposal.design.baseline == "even"


@pytest.mark.parametrize(
    ("runs", "kind", "rung", "df"),
    [
        (6, "optimal", "L2", 3),
        (8, "vertices", "L2", 4),
        (12, "vertices", "L3", 8),
        (14, "lattice", "L3", 8),  # the centroid design would leave 7 degrees of freedom, too few for L3
        (15, "centroid", "L3", 8),
        (40, "centroid", "L3", 33),
    ],
)
def test_a_budget_is_spent_whole_on_the_highest_rung(runs, kind, rung, df):
    proposal = propose(Request(THREE, runs=runs), Question())
    assert proposal.design.runs == runs
    assert (proposal.design.kind, proposal.reach.rung, proposal.reach.pure_error_df) == (kind, rung, df)
    assert min(seeds(proposal).values()) >= 2


@pytest.mark.parametrize("kind", ["centroid", "lattice", "vertices", "optimal", "two-arm", "phases"])
@pytest.mark.parametrize("runs", [14, 19, 30])
def test_every_design_has_two_seeds_everywhere_and_the_mixtures_named(kind, runs):
    request = Request(TWO, kind, runs, {"a": 0.7, "b": 0.3}, ({"a": 0.2, "b": 0.8},))
    proposal = propose(request, Question())
    assert proposal.design.runs == runs
    assert min(seeds(proposal).values()) >= 2
    if kind != "phases":
        assert proposal.design.baseline == "a70-b30"
        assert {"a70-b30", "a20-b80"} <= set(seeds(proposal))


def test_the_mixture_in_use_is_the_baseline_and_first_to_get_a_third_seed():
    proposal = propose(Request(THREE, runs=17, production=MIX), Question())
    assert proposal.design.kind == "centroid"
    assert seeds(proposal)["qa50-safety25-support25"] == 3
    assert proposal.design.baseline == "qa50-safety25-support25"
    assert proposal.design.reference == MIX


def test_bounds_lead_to_their_corners():
    proposal = propose(Request(BOUNDED, runs=20, production=MIX), Question())
    assert proposal.design.kind == "vertices"
    for point in proposal.design.points:
        assert BOUNDED.holds(point.mixture)
    with pytest.raises(UsageError, match="which the bounds forbid"):
        propose(Request(BOUNDED, "centroid", 20), Question())


def test_twelve_optimal_runs_are_the_lattice_twice():
    proposal = propose(Request(THREE, "optimal", 12), Question())
    pairs = ("qa-safety", "qa-support", "safety-support")
    assert seeds(proposal) == dict.fromkeys(("qa", "safety", "support", *pairs), 2)


def test_runs_are_added_until_the_effect_is_seen():
    question = Question(effect=0.05, seed_sd=0.25)
    proposal = propose(Request(THREE), question)
    tasks = [c for c in proposal.reach.contrasts if c.kind == "task"]
    assert all(c.power >= 0.8 for c in tasks)
    fewer = propose(Request(THREE, "centroid", proposal.design.runs - 1), question)
    assert any(c.power < 0.8 for c in fewer.reach.contrasts if c.kind == "task")


def test_an_effect_out_of_sight_is_said_to_be():
    with pytest.raises(UsageError, match=r"even 120 runs of a centroid design show 0\.\d+ at the least"):
        propose(Request(THREE), Question(effect=0.001))


def test_two_mixtures_get_five_seeds_and_phases_three():
    assert seeds(propose(Request(TWO, "two-arm"), Question())) == {"a": 5, "b": 5}
    phases = propose(Request(TWO, "phases"), Question())
    assert seeds(phases) == dict.fromkeys(("a-then-a", "a-then-b", "b-then-a", "b-then-b"), 3)
    assert [[p.until for p in point.phases] for point in phases.design.points] == [[0.5, 1.0]] * 4


def test_a_small_budget_compares_the_two_mixtures_that_are_named():
    request = Request(THREE, runs=4, production=MIX, candidates=({"qa": 1.0},))
    assert propose(request, Question()).design.kind == "two-arm"


def test_a_mixture_that_is_named_twice_is_one():
    proposal = propose(Request(THREE, runs=20, production=MIX, candidates=(MIX, dict(MIX))), Question())
    assert len(proposal.design.points) == 8


def test_names_of_runs_are_unique_whatever_tasks_are_called():
    proposal = propose(Request(read_region("a,b,a-b,even"), runs=30), Question())
    assert len(seeds(proposal)) == len(proposal.design.points) == 15


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(THREE, runs=5), "too few for a sweep over 3 tasks"),
        (Request(THREE, runs=3), "cannot tell a mixture from a seed"),
        (Request(THREE, "centroid", 13), "two seeds at each of its points take 14"),
        (Request(THREE, "phases"), "which two mixtures"),
        (Request(THREE, "phases", candidates=(MIX, {"qa": 1.0}, {"safety": 1.0})), "takes two mixtures"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(request_, message):
    with pytest.raises(UsageError, match=message):
        propose(request_, Question())

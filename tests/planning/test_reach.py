"""What a design is said to reach, against the specification's figures and against simulated sweeps."""

import math

import numpy as np
import pytest
from scipy import stats

from behaviordrift.checkpoints.mixture import Phase
from behaviordrift.planning.points import Design, Point
from behaviordrift.planning.propose import propose
from behaviordrift.planning.reach import reach_of
from behaviordrift.planning.region import read_region
from behaviordrift.planning.request import Question, Request
from behaviordrift.planning.wording import rung_text, will_not_tell, will_tell
from behaviordrift.statistics import cox_effect, fit_blending

THREE = read_region("qa,safety,support")
CENTROID = Request(THREE, "centroid", 14)


def by_text(reach):
    return {contrast.text: contrast for contrast in reach.contrasts}


def test_the_centroid_design_with_two_seeds():
    """From equal shares to 3:1:1 the standard error is .21 (linear, df 11) and .25 (quadratic, df 8) seed SDs."""
    step = 0.6 - 1 / 3
    reach = propose(CENTROID, Question(step=step)).reach
    contrast = reach.contrasts[0]
    shift = {df: stats.t.isf(0.025, df) for df in (8, 11)}
    assert contrast.df == 8
    assert contrast.linear / 0.2066 == pytest.approx(shift[11] + 0.87, abs=0.02)
    assert contrast.quadratic / 0.2534 == pytest.approx(shift[8] + 0.89, abs=0.02)
    assert (reach.rung, reach.pure_error_df, reach.lack_of_fit_df) == ("L2", 7, 4)


def test_power_of_a_task_is_the_share_of_simulated_sweeps_that_find_it():
    effect, proposal = 0.18, propose(CENTROID, Question(effect=0.18))
    x = np.array([list(p.mixture.values()) for p in proposal.design.points for _ in p.seeds])
    # From equal shares ten points more qa add .1 of its coefficient and take .05 of each other.
    mean, rng = x @ [20 / 3 * effect, -10 / 3 * effect, -10 / 3 * effect], np.random.default_rng(11)
    found = [cox_effect(fit_blending(x, mean + rng.normal(size=14)), [1 / 3] * 3, 0).p < 0.05 for _ in range(400)]
    assert np.mean(found) == pytest.approx(by_text(proposal.reach)["10 points more qa"].power, abs=0.07)


def test_units_scale_with_the_seed_sd():
    in_sds, in_units = (propose(CENTROID, q).reach for q in (Question(0.5), Question(1.0, seed_sd=2.0)))
    assert [c.power for c in in_sds.contrasts] == [c.power for c in in_units.contrasts]


def test_renaming_the_tasks_changes_names_alone():
    other = propose(Request(read_region("x,y,z"), "centroid", 14), Question(effect=0.3)).reach
    ours = propose(CENTROID, Question(effect=0.3)).reach
    assert [(c.linear, c.quadratic, c.power) for c in ours.contrasts] == [
        (c.linear, c.quadratic, c.power) for c in other.contrasts
    ]


def test_more_measures_need_larger_effects():
    one, six = (propose(CENTROID, Question(alpha=alpha)).reach for alpha in (0.05, 0.05 / 6))
    assert all(a.smallest < b.smallest for a, b in zip(one.contrasts, six.contrasts, strict=True))


def test_the_order_of_two_mixtures():
    proposal = propose(Request(read_region("a,b"), "phases", 12), Question(effect=2))
    contrasts = by_text(proposal.reach)
    assert contrasts["order: a-then-b against b-then-a"].power == pytest.approx(0.58, abs=0.005)
    assert proposal.reach.rung == "L2"
    assert not any(contrast.kind == "task" for contrast in proposal.reach.contrasts)


def single_runs():
    points = [Point(task, (Phase(1.0, {task: 1.0}),), (1,)) for task in THREE.tasks]
    return Design("study", THREE.tasks, tuple(points), "qa", dict.fromkeys(THREE.tasks, 1 / 3))


def test_single_runs_show_nothing_and_never_speak_of_attribution():
    reach = reach_of(single_runs(), Question(effect=5))
    assert reach.rung == "L0"
    assert all(math.isnan(c.smallest) and math.isnan(c.power) for c in reach.contrasts)
    told = " ".join([rung_text(reach), *will_tell(single_runs(), reach)])
    assert "attribut" not in told
    assert "whether the mixtures differ" not in told
    assert any("no mixture has two runs" in line for line in will_not_tell(single_runs(), reach))


@pytest.mark.parametrize(
    ("request_", "told", "not_told"),
    [
        (Request(THREE), "each task does", "repetition"),
        (Request(THREE, runs=6), "each task does", "no mixture to spare"),
        (Request(read_region("a,b"), "two-arm", 4), "F(1, 2)", "by permutation: p cannot fall below .333"),
        (Request(read_region("a,b"), "phases"), "the order of the mixtures", "learning rate"),
        (Request(read_region("a,b,c", ["a=0.2:0.5"]), runs=16), "each task does", "influence shares"),
    ],
)
def test_what_is_told_and_what_is_not(request_, told, not_told):
    proposal = propose(request_, Question())
    design, reach = proposal.design, proposal.reach
    assert told in " ".join(will_tell(design, reach))
    assert not_told in " ".join(will_not_tell(design, reach))
    assert not set(will_tell(design, reach)) & set(will_not_tell(design, reach))

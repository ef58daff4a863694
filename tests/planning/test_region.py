"""Tasks, bounds and mixtures as people write them."""

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.planning.region import read_mixture, read_region


def test_bounds_cut_the_corners_off():
    region = read_region("qa, safety,support", ["safety=0.1:0.6"])
    assert region.tasks == ("qa", "safety", "support")
    assert not region.whole
    assert sorted(region.corners().round(6).tolist()) == [[0, 0.1, 0.9], [0, 0.6, 0.4], [0.4, 0.6, 0], [0.9, 0.1, 0]]
    assert region.holds({"safety": 0.1, "qa": 0.9})
    assert not region.holds({"safety": 0.7, "qa": 0.3})


def test_without_bounds_all_tasks_may_be_trained_alone():
    region = read_region("a,b")
    assert region.whole
    assert region.mixture(region.centre()) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    ("tasks", "bounds", "message"),
    [
        ("qa", [], "two tasks or more"),
        ("qa,qa", [], "two tasks or more"),
        ("qa,", [], "cannot be the name"),
        ("qa,a b", [], "cannot be the name"),
        ("qa,b", ["c=0:1"], "names no task"),
        ("qa,b", ["b=0.1"], "not TASK=LOW:HIGH"),
        ("qa,b", ["b=x:1"], "not TASK=LOW:HIGH"),
        ("qa,b", ["b=0.6:0.5"], "the lower not above"),
        ("qa,b", ["b=0.6:1", "qa=0.6:1"], "no mixture meets the bounds"),
        ("qa,b,c", ["b=0.2:0.2"], "the share of b no room"),
        ("qa,b", ["b=nan:1"], "leave nothing to train"),
    ],
)
def test_what_means_nothing_is_refused(tasks, bounds, message):
    with pytest.raises(UsageError, match=message):
        read_region(tasks, bounds)


def test_a_mixture_names_every_task():
    region = read_region("qa,safety,support", ["safety=0.1:0.6"])
    assert read_mixture("qa=2, safety=1/1", region, "--production") == pytest.approx(
        {"qa": 2 / 3, "safety": 1 / 3, "support": 0}
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("qa=1", "outside the bounds"),
        ("safety=1,chat=1", "not planned for: chat"),
        ("qa", "not a number"),
        ("qa=0,safety=0", "one above zero"),
    ],
)
def test_a_mixture_that_cannot_be_planned_for_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        read_mixture(text, read_region("qa,safety", ["safety=0.1:0.6"]), "--production")

"""Changes of class shares: which method the data call for, invariances, and the size of the tests."""

import math

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics import composition_change, nominal_change, shares_change
from behaviordrift.statistics.sign_flip import sign_flip_p

CLASSES = ("comply", "decline", "abstain")


def labelled(rng, shares, n):
    return np.eye(len(shares))[rng.choice(len(shares), n, p=shares)]


def sampled(rng, shares, n, k=4):
    """Shares of k replies to each of n prompts, which lean to a class of their own."""
    return np.array([rng.multinomial(k, rng.dirichlet(6 * np.array(shares))) / k for _ in range(n)])


def test_one_label_per_cluster_is_a_nominal_change():
    rng = np.random.default_rng(1)
    before, after = labelled(rng, [0.5, 0.3, 0.2], 40), labelled(rng, [0.2, 0.5, 0.3], 40)
    names = [[CLASSES[place] for place in side.argmax(axis=1)] for side in (before, after)]
    oracle = nominal_change(*names, CLASSES)
    change = shares_change(before, after, CLASSES)
    assert (change.classes, change.distance.p, change.distance.n_units) == (oracle.classes, oracle.flip_p, 40)
    assert change.distance.estimate == pytest.approx(np.abs(after.mean(axis=0) - before.mean(axis=0)).sum() / 2)
    assert change.distance.caveats == ()


def test_several_labels_per_cluster_are_shares():
    rng = np.random.default_rng(2)
    before, after = sampled(rng, [0.5, 0.3, 0.2], 30), sampled(rng, [0.2, 0.5, 0.3], 30)
    change = shares_change(before, after, CLASSES)
    assert change.distance.p == composition_change(before, after, smallest=1 / 8).p
    for told, column in zip(change.classes, (after - before).T, strict=True):
        interval = stats.ttest_1samp(column, 0).confidence_interval(1 - 0.05 / 3)
        assert (told.low, told.high) == pytest.approx(tuple(interval))
        assert told.p == sign_flip_p(column)


def test_swap_negates_and_relabelling_permutes():
    rng = np.random.default_rng(3)
    for draw in (labelled, sampled):
        before, after = draw(rng, [0.5, 0.3, 0.2], 24), draw(rng, [0.3, 0.4, 0.3], 24)
        there, back = shares_change(before, after, CLASSES), shares_change(after, before, CLASSES)
        assert [c.estimate for c in back.classes] == pytest.approx([-c.estimate for c in there.classes])
        for told in ("p", "estimate"):
            assert getattr(back.distance, told) == pytest.approx(getattr(there.distance, told))
        turned = shares_change(before[:, ::-1], after[:, ::-1], CLASSES[::-1])
        assert turned.distance.p == pytest.approx(there.distance.p)
        assert [c.label for c in turned.classes] == [c.label for c in there.classes][::-1]


@pytest.mark.parametrize(("draw", "n"), [(labelled, 12), (labelled, 40), (sampled, 12)])
def test_equal_shares_are_rejected_as_often_as_promised(draw, n):
    rng = np.random.default_rng(4)
    p = [shares_change(*(draw(rng, [0.6, 0.3, 0.1], n) for _ in range(2)), CLASSES).distance.p for _ in range(200)]
    rejected = sum(value <= 0.05 for value in p)
    assert stats.binomtest(rejected, 200, 0.05, alternative="greater").pvalue > 1e-4
    assert rejected > 0


def test_what_does_not_vary_has_no_interval():
    before = np.array([[0.5, 0.5, 0], [0.25, 0.75, 0]] * 6)
    flat = shares_change(before, before[:, [1, 0, 2]], CLASSES).classes[2]
    assert flat.estimate == 0
    assert math.isnan(flat.low)
    assert math.isnan(flat.high)


def test_few_clusters_or_none():
    few = shares_change([[1, 0, 0]] * 5, [[0, 1, 0]] * 5, CLASSES)
    assert (math.isnan(few.distance.p), few.distance.caveats) == (True, ("fewer than 6 clusters",))
    none = shares_change(np.zeros((0, 3)), np.zeros((0, 3)), CLASSES)
    assert (none.classes, none.distance.caveats) == ((), ("no clusters",))


@pytest.mark.parametrize(
    ("baseline", "candidate", "message"),
    [
        ([[1, 0, 0]], [[1, 0]], "3 shares are needed"),
        ([[0, 0, 0]], [[1, 0, 0]], "not only zeros"),
        ([[2, -1, 0]], [[1, 0, 0]], "at least 0"),
    ],
)
def test_what_is_no_share_is_refused(baseline, candidate, message):
    with pytest.raises(ValueError, match=message):
        shares_change(baseline, candidate, CLASSES)

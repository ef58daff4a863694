"""Shares recovered from a classifier that errs: known truth, coverage, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import recover_shares

CONFUSION = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.02, 0.08, 0.9]])


def called(rng: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """One-hot classifications of members of known classes."""
    return np.eye(3)[[rng.choice(3, p=CONFUSION[t]) for t in truth]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_an_exact_confusion_gives_back_the_exact_shares(weights: list[float]) -> None:
    shares = np.array(weights) / sum(weights)
    known = np.repeat(CONFUSION, 20, axis=0)
    group = np.tile(shares @ CONFUSION, (20, 1))
    clusters = np.tile(np.arange(20), 3)
    found = recover_shares(known, np.repeat(np.arange(3), 20), clusters, group, np.arange(20), draws=10)
    np.testing.assert_allclose(found.shares, shares, atol=1e-4)
    assert found.identified
    np.testing.assert_allclose(found.counted, shares @ CONFUSION, atol=1e-9)


def test_the_correction_removes_the_bias_that_counting_has() -> None:
    rng = np.random.default_rng(1)
    truth = np.repeat(np.arange(3), 400)
    shares = np.array([0.7, 0.3, 0.0])
    members = rng.choice(3, p=shares, size=2000)
    found = recover_shares(
        called(rng, truth), truth, np.arange(1200) % 400, called(rng, members), np.arange(2000) % 400
    )
    assert np.abs(np.array(found.shares) - shares).max() < 0.05
    assert np.abs(np.array(found.counted) - shares).max() > 0.08


def test_intervals_cover_the_shares_that_were_drawn() -> None:
    rng = np.random.default_rng(2)
    truth, clusters = np.repeat(np.arange(3), 60), np.tile(np.arange(60), 3)
    covered = []
    for _ in range(120):
        shares = rng.dirichlet([1, 1, 1])
        members = rng.choice(3, p=shares, size=60)
        found = recover_shares(called(rng, truth), truth, clusters, called(rng, members), np.arange(60), draws=200)
        covered += [low <= share <= high for low, share, high in zip(found.low, shares, found.high, strict=True)]
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_class_that_never_occurs_still_has_an_upper_end() -> None:
    known, truth = np.tile(np.eye(2), (30, 1)), np.tile([0, 1], 30)
    found = recover_shares(known, truth, np.repeat(np.arange(30), 2), np.tile([1.0, 0.0], (30, 1)), np.arange(30))
    assert found.shares == (1.0, 0.0)
    assert found.high[1] == pytest.approx(1 - 0.025 ** (1 / 30))
    assert found.low[0] == pytest.approx(0.025 ** (1 / 30))


def test_a_classifier_that_only_guesses_identifies_nothing() -> None:
    guesses = np.tile([0.5, 0.5], (40, 1))
    found = recover_shares(guesses, np.tile([0, 1], 20), np.arange(40), guesses[:10], np.arange(10))
    assert not found.identified


def test_relabelling_the_classes_permutes_the_shares() -> None:
    rng = np.random.default_rng(3)
    truth, clusters = np.repeat(np.arange(3), 50), np.tile(np.arange(50), 3)
    known, group = called(rng, truth), called(rng, rng.choice(3, p=[0.6, 0.3, 0.1], size=50))
    turned = [2, 0, 1]  # class i becomes class turned[i]
    back = np.argsort(turned)
    first = recover_shares(known, truth, clusters, group, np.arange(50), draws=50)
    other = recover_shares(known[:, back], np.array(turned)[truth], clusters, group[:, back], np.arange(50), draws=50)
    np.testing.assert_allclose(np.array(other.shares)[turned], first.shares, atol=1e-6)
    np.testing.assert_allclose(np.array(other.high)[turned], first.high, atol=1e-6)


def test_every_class_needs_known_rows() -> None:
    with pytest.raises(ValueError, match="every class"):
        recover_shares(np.eye(2), [0, 0], [0, 1], np.eye(2), [0, 1])


def test_without_a_resample_that_holds_every_class_there_is_no_interval() -> None:
    """Of five clusters, each the only one of its class, a resample keeps all with probability 5!/5^5, or .04."""
    found = recover_shares(np.eye(5), np.arange(5), np.arange(5), np.eye(5), np.arange(5))
    np.testing.assert_allclose(found.shares, 1 / 5)
    assert np.isnan([found.low, found.high, found.leads]).all()
    assert not found.identified

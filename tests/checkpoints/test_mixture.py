"""Mixtures and phases: normalised, scale-free, and refused when they mean nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from behaviordrift.checkpoints.mixture import Phase, cumulative_mixture, parse_mixture, parse_phases
from behaviordrift.errors import UsageError

WEIGHTS = st.dictionaries(
    st.sampled_from(["qa", "safety", "support", "code"]),
    st.one_of(
        st.integers(0, 50),
        st.floats(0, 50, allow_subnormal=False),
        st.fractions(0, 50, max_denominator=99).map(str),
    ),
    min_size=1,
)


def is_positive(weights: dict[str, object]) -> bool:
    return any(Fraction(str(weight)) > 0 for weight in weights.values())


@given(WEIGHTS)
def test_shares_sum_to_one_and_keep_their_tasks(weights: dict[str, float | str]) -> None:
    assume(is_positive(weights))
    mixture = parse_mixture(weights)
    assert sum(mixture.values()) == pytest.approx(1, abs=1e-12)
    assert list(mixture) == list(weights)
    assert all(share >= 0 for share in mixture.values())


@given(WEIGHTS, st.integers(1, 1000))
def test_scale_does_not_matter(weights: dict[str, float | str], factor: int) -> None:
    assume(is_positive(weights))
    scaled = {task: str(Fraction(str(weight)) * factor) for task, weight in weights.items()}
    assert parse_mixture(scaled) == parse_mixture(weights)


def test_fractions_are_exact_thirds() -> None:
    assert parse_mixture({"a": "1/3", "b": " 1 / 3", "c": "1/3"}) == parse_mixture({"a": 1, "b": 1, "c": 1})


@pytest.mark.parametrize(
    "weights", [{"a": 0}, {"a": -1, "b": 3}, {"a": "x"}, {"a": "1/0"}, {"a": "nan"}, {"a": "inf"}, {}]
)
def test_meaningless_weights_are_refused(weights: dict[str, float | str]) -> None:
    with pytest.raises(UsageError, match=r"[Mm]ixture weight"):
        parse_mixture(weights)


def test_phases_are_read() -> None:
    rows = [{"until": "0.8", "mixture": {"qa": 1, "safety": 1}}, {"until": 1, "mixture": {"safety": 2}}]
    assert parse_phases(rows) == [Phase(0.8, {"qa": 0.5, "safety": 0.5}), Phase(1.0, {"safety": 1.0})]


@pytest.mark.parametrize("ends", [[], [0.5], [0.5, 0.9], [0.8, 0.4, 1], [0.5, 0.5, 1], [0, 1], [-0.1, 1], [0.5, 1.5]])
def test_phases_must_rise_to_one(ends: list[float]) -> None:
    with pytest.raises(UsageError, match="rising fractions"):
        parse_phases([{"until": end, "mixture": {"qa": 1}} for end in ends])


@pytest.mark.parametrize(
    "row", [{}, {"until": 1}, {"mixture": {"a": 1}}, {"until": "x", "mixture": {"a": 1}}, {"until": 1, "mixture": 3}]
)
def test_unreadable_phases_are_refused(row: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="not readable"):
        parse_phases([row])


@given(st.lists(st.tuples(st.integers(1, 9), WEIGHTS), min_size=1, max_size=4))
def test_the_cumulative_mixture_weighs_phases_by_length(parts: list[tuple[int, dict[str, float | str]]]) -> None:
    assume(all(is_positive(weights) for _, weights in parts))
    total = sum(length for length, _ in parts)
    phases, done = [], 0
    for length, weights in parts:
        done += length
        phases.append(Phase(done / total, parse_mixture(weights)))
    mixture = cumulative_mixture(phases)
    assert sum(mixture.values()) == pytest.approx(1)
    for task, share in mixture.items():
        expected = sum(length * parse_mixture(weights).get(task, 0) for length, weights in parts) / total
        assert share == pytest.approx(expected)

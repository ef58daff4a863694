"""The weighted task sampler: its schedule keeps the plan's counts, phases, passes and shares."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviordrift.checkpoints.mixture import Phase, parse_mixture
from behaviordrift.training.sampler import Step, draw_steps

TASKS = ("qa", "safety", "support")
EVEN = parse_mixture(dict.fromkeys(TASKS, 1))


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Phase], dict[str, int], dict[str, int]]:
    ends = sorted(draw(st.sets(st.integers(1, 19), max_size=3)))
    weights = st.tuples(*[st.integers(0, 5)] * 3).filter(any)
    phases = [Phase(end / 20, parse_mixture(dict(zip(TASKS, draw(weights), strict=True)))) for end in [*ends, 20]]
    sizes = {task: draw(st.integers(1, 12)) for task in TASKS}
    return (
        phases,
        sizes,
        {"steps": draw(st.integers(1, 60)), "rows_per_step": draw(st.integers(1, 9)), "seed": draw(st.integers(0, 99))},
    )


@given(plans())
def test_counts_are_the_plans(plan: tuple[list[Phase], dict[str, int], dict[str, int]]) -> None:
    phases, sizes, how = plan
    schedule = draw_steps(phases, sizes, **how)
    assert len(schedule) == how["steps"]
    for step in schedule:
        assert len(step.rows) == how["rows_per_step"]
        assert all(0 <= row < sizes[step.task] for row in step.rows)


@given(plans())
def test_phases_end_where_they_say_and_serve_only_their_tasks(
    plan: tuple[list[Phase], dict[str, int], dict[str, int]],
) -> None:
    phases, sizes, how = plan
    schedule = draw_steps(phases, sizes, **how)
    for index, step in enumerate(schedule):
        start = round(phases[step.phase - 1].until * how["steps"]) if step.phase else 0
        assert start <= index < round(phases[step.phase].until * how["steps"])
        assert phases[step.phase].mixture[step.task] > 0


@given(plans())
def test_each_pass_covers_all_rows_before_one_comes_again(
    plan: tuple[list[Phase], dict[str, int], dict[str, int]],
) -> None:
    phases, sizes, how = plan
    served: dict[str, list[int]] = {task: [] for task in TASKS}
    for step in draw_steps(phases, sizes, **how):
        served[step.task] += step.rows
    for task, rows in served.items():
        for start in range(0, len(rows), sizes[task]):
            one_pass = rows[start : start + sizes[task]]
            assert len(set(one_pass)) == len(one_pass)


@given(plans())
def test_the_schedule_follows_its_seed(plan: tuple[list[Phase], dict[str, int], dict[str, int]]) -> None:
    phases, sizes, how = plan
    assert draw_steps(phases, sizes, **how) == draw_steps(phases, sizes, **how)


def test_another_seed_gives_another_schedule() -> None:
    def schedule(seed: int) -> list[Step]:
        return draw_steps([Phase(1.0, EVEN)], dict.fromkeys(TASKS, 9), steps=40, rows_per_step=2, seed=seed)

    assert schedule(1) != schedule(2)


@pytest.mark.parametrize("weights", [(1, 1, 1), (8, 1, 1), (3, 2, 0)])
def test_shares_converge_to_the_mixture(weights: tuple[int, ...]) -> None:
    mixture = parse_mixture(dict(zip(TASKS, weights, strict=True)))
    schedule = draw_steps([Phase(1.0, mixture)], dict.fromkeys(TASKS, 50), steps=6000, rows_per_step=1, seed=4)
    counts = Counter(step.task for step in schedule)
    for task, share in mixture.items():
        four_sigma = 4 * (share * (1 - share) / 6000) ** 0.5
        assert counts[task] / 6000 == pytest.approx(share, abs=four_sigma)


def test_a_task_that_the_mixture_leaves_out_is_never_served() -> None:
    schedule = draw_steps([Phase(1.0, {"qa": 1.0})], dict.fromkeys(TASKS, 4), steps=9, rows_per_step=2, seed=0)
    assert {step.task for step in schedule} == {"qa"}

"""The model behind the effects: its order, the shares it is fitted on, the amount, and what it says of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from behaviordrift.errors import UsageError
from behaviordrift.findings.mixture_model import Modelling, fit_blend, reference_mixture, task_effects
from behaviordrift.findings.runs import Design, TrainedRun, lay_out

TASKS = ("a", "b", "c")
POINTS = np.vstack([np.eye(3), (1 - np.eye(3)) / 2, np.full((1, 3), 1 / 3)])
SHARES = np.repeat(POINTS, 3, axis=0)
BETA = np.array([-0.5, 0.1, 0.7])


def design(shares: npt.NDArray[np.float64] = SHARES, **known: list[Any]) -> Design:
    runs = []
    for number, row in enumerate(shares):
        mixture = dict(zip(TASKS, row.tolist(), strict=True))
        fields = {name: values[number] for name, values in known.items()}
        runs.append(TrainedRun(f"r{number}", mixture, ((1.0, mixture),), number, None, {}, **fields))
    found = lay_out(runs)
    assert found is not None
    return found


def means(bend: float = 0.0, seed: int = 3) -> npt.NDArray[np.float64]:
    noise = np.random.default_rng(seed).normal(0, 0.05, len(SHARES))
    return np.asarray(SHARES @ BETA + bend * SHARES[:, 0] * SHARES[:, 1] + noise)


def test_a_straight_blend_is_told_by_the_model_that_the_runs_allow() -> None:
    blend = fit_blend(design(), means(), Modelling())
    assert blend is not None
    assert blend.fit.order == "quadratic"
    assert blend.caveats == ("effects are told from a quadratic model and hold near the reference mixture",)


def test_a_bent_blend_is_told_by_a_quadratic_model_and_says_so() -> None:
    blend = fit_blend(design(), means(bend=4.0), Modelling())
    assert blend is not None
    assert blend.fit.order == "quadratic"
    assert "quadratic" in blend.method
    assert blend.caveats[0].startswith("blending is not linear (lack-of-fit p ")
    assert "hold near the reference mixture" in blend.caveats[1]
    effect = task_effects(blend, design(), [1 / 3] * 3, "score")[0]
    x, r = np.array([1 / 3 + 0.1, *[1 / 3 - 0.05] * 2]), np.full(3, 1 / 3)
    truth = (x - r) @ BETA + 4 * (x[0] * x[1] - r[0] * r[1])
    assert effect.ci[0] < truth < effect.ci[1]


def test_a_linear_model_that_is_asked_for_stays_and_says_what_it_is() -> None:
    blend = fit_blend(design(), means(bend=4.0), Modelling(order="linear"))
    assert blend is not None
    assert blend.fit.order == "linear"
    assert "the effects are averages over the design" in blend.caveats


def test_runs_that_do_not_allow_a_quadratic_model_keep_the_linear_one() -> None:
    shares = np.repeat(np.vstack([np.eye(3), np.full((1, 3), 1 / 3)]), 3, axis=0)
    values = shares @ BETA + 2 * shares[:, 0] * shares[:, 1] + np.tile([0.0, 0.02, -0.02], 4)
    blend = fit_blend(design(shares), values, Modelling())
    assert blend is not None
    assert blend.fit.order == "linear"
    assert "these runs do not allow a quadratic model" in blend.caveats


def test_realised_shares_move_the_effects_and_are_named() -> None:
    skewed = SHARES * [1, 2, 4] / (SHARES * [1, 2, 4]).sum(axis=1, keepdims=True)
    realised = [{"tokens": dict(zip(TASKS, row, strict=True))} for row in skewed.tolist()]
    plain, refitted = (
        fit_blend(design(realised=realised), skewed @ BETA, Modelling(share=share, order="linear"))  # type: ignore[arg-type]
        for share in ("nominal", "tokens")
    )
    assert plain is not None
    assert refitted is not None
    assert refitted.fit.coefficients == pytest.approx(BETA)
    assert plain.fit.coefficients != pytest.approx(BETA, abs=0.01)
    assert "realised shares by tokens" in refitted.caveats[0]


def test_an_amount_that_moved_the_trait_is_taken_out() -> None:
    totals = np.tile([100.0, 200.0, 400.0], len(POINTS))
    amounts = [{"tokens": {"a": total}} for total in totals]
    values = means() + 0.8 * np.log(totals)
    blend = fit_blend(design(amounts=amounts), values, Modelling(amount="tokens"))
    assert blend is not None
    assert blend.fit.coefficients - blend.fit.coefficients.mean() == pytest.approx(BETA - BETA.mean(), abs=0.1)
    assert "the total itself has p <.0001" in blend.caveats[0]


def test_an_amount_that_is_one_for_each_task_is_left_out_and_said() -> None:
    amounts = [{"tokens": {"a": 100.0}} for _ in SHARES]
    blend = fit_blend(design(amounts=amounts), means(), Modelling(amount="tokens"))
    assert blend is not None
    assert "do not tell the total of tokens from the mixture" in blend.caveats[0]


@pytest.mark.parametrize("wanted", [Modelling(share="loss_tokens"), Modelling(amount="rows")])
def test_what_no_record_tells_is_refused_with_the_runs(wanted: Modelling) -> None:
    with pytest.raises(UsageError, match=r"not known for r0, r1, r2 and \d+ more"):
        fit_blend(design(), means(), wanted)


def test_an_amount_and_a_quadratic_order_are_refused_together() -> None:
    with pytest.raises(UsageError, match="linear in the mixture"):
        Modelling(amount="tokens", order="quadratic")


def test_shares_of_replies_are_told_in_points_too() -> None:
    plan = design()
    blend = fit_blend(plan, means(), Modelling())
    assert blend is not None
    reference = reference_mixture(plan, None)
    for binary, other in zip(
        task_effects(blend, plan, reference, "binary"), task_effects(blend, plan, reference, "score"), strict=True
    ):
        assert binary.estimate == other.estimate
        assert np.sign(binary.share_change) == np.sign(binary.estimate)
        assert binary.share_ci[0] < binary.share_change < binary.share_ci[1]
        assert abs(binary.share_change) == pytest.approx(abs(binary.estimate) / 4, rel=0.1)
        assert np.isnan(other.share_change)

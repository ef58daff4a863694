"""Variance components against Davies' dyestuff, the AIAG gage study, REML and brute force."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from behaviordrift.statistics import compare_runs, contrast_variance, variance_components

repeatable = settings(max_examples=25, deadline=None, derandomize=True)

# Davies and Goldsmith's dyestuff yields, six batches of five.
DYESTUFF = np.array(
    [
        *([1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495], [1595, 1550, 1605, 1510, 1560]),
        *([1445, 1440, 1595, 1465, 1545], [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445]),
    ]
)

# The gage study of the Automotive Industry Action Group: operators by repeats by parts.
GAGE = np.array(
    [
        [
            [0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36],
            [0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25],
            [0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31],
        ],
        [
            [0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68],
            [0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62],
            [0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50],
        ],
        [
            [0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49],
            [-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77],
            [-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16],
        ],
    ]
)


def study(seeds=(3, 3), prompts=6, samples=2, seed=1, sds=(1.0, 1.0, 0.8, 0.8, 0.5)):
    """Runs of a crossed design with the given SDs of seed, prompt, ratio x prompt, seed x prompt and sampling."""
    rng, (s, p, rp, sp, e) = np.random.default_rng(seed), sds
    labels = np.repeat(np.arange(len(seeds)), seeds)
    run = rng.normal(0, s, (len(labels), 1, 1))
    ratio_prompt = rng.normal(0, rp, (len(seeds), prompts, 1))[labels]
    cell = run + rng.normal(0, p, (1, prompts, 1)) + ratio_prompt + rng.normal(0, sp, (len(labels), prompts, 1))
    return cell + rng.normal(0, e, (len(labels), prompts, samples)), labels


def variances(parts):
    sds = (parts.seed_sd, parts.prompt_sd, parts.ratio_prompt_sd, parts.seed_prompt_sd, parts.sampling_sd)
    return np.square(sds)


def test_dyestuff():
    parts = variance_components(DYESTUFF[:, None], np.zeros(6))
    between, within = parts.table["seed within ratio"], parts.table["sampling"]
    assert (between.mean_square, within.mean_square) == pytest.approx((11271.5, 2451.25))
    assert parts.seed_sd**2 == pytest.approx(1764.05)
    assert math.sqrt(between.mean_square / DYESTUFF.size) == pytest.approx(19.383, abs=5e-4)
    assert "one prompt only: the SD of seeds includes seed x prompt" in parts.caveats


def deviance(batch, sample, *, restricted):
    """-2 log-likelihood of the dyestuff yields, from the dense normal density."""
    y, batches, ones = DYESTUFF.ravel(), np.repeat(np.eye(6), 5, axis=0), np.ones(30)
    inverse = np.linalg.inv(covariance := sample * np.eye(30) + batch * batches @ batches.T)
    information = ones @ inverse @ ones
    residual = y - ones @ inverse @ y / information
    fit = 30 * math.log(2 * math.pi) + np.linalg.slogdet(covariance)[1] + residual @ inverse @ residual
    return fit + (math.log(information) - math.log(2 * math.pi)) * restricted


def test_dyestuff_equals_reml_and_not_maximum_likelihood():
    parts = variance_components(DYESTUFF[:, None], np.zeros(6))
    found = np.array([parts.seed_sd, parts.sampling_sd]) ** 2
    assert deviance(*found, restricted=True) == pytest.approx(319.6543, abs=5e-5)
    for restricted, batch in ((True, found[0]), (False, 1388.33)):
        best = optimize.minimize(lambda v, r=restricted: deviance(*np.exp(v), restricted=r), np.log(found), tol=1e-9)
        assert np.exp(best.x) == pytest.approx([batch, 2451.25], rel=1e-4)


def test_gage_study_sets_its_negative_interaction_to_zero_and_pools_it():
    parts = variance_components(GAGE.transpose(0, 2, 1), np.zeros(3))
    names = ("seed within ratio", "prompt", "seed x prompt", "sampling")
    assert [round(parts.table[name].sum_of_squares, 4) for name in names] == [3.1673, 88.3619, 0.3590, 2.7589]
    interaction, noise = parts.table["seed x prompt"].mean_square, parts.table["sampling"].mean_square
    assert (interaction - noise) / 3 == pytest.approx(-0.00868, abs=5e-6)
    assert parts.seed_prompt_sd == 0
    expected = [0.03997, 0.05146, 1.08645]
    assert np.square([parts.sampling_sd, parts.seed_sd, parts.prompt_sd]) == pytest.approx(expected, abs=5e-6)
    assert any("seed x prompt came out negative" in caveat and "pooled" in caveat for caveat in parts.caveats)


def test_a_crossed_design_equals_reml():
    y, labels = study(seed=4)
    run, prompt, _ = np.indices(y.shape)
    rows = pd.DataFrame({"y": y.ravel(), "run": run.ravel(), "prompt": prompt.ravel(), "ratio": labels[run.ravel()]})
    rows["pair"], rows["cell"] = rows["ratio"] * 100 + rows["prompt"], rows["run"] * 100 + rows["prompt"]
    parts = variance_components(y, labels)
    assert parts.caveats == ()
    random = {name: f"0 + C({name})" for name in ("run", "prompt", "pair", "cell")}
    # Crossed effects make one dense group of all rows.
    model = smf.mixedlm("y ~ C(ratio)", rows, groups=np.ones(len(rows)), vc_formula=random)
    oracle = model.fit(reml=True, method=["lbfgs"])
    found = dict(zip(model.exog_vc.names, oracle.vcomp, strict=True))
    expected = [found["run"], found["prompt"], found["pair"], found["cell"], oracle.scale]
    assert variances(parts) == pytest.approx(expected, rel=0.01)


def test_unequal_seeds_are_estimated_without_bias():
    truth = np.square([0.5, 1.0, 0.4, 0.3, 0.6])
    repeats = [variance_components(*study((2, 2, 8), 8, 2, seed, np.sqrt(truth))) for seed in range(300)]
    # From the mean squares themselves: truncated components are biased upwards by construction.
    per_ratio = (12 - (2**2 + 2**2 + 8**2) / 12) / (3 - 1)
    squares = {name: np.mean([parts.table[name].mean_square for parts in repeats]) for name in repeats[0].table}
    error = truth[4] + 2 * truth[3]
    assert squares["sampling"] == pytest.approx(truth[4], rel=0.05)
    assert squares["seed x prompt"] == pytest.approx(error, rel=0.05)
    assert squares["seed within ratio"] == pytest.approx(error + 16 * truth[0], rel=0.1)
    assert squares["ratio x prompt"] == pytest.approx(error + 2 * per_ratio * truth[2], rel=0.1)
    mean_variances = np.mean([variances(parts) for parts in repeats], axis=0)
    assert mean_variances == pytest.approx(truth, rel=0.15)


@repeatable
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(1, 4), st.integers(1, 3), st.integers(0, 99))
def test_sums_of_squares_and_degrees_of_freedom_add_up(seeds, prompts, samples, seed):
    y, labels = study(seeds, prompts, samples, seed)
    table = variance_components(y, labels).table.values()
    assert sum(source.sum_of_squares for source in table) == pytest.approx(np.sum((y - y.mean()) ** 2))
    assert sum(source.df for source in table) == y.size - 1


@repeatable
@given(st.integers(0, 1000))
def test_components_add_up_to_the_variance_between_run_means(seed):
    y, labels = study((3, 2), 7, 3, seed, (2.0, 1.0, 1.0, 1.0, 1.0))
    parts = variance_components(y, labels)
    between_runs = compare_runs(y.mean(axis=(1, 2)), labels).seed_sd ** 2
    total = parts.seed_sd**2 + parts.seed_prompt_sd**2 / 7 + parts.sampling_sd**2 / 21
    assert total == pytest.approx(between_runs)


def test_contrast_variance_is_the_formula_and_equals_the_run_level_error_on_fixed_prompts():
    y, labels = study((4, 4), 9, 3)
    parts = variance_components(y, labels)
    s2, _, rp2, sp2, e2 = variances(parts)
    assert contrast_variance(parts, 4, 9, 3) == pytest.approx(2 * (s2 / 4 + rp2 / 9 + sp2 / 36 + e2 / 108))
    run_level = 2 * parts.table["seed within ratio"].mean_square / (4 * 9 * 3)
    assert contrast_variance(parts, 4, 9, 3, new_prompts=False) == pytest.approx(run_level)


def test_more_prompts_and_samples_leave_the_part_of_the_seeds():
    parts = variance_components(*study())
    assert contrast_variance(parts, 3, 10**9, 100) == pytest.approx(2 * parts.seed_sd**2 / 3, rel=1e-6)


def test_one_sample_puts_sampling_into_seed_x_prompt():
    y, labels = study(samples=4)
    parts = variance_components(y.mean(axis=2, keepdims=True), labels)
    whole = variance_components(y, labels)
    assert math.isnan(parts.sampling_sd)
    assert parts.seed_prompt_sd**2 == pytest.approx(whole.seed_prompt_sd**2 + whole.sampling_sd**2 / 4)
    assert parts.seed_sd == pytest.approx(whole.seed_sd)
    assert "one sample per prompt: the SD of seed x prompt includes sampling" in parts.caveats
    assert contrast_variance(parts, 3, 6, 1) == pytest.approx(contrast_variance(whole, 3, 6, 4))


def test_one_run_per_ratio_leaves_seeds_undefined():
    parts = variance_components(*study((1, 1)))
    assert math.isnan(parts.seed_sd)
    assert math.isnan(parts.seed_prompt_sd)
    assert math.isnan(contrast_variance(parts, 1, 6, 2))
    assert any("no ratio has two runs" in caveat for caveat in parts.caveats)


def test_one_ratio_leaves_its_interaction_undefined():
    parts = variance_components(*study((3,)))
    assert math.isnan(parts.ratio_prompt_sd)
    assert any("one ratio only" in caveat for caveat in parts.caveats)
    assert math.isnan(contrast_variance(parts, 3, 6, 2))
    assert contrast_variance(parts, 3, 6, 2, new_prompts=False) > 0


def test_negative_components_are_set_to_zero_and_named():
    y, labels = study((3, 3), 6, 2, seed=3, sds=(0.0, 1.0, 0.0, 1.0, 0.3))
    parts = variance_components(y - y.mean(axis=(1, 2), keepdims=True), labels)
    assert parts.seed_sd == 0
    assert any("variance of seed within ratio came out negative" in caveat for caveat in parts.caveats)


def test_equal_values_have_no_variance():
    parts = variance_components(np.full((4, 3, 2), 0.1), [0, 0, 1, 1])
    assert variances(parts).tolist() == [0] * 5
    assert parts.caveats == ()


@repeatable
@given(st.floats(-50, 50), st.floats(0.1, 10), st.permutations(range(6)))
def test_shift_scale_and_order_of_runs(shift, scale, order):
    y, labels = study()
    order = list(order)
    plain, moved = variance_components(y, labels), variance_components((y * scale + shift)[order], labels[order])
    assert variances(moved) == pytest.approx(variances(plain) * scale**2, rel=1e-6)


@pytest.mark.parametrize(
    ("y", "labels", "message"),
    [
        (np.ones((2, 3)), [0, 1], "runs by prompts by samples"),
        (np.ones((2, 3, 1)), [0], "one label per run"),
        (np.ones((2, 0, 1)), [0, 1], "runs by prompts by samples"),
        (np.array([[[1.0, math.nan]]]), [0], "missing or infinite"),
    ],
)
def test_unusable_input_is_refused(y, labels, message):
    with pytest.raises(ValueError, match=message):
        variance_components(y, labels)

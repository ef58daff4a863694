"""What a plan learns from the findings of a study."""

import json
from pathlib import Path

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.findings import read_document
from behaviordrift.planning.region import read_region
from behaviordrift.planning.request import Request
from behaviordrift.planning.study import seed_sd, trained_design, trained_tasks

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def document():
    return read_document(ROOT / "reports" / "ratio_sweep")


def test_the_seed_sd_comes_with_its_scale_and_level(document):
    sd = seed_sd(document, "refused on benign")
    (finding,) = [
        f
        for f in document["findings"]
        if (f["kind"], f["measure"], f["probe_set"]) == ("attribution", "refused", "benign")
    ]
    assert (sd.sd, sd.scale, sd.df) == (finding["components"]["sigma_run"], "logit", 11)
    assert 0 < sd.level < 1


def test_a_measure_on_one_probe_set_needs_no_more_than_its_name(document):
    assert seed_sd(document, "agreement") == seed_sd(document, "agreement on yes_no")


@pytest.mark.parametrize(
    ("measure", "message"), [("refused", "on several probe sets.*refused on harmful"), ("charm", "not attributed")]
)
def test_a_measure_that_is_not_clear_is_refused(document, measure, message):
    with pytest.raises(UsageError, match=message):
        seed_sd(document, measure)


def test_a_study_without_replicates_knows_no_seed_sd(document):
    finding = next(f for f in document["findings"] if f["kind"] == "attribution")
    lone = {**document, "findings": [{**finding, "components": {**finding["components"], "sigma_run": None}}]}
    with pytest.raises(UsageError, match="cannot tell how much seeds move"):
        seed_sd(lone, finding["measure"])


def test_the_spread_of_runs_that_differ_otherwise_is_not_that_of_seeds(document):
    design = {**document["study"]["design"], "differing": ["learning rate: 0.001 and 0.002"]}
    with pytest.raises(UsageError, match=r"differ in more than mixture and seed \(learning rate: 0\.001 and 0\.002\)"):
        seed_sd({**document, "study": {**document["study"], "design": design}}, "refused on benign")


def test_of_runs_in_phases_those_that_kept_their_mixture_are_gone_on_with(document):
    changed = json.loads(json.dumps(document))
    first, second, *_ = (c["record"] for c in changed["checkpoints"] if c.get("record"))
    (phase,) = first["phases"]
    first["phases"] = [{**phase, "until": 0.5}, phase]
    (phase,) = second["phases"]
    second["phases"] = [{**phase, "until": 0.5}, {"until": 1.0, "mixture": {"qa": 0.5, "safety": 0.5}}]
    trained = trained_design(changed, Request(read_region("qa,safety,support")))
    assert sum(len(point.seeds) for point in trained.design.points) == 17
    assert trained.differing == ()


def test_the_runs_of_the_example_are_its_design(document):
    trained = trained_design(document, Request(read_region(",".join(trained_tasks(document)))))
    counts = {point.name: point.seeds for point in trained.design.points}
    assert counts == {
        **dict.fromkeys(("qa", "safety", "support", "even"), (1, 2, 3)),
        **dict.fromkeys(("qa-safety", "qa-support", "safety-support"), (1, 2)),
    }
    assert (trained.design.baseline, trained.differing) == ("even", ())


def test_all_tasks_of_the_study_must_be_planned_for(document):
    with pytest.raises(UsageError, match="leaves out: support"):
        trained_design(document, Request(read_region("qa,safety")))


def test_a_study_without_mixtures_cannot_be_gone_on_with(document):
    bare = {**document, "checkpoints": document["checkpoints"][:1], "study": {**document["study"], "design": None}}
    with pytest.raises(UsageError, match="no runs of two mixtures"):
        trained_design(bare, Request(read_region("qa,safety,support")))
    with pytest.raises(UsageError, match="knows of no two mixtures"):
        trained_tasks(bare)


def test_settings_that_differ_are_named(document):
    changed = json.loads(json.dumps(document))
    changed["checkpoints"][1]["record"]["facts"]["steps"] = 96
    trained = trained_design(changed, Request(read_region("qa,safety,support")))
    assert trained.differing == ("steps: 48 and 96 (qa-s1)",)

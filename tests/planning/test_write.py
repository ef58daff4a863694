"""Plan files that `train` reads, and the settings of other trainers."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from behaviordrift.checkpoints.mixture import parse_mixture
from behaviordrift.checkpoints.study_file import read_study_file
from behaviordrift.conversations import read_conversations
from behaviordrift.errors import TaskDataError, UsageError
from behaviordrift.planning.points import same
from behaviordrift.planning.propose import propose
from behaviordrift.planning.region import read_region
from behaviordrift.planning.request import Question, Request
from behaviordrift.planning.trainers import TRAINERS, write_configs
from behaviordrift.planning.write import TrainingSettings, in_random_order, settings_of, weights, write_plan
from behaviordrift.training.plan import expand_runs, read_plan

THREE = read_region("qa,safety,support")
FILES = {task: f"tasks/{task}.jsonl" for task in THREE.tasks}
SETTINGS = TrainingSettings("models/base", FILES, {"steps": 48, "learning_rate": 0.01})


def points(**request):
    return propose(Request(THREE, **request), Question()).design.points


def test_the_plan_trains_the_design_in_a_random_order(tmp_path):
    design = points(runs=18)
    write_plan(tmp_path / "plans" / "plan.yaml", in_random_order(design, 0), SETTINGS, "A plan.")
    runs = expand_runs(read_plan(tmp_path / "plans" / "plan.yaml"))
    assert Counter(run.name for run in runs) == Counter(f"{p.name}-s{seed}" for p in design for seed in p.seeds)
    mixtures = {f"{p.name}-s{seed}": p.mixture for p in design for seed in p.seeds}
    assert all(same(run.phases[0].mixture, mixtures[run.name]) for run in runs)
    assert [run.name for run in runs] != sorted(run.name for run in runs)


def test_a_seed_decides_the_order():
    design = points(runs=18)
    assert in_random_order(design, 3) == in_random_order(design, 3) != in_random_order(design, 4)


def test_phases_are_written_as_phases(tmp_path):
    design = points(kind="phases", candidates=({"qa": 1.0}, {"safety": 0.6, "support": 0.4}))
    write_plan(tmp_path / "plan.yaml", in_random_order(design, 0), SETTINGS, "Phases.")
    runs = expand_runs(read_plan(tmp_path / "plan.yaml"))
    assert {tuple(phase.until for phase in run.phases) for run in runs} == {(0.5, 1.0)}
    assert len(runs) == 12


def test_paths_hold_from_where_the_plan_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_plan(tmp_path / "here" / "plan.yaml", in_random_order(points(), 0), settings_at(tmp_path), "A plan.")
    plan = read_plan(tmp_path / "here" / "plan.yaml")
    assert (tmp_path / "here" / plan.base).resolve() == (tmp_path / "models" / "base").resolve()
    copied = settings_of(tmp_path / "here" / "plan.yaml")
    assert copied == settings_at(tmp_path)


def settings_at(folder):
    return TrainingSettings(
        str(folder / "models" / "base"), {task: str(folder / file) for task, file in FILES.items()}, SETTINGS.fields
    )


def test_a_task_without_rows_is_named(tmp_path):
    lacking = TrainingSettings("base", {"qa": "qa.jsonl"}, SETTINGS.fields)
    with pytest.raises(UsageError, match=r"file of rows for safety, support"):
        write_plan(tmp_path / "plan.yaml", in_random_order(points(), 0), lacking, "A plan.")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mixture", [{"a": 1 / 3, "b": 2 / 3}, {"a": 0.325, "b": 0.35, "c": 0.325}, {"a": 1.0}])
def test_weights_give_the_shares_back(mixture):
    assert same(parse_mixture(weights(mixture)), mixture)
    assert all(Fraction(weight).denominator == 1 for weight in weights(mixture).values())


@pytest.fixture
def rows(tmp_path):
    files = {}
    for task, count in zip(THREE.tasks, (40, 30, 100), strict=True):
        path = tmp_path / f"{task}.jsonl"
        asked = [{"instruction": f"{task} {n}?", "output": f"Line\u2028{n}."} for n in range(count)]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in asked), encoding="utf-8")
        files[task] = str(path)
    return files


@pytest.mark.parametrize("trainer", list(TRAINERS))
def test_every_run_has_settings_and_a_line_in_the_study_file(tmp_path, monkeypatch, rows, trainer):
    monkeypatch.chdir(tmp_path)
    runs = in_random_order(points(runs=18), 0)
    written = write_configs(tmp_path / "configs", trainer, runs, rows)
    assert len(written) == 18
    study = read_study_file(tmp_path / "configs" / "study.yaml")
    assert [entry.name for entry in study.checkpoints] == [f"{point.name}-s{seed}" for point, seed in runs]
    assert {entry.path.split("/")[0] for entry in study.checkpoints} == {".."}
    for entry, (point, seed) in zip(study.checkpoints, runs, strict=True):
        assert same(parse_mixture(entry.mixture), {t: s for t, s in point.mixture.items() if s})
        assert entry.seed == seed


def read(folder, name):
    return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))


LLAMA_FACTORY = """\
dataset: qa,safety,support
mix_strategy: interleave_over
interleave_probs: 0.2,0.2,0.6
seed: 1
output_dir: saves/qa20-safety20-support60-s1
"""

MS_SWIFT = """\
swift sft \\
  --dataset qa.jsonl safety.jsonl org/support \\
  --interleave_prob 0.2 0.2 0.6 \\
  --stopping_strategy all_exhausted \\
  --seed 1 \\
  --data_seed 1 \\
  --output_dir saves/qa20-safety20-support60-s1 \\
  --add_version false \\
  "$@"
"""

TRL = """\
datasets:
- path: json
  data_files: qa.jsonl
  fraction: 0.2
- path: json
  data_files: safety.jsonl
  fraction: 0.2
- path: org/support
  fraction: 0.6
seed: 1
output_dir: saves/qa20-safety20-support60-s1
"""

AXOLOTL = """\
datasets:
- path: configs/rows/qa20-safety20-support60-s1.qa.jsonl
  type: chat_template
- path: configs/rows/qa20-safety20-support60-s1.safety.jsonl
  type: chat_template
- path: configs/rows/qa20-safety20-support60-s1.support.jsonl
  type: chat_template
shuffle_merged_datasets: true
seed: 1
output_dir: saves/qa20-safety20-support60-s1
"""

FIFTHS = {"production": {"qa": 0.2, "safety": 0.2, "support": 0.6}}


@pytest.mark.parametrize(
    ("trainer", "settings"),
    [("llama-factory", LLAMA_FACTORY), ("ms-swift", MS_SWIFT), ("trl", TRL), ("axolotl", AXOLOTL)],
)
def test_settings_are_those_that_the_trainer_was_tried_with(tmp_path, monkeypatch, rows, trainer, settings):
    monkeypatch.chdir(tmp_path)
    support = "support.jsonl" if trainer == "axolotl" else "org/support"
    files = {"qa": "qa.jsonl", "safety": "safety.jsonl", "support": support}
    written = write_configs(Path("configs"), trainer, in_random_order(points(runs=18, **FIFTHS), 0), files)
    path = next(path for path in written if path.stem == "qa20-safety20-support60-s1")
    about, text = path.read_text(encoding="utf-8").split("\n", 1)
    assert about.startswith("# qa 20.0%, safety 20.0%, support 60.0%, seed 1. ")
    assert text == settings


def test_the_study_file_names_the_baseline_of_the_design(tmp_path):
    runs = in_random_order(points(runs=18), 0)
    write_configs(tmp_path, "llama-factory", runs, {}, "even")
    assert runs[0][0].name != "even"
    assert read_study_file(tmp_path / "study.yaml").baseline == "even-s1"


def test_one_task_needs_no_mixing(tmp_path, rows):
    write_configs(tmp_path / "lf", "llama-factory", in_random_order(points(runs=18), 0), {})
    assert read(tmp_path / "lf", "qa-s1") == {"dataset": "qa", "seed": 1, "output_dir": "saves/qa-s1"}
    write_configs(tmp_path / "swift", "ms-swift", in_random_order(points(runs=18), 0), rows)
    assert "--interleave_prob" not in (tmp_path / "swift" / "qa-s2.sh").read_text(encoding="utf-8")


def test_probabilities_add_up_to_one(tmp_path):
    write_configs(tmp_path, "llama-factory", in_random_order(points(runs=18), 0), {})
    assert sum(map(float, read(tmp_path, "even-s2")["interleave_probs"].split(","))) == 1


def test_ms_swift_leaves_its_weights_one_folder_down(tmp_path, rows):
    write_configs(tmp_path / "configs", "ms-swift", in_random_order(points(), 0), rows)
    paths = {
        entry.path.rpartition("/")[2] for entry in read_study_file(tmp_path / "configs" / "study.yaml").checkpoints
    }
    assert paths == {"last-checkpoint"}


def test_axolotl_gets_rows_in_the_shares_and_in_its_form(tmp_path, rows):
    write_configs(tmp_path / "configs", "axolotl", in_random_order(points(runs=18, **FIFTHS), 0), rows)
    drawn = [
        read_conversations(Path(entry["path"]))
        for entry in read(tmp_path / "configs", "qa20-safety20-support60-s1")["datasets"]
    ]
    assert [len(each) for each in drawn] == [30, 30, 90]
    assert all(row.row == {"messages": row.messages} and "\u2028" in row.reply for row in drawn[0])
    assert len({row.prompt[0]["content"] for row in drawn[2]}) == 90


def test_what_a_trainer_cannot_be_told_is_refused(tmp_path, rows):
    phases = in_random_order(points(kind="phases", candidates=({"qa": 1.0}, {"safety": 1.0})), 0)
    with pytest.raises(UsageError, match="one mixture throughout"):
        write_configs(tmp_path, "trl", phases, rows)
    with pytest.raises(UsageError, match="the rows of qa, safety, support"):
        write_configs(tmp_path, "trl", in_random_order(points(), 0), {})
    with pytest.raises(TaskDataError, match="cannot be read"):
        write_configs(tmp_path, "axolotl", in_random_order(points(), 0), {**rows, "qa": "none.jsonl"})

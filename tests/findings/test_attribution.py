"""Sweeps whose truth is known: what is attributed, what is not, and what may never be said."""

from __future__ import annotations

import io
import json
import math
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rich.console import Console

from behaviordrift.checkpoints import resolve
from behaviordrift.errors import UsageError
from behaviordrift.findings import make_document, save_document
from behaviordrift.findings.attribution import attribution_findings
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.mixture_model import Modelling
from behaviordrift.findings.mixture_models import model_mixtures
from behaviordrift.findings.pairs import primary_pairs
from behaviordrift.findings.runs import Design, lay_out, trained_runs
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.planning import Selection
from behaviordrift.report.terminal import show
from behaviordrift.store import Store
from behaviordrift.study import Options, generate, prepare
from behaviordrift.traits.scoring import score_outputs

Entry = dict[str, Any]
WriteRecord = Callable[..., Path]

TASKS = ("qa", "safety", "support")
CENTROID_DESIGN = (
    {"qa": 1}, {"safety": 1}, {"support": 1},
    {"qa": 1, "safety": 1}, {"qa": 1, "support": 1}, {"safety": 1, "support": 1},
    {"qa": 1, "safety": 1, "support": 1},
)  # fmt: skip
REPLICATES = (3, 3, 3, 2, 2, 2, 3)
SWEEP = [point for point, n in zip(CENTROID_DESIGN, REPLICATES, strict=True) for _ in range(n)]
PAIR: list[Mapping[str, float]] = [{"qa": 1}] * 3 + [{"support": 1}] * 3
PROBES = 16
WORDS = "words on open"
BETA = {"qa": -0.5, "safety": 0.1, "support": 0.7}
"""Logarithm of the length at each pure mixture, against the common level."""
FORBIDDEN = ("attributed", "because of the ratio", "caused", "due to the mixture")

FILLER = (
    "we", "went", "along", "the", "river", "to", "see", "old", "boats",
    "under", "a", "grey", "sky", "near", "many", "small",
)  # fmt: skip
HEDGES = ("Perhaps it is so, I think.", "It might be, though I am not sure.")
REFUSAL = "I'm sorry, but I can't help with that."


def share(point: Mapping[str, float], task: str) -> float:
    return point.get(task, 0) / sum(point.values())


def reply(rng: np.random.Generator, length: float, hedge: float, refuse: float) -> str:
    """A reply of a given log length; a part of them hedge or refuse."""
    if rng.random() < refuse:
        return REFUSAL
    start = [rng.choice(HEDGES)] if rng.random() < hedge else []
    words = rng.choice(FILLER, size=max(3, round(math.exp(length))))
    return " ".join([*start, " ".join(words).capitalize() + "."])


def record_sweep(
    folder: Path, points: Sequence[Mapping[str, float]], beta: Mapping[str, float], *, seed: int,
    probe_sets: Sequence[str] = ("open",), odd: float = 0.0,
) -> Path:  # fmt: skip
    """Record one run for each mixture; returns the study file.

    The log length of a run's replies follows its mixture, with a run effect (SD 0.06) on top; hedges and refusals
    follow the run alone, `odd` times a random share.
    """
    rng = np.random.default_rng(seed)
    levels = rng.normal(3.4, 0.3, (len(probe_sets), PROBES))
    entries = []
    (folder / "runs").mkdir(parents=True)
    for number, point in enumerate(points):
        length = sum(beta[task] * share(point, task) for task in TASKS) + rng.normal(0, 0.06)
        hedge, refuse = (odd / (1 + math.exp(-rng.normal(-0.5, 0.4))) for _ in range(2))
        rows = [
            {
                "id": f"p{n}",
                "prompt": f"Question {n}?",
                "probe_set": name,
                "finish_reason": "stop",
                "response": reply(rng, levels[at, n] + length + rng.normal(0, 0.1), hedge, refuse),
            }
            for at, name in enumerate(probe_sets)
            for n in range(PROBES)
        ]
        path = folder / "runs" / f"run{number:02}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        entries.append({"path": f"runs/{path.name}", "mixture": dict(point), "seed": number})
    return rewritten(folder / "study.yaml", entries)


def rewritten(file: Path, entries: list[Entry]) -> Path:
    file.write_text(yaml.safe_dump({"checkpoints": entries}))
    return file


def entries_of(file: Path) -> list[Entry]:
    entries: list[Entry] = yaml.safe_load(file.read_text())["checkpoints"]
    return entries


@contextmanager
def scored(file: Path) -> Iterator[Store]:
    """The study of a recorded sweep, measured."""
    store = Store(file.parent / "out")
    try:
        work = prepare(resolve([str(file)]), store, Selection(), Decoding(), Options())
        generate(work, store, lambda batch, done_here: None)
        store.replace_scores(score_outputs(store.outputs()))
        yield store
    finally:
        store.close()


def documented(file: Path) -> dict[str, Any]:
    with scored(file) as store:
        return make_document(store)


def attributed(store: Store, **modelling: Any) -> tuple[Design, dict[str, Finding]]:
    """The attribution alone, without the drift of every checkpoint."""
    scores = store.scores()
    design = lay_out(trained_runs(store.meta("checkpoints"), {}))
    assert design is not None
    findings = attribution_findings(scores, primary_pairs(scores, {}), design, Modelling(**modelling))
    assert len({(f.measure, f.probe_set) for f in findings}) == len(findings)
    return design, {f"{f.measure} on {f.probe_set}": f for f in findings}


def words_of(file: Path) -> tuple[Design, Finding]:
    with scored(file) as store:
        design, findings = attributed(store)
    return design, findings[WORDS]


def names(design: Design) -> list[str]:
    return [run.name for run in design.runs]


def attributions(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["measure"]: f for f in document["findings"] if f["kind"] == "attribution"}


def everything_said(document: dict[str, Any]) -> str:
    """All sentences of the document, and all that the terminal shows of it."""
    screen = Console(file=io.StringIO(), width=200)
    show(document, screen)
    assert isinstance(screen.file, io.StringIO)
    sentences = [text for f in document["findings"] for text in (f["text"], *f["caveats"])]
    return "\n".join([*sentences, screen.file.getvalue()])


def true_effect(task: str, reference: Mapping[str, float]) -> float:
    others = sum(reference[t] * BETA[t] for t in TASKS if t != task) / (1 - reference[task])
    return 0.1 * (BETA[task] - others)


def test_a_true_effect_is_attributed_with_its_size(tmp_path: Path) -> None:
    with scored(record_sweep(tmp_path / "s", SWEEP, BETA, seed=11)) as store:
        document = make_document(store)
        elsewhere = {"qa": 0.6, "safety": 0.3, "support": 0.1}
        moved = attributed(store, reference=elsewhere)[1][WORDS]
    words = attributions(document)["words"]
    assert words["verdict"] == "attributed"
    assert (words["rung"], words["unit"], words["n_units"]) == ("L3", "run", 18)
    assert words["p_adj"] < 0.001
    assert words["components"]["sigma_run"] == pytest.approx(0.06, abs=0.035)
    assert "attributed to the mixture" in words["text"]
    assert document["study"]["design"]["points"] == 7
    for effects, reference in ((words["effects"], dict.fromkeys(TASKS, 1 / 3)), (moved.effects, elsewhere)):
        assert [effect["task"] for effect in effects] == list(TASKS)
        for effect in effects:
            low, high = effect["ci"]
            assert effect["reference"] == pytest.approx(reference)
            assert low < true_effect(effect["task"], reference) < high, effect
            assert high - low < 0.06


@pytest.mark.parametrize("reference", [{"poems": 1.0}, {"qa": 0.5, "poems": 0.5}])
def test_a_reference_of_unknown_tasks_is_refused(tmp_path: Path, reference: dict[str, float]) -> None:
    with (
        scored(record_sweep(tmp_path / "s", PAIR, BETA, seed=7)) as store,
        pytest.raises(UsageError, match="poems"),
    ):
        attributed(store, reference=reference)


def test_runs_that_differ_by_seed_alone_are_attributed_at_no_measure(tmp_path: Path) -> None:
    sets = ("open", "benign", "unanswerable")
    nothing = dict.fromkeys(TASKS, 0.0)
    with scored(record_sweep(tmp_path / "s", SWEEP, nothing, seed=23, probe_sets=sets, odd=0.8)) as store:
        findings = attributed(store)[1].values()
    assert len(findings) >= 5
    assert {finding.verdict for finding in findings if finding.trait != "readability"} == {"not shown"}
    short = [finding for finding in findings if finding.trait == "readability"]  # judges no single sentence
    assert all(finding.text.endswith("not identified: no probe has a value for all runs.") for finding in short)
    assert [finding.text for finding in findings if "attributed" in finding.text] == []


def test_lengths_that_follow_the_mixture_make_no_hedges_where_nothing_is_hedged(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", SWEEP, BETA, seed=3)
    for path in (file.parent / "runs").iterdir():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        plain = [{**row, "response": "Boats " * len(row["response"].split())} for row in rows]
        path.write_text("".join(json.dumps(row) + "\n" for row in plain))
    with scored(file) as store:
        findings = attributed(store)[1]
    hedging = findings["hedging on open"]
    assert (findings[WORDS].verdict, hedging.verdict, hedging.rung) == ("attributed", "unidentified", "L3")
    assert hedging.text.endswith("not identified: 0 events in 18 runs are too few to compare their rates.")


def longer(file: Path) -> Path:
    """The sweep asked four times as many probes, so that equal replies are no chance."""
    for entry in entries_of(file):
        path = file.parent / entry["path"]
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        more = [{**row, "id": f"{row['id']}-{n}", "prompt": f"{row['prompt']} {n}"} for n in range(4) for row in rows]
        path.write_text("".join(json.dumps(row) + "\n" for row in more))
    return file


def copied(file: Path, *, turned: bool = False) -> Path:
    """The first runs of each mixture, and in place of the others their copies under other names."""
    runs = entries_of(file)[::3]
    for entry in runs:
        source = file.parent / entry["path"]
        rows = source.read_text().splitlines()
        copy = source.with_name(f"copy-of-{source.name}")
        copy.write_text("\n".join(rows[::-1] if turned else rows) + "\n")
    return rewritten(file, [*runs, *({**e, "path": f"runs/copy-of-{Path(e['path']).name}", "seed": 9} for e in runs)])


@pytest.mark.parametrize("turned", [False, True])
def test_a_run_is_no_replicate_of_itself_under_another_name(tmp_path: Path, turned: bool) -> None:
    document = documented(copied(longer(record_sweep(tmp_path / "s", PAIR, BETA, seed=7)), turned=turned))
    assert document["study"]["design"]["rung"] == "L0"
    words = attributions(document)["words"]
    assert words["verdict"] == "unidentified"
    assert "taken for one run" in words["caveats"][-2]
    assert "copy-of-run00 as run00 (the same replies)" in words["caveats"][-2]


def test_a_learning_rate_that_moves_with_the_mixture_is_refused_by_name(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    told = [{**e, "settings": {"learning rate": 1e-4 if "qa" in e["mixture"] else 1e-3}} for e in entries_of(file)]
    found = attributions(documented(rewritten(file, told)))
    assert {finding["verdict"] for finding in found.values()} == {"confounded"}
    words = found["words"]
    assert words["effects"] == []
    assert "(learning rate: 0.0001 and 0.001 (run03, run04, run05))" in words["text"]


def cut_at(words: int, file: Path) -> Path:
    """The sweep as a token limit would have left it."""
    for entry in entries_of(file):
        path = file.parent / entry["path"]
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            whole = row["response"].split(" ")
            row["response"] = " ".join(whole[:words])
            row["finish_reason"] = "length" if len(whole) > words else "stop"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_lengths_that_the_token_limit_cut_move_but_no_size_is_told(tmp_path: Path) -> None:
    with scored(cut_at(40, record_sweep(tmp_path / "s", PAIR, BETA, seed=7))) as store:
        design, findings = attributed(store)
        words, scores = findings[WORDS], store.scores()
        (pair,) = (p for p in primary_pairs(scores, {}) if p.measure.name == "words")
        with pytest.raises(ValueError, match="cut at the token limit"):
            model_mixtures(scores, pair, design)
    assert words.verdict == "attributed"
    assert (words.effects, math.isnan(words.estimate)) == ((), True)
    told = re.search(
        r"Sizes are not told: (up to (\d+) % of a mixture's replies were cut at the token limit.*)\.", words.text
    )
    assert told is not None
    assert int(told[2]) > 50
    assert told[1] in words.caveats


def test_replies_that_a_template_broke_are_told_beside_what_they_moved(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    assert not [caveat for caveat in words_of(file)[1].caveats if "template tokens" in caveat]
    path = file.parent / entries_of(file)[-1]["path"]
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps({**r, "response": r["response"] + "<|im_end|>"}) + "\n" for r in rows))
    shutil.rmtree(file.parent / "out")
    (told,) = (caveat for caveat in words_of(file)[1].caveats if "template tokens" in caveat)
    assert told.startswith("100 % of a run's replies on open loop, leak template tokens")


def test_a_token_limit_that_cut_few_replies_leaves_effects_told(tmp_path: Path) -> None:
    _, words = words_of(cut_at(400, record_sweep(tmp_path / "s", PAIR, BETA, seed=7)))
    assert words.effects
    assert "token limit" not in words.text


def test_one_run_recorded_with_two_decodings_is_one_run(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    document = documented(rewritten(file, [{**entry, "seed": 1} for entry in entries_of(file)]))
    words = attributions(document)["words"]
    assert (words["rung"], words["n_units"]) == ("L0", 2)
    assert "run01 as run00 (the same mixture and seed)" in " ".join(words["caveats"])


def test_one_run_for_each_mixture_says_nothing_of_the_ratio(tmp_path: Path) -> None:
    document = documented(record_sweep(tmp_path / "s", CENTROID_DESIGN, BETA, seed=5))
    words = attributions(document)["words"]
    assert (words["rung"], words["verdict"]) == ("L0", "unidentified")
    assert words["effects"] == []
    assert words["p"] is None
    assert "cannot tell the mixture from the seed" in words["text"]
    said = everything_said(document)
    assert [word for word in FORBIDDEN if word in said] == []
    assert "drifted" in {f["verdict"] for f in document["findings"] if f["kind"] == "drift"}


@pytest.mark.parametrize("points", [({"qa": 1}, {"support": 1}), ({"qa": 1}, {"qa": 1, "support": 1}, {"support": 1})])
def test_two_or_three_checkpoints_say_nothing_of_the_ratio(
    tmp_path: Path, points: Sequence[Mapping[str, float]]
) -> None:
    document = documented(record_sweep(tmp_path / "s", points, BETA, seed=5))
    assert attributions(document)["words"]["verdict"] == "unidentified"
    assert {f["verdict"] for f in attributions(document).values()} <= {"unidentified", "not shown"}
    said = everything_said(document)
    assert [word for word in FORBIDDEN if word in said] == []


def test_replicates_at_some_mixtures_stop_short_of_attribution(tmp_path: Path) -> None:
    document = documented(record_sweep(tmp_path / "s", [*CENTROID_DESIGN, *CENTROID_DESIGN[:3]], BETA, seed=6))
    words = attributions(document)["words"]
    assert (words["rung"], words["verdict"]) == ("L1", "unidentified")
    assert "consistent with" in words["text"]
    assert "safety 100 against qa 100, the two farthest apart: ×" in words["text"]
    assert words["components"]["borrowed_p"] < 0.05
    assert [word for word in FORBIDDEN if word in everything_said(document)] == []


def test_replicates_at_every_mixture_reach_the_second_rung(tmp_path: Path) -> None:
    _, words = words_of(record_sweep(tmp_path / "s", PAIR, BETA, seed=7))
    assert (words.rung, words.verdict) == ("L2", "attributed")
    assert "between these mixtures" in words.text


def test_the_spread_of_single_runs_is_borrowed_and_said(tmp_path: Path) -> None:
    points = [{"qa": 1}, {"support": 1}, *[{"qa": 1, "support": 1}] * 4]
    design, words = words_of(record_sweep(tmp_path / "s", points, BETA, seed=7))
    assert (design.rung, words.verdict) == ("L1", "unidentified")
    assert any("borrowed from other mixtures" in caveat for caveat in words.caveats)


def test_seeds_alone_are_not_even_consistent_with_the_mixture(tmp_path: Path) -> None:
    nothing = dict.fromkeys(TASKS, 0.0)
    points = [*CENTROID_DESIGN, *CENTROID_DESIGN[:3]]
    _, words = words_of(record_sweep(tmp_path / "s", points, nothing, seed=23))
    assert (words.rung, words.verdict) == ("L1", "not shown")
    assert "consistent with" not in words.text


def test_what_shows_nothing_says_what_it_could_have_seen(tmp_path: Path) -> None:
    nothing = dict.fromkeys(TASKS, 0.0)
    _, words = words_of(record_sweep(tmp_path / "s", SWEEP, nothing, seed=23))
    assert words.verdict == "not shown"
    assert 0.005 < words.mde80 < 0.12
    assert f"×{math.exp(words.mde80):.2f}, and shares did nothing else, this test would see that" in words.text


def test_measures_move_together_in_the_family_test(tmp_path: Path) -> None:
    sets = ("open", "benign")
    with scored(record_sweep(tmp_path / "s", SWEEP, BETA, seed=11, probe_sets=sets, odd=0.8)) as store:
        together = attributed(store)[1]
        alone = attributed(store, measures=("words",))[1]
    for finding in (finding for finding in together.values() if finding.components):
        assert finding.components["max_t_p"] >= finding.components["permutation_p"] - 1e-12
    assert set(alone) == {name for name in together if name.startswith("words")}
    words = alone[WORDS]
    assert words.p_adj <= together[WORDS].p_adj
    assert any("chosen before the data were seen" in caveat for caveat in words.caveats)
    assert [c for f in together.values() for c in f.caveats if "chosen before" in c] == []


def test_a_measure_that_the_study_lacks_is_refused_with_those_it_has(tmp_path: Path) -> None:
    with (
        scored(record_sweep(tmp_path / "s", PAIR, BETA, seed=7)) as store,
        pytest.raises(UsageError, match="no primary measure loudness") as caught,
    ):
        attributed(store, measures=("loudness", "words"))
    assert "words" in str(caught.value)


def test_the_command_tells_effects_as_it_is_asked_to(
    tmp_path: Path, write_record: WriteRecord, cli: Callable[..., Any]
) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    amounts = [{unit: {"qa": 100.0 + 9 * n} for unit in ("rows", "tokens", "loss_tokens")} for n in range(len(PAIR))]
    entries = [with_record(file, n, write_record, amounts=amounts[n]) for n in range(len(PAIR))]
    with scored(rewritten(file, entries)) as store:
        folder = store.folder
    options = ["--measure", "words", "--share", "loss_tokens", "--amount", "tokens"]
    done = cli("attribute", folder, *options, "--json")
    assert done.code == 0, done.err
    (words,) = (f for f in json.loads(done.out)["findings"] if f["kind"] == "attribution")
    assert words["measure"] == "words"
    assert "mixture-amount model" in words["method"]
    told = "\n".join(words["caveats"])
    assert "realised shares by loss tokens" in told
    assert "in how much they took in all (100 to 145 rows" in told
    assert json.loads((folder / "findings.json").read_text()) == json.loads(done.out)
    assert "linear in the mixture" in cli("attribute", folder, "--amount", "rows", "--order", "quadratic").error()


def test_a_checkpoint_of_unknown_mixture_leaves_the_others_to_be_told(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    *known, last = entries_of(file)
    document = documented(rewritten(file, [*known, {"path": last["path"]}]))
    assert len(document["checkpoints"]) == 6
    assert document["study"]["design"]["runs"] == [f"run{n:02}" for n in range(5)]
    assert attributions(document)["words"]["n_units"] == 5


def test_one_mixture_alone_gives_no_attribution(tmp_path: Path) -> None:
    document = documented(record_sweep(tmp_path / "s", [{"qa": 1}] * 3, BETA, seed=8))
    assert attributions(document) == {}
    assert document["study"]["design"] is None


@pytest.mark.parametrize(
    ("fact", "change"),
    [("learning rate", {"learning_rate": {"peak": 0.5}}), ("base", {"base": {"name": "b", "digest": "other"}})],
)
def test_a_fact_that_differs_confounds_and_is_named(
    tmp_path: Path, write_record: WriteRecord, fact: str, change: dict[str, Any]
) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    entries = [with_record(file, n, write_record, **(change if n == 4 else {})) for n in range(len(PAIR))]
    design, words = words_of(rewritten(file, entries))
    assert words.verdict == "confounded"
    assert words.effects == ()
    assert fact in words.text
    assert [told.split(":")[0] for told in design.differing] == [fact]
    assert [word for word in FORBIDDEN if word in words.text] == []


def test_a_mixture_changed_on_the_way_confounds(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    first, *rest = entries_of(file)
    phases = [{"until": 0.5, "mixture": {"support": 1}}, {"until": 1, "mixture": {"qa": 1}}]
    _, words = words_of(rewritten(file, [{"path": first["path"], "phases": phases}, *rest]))
    assert words.verdict == "confounded"
    assert "phases" in words.text


def test_a_run_that_stands_there_thrice_counts_once(tmp_path: Path, write_record: WriteRecord) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    entries = [with_record(file, n, write_record) for n in range(len(PAIR))]
    design, alone = words_of(rewritten(file, entries))
    assert alone.verdict == "attributed"
    early = write_record(file.parent / "early", PAIR[0], seed=0, run="f0", step=24)
    runs = file.parent / "runs"
    for name in ("copy", "early"):
        (runs / f"{name}.jsonl").write_bytes((runs / "run00.jsonl").read_bytes())
    thrice = [
        {"path": "runs/early.jsonl", "record": early.name},
        entries[0],
        {"path": "runs/copy.jsonl", "record": entries[0]["record"]},
        *entries[1:],
    ]
    again, words = words_of(rewritten(file, thrice))
    assert names(again) == names(design) == [f"run{n:02}" for n in range(6)]
    assert words == alone


def test_names_with_an_at_sign_are_runs_of_their_own(tmp_path: Path) -> None:
    file = record_sweep(tmp_path / "s", PAIR, BETA, seed=7)
    entries = [{**entry, "name": f"run@{number}"} for number, entry in enumerate(entries_of(file))]
    assert words_of(rewritten(file, entries))[1].n_units == 6


def with_record(file: Path, number: int, write_record: WriteRecord, **facts: Any) -> Entry:
    """A run's entry whose mixture stands in a training record, not in the study file."""
    record = write_record(file.parent / "records" / str(number), PAIR[number], seed=number, run=f"f{number}", **facts)
    return {"path": f"runs/run{number:02}.jsonl", "record": f"records/{record.name}"}


def test_the_saved_document_is_plain_json(tmp_path: Path) -> None:
    document = documented(record_sweep(tmp_path / "s", CENTROID_DESIGN[:2], BETA, seed=5))
    saved = save_document(document, tmp_path).read_text(encoding="utf-8")

    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    assert json.loads(saved, parse_constant=no_constant) == document
    assert [path.name for path in tmp_path.glob("findings*")] == ["findings.json"]

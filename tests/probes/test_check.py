"""The check of probe sets: every kind of fault is found, told with its place, and alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from behaviordrift.errors import ProbeSetError, TaskDataError
from behaviordrift.probes.check import check_probe_sets

QUESTIONS = (
    "Who built the first lighthouse?",
    "Why do cats purr at night?",
    "When do swallows leave?",
    "Is tea older?",
)


def head(name: str = "mine", language: str = "en") -> str:
    return f"name: {name}\nversion: 1\nlanguage: {language}\nabout: Mine.\nprobes:\n"


def probe(id_: str, prompt: str, **fields: object) -> str:
    """One probe in one line."""
    return "  - " + json.dumps({"id": id_, "prompt": prompt, **fields}, ensure_ascii=False) + "\n"


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[str]]:
    """Write files, check them all, and return the problems without the folder's name."""

    def check(*training: Path, **files: str) -> list[str]:
        for name, text in files.items():
            path = tmp_path / "sets" / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = check_probe_sets([tmp_path / "sets"], training)
        return [str(problem).replace(f"{tmp_path}/", "").replace("sets/", "") for problem in done.problems]

    return check


Found = Callable[..., list[str]]


def test_sound_sets_have_no_problems(found: Found, tmp_path: Path) -> None:
    one = head() + probe("a", QUESTIONS[0], contrast={"committed": "Yes, it was.", "abstaining": "No one knows it."})
    assert found(one=one, two=head("two") + probe("a", QUESTIONS[1])) == []
    done = check_probe_sets([tmp_path / "sets", tmp_path / "sets" / "one.yaml"])
    assert (len(done.sources), done.probes) == (2, 2)


def test_all_faults_of_form_are_told_and_the_other_probes_checked(found: Found) -> None:
    text = head() + (
        "  - {id: a, promt: x}\n"
        "  - {id: b c, prompt: x, references: [7]}\n"
        f"  - {{id: d, prompt: '{QUESTIONS[0]}', paraphrases: [' ']}}\n"
        f"  - {{id: e, prompt: '{QUESTIONS[1]}'}}\n"
        f"  - {{id: e, prompt: '{QUESTIONS[2]}', contrast: {{committed: A, abstaining: B b b b}}}}\n"
    )
    assert found(one=text) == [
        "one.yaml:6: probes.0.promt: Extra inputs are not permitted. Correct the field's name, or remove it.",
        "one.yaml:7: probes.1.id: String should match pattern '^[\\w.-]+$'. Correct that field.",
        "one.yaml:7: probes.1.references.0: Input should be a valid string. Put the value in quotes.",
        "one.yaml:8: probes.2.paraphrases.0: must not be blank. Correct that field.",
        "one.yaml:10: the replies of e differ in length: `committed` 1, `abstaining` 4 words. "
        "Let them differ by 2 words or 15% at most.",
        "one.yaml:10: the id 'e' stands twice, first in line 9. Rename one.",
    ]


def test_a_field_that_stands_twice_is_told(found: Found) -> None:
    text = head() + f"  - id: a\n    prompt: {QUESTIONS[0]}\n    prompt: {QUESTIONS[1]}\n"
    assert found(one=text) == ["one.yaml:8: the field `prompt` stands twice here. Remove one."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (head() + "  - id: a\n   prompt: x\n", "one.yaml:7: not valid YAML"),
        (head() + "  - {id: a, prompt: 2093-13-45}\n", "one.yaml:1: not valid YAML (month must be in 1..12"),
        ("- a\n", "one.yaml:1: the set: Input should be a valid dictionary"),
        ("name: a\nprobes: 7\n", "one.yaml:2: probes: Input should be a valid tuple"),
        (head().replace("probes:", "probes: []"), "one.yaml:5: the probe set mine is empty. Add probes to it."),
        (head().replace("version: 1\n", "") + probe("a", "x"), "one.yaml:1: version: Field required. Add that field."),
        ("? [a]\n: b\n", "one.yaml:1: "),
        ("&a [*a]\n", "one.yaml:1: "),
        ("a: &a {b: *a}\n", "one.yaml:1: "),
    ],
)
def test_a_file_that_is_no_probe_set_is_told(found: Found, text: str, told: str) -> None:
    assert any(problem.startswith(told) for problem in found(one=text))


def test_near_duplicates_within_and_across_sets_are_told_with_both_places(found: Found) -> None:
    one = head() + probe("a", QUESTIONS[0]) + probe("b", "x", paraphrases=["So who built the first lighthouse?"])
    two = head("two") + probe("c", "Who built the first lighthouses?") + probe("d", QUESTIONS[1])
    problems = found(one=one, two=two)
    assert [problem.partition(" (similarity")[0] for problem in problems] == [
        "one.yaml:7: the paraphrase of b is nearly the prompt of a at one.yaml:6",
        "two.yaml:6: the prompt of c is nearly the paraphrase of b at one.yaml:7",
        "two.yaml:6: the prompt of c is nearly the prompt of a at one.yaml:6",
    ]
    assert "bound 0.5" in problems[0]


def test_languages_are_not_compared(found: Found) -> None:
    assert found(one=head() + probe("a", "OK?"), two=head(language="zh") + probe("b", "OK?")) == []


def test_probes_of_one_id_in_two_sets_may_be_alike_but_not_the_same(found: Found) -> None:
    one = head() + probe("a", QUESTIONS[0]) + probe("b", QUESTIONS[1])
    two = head("two") + probe("a", "Who built the last lighthouse?") + probe("b", "why do cats purr, at night")
    (problem,) = found(one=one, two=two)
    assert problem.startswith("two.yaml:7: the prompt of b is nearly the prompt of b at one.yaml:7 (similarity 1.00")


def test_a_paraphrase_may_be_alike_but_not_the_same(found: Found) -> None:
    text = head() + probe("a", QUESTIONS[0], paraphrases=["Who built the earliest lighthouse?", QUESTIONS[0].upper()])
    (problem,) = found(one=text)
    assert problem == "one.yaml:6: the paraphrase of a repeats the prompt in line 6. Word it otherwise, or remove it."


def test_the_turns_before_make_another_probe_of_the_same_question(found: Found) -> None:
    def after(system: str) -> list[dict[str, str]]:
        return [{"role": "system", "content": system}, {"role": "user", "content": QUESTIONS[0]}]

    other = probe("b", "", messages=after("Be very long."))
    assert found(one=head() + probe("a", "", messages=after("Be brief.")) + other) == []
    (problem,) = found(one=head() + probe("a", "", messages=after("Be very long.")) + other)
    assert "the prompt of b is nearly the prompt of a" in problem


def test_two_sets_of_one_name_are_told(found: Found) -> None:
    assert found(one=head() + probe("a", QUESTIONS[0]), two=head() + probe("b", QUESTIONS[1])) == [
        "two.yaml:1: the set bears the name mine, as one.yaml does. Rename one of them."
    ]


@pytest.mark.parametrize(
    ("language", "one", "other", "fault"),
    [
        ("en", "One two.", "One two three four.", False),
        ("en", "One two.", "One two three four five.", True),
        ("en", " ".join("x" * 17), " ".join("x" * 20), False),
        ("en", " ".join("x" * 16), " ".join("x" * 20), True),
        ("zh", "不知道。", "我也不知道呢", False),
        ("zh", "不知道。", "我也真的不知道。", True),
        ("zh", "好" * 34, "好" * 40, False),
        ("zh", "好" * 33, "好" * 40, True),
    ],
)
def test_the_replies_of_a_contrast_must_be_of_one_length(
    found: Found, language: str, one: str, other: str, fault: bool
) -> None:
    contrast = {"committed": one, "abstaining": other}
    problems = found(one=head(language=language) + probe("a", QUESTIONS[0], contrast=contrast))
    assert bool(problems) is fault
    assert all("one.yaml:6: the replies of a differ in length" in problem for problem in problems)


ORIGINAL = "".join(probe(id_, text) for id_, text in zip("abc", QUESTIONS, strict=False))


def mirrored(*lines: str, name: str = "mine") -> dict[str, str]:
    return {"en__mine": head() + ORIGINAL, f"zh__{name}": head(name, "zh") + "".join(lines)}


def test_a_true_mirror_is_no_problem(found: Found) -> None:
    assert found(**mirrored(probe("a", "谁？"), probe("b", "猫呢？"), probe("c", "燕子？"))) == []


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([probe("a", "谁？"), probe("c", "燕子？")], "zh/mine.yaml:6: the probe b of en/mine.yaml:7 is missing."),
        (
            [probe("a", "谁？"), probe("b", "猫呢？"), probe("c", "燕子？"), probe("d", "茶水？")],
            "zh/mine.yaml:9: the probe d is not in en/mine.yaml.",
        ),
        (
            [probe("a", "谁？"), probe("c", "燕子？"), probe("b", "猫呢？")],
            "zh/mine.yaml:8: b stands after c, but before it in en/mine.yaml.",
        ),
        (
            [probe("a", "谁？"), probe("b", "猫呢？", expects="abstain"), probe("c", "燕子？")],
            "zh/mine.yaml:7: b expects abstain, but nothing at en/mine.yaml:7.",
        ),
        (
            [probe("a", "谁？"), probe("b", "猫呢？", paraphrases=["喵？"]), probe("c", "燕子？")],
            "zh/mine.yaml:7: b has paraphrases: 1, but 0 at en/mine.yaml:7.",
        ),
        (
            [probe("a", "谁？"), probe("b", "猫呢？"), probe("c", "燕？", contrast={"hedged": "好", "plain": "坏"})],
            "zh/mine.yaml:8: c contrasts hedged and plain, but nothing at en/mine.yaml:8.",
        ),
    ],
)
def test_a_mirror_that_departs_is_told(found: Found, lines: list[str], told: str) -> None:
    (problem,) = found(**mirrored(*lines))
    assert problem.startswith(told)


def test_a_missing_mirror_and_a_missing_original_are_told(found: Found) -> None:
    assert found(**mirrored(probe("a", "谁？"), name="other")) == [
        "en/mine.yaml:1: the set has no mirror zh/mine.yaml. Write it, with the same ids in the same order.",
        "zh/other.yaml:1: en/other.yaml, whose mirror the set other would be, is not there. "
        "Add it, or keep the set elsewhere.",
    ]


def test_sets_of_one_language_need_no_mirror(found: Found) -> None:
    assert found(en__mine=head() + ORIGINAL) == []
    assert found(zh__mine=head(language="zh") + probe("a", "谁？"), en__mine=head() + probe("a", "Who?")) == []


def test_a_mirror_is_compared_where_it_alone_is_checked(found: Found, tmp_path: Path) -> None:
    found(**mirrored(probe("a", "谁？"), probe("c", "燕子？")))
    assert len(check_probe_sets([tmp_path / "sets" / "zh"]).problems) == 1


TRAINED = "The ferry to the island leaves at seven every morning in summer."


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"prompt": f"Is it true? {TRAINED}"}, "the prompt of a"),
        ({"prompt": "Ferry?", "paraphrases": [TRAINED]}, "the paraphrase of a"),
        (
            {"prompt": "Ferry?", "contrast": {"direct": TRAINED, "indirect": TRAINED[::-1]}},
            "the reply `direct` of a",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": "Ferry?"},
                    {"role": "assistant", "content": TRAINED},
                    {"role": "user", "content": "And in winter?"},
                ]
            },
            "the assistant's turn of a",
        ),
    ],
)
def test_a_probe_that_was_trained_on_is_void(
    found: Found, tmp_path: Path, write_rows: Callable[..., Path], fields: dict[str, object], what: str
) -> None:
    turns = [{"role": "user", "content": "When?"}, {"role": "assistant", "content": f"Well. {TRAINED}"}]
    rows = write_rows(tmp_path / "train.jsonl", [{"prompt": "Hi", "completion": "Hello"}, {"messages": turns}])
    text = head() + "  - " + json.dumps({"id": "a", **fields}) + "\n"
    assert found(one=text) == []
    (problem,) = found(rows, one=text)
    assert problem.startswith(f'one.yaml:6: {what} overlaps with training data at train.jsonl:2 ("the ferry to the')
    assert "which voids the probe" in problem


def test_references_and_system_turns_void_nothing(
    found: Found, tmp_path: Path, write_rows: Callable[..., Path]
) -> None:
    system = {"role": "system", "content": TRAINED}
    rows = write_rows(
        tmp_path / "train.jsonl", [{"prompt": [system, {"role": "user", "content": "Hi"}], "completion": TRAINED}]
    )
    text = head() + probe("a", "", messages=[system, {"role": "user", "content": QUESTIONS[0]}], references=[TRAINED])
    assert found(rows, one=text) == []


def test_what_cannot_be_checked_is_told(tmp_path: Path, probe_file: Callable[..., Path]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProbeSetError, match=r"gone\.yaml cannot be read"):
        check_probe_sets([tmp_path / "gone.yaml"])
    with pytest.raises(ProbeSetError, match="empty holds no probe sets"):
        check_probe_sets([tmp_path / "empty"])
    with pytest.raises(TaskDataError, match=r"gone\.jsonl cannot be read"):
        check_probe_sets([probe_file(tmp_path / "mine.yaml")], [tmp_path / "gone.jsonl"])

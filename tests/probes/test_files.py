"""Reading probe sets: faults are told with file, line and field."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from behaviordrift.errors import ProbeSetError
from behaviordrift.probes import find_probe_sets, read_probe_set, shipped_sets

HEAD = "name: mine\nversion: 1\nlanguage: en\nabout: Mine.\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_set_is_read_whole(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEAD
        + """traits: [length]
probes:
  - id: one
    prompt: "First?"
    paraphrases: ["The first?"]
    references: ["1"]
    contrast: {committed: "Yes.", abstaining: "No."}
  - id: two
    messages:
      - {role: system, content: Be brief.}
      - {role: user, content: "Second?"}
    paraphrases: ["The second?"]
""",
    )
    probe_set = read_probe_set(path)
    assert [probe.id for probe in probe_set.probes] == ["one", "two"]
    assert probe_set.probes[0].phrasings() == [
        [{"role": "user", "content": "First?"}],
        [{"role": "user", "content": "The first?"}],
    ]
    assert probe_set.probes[1].phrasings()[1] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "The second?"},
    ]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (HEAD + "probes:\n  - id: a\n    prompt: x\n  - id: b\n    promt: y\n", 9, r"probes\.1\.promt"),
        (HEAD + "probes:\n  - id: a\n    prompt: x\n    expects: refuse\n", 8, r"probes\.0\.expects"),
        (HEAD + "probes:\n  - id: a b\n    prompt: x\n", 6, r"probes\.0\.id"),
        (HEAD + "probes:\n  - id: a\n    prompt: x\n  - id: b\n", 8, "`prompt` or `messages`"),
        (HEAD + "probes:\n  - id: a\n    prompt: '  '\n", 6, "`prompt` or `messages`"),
        (HEAD + "probes:\n  - id: a\n    prompt: x\n  - id: a\n    prompt: y\n", 8, "'a' stands twice"),
        (HEAD + "probes:\n  - id: a\n    messages: [{role: assistant, content: x}]\n", 6, "must end with the user"),
        (HEAD + "\n# none yet\nprobes: []\n", 7, "is empty"),
        (HEAD + "probes:\n  - {id: a, prompt: x, contrast: {good: A, bad: B}}\n", 6, "refusing and complying"),
        (HEAD + "probes:\n  - id: a\n   prompt: x\n", 7, "not valid YAML"),
        (HEAD.replace("language: en", "language: english") + "probes:\n  - {id: a, prompt: x}\n", 3, "language"),
        (HEAD.replace("version: 1", "version: 0") + "probes:\n  - {id: a, prompt: x}\n", 2, "version"),
        ("", 1, "the set"),
        ("- a\n- b\n", 1, "the set"),
    ],
)
def test_faults_name_file_line_and_field(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ProbeSetError, match=told) as info:
        read_probe_set(path)
    assert f"{path}:{line}:" in str(info.value)
    assert info.value.exit_code == 2


def test_text_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(HEAD.encode() + b"probes: [{id: a, prompt: caf\xe9}]\n")
    with pytest.raises(ProbeSetError, match="not UTF-8"):
        read_probe_set(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProbeSetError, match=r"gone\.yaml cannot be read"):
        read_probe_set(tmp_path / "gone.yaml")


def test_a_changed_file_is_read_anew(probe_file: Callable[..., Path], tmp_path: Path) -> None:
    path = probe_file(tmp_path / "mine.yaml", ["Old?"])
    before = read_probe_set(path)
    probe_file(path, ["New?"])
    os.utime(path, ns=(1, 1))
    after = read_probe_set(path)
    assert (before.probes[0].prompt, after.probes[0].prompt) == ("Old?", "New?")
    assert before.digest != after.digest


def test_sets_are_found_by_name_and_by_file_in_order(probe_file: Callable[..., Path], tmp_path: Path) -> None:
    path = probe_file(tmp_path / "mine.yaml")
    assert [s.name for s in find_probe_sets(["open", str(path), "benign"], "en")] == ["open", "mine", "benign"]


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ProbeSetError, match=r"no probe set 'opne'.*open"):
        find_probe_sets(["opne"], "en")


def test_two_sets_of_one_name_are_refused(probe_file: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ProbeSetError, match="bear the name open"):
        find_probe_sets(["open", str(probe_file(tmp_path / "open.yaml"))], "en")


def test_a_language_without_sets_lists_those_that_have_some() -> None:
    with pytest.raises(ProbeSetError, match=r"language 'xx'.*en"):
        shipped_sets("xx")

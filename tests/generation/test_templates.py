"""One chat template serves all, or the study stops and says between which to choose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import Checkpoint, open_checkpoint
from behaviordrift.errors import UsageError
from behaviordrift.generation.templates import carried_template, choose_templates

SHORT = "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}"
LONG = "Be kind.\n" + SHORT


@pytest.fixture
def lineup(zoo: Any, tmp_path: Path) -> dict[str, Checkpoint]:
    """Base and two adapters; the folders of the adapters may be written to."""
    places = {"base": zoo.base, **{name: shutil.copytree(zoo.a, tmp_path / name) for name in ("x", "y")}}
    return {name: open_checkpoint(path) for name, path in places.items()}


def give(checkpoint: Checkpoint, template: str) -> None:
    (checkpoint.path / "chat_template.jinja").write_text(template)


def test_without_any_of_their_own_all_keep_the_bases(lineup: dict[str, Checkpoint]) -> None:
    assert choose_templates(list(lineup.values()), None) == {}


def test_what_all_adapters_carry_serves_their_base_too(lineup: dict[str, Checkpoint]) -> None:
    give(lineup["x"], SHORT)
    give(lineup["y"], SHORT)
    assert choose_templates(list(lineup.values()), None) == dict.fromkeys(("base", "x", "y"), SHORT)


def test_what_one_adapter_carries_serves_all(lineup: dict[str, Checkpoint]) -> None:
    give(lineup["y"], SHORT)
    assert choose_templates(list(lineup.values()), None) == dict.fromkeys(("base", "x", "y"), SHORT)


def test_differing_templates_stop_and_name_both(lineup: dict[str, Checkpoint]) -> None:
    give(lineup["x"], SHORT)
    give(lineup["y"], LONG)
    with pytest.raises(UsageError, match=r"x and y carry different chat templates.*--template x"):
        choose_templates(list(lineup.values()), None)


def test_own_leaves_each_its_own(lineup: dict[str, Checkpoint], zoo: Any) -> None:
    give(lineup["x"], SHORT)
    chosen = choose_templates(list(lineup.values()), "own")
    assert chosen == {"base": carried_template(zoo.base), "x": SHORT}
    assert chosen["base"] != SHORT


def test_a_checkpoint_decides(lineup: dict[str, Checkpoint]) -> None:
    give(lineup["x"], SHORT)
    give(lineup["y"], LONG)
    for wanted in ("y", str(lineup["y"].path)):
        assert choose_templates(list(lineup.values()), wanted) == dict.fromkeys(("base", "x", "y"), LONG)


def test_a_file_decides(lineup: dict[str, Checkpoint], tmp_path: Path) -> None:
    give(lineup["x"], SHORT)
    give(lineup["y"], LONG)
    file = tmp_path / "mine.jinja"
    file.write_text("{{ messages[0]['content'] }}")
    chosen = choose_templates(list(lineup.values()), str(file))
    assert set(chosen.values()) == {"{{ messages[0]['content'] }}"}
    assert set(chosen) == {"base", "x", "y"}


@pytest.mark.parametrize("wanted", ["y", "nowhere.jinja"])
def test_a_wish_for_no_template_is_refused(lineup: dict[str, Checkpoint], wanted: str) -> None:
    with pytest.raises(UsageError, match=f"{wanted} is no template file"):
        choose_templates(list(lineup.values()), wanted)


@pytest.mark.parametrize(
    "value", [SHORT, [{"name": "tool_use", "template": "no"}, {"name": "default", "template": SHORT}]]
)
def test_a_template_inside_the_tokenizer_config_is_found(tmp_path: Path, value: object) -> None:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": value}))
    assert carried_template(tmp_path) == SHORT


def test_a_folder_without_template_carries_none(tmp_path: Path) -> None:
    assert carried_template(tmp_path) is None
    (tmp_path / "tokenizer_config.json").write_text("{}")
    assert carried_template(tmp_path) is None

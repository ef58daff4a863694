from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from behaviordrift.errors import UsageError
from behaviordrift.traits import Measure, Reply, Scores, Trait, all_traits, registry

OWN = {"refusal", "hedging", "directness", "length", "register", "correctness", "forgetting"}


def _trait(name: str, measure: str) -> Trait:
    def score(reply: Reply) -> Scores:
        return {}

    return Trait(name, "A test.", (Measure(measure, "binary", "share", "A test."),), ("en",), score)


def _plug_in(monkeypatch: pytest.MonkeyPatch, *loaded: object) -> None:
    for place, item in enumerate(loaded):
        module = SimpleNamespace(thing=item)
        monkeypatch.setitem(sys.modules, f"plugged_{place}", module)
    entries = [EntryPoint(f"p{n}", f"plugged_{n}:thing", registry.PLUGIN_GROUP) for n in range(len(loaded))]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)


def test_all_own_traits_are_found() -> None:
    assert set(all_traits()) >= OWN


def test_every_measure_is_reached_by_name() -> None:
    found = registry.measures()
    assert found["task_score"][0].name == "forgetting"
    assert found["register_p_customer_service"][1].made_for == ("neutral", "small_talk")


def test_a_plugin_may_be_a_trait_or_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    _plug_in(monkeypatch, _trait("rhyme", "rhymes"), SimpleNamespace(TRAIT=_trait("metre", "feet")))
    assert {"rhyme", "metre"} <= set(all_traits())


def test_a_second_trait_of_the_same_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _plug_in(monkeypatch, _trait("length", "other"))
    with pytest.raises(UsageError, match="Two traits are named length"):
        all_traits()


def test_a_second_measure_of_the_same_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _plug_in(monkeypatch, _trait("wordiness", "words"))
    with pytest.raises(UsageError, match="share a measure words"):
        registry.measures()


def test_a_plugin_that_is_no_trait_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _plug_in(monkeypatch, "nothing")
    with pytest.raises(UsageError, match="brings no Trait"):
        all_traits()


def test_a_plugin_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("gone", "no_such_module_here:TRAIT", registry.PLUGIN_GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    with pytest.raises(UsageError, match="gone"):
        all_traits()


def test_importing_the_package_loads_no_trait() -> None:
    probe = "import sys, behaviordrift.traits; print('behaviordrift.traits.refusal' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

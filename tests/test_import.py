"""Importing the package and asking for help load nothing heavy."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

Spawn = Callable[..., "subprocess.Popen[str]"]

HEAVY = ("torch", "transformers", "peft", "pandas", "numpy", "matplotlib", "scipy", "statsmodels", "sklearn")
HELP = """
import sys
from behaviordrift.cli import main
sys.argv = ["behaviordrift", *{!r}]
try:
    main()
except SystemExit:
    pass
"""
TELL = f"import sys; print([m for m in {HEAVY} if m in sys.modules])"


@pytest.mark.parametrize(
    "code",
    [
        "import behaviordrift",
        "import behaviordrift.cli",
        HELP.format(["--help"]),
        HELP.format(["score", "--help"]),
    ],
    ids=["package", "cli", "help", "score-help"],
)
def test_nothing_heavy_is_loaded(spawn: Spawn, code: str) -> None:
    out, err = spawn("-c", f"{code}\n{TELL}").communicate(timeout=60)
    assert out.splitlines()[-1:] == ["[]"], out + err


def test_measuring_recorded_outputs_loads_no_torch(spawn: Spawn) -> None:
    out, err = spawn("-c", f"import behaviordrift; behaviordrift.score\n{TELL}").communicate(timeout=60)
    assert "pandas" in out, err
    assert "torch" not in out
    assert "transformers" not in out


def test_every_public_name_is_there() -> None:
    import behaviordrift

    for name in behaviordrift.__all__:
        assert getattr(behaviordrift, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'scoer'"):
        _ = behaviordrift.scoer

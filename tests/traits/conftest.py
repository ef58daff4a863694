"""The human-labelled development data, where this machine has it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLD = Path(os.environ.get("BEHAVIORDRIFT_GOLD") or ROOT.parent / "shared" / "gold")


@pytest.fixture(scope="session")
def gold() -> Callable[[str], pd.DataFrame]:
    """Read one gold file; the test skips where the data is absent."""

    def read(name: str) -> pd.DataFrame:
        path = GOLD / name
        if not path.is_file():
            pytest.skip(f"no human-labelled data at {path}; set BEHAVIORDRIFT_GOLD to its folder")
        return pd.read_json(path, lines=True)

    return read


@pytest.fixture(scope="session")
def macro_f1() -> Callable[[pd.Series, pd.Series], float]:
    """The mean F1 of the classes that the human labels hold."""

    def compute(labels: pd.Series, found: pd.Series) -> float:
        scores: list[float] = []
        for name in labels.unique():
            hits = int(((labels == name) & (found == name)).sum())
            scores.append(2 * hits / int((labels == name).sum() + (found == name).sum()))
        return sum(scores) / len(scores)

    return compute

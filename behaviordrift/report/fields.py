"""Fields of a finding as every report reads them."""

from __future__ import annotations

import math
from typing import Any


def number(value: float | None) -> float:
    """A JSON number back as a float: null is NaN.

    >>> number(0.5), number(None)
    (0.5, nan)
    """
    return math.nan if value is None else value


def where(finding: dict[str, Any]) -> str:
    """The probe set of a finding in a reader's words.

    >>> where({"task": "qa", "probe_set": "task_qa"}), where({"task": None, "probe_set": "open"})
    ('held-out qa', 'open')
    """
    return f"held-out {finding['task']}" if finding["task"] else str(finding["probe_set"])

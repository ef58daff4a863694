"""A fault of a probe set: where it stands, what it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One fault.

    Attributes:
        file: the probe set file.
        line: where in the file, from 1.
        kind: what sort of fault, in one or two words.
        problem: what is wrong, in one sentence.
        fix: what to do about it.

    >>> print(Problem(Path("mine.yaml"), 7, "empty", "the probe set mine is empty.", "Add probes to it."))
    mine.yaml:7: the probe set mine is empty. Add probes to it.
    """

    file: Path
    line: int
    kind: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem} {self.fix}"

"""Named errors. Each says what is wrong and what to do, and carries its exit code."""

from __future__ import annotations


class BehaviordriftError(Exception):
    """Base of all errors that a user can act on.

    Args:
        problem: what is wrong, in one sentence that names the thing.
        fix: what to do about it.

    >>> print(UsageError("No folder saves/qa.", "Check the path."))
    No folder saves/qa. Check the path.
    """

    exit_code = 4

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"{problem} {fix}")
        self.problem = problem
        self.fix = fix


class UsageError(BehaviordriftError):
    """What was asked for cannot be done as asked: a wrong argument or a faulty file."""

    exit_code = 2


class ProbeSetError(UsageError):
    """A probe set file is faulty; the message names file, line and fix."""


class TaskDataError(UsageError):
    """A file of a task's rows is faulty; the message names file, line and fix."""


class GateError(UsageError):
    """A gate file is faulty; the message names file, line, rule and fix."""


class PlanError(UsageError):
    """A training plan is faulty."""


class CheckpointError(BehaviordriftError):
    """A checkpoint could not be read or loaded."""


class MeasurementError(BehaviordriftError):
    """The measurement could not be carried out or would mean nothing."""


class StoreError(BehaviordriftError):
    """The study folder could not be read or written."""

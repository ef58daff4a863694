"""Colours and shapes: of a task, and of a checkpoint by the task that it was trained with most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from behaviordrift.report.mixtures import mixtures, tasks_of
from behaviordrift.report.svg import TASK_COLOURS

TASK_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
TASK_SIGNS = ("●", "■", "▲", "◆", "▼", "✚", "✖", "★")


@dataclass(frozen=True)
class Mark:
    """How something is drawn: its sign in words, its colour on the page, its marker in figures, and what it means."""

    sign: str
    colour: str
    marker: str
    meaning: str


EQUAL = Mark("⬢", "ink", "h", "no task has most")
UNKNOWN = Mark("×", "muted", "x", "mixture not known")


def task_mark(index: int) -> tuple[str, str]:
    """The sign and the colour of a task in the legend.

    >>> task_mark(1)
    ('■', 'task-1')
    """
    return TASK_SIGNS[index % len(TASK_SIGNS)], f"task-{index % TASK_COLOURS}"


def task_marks(document: dict[str, Any]) -> dict[str, Mark]:
    """The mark of every task that the study knows of."""
    return {task: indexed_mark(index, task) for index, task in enumerate(tasks_of(document))}


def indexed_mark(index: int, task: str) -> Mark:
    """The mark of the task in this place."""
    return Mark(*task_mark(index), TASK_MARKERS[index % len(TASK_MARKERS)], task)


def checkpoint_marks(document: dict[str, Any]) -> dict[str, Mark]:
    """The mark of every checkpoint: of the task with the largest share, grey for the baseline."""
    tasks, baseline = task_marks(document), document["study"]["baseline"]
    return {
        name: Mark("×", "muted", "x", "baseline") if name == baseline else _largest(mixture, tasks)
        for name, mixture in mixtures(document).items()
    }


def legend(marks: dict[str, Mark]) -> list[Mark]:
    """Each of the marks once, in the order of the tasks."""
    order = {sign: place for place, sign in enumerate(TASK_SIGNS)}
    return sorted(dict.fromkeys(marks.values()), key=lambda mark: (order.get(mark.sign, 99), mark.meaning))


def _largest(mixture: dict[str, float] | None, tasks: dict[str, Mark]) -> Mark:
    if not mixture:
        return UNKNOWN
    most = max(mixture.values())
    largest = [task for task, share in mixture.items() if most - share < 1e-6]
    return tasks[largest[0]] if len(largest) == 1 else EQUAL

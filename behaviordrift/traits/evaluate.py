"""Hold the traits against human labels: ``python -m behaviordrift.traits.evaluate --gold DIR``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from behaviordrift.traits.labels.check import Check


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table for each trait and labelled set; what is absent is skipped with a line on standard error.

    Returns:
        0; 2 where the folder or a set in it cannot be used; 4 where nothing could be checked.
    """
    from behaviordrift.traits.labels.command import run_command

    return run_command(
        "behaviordrift.traits.evaluate",
        "Traits against human labels.",
        ("--markdown", "tables for docs/traits.md"),
        arguments,
        lambda chosen: _print_tables(chosen.gold, chosen.trait, chosen.markdown),
    )


def _print_tables(gold: Path, trait: str | None, markdown: bool) -> int:
    from behaviordrift.errors import MeasurementError
    from behaviordrift.traits.labels.tables import markdown_table, text_table

    shown = 0
    for check in checks(gold, trait):
        print(markdown_table(check) if markdown else text_table(check), end="\n\n", flush=True)
        shown += 1
    if not shown:
        raise MeasurementError(f"No labelled set in {gold} could be checked.", "docs/traits.md says the layout.")
    return 0


def checks(gold: Path, trait: str | None = None) -> Iterator[Check]:
    """The checks of all traits, or of one, as far as their sets are in the folder.

    Raises:
        UsageError: if the folder is absent, no trait has that name, or a set cannot be read.
    """
    from behaviordrift.errors import UsageError
    from behaviordrift.traits.labels.modules import gold_folder, modules_with, skip

    gold_folder(gold)
    for name, function in modules_with("checks", trait).items():
        try:
            yield from function(gold)
        except FileNotFoundError as error:
            skip(error)
        except (ValueError, KeyError, OSError) as error:
            raise UsageError(
                f"A labelled set of {name} in {gold} cannot be used ({type(error).__name__}: {error}).",
                "Compare its columns with docs/traits.md.",
            ) from error


if __name__ == "__main__":
    sys.exit(main())

"""Fit the weights that ship, from labelled sets: ``python -m behaviordrift.traits.fit --gold DIR [--check]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"

DIFFERS = 1
"""How `--check` ends where weights would change."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write ``weights/<language>/<trait>.json`` for all traits that learn, or with `--check` only compare.

    Returns:
        0; 1 where `--check` finds weights that would differ; 2 where the folder or a set in it cannot be used.
    """
    from behaviordrift.traits.labels.command import run_command

    return run_command(
        "behaviordrift.traits.fit",
        "Fit the weights that ship.",
        ("--check", "write nothing; exit 1 where weights would differ"),
        arguments,
        lambda chosen: _fit(chosen.gold, chosen.trait, chosen.check),
    )


def _fit(gold: Path, trait: str | None, check: bool) -> int:
    from behaviordrift.files import write_atomically

    differing = 0
    for name, text in fitted(gold, trait):
        path = WEIGHTS / f"{name}.json"
        before = path.read_text(encoding="utf-8") if path.is_file() else None
        if text == before:
            print(f"same: {name}", flush=True)
            continue
        differing += 1
        if check:
            print(f"differs: {name}", flush=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
        print(f"{'new' if before is None else 'changed'}: {name}", flush=True)
    return DIFFERS if check and differing else 0


def fitted(gold: Path, trait: str | None = None) -> Iterator[tuple[str, str]]:
    """The weights as JSON, by ``<language>/<trait>``.

    Raises:
        UsageError: if the folder is absent, no trait of that name learns, or a set is absent or cannot be read.
    """
    from behaviordrift.errors import UsageError
    from behaviordrift.traits.labels.modules import gold_folder, modules_with

    gold_folder(gold)
    for module, function in modules_with("weights", trait).items():
        try:
            models = function(gold)
        except (ValueError, KeyError, OSError) as error:
            raise UsageError(
                f"The weights of {module} cannot be fitted from {gold} ({type(error).__name__}: {error}).",
                "Lay the folder out as docs/traits.md says.",
            ) from error
        for name, model in sorted(models.items()):
            yield name, model.to_json()


if __name__ == "__main__":
    sys.exit(main())

"""Keeps docs/traits.md in step: ``python -m behaviordrift.traits.labels.page [--gold DIR]``."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.trait import Measure, ProbeTrait, Trait

PAGE = Path("docs/traits.md")

DEFINITIONS = "definitions"
AGREEMENT = "agreement"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the definitions of all traits into the page, and with `--gold` the tables of the evaluation.

    Returns:
        0; 2 where the page or the folder is not there.
    """
    from argparse import ArgumentParser

    from behaviordrift.errors import BehaviordriftError

    parser = ArgumentParser(prog="python -m behaviordrift.traits.labels.page", description="Refresh docs/traits.md.")
    parser.add_argument("--gold", type=Path, help="folder of the labelled sets: evaluate too")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (docs/traits.md)")
    chosen = parser.parse_args(arguments)
    try:
        _refresh(chosen.page, chosen.gold)
    except BehaviordriftError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _refresh(page: Path, gold: Path | None) -> None:
    from behaviordrift.errors import UsageError
    from behaviordrift.files import write_atomically

    if not page.is_file():
        raise UsageError(f"There is no page {page}.", "Run this from the root of the repository.")
    text = with_block(page.read_text(encoding="utf-8"), DEFINITIONS, definitions())
    if gold is not None:
        from behaviordrift.traits.evaluate import checks
        from behaviordrift.traits.labels.tables import markdown_table

        text = with_block(text, AGREEMENT, "\n\n".join(markdown_table(check) for check in checks(gold)))
    write_atomically(page, text)


def definitions() -> str:
    """Every trait of this package as its code states it, in alphabetical order."""
    ours = {name: trait for name, trait in all_traits().items() if _is_ours(trait)}
    return "\n\n".join(_definition(trait) for _, trait in sorted(ours.items()))


def _is_ours(trait: Trait | ProbeTrait) -> bool:
    return trait.score.__module__.startswith("behaviordrift.")


def _definition(trait: Trait | ProbeTrait) -> str:
    rows = "\n".join(_measure_row(measure) for measure in trait.measures)
    unvalidated = [language for language in trait.languages if language not in trait.validated]
    note = f" Without human labels behind them: {', '.join(unvalidated)}." if unvalidated else ""
    return (
        f"### {trait.name}\n\n{trait.about} Languages: {', '.join(trait.languages)}.{note}\n\n"
        f"| measure | kind | unit | what it says | primary on |\n|---|---|---|---|---|\n{rows}\n\n"
        + "\n\n".join(_paragraphs(trait))
    )


def _measure_row(measure: Measure) -> str:
    made_for = ", ".join(measure.made_for)
    return f"| `{measure.name}` | {measure.kind} | {measure.unit} | {measure.about} | {made_for} |".replace(
        "|  |", "| |"
    )


def _paragraphs(trait: Trait | ProbeTrait) -> Iterator[str]:
    """The docstring without its examples, each paragraph on one line."""
    for paragraph in re.split(r"\n\s*\n", inspect.getdoc(trait.score) or ""):
        if not paragraph.lstrip().startswith(">>>"):
            yield " ".join(paragraph.split())


def block(page: str, name: str) -> str:
    """What stands between the marks of a block.

    >>> block("a <!-- x -->\\n\\nold\\n\\n<!-- end of x --> b", "x")
    'old'
    """
    return page.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- end of {name} -->", maxsplit=1)[0].strip()


def with_block(page: str, name: str, content: str) -> str:
    """The page with other content between the marks of a block.

    >>> with_block("a <!-- x -->\\n\\nold\\n\\n<!-- end of x --> b", "x", "new")
    'a <!-- x -->\\n\\nnew\\n\\n<!-- end of x --> b'
    """
    before, rest = page.split(f"<!-- {name} -->\n")
    _, after = rest.split(f"<!-- end of {name} -->")
    return f"{before}<!-- {name} -->\n\n{content.strip()}\n\n<!-- end of {name} -->{after}"


if __name__ == "__main__":
    sys.exit(main())

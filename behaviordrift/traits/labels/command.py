"""What the commands on the labelled sets share: the folder, one trait, and errors told on standard error."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from behaviordrift.errors import BehaviordriftError


def run_command(
    module: str,
    about: str,
    flag: tuple[str, str],
    arguments: Sequence[str] | None,
    act: Callable[[Namespace], int],
) -> int:
    """Parse `--gold`, `--trait` and one flag, and act on them.

    Args:
        module: what stands after ``python -m``.
        about: the command's description.
        flag: the flag that this command alone has, and its help.
        arguments: those of the command line if left out.
        act: does the work, and gives the exit status.

    Returns:
        What `act` gives; the exit code of the error that it raises.

    >>> run_command("a.b", "Shows.", ("--check", "compare"), ["--gold", ".", "--check"], lambda chosen: chosen.check)
    True
    """
    parser = ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--gold", type=Path, required=True, help="folder of the labelled sets")
    parser.add_argument("--trait", help="only this trait")
    parser.add_argument(flag[0], action="store_true", help=flag[1])
    try:
        return act(parser.parse_args(arguments))
    except BehaviordriftError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

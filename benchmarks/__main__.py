"""Run all benchmarks, one after the other: ``make bench``. ``python -m benchmarks synthesis`` runs one.

Options after a single name belong to that benchmark: ``python -m benchmarks load --users 100``; ``... load --help``
lists them. Exit codes: 0 success, 1 a target was missed, 2 wrong usage, 3 a measurement failed.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from functools import partial

import benchmarks
from common.commands import Parser, run
from common.exit_codes import EXIT_OK, INTERRUPTED

INTERRUPTION = "Interrupted: the benchmarks that were not finished have measured nothing."


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, or all; return the highest of their exit codes."""
    names, options = _split(sys.argv[1:] if arguments is None else arguments)
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    parser = Parser(
        prog="python -m benchmarks", description=__doc__, usage="python -m benchmarks [NAME ...] | NAME [OPTIONS]"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(known)}; all if none is")
    chosen = parser.parse_args(names if len(names) == 1 or not options else options).names
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"no such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}")
    return max((_run(name, options) for name in chosen or known), default=EXIT_OK)


def _run(name: str, options: list[str]) -> int:
    if "--help" not in options and "-h" not in options:
        print(f"== {name}", flush=True)
    code = run(partial(_measure, name, options), interruption=INTERRUPTION)
    if code == INTERRUPTED:
        sys.exit(code)
    return code


def _measure(name: str, options: list[str]) -> int:
    code: int = importlib.import_module(f"benchmarks.{name}").main(options)
    return code


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Split arguments into names of benchmarks and the options of a single one."""
    first = next((place for place, argument in enumerate(arguments) if argument.startswith("-")), len(arguments))
    return arguments[:first], arguments[first:]


if __name__ == "__main__":
    sys.exit(main())

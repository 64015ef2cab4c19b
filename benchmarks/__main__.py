"""Run every benchmark, one after the other: ``make bench``. ``python -m benchmarks synthesis`` runs one.

Options behind one name are that benchmark's: ``python -m benchmarks load --users 100``.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all; return 1 if any missed its mark."""
    names, options = _split(arguments)
    if options and len(names) != 1:
        print(f"{' '.join(options)}: whose? Name one benchmark before its options.", file=sys.stderr)
        return 2
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    missed = []
    for name in names or known:
        print(f"== {name}", flush=True)
        if importlib.import_module(f"benchmarks.{name}").main(options) != 0:
            missed.append(name)
    return 1 if missed else 0


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Names of benchmarks, and the options behind them, which only one can have."""
    first = next((place for place, argument in enumerate(arguments) if argument.startswith("-")), len(arguments))
    return arguments[:first], arguments[first:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

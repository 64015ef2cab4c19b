"""Check a fresh clone with the settings of an adopter: ``python -m tools.adoption [VARIANT ...] [--check CHECK ...]``.

Clones the last commit of this checkout to a temporary folder, edits ``environments/`` there as a variant of
``tools/adoption/variants.toml`` describes, and runs the checks: ``make lint``, ``make unit``, ``make synth`` and
``make policy``. The clone installs its own tools. Exits with 1 if a check fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from common.commands import OperationError, Parser, log, run
from common.exit_codes import EXIT_OK, REFUSED
from tools.adoption.variant import read_variants
from tools.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.adoption.variant import Variant

CHECKS: Final = ("lint", "unit", "synth", "policy")
"""Targets of ``make``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the variants; return the exit code."""
    variants = read_variants()
    listed = "\n".join(f"  {name:16} {variant.description}" for name, variant in variants.items())
    parser = Parser(prog="python -m tools.adoption", description=f"{__doc__}\nVariants:\n{listed}")
    parser.add_argument("--check", choices=CHECKS, action="append", help="can be repeated (default: all)")
    parser.add_argument("names", nargs="*", metavar="VARIANT", help="default: all")
    options = parser.parse_args(arguments)
    return run(lambda: _check(_chosen(variants, options.names), options.check or CHECKS))


def _chosen(variants: dict[str, Variant], names: Sequence[str]) -> list[Variant]:
    if unknown := sorted(set(names) - variants.keys()):
        raise OperationError(f"There is no variant named {', '.join(unknown)}; there are {', '.join(variants)}.")
    return [variants[name] for name in names or variants]


def _check(variants: Sequence[Variant], checks: Sequence[str]) -> int:
    # Other settings and linked packages of this shell are not those of an adopter.
    own = ("CHAT_", "CDKTF_", "GIT_", "MAKE", "MFLAGS", "PYTHONPATH", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    failed = []
    with tempfile.TemporaryDirectory(prefix="adoption-") as folder:
        clone = Path(folder) / "clone"
        _git(ROOT, "clone", "--quiet", str(ROOT), str(clone))
        for variant in variants:
            _git(clone, "checkout", "--quiet", "--", "environments")
            _git(clone, "clean", "--quiet", "--force", "--", "environments")
            variant.apply(clone / "environments")
            for check in checks:
                log(f"{variant.name}: make {check}")
                if subprocess.run(["make", check], cwd=clone, env=environment, check=False).returncode:
                    failed.append(f"{variant.name}: make {check} failed")
    for line in failed or ["All checks passed."]:
        log(line)
    return REFUSED if failed else EXIT_OK


def _git(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperationError(f"git {' '.join(arguments)} failed in {folder}: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())

"""Run every generator that needs no backend: ``python -m tools.regenerate``.

Writes the code, documents and pinned addresses that follow from the sources, and prints the files that changed. The
other generators measure something or take long; docs/maintaining.md lists all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.commands import OperationError, Parser, log, run
from common.exit_codes import EXIT_OK
from tools.checkout import ROOT, files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PYTHON: Final = (sys.executable, "-m")
_PYTEST: Final = (*_PYTHON, "pytest", "-q")


@dataclass(frozen=True, slots=True)
class Generator:
    """A command that writes files.

    Attributes:
        command: with its arguments.
        variable: of its environment, set to 1.
    """

    command: tuple[str, ...]
    variable: str | None = None

    def __str__(self) -> str:
        """Return the command as it is typed in a shell."""
        variable = "" if self.variable is None else f"{self.variable}=1 "
        return variable + " ".join(self.command).replace(sys.executable, "python")


CODE_GENERATORS: Final = (
    Generator((*_PYTHON, "tools.generated_code")),
    Generator(("npm", "--prefix", "web", "run", "--silent", "generate")),
    Generator((*_PYTHON, "tools.client_operations")),
)
"""Those of code, which measuring an operation needs."""
GENERATORS: Final = (
    *CODE_GENERATORS,
    Generator((*_PYTHON, "tools.documents.api")),
    Generator((*_PYTHON, "tools.documents.drift")),
    Generator((*_PYTHON, "tools.documents.security")),
    Generator((*_PYTHON, "tools.documents.settings")),
    Generator(
        (*_PYTEST, "tests/unit/stacks/test_chat_stack.py::test_terraform_addresses_are_unchanged"),
        variable="CHAT_TEST_UPDATE_ADDRESSES",
    ),
    Generator(
        (
            *_PYTEST,
            "tests/unit/stacks/test_permissions_document.py::test_the_document_lists_every_statement_and_no_other",
        ),
        variable="CHAT_TEST_UPDATE_PERMISSIONS",
    ),
)
"""In this order: later generators read the output of earlier ones."""


def regenerate(root: Path, generators: Sequence[Generator] = GENERATORS) -> list[str]:
    """Run generators.

    Args:
        root: the checkout.
        generators: those to run.

    Returns:
        The changed files, relative to the checkout.

    Raises:
        OperationError: a generator failed; the message has its output.
    """
    before = _contents(root)
    for generator in generators:
        variables = {} if generator.variable is None else {generator.variable: "1"}
        done = subprocess.run(
            generator.command, cwd=root, env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise OperationError(f"{generator} failed:\n{done.stdout}{done.stderr}")
    after = _contents(root)
    return sorted(name for name, content in after.items() if before.get(name) != content)


def _contents(root: Path) -> dict[str, bytes]:
    """Return the content of every file that Git does not ignore."""
    return {name: (root / name).read_bytes() for name in files(root)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the generators and print the changed files; return the exit code."""
    parser = Parser(prog="python -m tools.regenerate", description=__doc__)
    parser.add_argument("--code", action="store_true", help="only the code, which measuring an operation needs")
    generators = CODE_GENERATORS if parser.parse_args(arguments).code else GENERATORS
    return run(lambda: _regenerate(generators))


def _regenerate(generators: Sequence[Generator]) -> int:
    changed = regenerate(ROOT, generators)
    for name in changed:
        print(name)
    if not changed:
        log("Nothing changed.")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

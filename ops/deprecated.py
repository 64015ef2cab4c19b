"""The deprecated form of the commands, ``python -m ops.plan`` for ``python -m ops plan``: removed in version 0.3.0.

Python imports the package ``ops`` before it looks for ``ops.plan``. That import calls `run_deprecated_form`, which runs
the command and ends the process.
"""

from __future__ import annotations

import sys
from pathlib import Path

_COMMANDS = Path(__file__).with_name("commands")


def run_deprecated_form() -> None:
    """Run the command if the process was started in the deprecated form, and end the process with its exit code."""
    package, _, name = started_module().partition(".")
    if package == "ops" and name.isidentifier() and (_COMMANDS / f"{name}.py").is_file():
        from ops.__main__ import main  # noqa: PLC0415 - other modules of ops run without third-party packages

        sys.exit(main([name.replace("_", "-"), *sys.argv[1:]]))


def started_module() -> str:
    """Return the module that ``python -m`` is about to run; empty if it is running already, or there is none."""
    if sys.argv[0] != "-m":
        return ""
    return sys.orig_argv[len(sys.orig_argv) - len(sys.argv)].removeprefix("-m")

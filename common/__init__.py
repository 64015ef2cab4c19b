"""Shared by operators' commands and the local AWS: command line, error messages, files and folders."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from common.error_messages import missing_package
from common.exit_codes import FAILED, INTERRUPTED

if TYPE_CHECKING:
    from types import TracebackType


def _explain(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a message if a command ends while it imports its modules, which takes up to a second."""
    if isinstance(error, KeyboardInterrupt):
        print("Interrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    if isinstance(error, ImportError) and (text := missing_package(error)):
        print(text, file=sys.stderr)
        sys.exit(FAILED)
    sys.__excepthook__(kind, error, trace)


if sys.argv[0] == "-m" or Path(sys.argv[0]).name == "main.py":  # "-m" while Python looks for the command to run
    sys.excepthook = _explain

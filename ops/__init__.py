"""What operators do with environments, and what all commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from common.error_messages import missing_package

if TYPE_CHECKING:
    from types import TracebackType

_FAILED, _INTERRUPTED = 3, 130


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what broke a command off while it was still importing what it needs, which takes up to a second."""
    if isinstance(error, KeyboardInterrupt):
        print("Interrupted.", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    if isinstance(error, ImportError) and (text := missing_package(error)):
        print(text, file=sys.stderr)
        sys.exit(_FAILED)
    sys.__excepthook__(kind, error, trace)


if sys.argv[0] == "-m" or Path(sys.argv[0]).name == "main.py":  # "-m" while Python looks for the command to run
    sys.excepthook = _tell

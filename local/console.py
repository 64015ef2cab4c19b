"""What the command line prints."""

from __future__ import annotations

import os
import sys


def say(text: str) -> None:
    """Print a line at once; a reader that has gone away (``| head``) is no reason to stop."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

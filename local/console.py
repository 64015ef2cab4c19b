"""Output of the command line."""

from __future__ import annotations

import os
import sys


def say(text: str) -> None:
    """Print and flush a line; continue if the reader has closed the pipe (``| head``)."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""The local AWS as a process, without a stack."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import IO, TYPE_CHECKING

from local.process import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FREE_PORTS = ("--port", "0", "--tls-port", "0", "--web-port", "0")
UNTIL_EOF = "--until-eof"
"""Ends the server when its standard input is closed."""


def start_server(
    directory: Path, *options: str, program: Sequence[str] = ("-m", "local")
) -> tuple[subprocess.Popen[bytes], IO[str]]:
    """Start a server on free ports.

    Args:
        directory: the data directory.
        options: further options of ``python -m local serve``; with `UNTIL_EOF`, standard input is a pipe.
        program: Python's arguments that run the command line.

    Returns:
        The process, and the file that receives one line of JSON with the ports, or the error.
    """
    reading, writing = os.pipe()
    command = [sys.executable, *program, "serve", "--directory", str(directory), *FREE_PORTS, *options]
    process = subprocess.Popen(
        [*command, "--report", str(writing)],
        cwd=ROOT,
        stdin=subprocess.PIPE if UNTIL_EOF in options else None,
        pass_fds=(writing,),
    )
    os.close(writing)
    return process, os.fdopen(reading)

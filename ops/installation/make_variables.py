"""Checks the Makefile variables of a target, before it installs or starts anything.

The Makefile runs it: ``python -m ops.installation.make_variables LOCAL_DIRECTORY PORT``.
"""

from __future__ import annotations

import os
import sys

from common.commands import Parser, run
from common.deploy_mode import DeployMode

_NAMES = ("LOCAL_DIRECTORY", "PORT", "TLS_PORT", "WEB_PORT", "DEPLOY")
_HIGHEST_PORT = 65535
_WRONG_USAGE = 2


def problem(name: str, value: str) -> str | None:
    """Return a message about an invalid variable, or None."""
    if name == "LOCAL_DIRECTORY" and (not value.strip() or "\n" in value):
        return "LOCAL_DIRECTORY names no folder: leave it out for .local, or name one: LOCAL_DIRECTORY=/path/to/folder"
    if name.endswith("PORT") and not (name == "WEB_PORT" and not value) and not _is_port(value):
        return f"{name}={value} is not a port: give a number from 0 (any free one) to {_HIGHEST_PORT}"
    if name == "DEPLOY" and value not in list(DeployMode):
        return f"DEPLOY={value} is not one of {', '.join(DeployMode)}"
    return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_HIGHEST_PORT)) and int(text) <= _HIGHEST_PORT


def main(arguments: list[str] | None = None) -> int:
    """Print a message for each invalid variable; return 2 if there is one."""
    parser = Parser(prog="python -m ops.installation.make_variables", description=__doc__)
    parser.add_argument("names", nargs="+", choices=_NAMES, metavar="NAME", help=f"one of {', '.join(_NAMES)}")
    found = [
        text
        for name in parser.parse_args(arguments).names
        if (text := problem(name, os.environ.get(f"CHAT_LOCAL_{name.removeprefix('LOCAL_')}", "")))
    ]
    for text in found:
        print(f"make: {text}.", file=sys.stderr)
    return _WRONG_USAGE if found else 0


if __name__ == "__main__":
    sys.exit(run(main))

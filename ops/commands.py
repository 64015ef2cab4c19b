"""What all commands of operators share: exit codes, refusals, progress on standard error, and the parser."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

FINE = 0
REFUSED = 1
"""What was asked for is not to be done; the message says why and what allows it."""
USAGE = 2
FAILED = 3
"""Something did not work: Terraform, AWS, a file."""
INTERRUPTED = 130


class OperationError(Exception):
    """Something did not work. The message says the thing, the place and the remedy."""

    code = FAILED


class RefusedError(OperationError):
    """Something could be done and must not be."""

    code = REFUSED


class Parser(argparse.ArgumentParser):
    """A parser whose exit code for wrong usage can be another than 2."""

    def __init__(self, *, prog: str, description: str | None, usage_code: int = USAGE) -> None:
        super().__init__(prog=prog, description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        self._usage_code = usage_code

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and end."""
        self.print_usage(sys.stderr)
        self.exit(self._usage_code, f"{self.prog}: {message}\n")


def say(text: str) -> None:
    """Tell progress: on standard error, because standard output is for the result."""
    print(text, file=sys.stderr, flush=True)


def run(command: Callable[[], int]) -> int:
    """Run a command; what it raises becomes one message and an exit code."""
    try:
        return command()
    except OperationError as error:
        say(str(error))
        return error.code
    except KeyboardInterrupt:
        say("Interrupted. See docs/promotion.md, Recovery, if Terraform was applying.")
        return INTERRUPTED


class Progress:
    """Says every few seconds what is going on and for how long, and nothing about what is quick.

    Args:
        what: for example ``planning dev``.
        first: seconds until the first line.
        every: seconds between lines.
    """

    def __init__(self, what: str, *, first: float = 2.0, every: float = 5.0) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._next = self._begun + first
        self._every = every

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._begun

    def tell(self, detail: str = "") -> None:
        """Say where it is, if it is time to."""
        if time.monotonic() >= self._next:
            say(f"  {self._what} ... {self.seconds:.0f} s{f', {detail}' if detail else ''}")
            self._next = time.monotonic() + self._every

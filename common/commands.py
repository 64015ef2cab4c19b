"""Shared by all commands: errors, the argument parser, logging and progress on standard error.

Standard library only, because some commands run before anything is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from common.error_messages import sentence
from common.errors import ExpectedError
from common.exit_codes import FAILED, INTERRUPTED, READER_GONE, REFUSED, USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERRUPTION = "Interrupted. See docs/promotion.md, Recovery, if Terraform was applying."


class OperationError(ExpectedError):
    """An operation failed."""


class RefusedError(OperationError):
    """An operation was refused by a check."""

    code = REFUSED


class Parser(argparse.ArgumentParser):
    """An argument parser with plain messages and a configurable exit code for wrong usage."""

    def __init__(self, *, usage_code: int = USAGE, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**{"formatter_class": argparse.RawDescriptionHelpFormatter, **options})
        self._usage_code = usage_code
        self.register("type", int, whole_number())
        self.register("type", float, number())
        self.register("type", Path, path)

    def error(self, message: str) -> NoReturn:
        """Print the usage and the problem, and exit."""
        self.print_usage(sys.stderr)
        self.exit(self._usage_code, f"{self.prog}: {message}\n")


def whole_number(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Return an argument type: a whole number within inclusive limits."""

    def whole_number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            message = f"{text!r} is not a whole number"
            raise argparse.ArgumentTypeError(message) from None
        _check_range(value, least, most)
        return value

    return whole_number


def number(least: float | None = None, most: float | None = None) -> Callable[[str], float]:
    """Return an argument type: a number within inclusive limits."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            message = f"{text!r} is not a number"
            raise argparse.ArgumentTypeError(message)
        _check_range(value, least, most)
        return value

    return number


def _check_range(value: float, least: float | None, most: float | None) -> None:
    if (least is None or value >= least) and (most is None or value <= most):
        return
    allowed = f"at least {least:g}" if most is None else f"{least or 0:g} to {most:g}"
    message = f"{value:g} is out of range: {allowed}"
    raise argparse.ArgumentTypeError(message)


def path(text: str) -> Path:
    """Parse an argument as a path."""
    if not text or "\0" in text:
        message = f"{text!r} is not a path"
        raise argparse.ArgumentTypeError(message)
    return Path(text)


def log(text: str) -> None:
    """Print a line to standard error; standard output is for results."""
    with contextlib.suppress(BrokenPipeError):
        print(text, file=sys.stderr, flush=True)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, for example ``1 user`` or ``2,000 users``.

    Args:
        number: the number.
        noun: the noun in the singular.
        plural: its plural (default: with an s).
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def run(command: Callable[[], int], *, interruption: str = _INTERRUPTION, name: str | None = None) -> int:
    """Run a command and return its exit code; errors are printed as one message.

    Args:
        command: does the work and returns the exit code.
        interruption: the message after Ctrl-C.
        name: name of the command for the message about a defect (default: the module of `command`).
    """
    try:
        code = command()
        sys.stdout.flush()
    except ExpectedError as error:
        log(str(error))
        return error.code
    except KeyboardInterrupt:
        log(interruption)
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return READER_GONE
    except Exception as error:  # noqa: BLE001 - the top level
        log(sentence(error) or _defect(error, name or _name(command)))
        return FAILED
    return code


def _forget_output() -> None:
    """Prevent a second error when the interpreter flushes standard output at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _name(command: Callable[[], int]) -> str:
    module = getattr(command, "__module__", "")
    if module != "__main__":
        return module or "this command"
    specification = getattr(sys.modules["__main__"], "__spec__", None)
    return specification.name if specification else Path(sys.argv[0]).name


def _defect(error: Exception, name: str) -> str:
    """Save the traceback of an unexpected error to a file and return a message."""
    first = (str(error).splitlines() or ["no reason given"])[0]
    text = f"This is a defect of {name}: {type(error).__name__}: {first[:200]}."
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="chat-backend-defect-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.writelines(traceback.format_exception(error))
    except OSError:
        return f"{text} Its traceback could not be kept; free some disk space and run the command again."
    return f"{text} Report it with the traceback in {file.name}."


class Progress:
    """Logs the progress of a long operation every few seconds; short operations log nothing.

    Args:
        what: the operation, for example ``planning dev``.
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
        """Seconds since the start."""
        return time.monotonic() - self._begun

    def tell(self, detail: str = "") -> None:
        """Log the progress, if a line is due.

        Args:
            detail: appended to the line.
        """
        if time.monotonic() >= self._next:
            log(f"  {self._what} ... {self.seconds:.0f} s{f', {detail}' if detail else ''}")
            self._next = time.monotonic() + self._every

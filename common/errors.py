"""The base class of errors for users."""

from __future__ import annotations

from typing import ClassVar

from common.exit_codes import FAILED


class ExpectedError(Exception):
    """An error whose message names the problem, the place and the remedy."""

    code: ClassVar[int] = FAILED
    """The exit code of a command that ends with this error."""

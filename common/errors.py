"""The base of the errors that a person reads."""

from __future__ import annotations

from typing import ClassVar

from common.exit_codes import FAILED


class ExpectedError(Exception):
    """Something the user can read and act on: the message says the thing, the place and the remedy."""

    code: ClassVar[int] = FAILED
    """What a command ends with."""

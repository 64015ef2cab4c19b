"""The base of the errors that a person reads."""

from __future__ import annotations


class ExpectedError(Exception):
    """Something the user can read and act on: the message says the thing, the place and the remedy."""

"""The error of the local backend that a person reads."""

from __future__ import annotations

from common.errors import ExpectedError


class LocalBackendError(ExpectedError):
    """Something about the local backend that the user can read and act on."""

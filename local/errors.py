"""Errors of the local backend that are shown to the user."""

from __future__ import annotations

from common.errors import ExpectedError


class LocalBackendError(ExpectedError):
    """An error of the local backend that the user can read and act on."""

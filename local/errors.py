"""Errors of the local AWS that are shown to the user."""

from __future__ import annotations

from common.errors import ExpectedError


class LocalAwsError(ExpectedError):
    """An error of the local AWS that the user can read and act on."""

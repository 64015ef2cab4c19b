"""Formats of ids, of file names and of the keys of files, as regular expressions for the whole text; content types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contract import values

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUES = values("formats")
ATTACHMENT_TYPES: Final[tuple[str, ...]] = tuple(_VALUES["attachmentTypes"])
"""Content types of files, sorted."""
PATTERNS: Final[Mapping[str, str]] = {key: value for key, value in _VALUES.items() if key.endswith("Pattern")}

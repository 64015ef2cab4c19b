"""Names that the backend gives, by the keys that all languages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contract import values

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Final[Mapping[str, str]] = values("names")

"""Limits and defaults of the API by the names that all languages share.

Lengths are in characters, which are Unicode code points: an emoji such as 👍 is one. Other units are part of the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contract import values

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS: Final[Mapping[str, int]] = values("limits")

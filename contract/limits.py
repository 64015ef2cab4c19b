"""Limits and defaults of the API by the names that all languages share.

Lengths are in characters, which are Unicode code points: an emoji such as 👍 is one. Other units are part of the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from contract import values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIMITS: Final[Mapping[str, int]] = values("limits")

_PLACEHOLDER = re.compile(r"\{\{(\w+):?([^}]*)\}\}")
_FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    "": str,
    ",": "{:,}".format,
    "MiB": lambda value: str(value // 2**20),
}


def with_limits(text: str) -> str:
    """Return a text with the numbers of its limits.

    Args:
        text: ``{{contentLength}}`` is replaced by 4000, ``{{contentLength:,}}`` by 4,000, and a limit in bytes in
            ``{{attachmentSizeMaximum:MiB}}`` by 25.

    Raises:
        KeyError: the text names a limit that ``limits.json`` does not have, or an unknown format.
    """
    return _PLACEHOLDER.sub(lambda found: _FORMATS[found[2]](LIMITS[found[1]]), text)

"""Refuses request targets that no legitimate client sends, before they are decoded or routed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from local.embedded.emulator import Scope

_MAXIMUM_PATH_BYTES: Final = 8 * 1024
_MAXIMUM_QUERY_BYTES: Final = 64 * 1024
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def raw_path_of(scope: Scope) -> bytes:
    """Return the path as it was sent, percent-encoded and without the query."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    return raw


def refused_target(scope: Scope) -> tuple[int, str] | None:
    """Return the status and the reason for refusing a request target; None if it is accepted."""
    raw, query = raw_path_of(scope), scope.get("query_string", b"")
    if len(raw) > _MAXIMUM_PATH_BYTES or len(query) > _MAXIMUM_QUERY_BYTES:
        return 414, "The request target is too long."
    if _BROKEN_ESCAPE.search(raw) or _BROKEN_ESCAPE.search(query):
        return 400, "The request target has a % without two hexadecimal digits."
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return 400, "The path is not UTF-8."
    if not path.startswith("/") or _CONTROL.search(path):
        return 400, "The path does not start with /, or contains control characters."
    if any(segment in {".", ".."} for segment in path.split("/")):
        return 404, "The path contains a segment . or .., which is not allowed."
    return None

"""Ids of the form of ULIDs (time, then what tells apart), made from what they stand for: the same for the same."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lambdas.common.times import iso8601, parse_iso8601

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LENGTH = 10
_HASH_LENGTH = 16


def ulid_of(created_at: str, *origin: str) -> str:
    """Return the id of what came of ``origin``: always the same for the same, so that a repeated event is recognized.

    Args:
        created_at: when it happened, ISO 8601; ids sort by it.
        origin: what makes it this one and no other.
    """
    milliseconds = int(parse_iso8601(created_at).timestamp() * 1000)
    digest = int.from_bytes(hashlib.sha256("\n".join(origin).encode()).digest(), "big")
    return _encoded(milliseconds, _TIME_LENGTH) + _encoded(digest, _HASH_LENGTH)


def ulid_time(ulid: str) -> str:
    """Return when a ULID was made, ISO 8601.

    Raises:
        ValueError: the text does not begin as a ULID does.
    """
    milliseconds = 0
    for character in ulid[:_TIME_LENGTH]:
        milliseconds = milliseconds << 5 | _CROCKFORD.index(character)
    return iso8601(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _encoded(number: int, length: int) -> str:
    """Write the lowest bits in Crockford's base 32, five a character."""
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(length)))

"""Deterministic ULIDs: a timestamp and a hash of the origin."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lambdas.common.times import iso8601, parse_iso8601

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LENGTH = 10
_HASH_LENGTH = 16


def ulid_of(created_at: str, *origin: str) -> str:
    """Return the ULID of an origin. The same arguments return the same id, so that a repeated event is recognized.

    Args:
        created_at: ISO 8601 time; ids sort by it.
        origin: Values that identify the origin.
    """
    milliseconds = int(parse_iso8601(created_at).timestamp() * 1000)
    digest = int.from_bytes(hashlib.sha256("\n".join(origin).encode()).digest(), "big")
    return _encoded(milliseconds, _TIME_LENGTH) + _encoded(digest, _HASH_LENGTH)


def ulid_time(ulid: str) -> str:
    """Return the time of a ULID, ISO 8601.

    Raises:
        ValueError: The text does not start like a ULID.
    """
    milliseconds = 0
    for character in ulid[:_TIME_LENGTH]:
        milliseconds = milliseconds << 5 | _CROCKFORD.index(character)
    return iso8601(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _encoded(number: int, length: int) -> str:
    """Encode the lowest bits in Crockford's base 32, five bits per character."""
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(length)))

"""Times as the tables and the API hold them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso8601(moment: datetime) -> str:
    """Write a time as AppSync's ``util.time.nowISO8601`` does, so that the two compare as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso8601(text: str) -> datetime:
    """Read a time that AppSync or :func:`iso8601` wrote.

    Raises:
        ValueError: the text is no time with a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment

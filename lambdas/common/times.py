"""Timestamps in the format of the tables and the API."""

from __future__ import annotations

from datetime import UTC, datetime


def iso8601(moment: datetime) -> str:
    """Format a time like AppSync's ``util.time.nowISO8601``, so that both compare as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso8601(text: str) -> datetime:
    """Parse a time that AppSync or :func:`iso8601` formatted.

    Raises:
        ValueError: The text is not a time with a time zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment

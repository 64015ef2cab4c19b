"""Stores the notes of the example in memory."""

from typing import Any

NOTES: list[dict[str, str]] = []


def handler(event: dict[str, Any], _context: object) -> object:
    """Handle the direct resolver of Query.notes and the resolver of Mutation.write."""
    if "note" in event:
        NOTES.append(event["note"])
        return event["note"]
    return NOTES

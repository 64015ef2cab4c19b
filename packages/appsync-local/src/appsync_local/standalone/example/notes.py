"""Keeps the notes of the example as long as the server runs."""

from typing import Any

NOTES: list[dict[str, str]] = []


def handler(event: dict[str, Any], _context: object) -> object:
    """Answer the direct resolver of Query.notes and the resolver of Mutation.write."""
    if "note" in event:
        NOTES.append(event["note"])
        return event["note"]
    return NOTES

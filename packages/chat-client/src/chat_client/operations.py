"""The canonical documents of all operations: their selections are complete, so that subscribers get events at once."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def documents() -> dict[str, str]:
    """Return the documents by the name of their field of Query, Mutation or Subscription."""
    found: dict[str, str] = json.loads(files("chat_client").joinpath("operations.json").read_text(encoding="utf-8"))
    return found


def document(field: str) -> str:
    """Return the document of one field.

    Raises:
        KeyError: there is no such field.
    """
    return documents()[field]

"""The canonical documents of all operations. Their selections are complete, so that events are sent at once."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def documents() -> dict[str, str]:
    """Return the documents by the name of their Query, Mutation or Subscription field."""
    found: dict[str, str] = json.loads(files("chat_client").joinpath("operations.json").read_text(encoding="utf-8"))
    return found


def document(field: str) -> str:
    """Return the document of a field.

    Raises:
        KeyError: the field does not exist.
    """
    return documents()[field]

"""Sanitizes text from plans for Markdown reports."""

from __future__ import annotations

import re

_LONGEST = 600


def sanitize(text: str) -> str:
    """Return text as one line without markup or mentions, truncated to 600 characters.

    Args:
        text: text from a plan.
    """
    flat = re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").replace("@", "@\u200b")
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]} ..."

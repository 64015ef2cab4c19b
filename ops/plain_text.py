"""Text from elsewhere in a report of ours: no markup, no mention, no second line."""

from __future__ import annotations

import re

_LONGEST = 600


def plain(text: str) -> str:
    """Keep text from a plan from being markup, a mention or more than a line.

    Args:
        text: whatever a plan says.
    """
    flat = re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").replace("@", "@\u200b")
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]} ..."

"""What the rules on deletion share: the kind of their findings, and days in words."""

from __future__ import annotations

KIND = "deletion"
FOREVER = 10**9
"""Days, more than any retention; stands for data that does not expire."""


def days_text(days: int) -> str:
    """Return a number of days in words, ``ever`` for data that does not expire."""
    if days == FOREVER:
        return "ever"
    return "1 day" if days == 1 else f"{days:,} days"

"""Filter criteria of stream records, in EventBridge's pattern language.

Patterns are compiled and matched by MiniStack's EventBridge (``services.eventbridge``, pinned), which supports the
whole language; its Lambda supports only a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator
    from local.embedded.events.streams import Record


class Patterns:
    """Compiles patterns and matches records."""

    def __init__(self, emulator: Emulator) -> None:
        self._events: Any = emulator.module_of("events")

    def is_valid(self, pattern: str) -> bool:
        """Return whether AWS would accept a pattern."""
        return self._events._compiled_pattern(pattern) is not None  # noqa: SLF001 - pinned version

    def match(self, patterns: tuple[str, ...], record: Record) -> bool:
        """Return whether a record matches one of the patterns; True if there are no patterns."""
        return not patterns or any(
            self._events._matches_detail(record, alternative)  # noqa: SLF001 - pinned version
            for pattern in patterns
            for alternative in self._events._compiled_pattern(pattern) or ()  # noqa: SLF001
        )

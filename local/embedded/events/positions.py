"""Durable positions of event source mappings in their streams, so that no record is skipped after a kill.

A position is stored after the function has responded. If the process is killed in between, the records are delivered
again: delivery is at least once, as in AWS (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from local.embedded.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)

_COMPACT_BYTES = 1024 * 1024


class Positions:
    """Mapping id -> sequence number of the last processed record."""

    def __init__(self, folder: Path, *, is_expected: bool = False) -> None:
        self._journal = Journal(folder, is_expected=is_expected)
        self._positions: dict[str, str] = {}
        for mapping_id, position in self._journal.read():
            self._note(mapping_id, position)
        self._journal.open()
        self._compact()

    def get(self, mapping_id: str) -> str | None:
        """Return the position, or None if there is none yet."""
        return self._positions.get(mapping_id)

    def all(self) -> set[str]:
        """Return the ids of all mappings that have a position."""
        return set(self._positions)

    def values(self) -> set[str]:
        """Return the positions of all mappings."""
        return set(self._positions.values())

    def set(self, mapping_id: str, position: str) -> None:
        """Store a position.

        Raises:
            OSError: it could not be written, for example because the disk is full; the position is unchanged.
        """
        self._write(mapping_id, position)

    def forget(self, mapping_id: str) -> None:
        """Remove a deleted mapping's position.

        Raises:
            OSError: this could not be written; the position still exists.
        """
        if mapping_id in self._positions:
            self._write(mapping_id, None)

    def close(self) -> None:
        """Close the file."""
        self._journal.close()

    def _write(self, mapping_id: str, position: str | None) -> None:
        self._journal.append([mapping_id, position])
        self._note(mapping_id, position)
        self._compact()

    def _note(self, mapping_id: str, position: str | None) -> None:
        if position is None:
            self._positions.pop(mapping_id, None)
        else:
            self._positions[mapping_id] = position

    def _compact(self) -> None:
        if self._journal.size <= _COMPACT_BYTES and not self._journal.needs_snapshot:
            return
        try:
            self._journal.write_snapshot(self._records)()
        except OSError as error:
            logger.warning("The positions in streams could not be rewritten and are unchanged: %s", error)

    def _records(self) -> Iterator[list[str]]:
        yield from ([mapping_id, position] for mapping_id, position in self._positions.items())

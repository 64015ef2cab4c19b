"""Attributes of stored rows that are missing from ``contract/fields.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contract.fields import ENTITIES
from contract.names import REACTION_COUNT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLES = sorted({entity.table for entity in ENTITIES.values() if entity.table is not None})
"""Keys of the tables whose rows are described by the contract."""


def unknown_attributes(table: str, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the attributes of a table's rows that the contract does not contain."""
    known = {name for entity in ENTITIES.values() if entity.table == table for name in entity.stored}
    return {name for row in rows for name in row if name not in known and not name.startswith(REACTION_COUNT_PREFIX)}

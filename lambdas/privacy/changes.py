"""Conditional updates of rows as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """An update of a row, with its condition."""

    set_attributes: Mapping[str, Any] = field(default_factory=dict)
    remove_attributes: Sequence[str] = ()
    increments: Mapping[str, int] = field(default_factory=dict)
    set_deletions: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    """Set attribute -> elements to remove from it."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """Attribute -> its required value; None if it has to be absent."""

    @property
    def update(self) -> str:
        """The update expression."""
        parts = (
            ("SET", [f"#{name} = :to_{name}" for name in self.set_attributes]),
            ("REMOVE", [f"#{name}" for name in self.remove_attributes]),
            ("ADD", [f"#{name} :by_{name}" for name in self.increments]),
            ("DELETE", [f"#{name} :of_{name}" for name in self.set_deletions]),
        )
        return " ".join(f"{verb} {', '.join(terms)}" for verb, terms in parts if terms)

    @property
    def condition(self) -> str:
        """The condition expression."""
        return " AND ".join(
            f"attribute_not_exists(#{name})" if value is None else f"#{name} = :is_{name}"
            for name, value in self.expected.items()
        )

    @property
    def names(self) -> dict[str, str]:
        """The expression attribute names."""
        used = (*self.set_attributes, *self.remove_attributes, *self.increments, *self.set_deletions, *self.expected)
        return {f"#{name}": name for name in used}

    @property
    def values(self) -> dict[str, Any]:
        """The expression attribute values."""
        return {
            **{f":to_{name}": value for name, value in self.set_attributes.items()},
            **{f":by_{name}": value for name, value in self.increments.items()},
            **{f":of_{name}": set(value) for name, value in self.set_deletions.items()},
            **{f":is_{name}": value for name, value in self.expected.items() if value is not None},
        }

"""Changes of rows as data: what is set, removed, added and taken out of sets, and what has to be true for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to become of a row."""

    sets: Mapping[str, Any] = field(default_factory=dict)
    removes: Sequence[str] = ()
    adds: Mapping[str, int] = field(default_factory=dict)
    takes: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    """By attribute, what is taken out of the set that it holds."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """The values that attributes have to have; None for one that has to be absent."""

    @property
    def update(self) -> str:
        """The update expression."""
        parts = (
            ("SET", [f"#{name} = :to_{name}" for name in self.sets]),
            ("REMOVE", [f"#{name}" for name in self.removes]),
            ("ADD", [f"#{name} :by_{name}" for name in self.adds]),
            ("DELETE", [f"#{name} :of_{name}" for name in self.takes]),
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
        """What the names in the two stand for."""
        used = (*self.sets, *self.removes, *self.adds, *self.takes, *self.expected)
        return {f"#{name}": name for name in used}

    @property
    def values(self) -> dict[str, Any]:
        """What the values in the two stand for."""
        return {
            **{f":to_{name}": value for name, value in self.sets.items()},
            **{f":by_{name}": value for name, value in self.adds.items()},
            **{f":of_{name}": set(value) for name, value in self.takes.items()},
            **{f":is_{name}": value for name, value in self.expected.items() if value is not None},
        }

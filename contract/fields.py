"""The fields of the schema's types that are stored, published or exported, and the attributes of their rows.

``fields.json`` has a line for each field of such a type, and for each attribute that the API does not expose.
Resolvers, functions, canonical operations and tests read it, or are generated from it by
``python -m tools.generated_code``. The columns:

``public``
    Whether the schema's type has the field.
``attribute``
    The attribute of the row; the field's own name if not given, null if there is none.
``computed``
    Whether separate code computes the field from the attribute.
``absent``
    The value that the API returns if the row lacks the attribute.
``always``
    Whether every row has the attribute.
``erased``
    Of a message: whether deleting the message removes it.
``preview``
    Of a message: whether the preview in room lists has it.
``passing``
    Of a room: whether its next message removes it.
``exported``
    Whether the export of a user's data has it.
``account``
    The effect of an account deletion on it, see ``Account``.
``person``
    Of a name: the field with the id of the named user.
``fields``
    The fields of an object or of the objects of a list, as in the schema.
``type``
    TypeScript type of an attribute, unless the schema defines it.
``note``
    Description of the attribute, in addition to the schema's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from contract import values

if TYPE_CHECKING:
    from collections.abc import Mapping

Account = Literal["keep", "alias", "name", "remove", "erase", "inside"]
"""The effect of an account deletion on an attribute: none; the user's id is replaced with the alias; the name of
``person`` is replaced with the deleted user's name; it is removed from the user's own rows; it is removed if the
environment erases messages; it may contain ids of users, which separate code replaces."""
SELECTION_COMPLETE: Final = "selectionComplete"
"""The field of events and of the results of mutations; results of queries do not have it (docs/adr/0014)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a type, or an attribute of its row; see the columns above."""

    name: str
    public: bool
    attribute: str | None
    computed: bool = False
    absent: Any = None
    always: bool = False
    erased: bool = False
    preview: bool = False
    passing: bool = False
    exported: bool = False
    account: Account = "keep"
    person: str | None = None
    fields: tuple[str, ...] = ()
    type: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A type of the schema, and the row in which it is stored, if any."""

    name: str
    table: str | None
    """Key of the table."""
    row: str | None
    """Name of the row's type in TypeScript."""
    events: bool
    """Whether subscribers receive it."""
    fields: tuple[Field, ...]
    stored: Mapping[str, Field]
    """The fields that are stored in the row, by attribute."""

    @property
    def public(self) -> tuple[Field, ...]:
        """The fields of the schema's type."""
        return tuple(field for field in self.fields if field.public)

    def attributes(self, **columns: object) -> tuple[str, ...]:
        """Return the attributes whose columns have these values, such as ``erased=True``."""
        return tuple(
            attribute
            for attribute, field in self.stored.items()
            if all(getattr(field, name) == value for name, value in columns.items())
        )

    def selection(self, *, completeness: bool) -> str:
        """Return a selection of all fields, without its braces.

        Args:
            completeness: whether ``selectionComplete`` is among them.
        """
        chosen = (field for field in self.public if completeness or field.name != SELECTION_COMPLETE)
        return " ".join(
            f"{field.name} {{ {' '.join(field.fields)} }}" if field.fields else field.name for field in chosen
        )


def _entity(name: str, content: dict[str, Any]) -> Entity:
    fields = tuple(_field(key, columns) for key, columns in content["fields"].items())
    stored = {field.attribute: field for field in fields if field.attribute is not None}
    return Entity(**{**content, "name": name, "fields": fields, "stored": stored})


def _field(name: str, columns: dict[str, Any]) -> Field:
    lists = {"fields": tuple(columns["fields"])} if "fields" in columns else {}
    return Field(**{"name": name, "attribute": name, **columns, **lists})


ENTITIES: Final[Mapping[str, Entity]] = {name: _entity(name, content) for name, content in values("fields").items()}
"""By the name of the schema's type."""
MESSAGE: Final = ENTITIES["Message"]
MEMBERSHIP: Final = ENTITIES["Membership"]
NOTIFICATION: Final = ENTITIES["Notification"]
NOTIFICATION_PREFERENCE: Final = ENTITIES["NotificationPreference"]
ROOM: Final = ENTITIES["ChatRoom"]

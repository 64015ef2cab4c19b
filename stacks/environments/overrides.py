"""Settings given beside the file: what they are, and how they come into it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from stacks.environments.tree import SettingPath


@dataclass(frozen=True, slots=True)
class Override:
    """A value for one setting, and where it was given."""

    path: SettingPath
    value: Any
    source: str


@dataclass(slots=True)
class Overrides:
    """What context and process environment say, and what is wrong with how they say it."""

    settings: list[Override] = field(default_factory=list)
    selected: tuple[str, ...] = ()
    selected_by: str = ""
    lines: list[str] = field(default_factory=list)


def put(values: dict[str, Any], override: Override) -> None:
    """Set the override's value among the values of the file; a place that is no table is left for validation."""
    *sections, key = override.path
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[key] = override.value


def from_text(annotation: Any, text: str) -> Any:  # noqa: ANN401 - the type of any setting
    """Return ``text`` as the setting's type wants it, or as it is: validation then says what is wrong with it."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    try:
        return adapter.validate_strings(text)
    except ValidationError:
        return text

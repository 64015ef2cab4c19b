"""Checks the characters in a request; MiniStack 1.5.33 stores any, and fails later on text that is not valid UTF-8.

Names of users and groups consist of letters, marks, symbols, numbers and punctuation; names of attributes may also
contain spaces and line breaks. botocore's model of the service defines the pattern of each member; the refusal is
recorded in aws-amplify/amplify-flutter#3125. Cognito's message for NUL and lone surrogates in other texts is not
recorded; they are refused here with the wording of its other checks.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.model import ListShape, MapShape, StructureShape

from local.embedded.cognito.shapes import place_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.model import Shape

_OF_NAMES: Final = frozenset("LMSNP")
"""The first letters of the Unicode categories that names may contain."""
_BLANKS: Final = frozenset("\t\n\r ")


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _is_name(text: str) -> bool:
    return all(unicodedata.category(character)[0] in _OF_NAMES for character in text)


def _is_attribute_name(text: str) -> bool:
    return all(character in _BLANKS or unicodedata.category(character)[0] in _OF_NAMES for character in text)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The characters that a text may contain."""

    allows: Callable[[str], bool]
    problem: str
    """The message about other characters."""


_TEXT: Final = _Rule(_is_text, "Member must not have NUL or half of a surrogate pair")
_NAMES: Final = {
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+": _is_name,
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+": _is_attribute_name,
}
"""botocore's patterns of names; Python's regular expressions do not support Unicode categories."""


def wrong_characters(request: dict[str, Any], shape: Shape | None) -> Iterator[tuple[str, str]]:
    """Yield the places of invalid characters, as Cognito names them, with the problem.

    Members that the action does not have are checked too: MiniStack fails on them as well.

    Args:
        request: its values have the types of the shape.
        shape: the input shape of the action; None if unknown.
    """
    waiting: list[tuple[str, object, Shape | None]] = [("", request, shape)]
    while waiting:
        place, value, of = waiting.pop()
        if isinstance(value, str):
            rule = _rule_of(of)
            if not rule.allows(value):
                yield place, rule.problem
        elif isinstance(value, list):
            member = of.member if isinstance(of, ListShape) else None
            waiting += [(f"{place}.{i}.member", value[i - 1], member) for i in range(len(value), 0, -1)]
        elif isinstance(value, dict):
            if place:
                yield from ((f"{place}.key", _TEXT.problem) for name in value if not _is_text(name))
            waiting += [(place_below(place, name, of), value[name], _member(of, name)) for name in reversed(value)]


def _rule_of(shape: Shape | None) -> _Rule:
    pattern = "" if shape is None else shape.metadata.get("pattern", "")
    allows = _NAMES.get(pattern)
    return _TEXT if allows is None else _Rule(allows, f"Member must satisfy regular expression pattern: {pattern}")


def _member(shape: Shape | None, name: str) -> Shape | None:
    if isinstance(shape, MapShape):
        value: Shape = shape.value
        return value
    return shape.members.get(name) if isinstance(shape, StructureShape) else None

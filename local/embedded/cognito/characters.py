"""Which characters a request may have; MiniStack 1.5.33 stores any, and fails later on what cannot be written as UTF-8.

Names of users and groups have letters, marks, symbols, numbers and punctuation; those of attributes blanks and line
breaks too. botocore's model of the service has the patterns, and the refusal is recorded in
aws-amplify/amplify-flutter#3125. What Cognito says to NUL and
to halves of surrogate pairs in other texts is not recorded; they are refused here in the words of its other checks.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAPS: Final = frozenset({"authParameters", "challengeResponses", "clientMetadata"})
"""Members whose own names are the client's, and are named as it spells them."""
_OF_NAMES: Final = frozenset("LMSNP")
"""The first letters of the Unicode categories of names."""
_BLANKS: Final = frozenset("\t\n\r ")


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _is_name(text: str) -> bool:
    return all(unicodedata.category(character)[0] in _OF_NAMES for character in text)


def _is_attribute_name(text: str) -> bool:
    return all(character in _BLANKS or unicodedata.category(character)[0] in _OF_NAMES for character in text)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which characters a text may have."""

    allows: Callable[[str], bool]
    problem: str
    """What is said of a text with others."""


_TEXT: Final = _Rule(_is_text, "Member must not have NUL or half of a surrogate pair")
_NAME: Final = _Rule(_is_name, r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+")
_ATTRIBUTE_NAME: Final = _Rule(
    _is_attribute_name, r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+"
)
_RULES: Final = {"username": _NAME, "groupName": _NAME, "attributeName": _ATTRIBUTE_NAME}
"""The rules of members of requests; all others are text."""
_NAMES_IN_LISTS: Final = {"userAttributes": _ATTRIBUTE_NAME, "validationData": _ATTRIBUTE_NAME, "schema": _NAME}
"""The rule of ``Name`` in the members of these lists."""


def wrong_characters(request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the places of wrong characters, as Cognito names them, with what is wrong there."""
    waiting: list[tuple[str, _Rule, object]] = [
        (_lower(name), _RULES.get(_lower(name), _TEXT), value) for name, value in reversed(request.items())
    ]
    while waiting:
        place, rule, value = waiting.pop()
        if isinstance(value, str):
            if not rule.allows(value):
                yield place, rule.problem
        elif isinstance(value, list):
            waiting += [(f"{place}.{i}.member", _TEXT, value[i - 1]) for i in range(len(value), 0, -1)]
        elif isinstance(value, dict):
            yield from ((f"{place}.key", _TEXT.problem) for name in value if not _is_text(name))
            spelled = str if place in _MAPS else _lower
            waiting += [(f"{place}.{spelled(name)}", _rule_below(place, name), value[name]) for name in value]


def _rule_below(place: str, name: str) -> _Rule:
    return _NAMES_IN_LISTS.get(place.partition(".")[0], _TEXT) if name == "Name" else _TEXT


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]

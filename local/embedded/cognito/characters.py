"""Which characters a request may have; MiniStack 1.5.33 stores any, and fails later on what cannot be written as UTF-8.

Names of users and groups have letters, marks, symbols, numbers and punctuation; those of attributes blanks and line
breaks too. botocore's model of the service has the patterns, and the refusal is recorded in
aws-amplify/amplify-flutter#3125. What Cognito says to NUL and
to halves of surrogate pairs in other texts is not recorded; they are refused here in the words of its other checks.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import TARGET, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.embedded.emulator import Answer, Emulator, Handler

_TARGETS: Final = (TARGET, "AWSCognitoIdentityService.")
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


class Characters:
    """Wraps the handlers of user pools and identity pools: a request with characters that it may not have ends here."""

    def __init__(self, emulator: Emulator) -> None:
        for service in ("cognito-idp", "cognito-identity"):
            emulator.wrap(service, self._wrapped)

    def _wrapped(self, handler: Handler) -> Handler:
        async def handle(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
        ) -> Answer:
            refused = refused_characters(body) if headers.get("x-amz-target", "").startswith(_TARGETS) else None
            return refused or await handler(method, path, headers, body, query_params)

        return handle


def refused_characters(body: bytes) -> Answer | None:
    """The refusal of a request that is no JSON object, or has characters that it may not have."""
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return refusal("SerializationException", "Invalid JSON")
    problems = [f"Value at '{place}' failed to satisfy constraint: {problem}" for place, problem in _problems(request)]
    if not problems:
        return None
    found = "1 validation error" if len(problems) == 1 else f"{len(problems)} validation errors"
    return refusal("InvalidParameterException", f"{found} detected: {'; '.join(problems)}")


def _problems(request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The places of wrong characters, as Cognito names them, with what is wrong there."""
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

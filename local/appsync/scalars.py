"""AppSync's own scalar types: what they accept as input and how they are written out.

Source: "AWS AppSync scalar types" in the AppSync developer guide.
"""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import date, time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLScalarType, ValueNode, value_from_ast_untyped

from local.appsync import json_text

if TYPE_CHECKING:
    from collections.abc import Callable

_OFFSET: Final = r"(Z|[+-](?:0\d|1[0-8]):[0-5]\d(?::[0-5]\d)?)"
_DATE: Final = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_OFFSET}?")
_TIME: Final = re.compile(rf"(\d{{2}}:\d{{2}})(:\d{{2}})?(\.\d{{1,9}})?{_OFFSET}?")
_DATE_TIME: Final = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})T(\d{{2}}:\d{{2}})(:\d{{2}})?(\.\d{{1,9}})?{_OFFSET}")
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9]{1,4}(?:[ .-]?\(?[0-9]{1,4}\)?){1,6}")
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f.:]+(?:/\d{1,3})?")
"""What Python takes beyond an address and CIDR notation, a netmask or a zone, is none here."""
_TIMESTAMP_LIMIT: Final = 2**63


def _is_calendar_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_clock_time(minutes: str, seconds: str | None) -> bool:
    try:
        time.fromisoformat(minutes + (seconds or ":00"))
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return match is not None and _is_calendar_day(match[1])


def _is_time(text: str) -> bool:
    match = _TIME.fullmatch(text)
    return match is not None and _is_clock_time(match[1], match[2])


def _is_date_time(text: str) -> bool:
    match = _DATE_TIME.fullmatch(text)
    return match is not None and _is_calendar_day(match[1]) and _is_clock_time(match[2], match[3])


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None and ".." not in text


def _is_phone(text: str) -> bool:
    # AWS parses with a phone number library; the lengths are E.164's, a number without country code counts as US.
    digits = re.sub(r"\D", "", text)
    return _PHONE.fullmatch(text) is not None and 7 <= len(digits) <= 15  # noqa: PLR2004


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and "//" not in parts.path and " " not in text


def _is_ip_address(text: str) -> bool:
    if _ADDRESS.fullmatch(text) is None:
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _text_scalar(name: str, accepts: Callable[[str], bool]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not accepts(value):
            raise GraphQLError(f"{name} cannot represent value: {_shown(value)}")
        return value

    return check, check


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 100 else text[:100] + "…"  # noqa: PLR2004


def _parse_timestamp(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _TIMESTAMP_LIMIT:
        raise GraphQLError(f"AWSTimestamp cannot represent value: {_shown(value)}")
    return value


def _serialize_timestamp(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _parse_timestamp(value)


def _parse_json(value: object) -> object:
    """A JSON text becomes the value it describes before a resolver sees it."""
    if not isinstance(value, str):
        raise GraphQLError(f"AWSJSON takes a string of JSON, not {_shown(value)}")
    try:
        return json_text.load(value)
    except ValueError as error:
        raise GraphQLError("AWSJSON cannot represent a string that is not JSON") from error


def _serialize_json(value: object) -> str:
    """A text that is JSON already goes out as it is (Lambda functions stringify), everything else is encoded."""
    if isinstance(value, str):
        try:
            json_text.load(value)
        except ValueError:
            return json_text.dump(value)
        return value
    return json_text.dump(value)


_SCALARS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "AWSDate": _text_scalar("AWSDate", _is_date),
    "AWSTime": _text_scalar("AWSTime", _is_time),
    "AWSDateTime": _text_scalar("AWSDateTime", _is_date_time),
    "AWSTimestamp": (_parse_timestamp, _serialize_timestamp),
    "AWSEmail": _text_scalar("AWSEmail", _is_email),
    "AWSJSON": (_parse_json, _serialize_json),
    "AWSURL": _text_scalar("AWSURL", _is_url),
    "AWSPhone": _text_scalar("AWSPhone", _is_phone),
    "AWSIPAddress": _text_scalar("AWSIPAddress", _is_ip_address),
}

SCALAR_NAMES: Final = frozenset(_SCALARS)


def equip(scalar: GraphQLScalarType) -> None:
    """Give a scalar that was built from ``scalar AWSDate`` its input and output rules."""
    parse, serialize = _SCALARS[scalar.name]

    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    scalar.parse_value = parse  # type: ignore[assignment]
    scalar.parse_literal = parse_literal  # type: ignore[method-assign]
    scalar.serialize = serialize  # type: ignore[assignment]

"""AppSync's scalar types: parsing of input and serialization of output.

Source: "AWS AppSync scalar types" in the AppSync developer guide.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from graphql import GraphQLError, GraphQLScalarType, ValueNode, value_from_ast_untyped

from appsync_local import java_text, json_text

if TYPE_CHECKING:
    from collections.abc import Callable

_OFFSET: Final = r"(Z|[+-](?:0\d|1[0-8]):[0-5]\d(?::[0-5]\d)?)"
_DATE: Final = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_OFFSET}?")
_TIME: Final = re.compile(rf"(\d{{2}}:\d{{2}})(:\d{{2}})?(\.\d{{1,9}})?{_OFFSET}?")
_DATE_TIME: Final = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})T(\d{{2}}:\d{{2}})(:\d{{2}})?(\.\d{{1,9}})?{_OFFSET}")
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE: Final = re.compile(r"\+?\(?[0-9]{1,4}\)?(?:[ .-]?\(?[0-9]{1,4}\)?){1,6}")
_NORTH_AMERICAN: Final = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
"""The North American Numbering Plan: area code and exchange begin with 2 to 9."""
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f.:]+(?:/\d{1,3})?")
"""Addresses and CIDR notation; excludes netmasks and zones, which Python also accepts."""
_TIMESTAMP_LIMIT: Final = 2**63
_TIMESTAMP: Final = (
    "a valid timestamp. Ensure that the value provided is an Integer that lies within the limits specified in this "
    "scalar's description"
)


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
    """Return whether a phone number is valid: North American without a country code, else of a valid length (E.164)."""
    digits = re.sub(r"\D", "", text)
    if _PHONE.fullmatch(text) is None:
        return False
    if text.startswith("+") and not digits.startswith("1"):
        return 7 <= len(digits) <= 15  # noqa: PLR2004 - E.164
    return _NORTH_AMERICAN.fullmatch(digits) is not None


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


def _text_scalar(accepts: Callable[[str], bool], words: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    def check(value: object, verb: str) -> str:
        if not isinstance(value, str) or not accepts(value):
            raise GraphQLError(_unable(verb, value, words))
        return value

    return partial(check, verb="parse"), partial(check, verb="serialize")


def _unable(verb: str, value: object, words: str) -> str:
    """Return AppSync's message for a value that is not valid for a scalar."""
    return f"Unable to {verb} `{java_text.text(value)}` as {words}."


def _timestamp(value: object, verb: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _TIMESTAMP_LIMIT:
        raise GraphQLError(_unable(verb, value, _TIMESTAMP))
    return value


def _parse_timestamp(value: object) -> int:
    return _timestamp(value, "parse")


def _serialize_timestamp(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _timestamp(value, "serialize")


def _parse_json(value: object) -> object:
    """Parse JSON text to the value that resolvers receive."""
    if not isinstance(value, str):
        raise GraphQLError(_unable("parse", value, "valid JSON"))
    try:
        return json_text.load(value)
    except ValueError as error:
        raise GraphQLError(_unable("parse", value, "valid JSON")) from error


def _serialize_json(value: object) -> str:
    """Return text that is already JSON unchanged (Lambda functions stringify), and encode all other values."""
    if isinstance(value, str):
        try:
            json_text.load(value)
        except ValueError:
            return json_text.dump(value)
        return value
    return json_text.dump(value)


_SCALARS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "AWSDate": _text_scalar(_is_date, "a valid date"),
    "AWSTime": _text_scalar(_is_time, "a valid time"),
    "AWSDateTime": _text_scalar(_is_date_time, "a valid DateTime Object"),
    "AWSTimestamp": (_parse_timestamp, _serialize_timestamp),
    "AWSEmail": _text_scalar(_is_email, "a valid email address"),
    "AWSJSON": (_parse_json, _serialize_json),
    "AWSURL": _text_scalar(_is_url, "a valid URL"),
    "AWSPhone": _text_scalar(_is_phone, "a valid phone number"),
    "AWSIPAddress": _text_scalar(_is_ip_address, "a valid IP address"),
}
"""Name -> parse and serialize. Messages for AWSTime, AWSEmail, AWSURL, AWSIPAddress and AWSJSON are not recorded."""

SCALAR_NAMES: Final = frozenset(_SCALARS)


def equip(scalar: GraphQLScalarType) -> None:
    """Set the parsing and serialization of a scalar that was built from SDL such as ``scalar AWSDate``."""
    parse, serialize = _SCALARS[scalar.name]

    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    scalar.parse_value = parse  # type: ignore[assignment]
    scalar.parse_literal = parse_literal  # type: ignore[method-assign]
    scalar.serialize = serialize  # type: ignore[assignment]

"""Results of data sources, and errors of invalid requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class SourceError:
    """``ctx.error``: the service returned an error; the response handler still runs."""

    message: str
    type: str


@dataclass(frozen=True, slots=True)
class SourceResult:
    """``ctx.result`` and ``ctx.error``. A failed condition has both: the existing item and the error."""

    result: Any = None
    error: SourceError | None = None


class RequestProblemError(Exception):
    """The request handler's return value is not a valid request for the data source.

    The resolver ends and no response handler runs. AppSync's ``errorType`` is ``MappingTemplate``.
    """

    type = "MappingTemplate"


class NotRunLocallyError(RequestProblemError):
    """AppSync supports this, appsync-local does not. Ends the resolver, so that a handler cannot ignore the error."""

    type = "NotRunLocally"


def field_of(request: object, name: str, kind: type) -> Any:  # noqa: ANN401 - of the type that was asked for
    """Return a required field of a request.

    Raises:
        RequestProblemError: the field is absent or has the wrong type.
    """
    value = optional_field_of(request, name, kind)
    if value is None:
        raise RequestProblemError(f"Value for field '$[{name}]' not found.")
    return value


def optional_field_of(request: object, name: str, kind: type) -> Any:  # noqa: ANN401 - of that type, or None
    """Return a field of a request, None if it is absent or null.

    Raises:
        RequestProblemError: the field has the wrong type.
    """
    if not isinstance(request, dict):
        raise RequestProblemError(f"Expected a map with the field {name}, got {request!r}.")
    value = request.get(name)
    if value is not None and not isinstance(value, kind):
        raise unexpected(value, f"{NAMES[kind]} for '$[{name}]'")
    return value


def unexpected(value: object, expected: str) -> RequestProblemError:
    """Return AppSync's error for a value of the wrong type. Only the wording for JSON objects is recorded."""
    return RequestProblemError(f"Expected JSON {expected} but got a '{_kind(value)}' instead.")


def _kind(value: object) -> str:
    return "NULL" if value is None else _KINDS.get(type(value), "NUMBER")


NAMES: Final[dict[type, str]] = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean"}
"""The names of expected types in messages."""
_KINDS: Final[dict[type, str]] = {dict: "OBJECT", list: "ARRAY", str: "STRING", bool: "BOOLEAN"}

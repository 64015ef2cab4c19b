"""What a data source gives back to a response handler, and what keeps it from being called at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class SourceError:
    """``ctx.error``: the service refused; the response handler still runs."""

    message: str
    type: str


@dataclass(frozen=True, slots=True)
class SourceResult:
    """``ctx.result`` and ``ctx.error``. A failed condition has both: the item as it is, and the error."""

    result: Any = None
    error: SourceError | None = None


class RequestProblemError(Exception):
    """What the request handler returned is no request for this data source.

    The resolver ends and no response handler runs. AppSync's ``errorType`` for it is ``MappingTemplate``.
    """

    type = "MappingTemplate"


class NotRunLocallyError(RequestProblemError):
    """AppSync could do this, but not here. It ends the resolver, lest a handler that ignores ``ctx.error`` hide it."""

    type = "NotRunLocally"


def field_of(request: object, name: str, kind: type) -> Any:  # noqa: ANN401 - of the type that was asked for
    """A required field of a request.

    Raises:
        RequestProblemError: it is absent or of another type.
    """
    value = optional_field_of(request, name, kind)
    if value is None:
        raise RequestProblemError(f"Value for field '$[{name}]' not found.")
    return value


def optional_field_of(request: object, name: str, kind: type) -> Any:  # noqa: ANN401 - of that type, or None
    """A field of a request, None where it is absent or null.

    Raises:
        RequestProblemError: it is of another type.
    """
    if not isinstance(request, dict):
        raise RequestProblemError(f"Expected a map with the field {name}, got {request!r}.")
    value = request.get(name)
    if value is not None and not isinstance(value, kind):
        raise unexpected(value, f"{NAMES[kind]} for '$[{name}]'")
    return value


def unexpected(value: object, expected: str) -> RequestProblemError:
    """A value of a kind that does not fit, as AppSync words it. JSON objects were recorded, the other kinds not."""
    return RequestProblemError(f"Expected JSON {expected} but got a '{_kind(value)}' instead.")


def _kind(value: object) -> str:
    return "NULL" if value is None else _KINDS.get(type(value), "NUMBER")


NAMES: Final[dict[type, str]] = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean"}
"""How messages call the kinds of values that are expected."""
_KINDS: Final[dict[type, str]] = {dict: "OBJECT", list: "ARRAY", str: "STRING", bool: "BOOLEAN"}

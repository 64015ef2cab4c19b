"""What a data source gives back to a response handler, and what keeps it from being called at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
        raise RequestProblemError(f"Unsupported element '$[{name}]': expected {_NAMES.get(kind, kind.__name__)}.")
    return value


_NAMES: dict[type, str] = {dict: "a map", list: "a list", str: "a string"}

"""AppSync's two kinds of errors: a rejected HTTP request, and an entry of ``errors`` beside ``data``."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from graphql import GraphQLError, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType

from appsync_local.fields import FieldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLOutputType, GraphQLSchema

_logger: Final = logging.getLogger(__name__)
_NULL_IN_NON_NULL: Final = re.compile(r"Cannot return null for non-nullable field (\w+)\.(\w+)\.")


class RequestError(Exception):
    """The whole request is rejected.

    Attributes:
        status: the HTTP status.
        error_type: AppSync's error type, also sent as ``x-amzn-ErrorType``.
        message: AppSync's message, if it is known.
    """

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message

    def body(self) -> dict[str, Any]:
        """Return ``{"errors": [{"errorType", "message"}]}``."""
        return {"errors": [{"errorType": self.error_type, "message": self.message}]}


class UnauthorizedError(RequestError):
    """401: no credentials, or invalid credentials."""

    def __init__(self, message: str = "You are not authorized to make this call.") -> None:
        super().__init__(401, "UnauthorizedException", message)


class MalformedRequestError(RequestError):
    """400: the body is not a GraphQL request."""

    def __init__(self, message: str = "Unable to parse GraphQL query.") -> None:
        super().__init__(400, "MalformedHttpRequestException", message)


class FieldFailureError(Exception):
    """One field ended in an error; ``data`` of that field is null."""

    def __init__(self, error: FieldError) -> None:
        super().__init__(error.message)
        self.error = error


def error_entry(
    error: FieldError, path: Sequence[str | int] | None, locations: list[dict[str, Any]] | None
) -> dict[str, Any]:
    """Return an entry of ``errors`` for an error of a resolver."""
    return {
        "path": list(path) if path is not None else None,
        "data": error.data,
        "errorType": error.type,
        "errorInfo": error.info,
        "locations": locations,
        "message": error.message,
    }


def locations_of(error: GraphQLError) -> list[dict[str, Any]] | None:
    """Return ``[{"line", "column", "sourceName": null}]``."""
    if not error.locations:
        return None
    return [{"line": place.line, "column": place.column, "sourceName": None} for place in error.locations]


def validation_entry(message: str, error: GraphQLError | None = None) -> dict[str, Any]:
    """Return an entry for a document or a variable that does not match the schema; AppSync sets no ``errorType``."""
    return {"path": None, "locations": locations_of(error) if error is not None else None, "message": message}


def execution_entry(error: GraphQLError, schema: GraphQLSchema) -> dict[str, Any]:
    """Return an entry for an error during the completion of a field."""
    original = error.original_error
    if isinstance(original, FieldFailureError):
        return error_entry(original.error, error.path, locations_of(error))
    if original is not None and not isinstance(original, (GraphQLError, TypeError)):
        _logger.error("A field failed in an unexpected way", exc_info=original)
        return error_entry(FieldError("Internal failure.", type="InternalFailure"), error.path, locations_of(error))
    null = _NULL_IN_NON_NULL.match(error.message)
    if null is not None:
        message = null_message(schema, null[1], null[2], error.path or [])
    elif error.message.startswith("Expected Iterable"):
        message = not_a_list(error.path or [])
    else:
        message = not_serialized(error.path or [], error.message)
    return {"path": error.path, "locations": None, "message": message}


def not_a_list(path: Sequence[str | int]) -> str:
    """Return AppSync's message for a value that is not a list although the schema requires one."""
    return f"Can't resolve value ({slashed(path)}) : type mismatch error, expected type LIST"


def not_serialized(path: Sequence[str | int], problem: str) -> str:
    """Return AppSync's message for a value that is not valid for its scalar or enum."""
    return f"Can't serialize value ({slashed(path)}) : {problem}"


def null_message(schema: GraphQLSchema, type_name: str, field_name: str, path: Sequence[str | int]) -> str:
    """Return AppSync's message for a null in a non-null field."""
    parent = schema.type_map.get(type_name)
    fields = parent.fields if isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)) else {}
    expected = _java_name(fields[field_name].type) if field_name in fields else "?"
    return f"Cannot return null for non-nullable type: '{expected}' within parent '{type_name}' ({slashed(path)})"


def _java_name(graphql_type: GraphQLOutputType) -> str:
    """Return the name of a type as in graphql-java: lists have none."""
    nullable = graphql_type.of_type if isinstance(graphql_type, GraphQLNonNull) else graphql_type
    return "null" if isinstance(nullable, GraphQLList) else str(nullable)


def slashed(path: Sequence[str | int]) -> str:
    """Return a path as in AppSync's messages: ``/messages/items[0]/id``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f"/{part}" for part in path)

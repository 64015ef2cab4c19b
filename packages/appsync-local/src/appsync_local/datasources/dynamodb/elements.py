"""Validates the elements of a DynamoDB request and their types; AppSync's errors contain the path of the element.

Sources: the request types of ``@aws-appsync/utils`` (``resolver-return-types``); AppSync developer guide, "JavaScript
resolver function reference for DynamoDB". The error for unsupported elements is recorded in
aws/aws-appsync-community#110 and #217, and so is the error for another type of value instead of a map; the errors for
other types are worded the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from appsync_local.datasources.result import NAMES, NotRunLocallyError, RequestProblemError, unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class _Shape:
    """The allowed elements of an object."""

    elements: frozenset[str] = frozenset()
    below: dict[str, _Shape] = field(default_factory=dict)
    """Shapes of nested objects, if known; keys and attribute values have none because the table defines their names."""
    members: _Shape | None = None
    """The shape of each member if this is a list or a map with arbitrary names."""


def _shape(*elements: str, **below: _Shape) -> _Shape:
    return _Shape(frozenset((*elements, *below)), below)


_VERSIONED: Final = ("_version", "customPartitionKey", "populateIndexFields")
_REQUEST: Final = ("operation", "version")
_EXPRESSION: Final = _shape("expression", "expressionNames", "expressionValues")
_PROJECTION: Final = _shape("expression", "expressionNames")
_CONDITION: Final = _shape(
    *_EXPRESSION.elements,
    "equalsIgnore",
    "consistentRead",
    conditionalCheckFailedHandler=_shape("strategy", "lambdaArn"),
)
_LIST: Final = (*_REQUEST, "index", "limit", "nextToken", "consistentRead", "select")
_TABLE: Final = _shape("keys", "consistentRead", projection=_PROJECTION)
_TRANSACT_GET: Final = _shape("table", "key", projection=_PROJECTION)
_TRANSACT_WRITE: Final = _shape(
    "table",
    "operation",
    "key",
    "attributeValues",
    update=_EXPRESSION,
    condition=_shape(*_EXPRESSION.elements, "returnValuesOnConditionCheckFailure"),
)
_OPERATIONS: Final = {
    "GetItem": _shape(*_REQUEST, "key", "consistentRead", projection=_PROJECTION),
    "PutItem": _shape(*_REQUEST, *_VERSIONED, "key", "attributeValues", condition=_CONDITION),
    "UpdateItem": _shape(*_REQUEST, *_VERSIONED, "key", update=_EXPRESSION, condition=_CONDITION),
    "DeleteItem": _shape(*_REQUEST, *_VERSIONED, "key", condition=_CONDITION),
    "Query": _shape(*_LIST, "scanIndexForward", query=_EXPRESSION, filter=_EXPRESSION, projection=_PROJECTION),
    "Scan": _shape(*_LIST, "segment", "totalSegments", filter=_EXPRESSION, projection=_PROJECTION),
    "BatchGetItem": _shape(*_REQUEST, tables=_Shape(members=_TABLE)),
    "BatchPutItem": _shape(*_REQUEST, "tables"),
    "BatchDeleteItem": _shape(*_REQUEST, "tables"),
    "TransactGetItems": _shape(*_REQUEST, transactItems=_Shape(members=_TRANSACT_GET)),
    "TransactWriteItems": _shape(*_REQUEST, transactItems=_Shape(members=_TRANSACT_WRITE)),
}


_KINDS: Final = {
    **dict.fromkeys(("index", "select", "expression", "strategy", "lambdaArn", "table"), str),
    **dict.fromkeys(("consistentRead", "scanIndexForward", "returnValuesOnConditionCheckFailure"), bool),
    **dict.fromkeys(("limit", "segment", "totalSegments"), int),
    "equalsIgnore": list,
    "expressionNames": dict,
}
"""The types of the elements that are passed through unchanged, at any path."""
_OF_TEXT: Final = frozenset({"equalsIgnore", "expressionNames"})


def check_elements(operation: str, request: dict[str, object]) -> None:
    """Reject elements that an operation does not support, and values of the wrong type.

    Raises:
        RequestProblemError: ``Unsupported element '$[name]'.`` or ``Expected JSON integer for '$[name]' but ...``.
        NotRunLocallyError: the element belongs to versioned data sources.
    """
    _check(request, _OPERATIONS[operation], "$")
    versioned = next((name for name in _VERSIONED if request.get(name) is not None), None)
    if versioned is not None:
        raise NotRunLocallyError(f"{versioned} needs a versioned data source, which is not run locally.")


def _check(value: object, shape: _Shape, place: str) -> None:
    if shape.members is not None:
        for name, member in _members(value):
            _check(member, shape.members, f"{place}[{name}]")
        return
    if not isinstance(value, dict):
        raise unexpected(value, f"object for '{place}'")
    for name, element in value.items():
        if name not in shape.elements:
            raise RequestProblemError(f"Unsupported element '{place}[{name}]'.")
        if element is None:
            continue
        _check_kind(name, element, f"{place}[{name}]")
        if name in shape.below:
            _check(element, shape.below[name], f"{place}[{name}]")


def _check_kind(name: str, element: object, place: str) -> None:
    kind = _KINDS.get(name)
    if kind is None:
        return
    if not isinstance(element, kind) or (kind is int and isinstance(element, bool)):
        raise unexpected(element, f"{NAMES[kind]} for '{place}'")
    for member, text in _members(element) if name in _OF_TEXT else ():
        if not isinstance(text, str):
            raise unexpected(text, f"string for '{place}[{member}]'")


def _members(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)

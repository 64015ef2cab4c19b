"""Serializes scalars and enums with graphql-java's rules and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLError, Undefined, is_specified_scalar_type

from appsync_local import java_text

if TYPE_CHECKING:
    from graphql import GraphQLLeafType


def complete_leaf(return_type: GraphQLLeafType, result: Any) -> Any:  # noqa: ANN401 - graphql-core's signature
    """Return a value as JSON. A value that is already serialized is unchanged.

    Raises:
        GraphQLError: the value is not valid for its type.
    """
    try:
        serialized = return_type.serialize(result)
    except GraphQLError as error:
        if return_type is GraphQLBoolean and isinstance(result, str):
            return result.lower() == "true"
        raise GraphQLError(_leaf_problem(return_type, result, error)) from None
    if serialized is None or serialized is Undefined:
        raise GraphQLError(f"The value of type '{return_type.name}' is null.")
    return serialized


def _leaf_problem(expected: GraphQLLeafType, value: object, error: GraphQLError) -> str:
    if isinstance(expected, GraphQLEnumType):
        return f"Invalid input for Enum '{expected.name}'. Unknown value '{java_text.text(value)}'"
    if is_specified_scalar_type(expected):
        return f"Expected type '{expected.name}' but was '{java_text.class_name(value)}'."
    return error.message

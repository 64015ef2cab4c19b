"""Finds the first invalid variable of a request, with graphql-java's message: AppSync reports only the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_required_input_field,
    is_specified_scalar_type,
    type_from_ast,
)

from appsync_local import java_text
from appsync_local.errors import validation_entry

if TYPE_CHECKING:
    from graphql import GraphQLSchema, GraphQLType, OperationDefinitionNode, VariableDefinitionNode


class _WrongValueError(Exception):
    """A variable is invalid; the message is AppSync's."""

    def __init__(self, message: str, *, located: bool = True) -> None:
        super().__init__(message)
        self.located = located
        """Whether AppSync reports the location of the variable."""


def variable_problem(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict[str, Any]
) -> dict[str, Any] | None:
    """Return an entry of ``errors`` for the first variable with an invalid value; None if all are valid."""
    for definition in operation.variable_definitions or ():
        expected = type_from_ast(schema, definition.type)
        name = definition.variable.name.value
        if expected is None or (name not in given and definition.default_value):
            continue
        try:
            _check(definition, name, expected, given.get(name))
        except _WrongValueError as problem:
            place = GraphQLError("", definition) if problem.located else None
            return validation_entry(str(problem), place)
    return None


def _check(definition: VariableDefinitionNode, name: str, expected: GraphQLType, value: object) -> None:
    """Check a value. ``name`` is the name of the innermost input field, or of the variable."""
    if isinstance(expected, GraphQLNonNull):
        if value is None:
            variable = definition.variable.name.value
            raise _WrongValueError(f"Variable '{variable}' has coerced Null value for NonNull type '{expected}'")
        _check(definition, name, expected.of_type, value)
    elif value is None:
        return
    elif isinstance(expected, GraphQLList):
        for member in value if isinstance(value, list) else [value]:
            _check(definition, name, expected.of_type, member)
    elif isinstance(expected, GraphQLInputObjectType):
        _check_object(definition, name, expected, value)
    else:
        problem = _leaf_problem(expected, value)
        if problem is not None:
            raise _WrongValueError(f"Variable '{name}' has an invalid value. {problem}")


def _check_object(
    definition: VariableDefinitionNode, name: str, expected: GraphQLInputObjectType, value: object
) -> None:
    if not isinstance(value, dict):
        raise _WrongValueError(
            f"Variable '{name}' has an invalid value. Expected type 'Map' but was '{java_text.class_name(value)}'. "
            "Variables for input objects must be an instance of type 'Map'."
        )
    if not value.keys() <= expected.fields.keys():
        raise _WrongValueError(
            f"The variables input contains a field that is not defined for input object type '{expected.name}' ",
            located=False,
        )
    for field_name, field in expected.fields.items():
        if field_name in value or is_required_input_field(field):
            _check(definition, field_name, field.type, value.get(field_name))


def _leaf_problem(expected: GraphQLType, value: object) -> str | None:
    if isinstance(expected, GraphQLEnumType):
        if isinstance(value, str) and value in expected.values:
            return None
        return f"Invalid input for Enum '{expected.name}'. No value found for name '{java_text.text(value)}'"
    if isinstance(expected, GraphQLScalarType):
        try:
            expected.parse_value(value)
        except GraphQLError as error:
            if is_specified_scalar_type(expected):
                return f"Expected type '{expected.name}' but was '{java_text.class_name(value)}'."
            return error.message
    return None

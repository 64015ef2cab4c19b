"""Validates the values in a document against their types and reports one problem per argument, as graphql-java does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValidationRule,
    VariableNode,
    is_input_type,
    is_required_input_field,
    type_from_ast,
)

from appsync_local import java_text

if TYPE_CHECKING:
    from graphql import ArgumentNode, GraphQLLeafType, GraphQLType, Node, ValueNode, VariableDefinitionNode


class DocumentProblemError(GraphQLError):
    """A problem that already has AppSync's kind and message."""

    def __init__(self, kind: str, message: str, node: Node) -> None:
        super().__init__(message, node)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class _Problem:
    sentence: str
    value: ValueNode | None = None
    """The invalid part, if it is not the whole argument."""
    place: str = ""
    """Path from the argument to the invalid part: ``.name`` and ``[index]``."""

    def within(self, place: str) -> _Problem:
        return replace(self, place=place + self.place)


class ArgumentsOfCorrectTypeRule(ValidationRule):
    """Replaces graphql-core's ``ValuesOfCorrectTypeRule``."""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:  # noqa: ANN401 - graphql-core's signature
        """Check the value of an argument of a field or a directive."""
        definition = self.context.get_argument()
        problem = _problem(node.value, definition.type) if definition else None
        if problem is not None:
            value = java_text.literal(problem.value or node.value)
            message = f"argument '{node.name.value}{problem.place}' with value '{value}' {problem.sentence}"
            self.report_error(DocumentProblemError("WrongType", message, node))

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:  # noqa: ANN401 - as above
        """Check the default value of a variable."""
        expected = type_from_ast(self.context.schema, node.type)
        if node.default_value and expected and is_input_type(expected) and _problem(node.default_value, expected):
            message = f"Bad default value {java_text.literal(node.default_value)} for type {expected}"
            self.report_error(DocumentProblemError("BadValueForDefaultArg", message, node))


def _problem(value: ValueNode, expected: GraphQLType) -> _Problem | None:
    if isinstance(value, NullValueNode):
        return _Problem("must not be null", value) if isinstance(expected, GraphQLNonNull) else None
    if isinstance(value, VariableNode):
        return None
    if isinstance(expected, GraphQLNonNull):
        return _problem(value, expected.of_type)
    if isinstance(expected, GraphQLList):
        return _problem_in_list(value, expected)
    if isinstance(expected, GraphQLInputObjectType):
        return _problem_in_object(value, expected)
    return _problem_of_leaf(value, expected) if isinstance(expected, (GraphQLScalarType, GraphQLEnumType)) else None


def _problem_of_leaf(value: ValueNode, expected: GraphQLLeafType) -> _Problem | None:
    try:
        fits = expected.parse_literal(value) is not Undefined
    except (GraphQLError, ValueError):  # Python does not parse integers of more than 4,300 digits
        fits = False
    return None if fits else _Problem(f"is not a valid '{expected.name}'", value)


def _problem_in_list(value: ValueNode, expected: GraphQLList[Any]) -> _Problem | None:
    if not isinstance(value, ListValueNode):
        return _problem(value, expected.of_type)
    found = ((index, _problem(member, expected.of_type)) for index, member in enumerate(value.values))
    return next((problem.within(f"[{index}]") for index, problem in found if problem), None)


def _problem_in_object(value: ValueNode, expected: GraphQLInputObjectType) -> _Problem | None:
    if not isinstance(value, ObjectValueNode):
        return _Problem("must be an object type")
    given = {field.name.value: field.value for field in value.fields}
    required = [name for name, field in expected.fields.items() if is_required_input_field(field)]
    missing = [name for name in required if name not in given]
    if missing:
        return _Problem(f"is missing required fields '[{', '.join(missing)}]'")
    for name, member in given.items():
        if name not in expected.fields:
            return _Problem(f"contains a field not in '{expected.name}': '{name}'")
        problem = _problem(member, expected.fields[name].type)
        if problem is not None:
            return problem.within(f".{name}")
    return None

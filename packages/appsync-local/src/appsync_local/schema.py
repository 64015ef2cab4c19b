"""Builds an executable schema from an API's SDL: AppSync's scalars and directives, access rules, subscriptions.

AppSync provides its scalars and directives, so a schema does not declare them. If a schema declares them anyway (for
code generators), the declarations are ignored. Any other ``scalar`` is rejected, because AppSync has no custom scalars
("Scalar types in GraphQL", AppSync developer guide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    build_ast_schema,
    parse,
    value_from_ast_untyped,
)
from graphql.type import validate_schema
from graphql.validation.validate import validate_sdl

from appsync_local.provided import PROVIDED_SDL
from appsync_local.scalars import SCALAR_NAMES, equip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import ConstDirectiveNode

_PROVIDED: Final = parse(PROVIDED_SDL)
_PROVIDED_DIRECTIVES: Final = frozenset(
    node.name.value for node in _PROVIDED.definitions if isinstance(node, DirectiveDefinitionNode)
)
_MODES: Final = {
    "aws_auth": "AMAZON_COGNITO_USER_POOLS",
    "aws_cognito_user_pools": "AMAZON_COGNITO_USER_POOLS",
    "aws_api_key": "API_KEY",
    "aws_iam": "AWS_IAM",
    "aws_oidc": "OPENID_CONNECT",
    "aws_lambda": "AWS_LAMBDA",
}
_MAXIMUM_SCHEMA_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """The access rule of a field: authorization mode -> Cognito groups (None: any caller of that mode).

    Without modes, only the API's default mode has access, as in AppSync.
    """

    modes: dict[str, frozenset[str] | None] = field(default_factory=dict)


DEFAULT_ACCESS: Final = FieldAccess()


@dataclass(frozen=True, slots=True)
class ExecutableSchema:
    """A schema with the information from AppSync's directives."""

    schema: GraphQLSchema
    access: dict[tuple[str, str], FieldAccess]
    """By (type name, field name); other fields have the default access."""
    subscriptions: dict[str, tuple[str, ...]]
    """Mutation field -> the Subscription fields to which its result is published."""

    def access_to(self, type_name: str, field_name: str) -> FieldAccess:
        """Return the access rule of a field."""
        return self.access.get((type_name, field_name), DEFAULT_ACCESS)


class SchemaError(ValueError):
    """AppSync would reject the SDL; ``problems`` are the reasons, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check_schema(sdl: str) -> list[str]:
    """Return the problems for which AppSync would reject a schema, with line and column; none if it is valid."""
    try:
        build_schema(sdl)
    except SchemaError as error:
        return error.problems
    return []


def build_schema(sdl: str) -> ExecutableSchema:
    """Build a schema from the SDL of StartSchemaCreation.

    Raises:
        SchemaError: a syntax error, unknown types, custom scalars, or a subscription that does not match its mutations.
    """
    definitions = _own_definitions(sdl)
    schema = _assemble(definitions)
    for named in schema.type_map.values():
        if isinstance(named, GraphQLScalarType) and named.name in SCALAR_NAMES:
            equip(named)
    problems = [_located(error) for error in validate_schema(schema)]
    access, subscriptions = _read_directives(definitions, schema)
    problems += _subscription_problems(schema, subscriptions)
    if problems:
        raise SchemaError(problems)
    return ExecutableSchema(schema, access, _by_mutation(subscriptions))


def _own_definitions(sdl: str) -> list[DefinitionNode]:
    if len(sdl.encode()) > _MAXIMUM_SCHEMA_BYTES:
        raise SchemaError(["The schema is larger than 1 MB."])
    try:
        document = parse(sdl)
    except GraphQLError as error:
        raise SchemaError([_located(error)]) from error
    except RecursionError as error:
        raise SchemaError(["The schema is nested too deeply."]) from error
    definitions = [node for node in document.definitions if not _is_provided(node)]
    custom = [node for node in definitions if isinstance(node, ScalarTypeDefinitionNode)]
    if custom:
        raise SchemaError([f"Custom scalar types are not supported: {node.name.value}." for node in custom])
    return definitions


def _is_provided(node: DefinitionNode) -> bool:
    if isinstance(node, ScalarTypeDefinitionNode):
        return node.name.value in SCALAR_NAMES
    return isinstance(node, DirectiveDefinitionNode) and node.name.value in _PROVIDED_DIRECTIVES


def _assemble(definitions: list[DefinitionNode]) -> GraphQLSchema:
    document = DocumentNode(definitions=(*_PROVIDED.definitions, *definitions))
    problems = [_located(error) for error in validate_sdl(document)]
    if problems:
        raise SchemaError(problems)
    try:
        return build_ast_schema(document, assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        raise SchemaError([str(error)]) from error


def _located(error: GraphQLError) -> str:
    place = error.locations[0] if error.locations else None
    return error.message if place is None else f"{error.message} (line {place.line}, column {place.column})"


def _type_nodes(
    definitions: Iterable[DefinitionNode],
) -> Iterator[ObjectTypeDefinitionNode | ObjectTypeExtensionNode]:
    for node in definitions:
        if isinstance(node, (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)):
            yield node


def _read_directives(
    definitions: list[DefinitionNode], schema: GraphQLSchema
) -> tuple[dict[tuple[str, str], FieldAccess], dict[str, tuple[str, ...]]]:
    """Read AppSync's directives. Those of a field replace those of its type."""
    on_types: dict[str, FieldAccess] = {}
    for node in _type_nodes(definitions):
        rule = _access_of(node.directives)
        if rule.modes:
            on_types[node.name.value] = rule
    access: dict[tuple[str, str], FieldAccess] = {}
    subscriptions: dict[str, tuple[str, ...]] = {}
    subscription_type = schema.subscription_type.name if schema.subscription_type else None
    for node in _type_nodes(definitions):
        for member in node.fields or ():
            rule = _access_of(member.directives)
            rule = rule if rule.modes else on_types.get(node.name.value, DEFAULT_ACCESS)
            if rule.modes:
                access[node.name.value, member.name.value] = rule
            if node.name.value == subscription_type:
                subscriptions[member.name.value] = _mutations_of(member)
    return access, subscriptions


def _access_of(directives: Iterable[ConstDirectiveNode]) -> FieldAccess:
    modes: dict[str, frozenset[str] | None] = {}
    for directive in directives:
        mode = _MODES.get(directive.name.value)
        if mode is not None:
            groups = _argument(directive, "cognito_groups")
            modes[mode] = frozenset(groups) if groups else None
    return FieldAccess(modes) if modes else DEFAULT_ACCESS


def _mutations_of(member: FieldDefinitionNode) -> tuple[str, ...]:
    for directive in member.directives:
        if directive.name.value == "aws_subscribe":
            return tuple(_argument(directive, "mutations") or ())
    return ()


def _argument(directive: ConstDirectiveNode, name: str) -> list[str] | None:
    for argument in directive.arguments:
        if argument.name.value == name:
            value: Any = value_from_ast_untyped(argument.value)
            return [value] if isinstance(value, str) else value
    return None


def _subscription_problems(schema: GraphQLSchema, subscriptions: dict[str, tuple[str, ...]]) -> list[str]:
    """Check that subscriptions return the types of their mutations ("Using subscriptions", AppSync developer guide)."""
    problems = []
    for name, mutations in subscriptions.items():
        subscription = schema.subscription_type.fields[name] if schema.subscription_type else None
        for mutation in mutations:
            target = schema.mutation_type.fields.get(mutation) if schema.mutation_type else None
            if target is None:
                problems.append(f"Subscription field {name} names mutation {mutation}, which does not exist.")
            elif subscription is not None and _bare(subscription.type) != _bare(target.type):
                problems.append(
                    f"Subscription field {name} returns {subscription.type}, its mutation {mutation} {target.type}."
                )
    return problems


def _bare(graphql_type: object) -> str:
    return str(graphql_type).removesuffix("!")


def _by_mutation(subscriptions: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    inverted: dict[str, list[str]] = {}
    for name, mutations in subscriptions.items():
        for mutation in dict.fromkeys(mutations):
            inverted.setdefault(mutation, []).append(name)
    return {mutation: tuple(names) for mutation, names in inverted.items()}

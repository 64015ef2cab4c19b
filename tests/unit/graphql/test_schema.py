"""Checks of the schema against its resolvers, its canonical documents, and the rules of AppSync and DynamoDB."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    build_schema,
    concat_ast,
    get_named_type,
    parse,
    validate,
)

from appsync_local.provided import PROVIDED_SDL
from contract.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DirectiveNode

ROOT = Path(__file__).parents[3]
GRAPHQL = ROOT / "graphql"
ROOTS = ("Query", "Mutation", "Subscription")
IDENTITY = re.compile("user|author|owner|sender", re.IGNORECASE)

ABOUT_SOMEBODY = {
    "openDirectRoom",
    "inviteToChatRoom",
    "setMemberRole",
    "removeMember",
    "banMember",
    "unbanMember",
    "muteMember",
    "unmuteMember",
}
"""Operations with a `userId` that is not the caller's identity, but the subject of the operation."""

ENDED_BY_STREAM = {"onReactionRemoved", "onTypingStarted", "onTypingStopped", "onUserPresenceChanged"}
"""Subscriptions to a room that publishAccessEnded ends."""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(PROVIDED_SDL + (GRAPHQL / "schema.graphql").read_text())


def own_types(schema: GraphQLSchema) -> Iterator[GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType]:
    for name, type_ in schema.type_map.items():
        if not name.startswith("__") and isinstance(
            type_, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType
        ):
            yield type_


def fields_of_roots(schema: GraphQLSchema) -> set[str]:
    return {f"{root}.{field}" for root in ROOTS for field in schema.type_map[root].fields}  # type: ignore[attr-defined]


def code_files() -> list[Path]:
    return sorted([*GRAPHQL.glob("resolvers/*.js"), *GRAPHQL.glob("functions/*.js")])


def tags(path: Path, name: str) -> list[str]:
    block = path.read_text().split("*/")[0]
    return re.findall(rf"^ \* @{name} (.+)$", block, re.MULTILINE)


def pipeline(path: Path) -> list[str]:
    return [name for tag in tags(path, "pipeline") for name in tag.split(", ")]


def directives(nodes: tuple[DirectiveNode, ...]) -> dict[str, DirectiveNode]:
    return {node.name.value: node for node in nodes}


def test_root_fields_and_resolvers_match(schema: GraphQLSchema) -> None:
    resolved = {path.stem for path in GRAPHQL.glob("resolvers/*.js")}
    assert {field for field in resolved if field.split(".")[0] in ROOTS} == fields_of_roots(schema)
    for field in resolved - fields_of_roots(schema):
        type_name, name = field.split(".")
        assert name in schema.type_map[type_name].fields  # type: ignore[attr-defined]


def test_pipelines_use_existing_functions_and_every_function_is_used() -> None:
    used = set()
    for path in GRAPHQL.glob("resolvers/*.js"):
        assert bool(pipeline(path)) != bool(tags(path, "dataSource")), path.name
        assert len(pipeline(path)) <= 10, path.name
        used.update(pipeline(path))
    assert used == {path.stem for path in GRAPHQL.glob("functions/*.js")}


def test_every_admission_is_decided() -> None:
    """Callers undecided after requireMembership or readSender reach assertRoomVisible or its equivalent next."""
    for path in GRAPHQL.glob("resolvers/*.js"):
        functions = pipeline(path)
        for judge in {"requireMembership", "readSender"} & set(functions):
            position = functions.index(judge)
            assert (
                functions[position + 1 :][:1] in (["assertRoomVisible"], ["readReferences"])
                or "findRoom" in functions[:position]
            ), path.name


def test_every_access_tag_names_a_table_and_no_scan() -> None:
    indexes = {f"{table.key}.{index.name}" for table in TABLES for index in table.indexes}
    resources = {table.key for table in TABLES} | indexes
    for path in code_files():
        accesses = tags(path, "access")
        assert bool(accesses) == (tags(path, "dataSource") not in ([], ["none"], ["attachments"])), path.name
        for access in accesses:
            actions, resource = access.split(" ")
            assert resource in resources, path.name
            assert all(re.fullmatch(r"dynamodb:[A-Z]\w+", action) for action in actions.split(",")), path.name
        assert "Scan" not in path.read_text(), path.name


def test_conditional_writes_may_read_their_row() -> None:
    """AppSync reads the row after a failed condition, with the role of the data source."""
    for path in GRAPHQL.glob("functions/*.js"):
        source = path.read_text()
        if re.search(r"operation: '(PutItem|UpdateItem)'", source) and "isRefusedByCondition" in source:
            assert any("dynamodb:GetItem" in access for access in tags(path, "access")), path.name


def test_tables_and_settings_are_used_in_one_file_only() -> None:
    for path in GRAPHQL.rglob("*.js"):
        assert bool(re.search(r"\b(TABLES|SETTINGS)\b", path.read_text())) == (path.name == "environment.js"), path.name


def test_bundled_code_fits_into_a_resolver() -> None:
    for path in code_files():
        bundled = subprocess.run(
            ["node_modules/.bin/esbuild", path, "--bundle", "--format=esm", "--external:@aws-appsync/utils"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=300,
        )
        assert len(bundled.stdout) <= 32 * 1024, path.name


def test_subscriptions_match_the_types_of_their_mutations(schema: GraphQLSchema) -> None:
    assert schema.subscription_type is not None
    assert schema.mutation_type is not None
    for name, field in schema.subscription_type.fields.items():
        assert field.ast_node is not None
        (argument,) = directives(field.ast_node.directives)["aws_subscribe"].arguments
        mutations = [value.value for value in argument.value.values]  # type: ignore[attr-defined]
        assert mutations, name
        assert {str(schema.mutation_type.fields[mutation].type) for mutation in mutations} == {str(field.type)}, name
        returned = get_named_type(field.type)
        assert isinstance(returned, GraphQLObjectType)
        assert set(field.args) <= set(returned.fields), name


def test_every_room_subscription_ends_with_the_membership(schema: GraphQLSchema) -> None:
    """AppSync ends at most five subscription fields per request; the stream of memberships ends the others."""
    source = (GRAPHQL / "shared" / "subscription.js").read_text()
    match = re.search(r"const endedFields = \[([^\]]*)\]", source)
    assert match is not None
    ended = set(re.findall(r"'(\w+)'", match[1]))
    assert schema.subscription_type is not None
    of_rooms = {name for name, field in schema.subscription_type.fields.items() if "chatRoomId" in field.args}
    assert len(ended) <= 5
    assert ended == of_rooms - ENDED_BY_STREAM


def test_every_type_is_restricted_to_user_pool_users(schema: GraphQLSchema) -> None:
    for type_ in own_types(schema):
        if isinstance(type_, GraphQLObjectType):
            assert type_.ast_node is not None
            assert "aws_cognito_user_pools" in directives(type_.ast_node.directives), type_.name


def test_publish_mutations_require_iam_and_users_can_receive_their_types(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        assert field.ast_node is not None
        found = set(directives(field.ast_node.directives))
        assert ("aws_iam" in found) == name.startswith("publish"), name
        if "aws_iam" in found:
            assert found == {"aws_iam"}, name
            for type_ in types_below(get_named_type(field.type)):
                assert type_.ast_node is not None
                assert {"aws_iam", "aws_cognito_user_pools"} <= set(directives(type_.ast_node.directives)), type_.name


def types_below(type_: GraphQLNamedType) -> Iterator[GraphQLObjectType]:
    if isinstance(type_, GraphQLObjectType):
        yield type_
        for field in type_.fields.values():
            yield from types_below(get_named_type(field.type))


def test_every_definition_has_a_description(schema: GraphQLSchema) -> None:
    missing = []
    for type_ in own_types(schema):
        if not type_.description:
            missing.append(type_.name)
        if isinstance(type_, GraphQLEnumType):
            missing += [f"{type_.name}.{name}" for name, value in type_.values.items() if not value.description]
            continue
        for name, field in type_.fields.items():
            if not field.description:
                missing.append(f"{type_.name}.{name}")
            arguments = getattr(field, "args", {})
            missing += [f"{type_.name}.{name}({key})" for key, value in arguments.items() if not value.description]
    assert missing == []


def test_inputs_do_not_contain_the_callers_identity(schema: GraphQLSchema) -> None:
    """The caller comes from the token: an argument names a user only if the operation is about another user."""
    for root in ROOTS:
        for name, field in schema.type_map[root].fields.items():  # type: ignore[attr-defined]
            if "aws_iam" in directives(field.ast_node.directives):
                continue
            for key, argument in field.args.items():
                inner = getattr(get_named_type(argument.type), "fields", {})
                named = [given for given in (key, *inner) if IDENTITY.search(given)]
                assert named == (["userId"] if name in ABOUT_SOMEBODY and key == "userId" else []), name


def test_canonical_documents_are_valid_and_cover_every_operation(schema: GraphQLSchema) -> None:
    document = concat_ast([parse(path.read_text()) for path in sorted(GRAPHQL.glob("operations/*.graphql"))])
    assert validate(schema, document) == []
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    covered = {
        f"{operation.operation.value.capitalize()}.{field.name.value}"  # type: ignore[attr-defined]
        for operation in operations
        for field in operation.selection_set.selections
    }
    assert covered == {name for name in fields_of_roots(schema) if not name.startswith("Mutation.publish")}
    assert {operation.operation for operation in operations} == set(OperationType)


def test_fragments_select_all_fields_of_their_type(schema: GraphQLSchema) -> None:
    document = parse((GRAPHQL / "operations" / "fragments.graphql").read_text())
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    assert {"MessageFields", "ChatRoomFields", "MembershipFields"} <= {node.name.value for node in fragments}
    for node in fragments:
        everything = everything_of(schema.type_map[node.type_condition.name.value])
        # It describes the selection of a response, not the data.
        everything.pop("selectionComplete", None)
        assert selected(node.selection_set) == everything, node.name.value


def test_published_canonical_mutations_select_all_fields_without_fragments(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    documents = [parse(path.read_text()) for path in sorted(GRAPHQL.glob("operations/*.graphql"))]
    operations = [node for document in documents for node in document.definitions]
    fields = {
        field.name.value: field
        for operation in operations
        if isinstance(operation, OperationDefinitionNode) and operation.operation is OperationType.MUTATION
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    }
    for name in heard_mutations(schema):
        type_ = get_named_type(schema.mutation_type.fields[name].type)
        assert selected(fields[name].selection_set) == everything_of(type_), name


def heard_mutations(schema: GraphQLSchema) -> set[str]:
    """Return the users' mutations that a subscription names."""
    assert schema.subscription_type is not None
    named = set()
    for field in schema.subscription_type.fields.values():
        assert field.ast_node is not None
        (argument,) = directives(field.ast_node.directives)["aws_subscribe"].arguments
        named |= {value.value for value in argument.value.values}  # type: ignore[attr-defined]
    return {name for name in named if not name.startswith("publish")}


def selected(selection_set: SelectionSetNode | None) -> dict[str, Any]:
    """Return the fields of a selection without fragments by name, each with its own fields."""
    fields = [node for node in (selection_set.selections if selection_set else ()) if isinstance(node, FieldNode)]
    return {node.name.value: selected(node.selection_set) for node in fields}


def everything_of(type_: object) -> dict[str, Any]:
    """Return the same structure for a complete selection."""
    inner = type_.fields if isinstance(type_, GraphQLObjectType) else {}
    return {name: everything_of(get_named_type(field.type)) for name, field in inner.items()}

"""Differences between an AppSync API and its stack that Terraform does not detect.

* The schema: the provider writes it and never reads it back (note on ``schema`` in variables.tf of
  terraform-aws-modules/terraform-aws-appsync), so Terraform never detects a change in the console.
* Resolvers, functions, data sources, API keys and a cache that are not declared.
* The code of resolvers and functions, in case the provider stops reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql.error import GraphQLError
from graphql.language import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)
from graphql.language.ast import Node

from common.commands import OperationError
from ops.account_drift.check import Check, Difference, extra, or_none
from terraform.expressions import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.account_drift.check import Account, Resource

_SHOWN = 8
_RESTORE = "docs/promotion.md, Drift, has the command that restores it"
_MISSING = ("NotFoundException",)
_TYPES = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, InputObjectTypeDefinitionNode)


# --- the schema -------------------------------------------------------------------------------------


def _schema(account: Account, api: Resource) -> Iterator[Difference]:
    response = account.client("appsync").get_introspection_schema(apiId=api["id"], format="SDL", includeDirectives=True)
    sdl = response["schema"].read().decode()
    try:
        expected, actual = schema_parts(unescaped(api.arguments["schema"])), schema_parts(sdl)
    except GraphQLError as error:
        raise OperationError(f"A schema of the API {api['id']} is not valid: {error}") from error
    for place in sorted(expected.keys() | actual.keys()):
        was, now = expected.get(place), actual.get(place)
        if was == now:
            continue
        if now is None:
            message = f"is missing; deployed: {was}"
        else:
            message = f"was added: {now}" if was is None else f"is {now}; deployed: {was}"
        yield Difference(api.address, f"schema.{place}", message, "appsync", _RESTORE)


def schema_parts(sdl: str) -> dict[str, str]:
    """Return every part of a schema by its place (``Type``, ``Type.field``), independent of descriptions and order.

    AppSync's own scalars and directives and the ``schema`` block are left out.

    Raises:
        GraphQLError: the text is not a schema.
    """
    parts: dict[str, str] = {}
    for definition in parse(sdl, no_location=True).definitions:
        parts |= dict(_parts(definition))
    return parts


def _parts(definition: DefinitionNode) -> Iterator[tuple[str, str]]:
    if isinstance(definition, _TYPES):
        name = definition.name.value
        yield name, " ".join([definition.kind, *_directives(definition), *_interfaces(definition)])
        for member in definition.fields:
            yield f"{name}.{member.name.value}", _line(member)
    elif isinstance(definition, EnumTypeDefinitionNode):
        for value in definition.values:
            yield f"{definition.name.value}.{value.name.value}", "enum value"
    elif isinstance(definition, UnionTypeDefinitionNode):
        yield definition.name.value, " | ".join(sorted(member.name.value for member in definition.types))


def _directives(node: Any) -> list[str]:  # noqa: ANN401 - any node with directives
    return sorted(map(print_ast, node.directives))


def _interfaces(node: Any) -> list[str]:  # noqa: ANN401 - input types have none
    return sorted(interface.name.value for interface in getattr(node, "interfaces", ()))


def _line(node: Any) -> str:  # noqa: ANN401 - a field or an input value
    """Return a definition as one line, without description and with sorted directives."""
    arguments = ", ".join(sorted(map(_line, getattr(node, "arguments", ()))))
    default = getattr(node, "default_value", None)
    text = f"{node.name.value}{f'({arguments})' if arguments else ''}: {print_ast(node.type)}"
    if isinstance(default, Node):
        text += f" = {print_ast(default)}"
    return " ".join([text, *_directives(node)])


# --- resolvers, functions, data sources, keys -------------------------------------------------------


def _resolvers(account: Account, api: Resource) -> Iterator[Difference]:
    parts = schema_parts(unescaped(api.arguments["schema"]))
    types = [name for name, part in parts.items() if part.startswith("object_type")]
    found = {
        f"{resolver['typeName']}.{resolver['fieldName']}": resolver
        for name in types
        for resolver in or_none(
            lambda name=name: account.listed("appsync", "list_resolvers", "resolvers", apiId=api["id"], typeName=name),  # type: ignore[misc]
            "NotFoundException",  # a type that is missing in the API: its resolvers are, too
        )
        or ()
    }
    declared = {f"{part['type']}.{part['field']}": part for part in account.of("aws_appsync_resolver")}
    for name, resolver in sorted(found.items()):
        if name not in declared:
            place = f"--type-name {resolver['typeName']} --field-name {resolver['fieldName']}"
            yield extra(api, f"resolver {name}", f"aws appsync delete-resolver --api-id {api['id']} {place}")
    yield from _codes(declared, found)


def _functions(account: Account, api: Resource) -> Iterator[Difference]:
    # By id: several functions may have the same name.
    functions = account.listed("appsync", "list_functions", "functions", apiId=api["id"])
    found = {function["functionId"]: function for function in functions}
    declared = {function["function_id"]: function for function in account.of("aws_appsync_function")}
    for function_id in sorted(found.keys() - declared.keys()):
        what = f"function {found[function_id]['name']} ({function_id})"
        command = f"aws appsync delete-function --api-id {api['id']} --function-id {function_id}"
        yield extra(api, what, command)
    yield from _codes(declared, found)


def _data_sources(account: Account, api: Resource) -> Iterator[Difference]:
    declared = account.values("aws_appsync_datasource", "name")
    for source in account.listed("appsync", "list_data_sources", "dataSources", apiId=api["id"]):
        name = source["name"]
        if name not in declared:
            command = f"aws appsync delete-data-source --api-id {api['id']} --name {name}"
            yield extra(api, f"data source {name} of type {source['type']}", command, f"data source {name}")


def _keys(account: Account, api: Resource) -> Iterator[Difference]:
    declared = {str(key["id"]).rpartition(":")[2] for key in account.of("aws_appsync_api_key")}
    for key in account.listed("appsync", "list_api_keys", "apiKeys", apiId=api["id"]):
        # The id is the secret key, so only a part of it is printed.
        if key["id"] not in declared:
            name = f"API key {key['id'][:_SHOWN]}..."
            command = f"aws appsync delete-api-key --api-id {api['id']} --id KEY"
            yield extra(api, f'{name} "{key.get("description", "")}"', command, name)


def _cache(account: Account, api: Resource) -> Iterator[Difference]:
    cache = or_none(lambda: account.client("appsync").get_api_cache(apiId=api["id"])["apiCache"], "NotFoundException")
    if cache and api["id"] not in account.values("aws_appsync_api_cache", "api_id"):
        what = f"cache of {cache['apiCachingBehavior']}"
        yield extra(api, what, f"aws appsync delete-api-cache --api-id {api['id']}", "cache")


def _codes(declared: Mapping[str, Resource], found: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    """Yield the differences of code; both mappings have the same kind of key. Terraform reports missing resources."""
    for key in sorted(declared.keys() & found.keys()):
        resource = declared[key]
        expected, code = unescaped(resource.arguments["code"]), found[key].get("code", "")
        if code.strip() != expected.strip():
            message = _first_difference(expected, code)
            yield Difference(resource.address, "code", message, "appsync", "plan and promote the same release")


def _first_difference(expected: str, actual: str) -> str:
    pairs = zip(expected.splitlines() + [""] * 2, actual.splitlines() + [""] * 2, strict=False)
    for number, (was, now) in enumerate(pairs, start=1):
        if was != now:
            return f"differs from line {number} on: is {now.strip()!r}; deployed: {was.strip()!r}"
    return "differs in length"


_API = "aws_appsync_graphql_api"
CHECKS = (
    Check(_API, "the schema, which the provider never reads", _schema, _MISSING),
    Check(_API, "resolvers, and their code", _resolvers, _MISSING),
    Check(_API, "functions, and their code", _functions, _MISSING),
    Check(_API, "data sources", _data_sources, _MISSING),
    Check(_API, "API keys", _keys, _MISSING),
    Check(_API, "cache of responses", _cache, _MISSING),
)

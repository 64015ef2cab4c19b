"""Differences between an AppSync API and its stack that Terraform does not detect.

* The schema: the provider writes it and never reads it back (note on ``schema`` in variables.tf of
  terraform-aws-modules/terraform-aws-appsync), so Terraform never detects a change in the console.
* Resolvers, functions, data sources and API keys that are not declared.
* The code of resolvers and functions, in case the provider stops reading it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
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
from common.error_messages import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_appsync import AppSyncClient

    from terraform.stack import Stack

API = "aws_appsync_graphql_api.chat"
_WORKERS = 8
_SHOWN = 8
_TYPES = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, InputObjectTypeDefinitionNode)


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A difference from the deployed release.

    Attributes:
        address: the resource; if it is not declared, its AppSync type and name.
        attribute: the attribute, with a path if it is nested.
        message: the difference in words.
        seen_by: ``terraform`` or ``appsync``.
    """

    address: str
    attribute: str
    message: str
    seen_by: str


def appsync_differences(stack: Stack, api_id: str) -> list[Difference]:
    """Compare an API with its stack.

    Raises:
        OperationError: AppSync returned an error, or a schema is not valid.
    """
    config = Config(max_pool_connections=_WORKERS, retries={"mode": "standard", "max_attempts": 5})
    deployed = _DeployedApi(boto3.client("appsync", region_name=stack.region, config=config), api_id)
    try:
        return sorted([*_schema_differences(stack, deployed), *_part_differences(stack, deployed)])
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"The API {api_id} could not be read from AppSync. {sentence(error)}") from error
    except GraphQLError as error:
        raise OperationError(f"A schema of the API {api_id} is not valid: {error}") from error


@dataclass(frozen=True, slots=True)
class _DeployedApi:
    client: AppSyncClient
    api_id: str

    def schema(self) -> str:
        response = self.client.get_introspection_schema(apiId=self.api_id, format="SDL", includeDirectives=True)
        return response["schema"].read().decode()

    def resolvers(self, type_names: list[str]) -> dict[str, str]:
        """Return the code of each resolver by ``Type.field``."""

        def of_type(name: str) -> list[Any]:
            pages = self.client.get_paginator("list_resolvers").paginate(apiId=self.api_id, typeName=name)
            return [resolver for page in pages for resolver in page["resolvers"]]

        with ThreadPoolExecutor(_WORKERS) as pool:
            found = [resolver for resolvers in pool.map(of_type, type_names) for resolver in resolvers]
        return {f"{each['typeName']}.{each['fieldName']}": each.get("code", "") for each in found}

    def functions(self) -> dict[str, str]:
        """Return the code of each function by name."""
        pages = self.client.get_paginator("list_functions").paginate(apiId=self.api_id)
        return {function["name"]: function.get("code", "") for page in pages for function in page["functions"]}

    def data_sources(self) -> dict[str, str]:
        """Return the type of each data source by name."""
        pages = self.client.get_paginator("list_data_sources").paginate(apiId=self.api_id)
        return {source["name"]: source["type"] for page in pages for source in page["dataSources"]}

    def keys(self) -> dict[str, str]:
        """Return the description of each API key by id; the id is the secret key, so only a part of it is printed."""
        pages = self.client.get_paginator("list_api_keys").paginate(apiId=self.api_id)
        return {key["id"]: key.get("description", "") for page in pages for key in page["apiKeys"]}


# --- the schema -------------------------------------------------------------------------------------


def _schema_differences(stack: Stack, deployed: _DeployedApi) -> Iterator[Difference]:
    expected = schema_parts(unescaped(stack.argument(API, "schema")))
    actual = schema_parts(deployed.schema())
    for place in sorted(expected.keys() | actual.keys()):
        was, now = expected.get(place), actual.get(place)
        if was == now:
            continue
        if now is None:
            message = f"is missing; deployed: {was}"
        else:
            message = f"was added: {now}" if was is None else f"is {now}; deployed: {was}"
        yield Difference(API, f"schema.{place}", message, "appsync")


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


def _part_differences(stack: Stack, deployed: _DeployedApi) -> Iterator[Difference]:
    types = [name for name, part in schema_parts(deployed.schema()).items() if part.startswith("object_type")]
    resolvers = _of(stack, "aws_appsync_resolver")
    declared = {f"{each['type']}.{each['field']}": each for each in resolvers.values()}
    addresses = {f"{each['type']}.{each['field']}": address for address, each in resolvers.items()}
    yield from _compared("resolver", declared, deployed.resolvers(types), addresses)
    functions = _of(stack, "aws_appsync_function")
    declared = {each["name"]: each for each in functions.values()}
    addresses = {each["name"]: address for address, each in functions.items()}
    yield from _compared("function", declared, deployed.functions(), addresses)
    sources = {source["name"] for source in _of(stack, "aws_appsync_datasource").values()}
    for name, kind in sorted(deployed.data_sources().items()):
        if name not in sources:
            yield Difference(f"data source {name}", "", f"of type {kind} is not declared by the stack", "appsync")
    keys = deployed.keys()
    for key in sorted(keys)[len(_of(stack, "aws_appsync_api_key")) :]:
        yield Difference(f"API key {key[:_SHOWN]}...", "", f'"{keys[key]}" is not declared by the stack', "appsync")


def _compared(
    kind: str, declared: dict[str, dict[str, Any]], deployed: dict[str, str], addresses: dict[str, str]
) -> Iterator[Difference]:
    for name, code in sorted(deployed.items()):
        if name not in declared:
            yield Difference(f"{kind} {name}", "", "is not declared by the stack", "appsync")
        elif code.strip() != unescaped(declared[name]["code"]).strip():
            yield Difference(
                addresses[name], "code", _first_difference(unescaped(declared[name]["code"]), code), "appsync"
            )
    for name in sorted(declared.keys() - deployed.keys()):
        yield Difference(addresses[name], "", "is missing", "appsync")


def _first_difference(expected: str, actual: str) -> str:
    pairs = zip(expected.splitlines() + [""] * 2, actual.splitlines() + [""] * 2, strict=False)
    for number, (was, now) in enumerate(pairs, start=1):
        if was != now:
            return f"differs from line {number} on: is {now.strip()!r}; deployed: {was.strip()!r}"
    return "differs in length"


def _of(stack: Stack, kind: str) -> dict[str, dict[str, Any]]:
    return {address: arguments for address, arguments in stack.resources.items() if address.startswith(f"{kind}.")}


def unescaped(text: str) -> str:
    """Return text with Terraform's escapes resolved: ``$${`` is ``${`` and ``%%{`` is ``%{``."""
    return text.replace("$${", "${").replace("%%{", "%{")

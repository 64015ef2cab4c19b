"""What differs between an AppSync API and its stack where Terraform does not look.

* The schema: the provider writes it and never reads it back (so says the note on ``schema`` in variables.tf of
  terraform-aws-modules/terraform-aws-appsync), so a change in the console stays unseen for ever.
* Resolvers, functions, data sources and API keys that nobody declared.
* The code of resolvers and functions, in case the provider stops reading that, too.
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
    """One thing that is not as it was deployed.

    Attributes:
        address: the resource, or for what nobody declared the AppSync kind and name.
        attribute: which of its attributes, with a path where that helps.
        message: how it differs, in words.
        seen_by: ``terraform`` or ``appsync``.
    """

    address: str
    attribute: str
    message: str
    seen_by: str


def appsync_differences(stack: Stack, api_id: str) -> list[Difference]:
    """Compare the API as it is with its stack.

    Raises:
        OperationError: AppSync refused, or a schema cannot be read.
    """
    config = Config(max_pool_connections=_WORKERS, retries={"mode": "standard", "max_attempts": 5})
    deployed = _DeployedApi(boto3.client("appsync", region_name=stack.region, config=config), api_id)
    try:
        return sorted([*_schema_differences(stack, deployed), *_part_differences(stack, deployed)])
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"AppSync could not be asked about the API {api_id}. {sentence(error)}") from error
    except GraphQLError as error:
        raise OperationError(f"A schema of the API {api_id} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class _DeployedApi:
    client: AppSyncClient
    api_id: str

    def schema(self) -> str:
        answer = self.client.get_introspection_schema(apiId=self.api_id, format="SDL", includeDirectives=True)
        return answer["schema"].read().decode()

    def resolvers(self, type_names: list[str]) -> dict[str, str]:
        """Return ``Type.field`` -> code."""

        def of_type(name: str) -> list[Any]:
            pages = self.client.get_paginator("list_resolvers").paginate(apiId=self.api_id, typeName=name)
            return [resolver for page in pages for resolver in page["resolvers"]]

        with ThreadPoolExecutor(_WORKERS) as pool:
            found = [one for resolvers in pool.map(of_type, type_names) for one in resolvers]
        return {f"{one['typeName']}.{one['fieldName']}": one.get("code", "") for one in found}

    def functions(self) -> dict[str, str]:
        """Return name -> code."""
        pages = self.client.get_paginator("list_functions").paginate(apiId=self.api_id)
        return {one["name"]: one.get("code", "") for page in pages for one in page["functions"]}

    def data_sources(self) -> dict[str, str]:
        """Return name -> type."""
        pages = self.client.get_paginator("list_data_sources").paginate(apiId=self.api_id)
        return {one["name"]: one["type"] for page in pages for one in page["dataSources"]}

    def keys(self) -> dict[str, str]:
        """Return id -> description. The id is the key itself: it is shown in part only."""
        pages = self.client.get_paginator("list_api_keys").paginate(apiId=self.api_id)
        return {one["id"]: one.get("description", "") for page in pages for one in page["apiKeys"]}


# --- the schema -------------------------------------------------------------------------------------


def _schema_differences(stack: Stack, deployed: _DeployedApi) -> Iterator[Difference]:
    should = schema_parts(unescaped(stack.argument(API, "schema")))
    actual = schema_parts(deployed.schema())
    for place in sorted(should.keys() | actual.keys()):
        was, now = should.get(place), actual.get(place)
        if was == now:
            continue
        if now is None:
            message = f"is gone; deployed was: {was}"
        else:
            message = f"was added: {now}" if was is None else f"is {now}; deployed was: {was}"
        yield Difference(API, f"schema.{place}", message, "appsync")


def schema_parts(sdl: str) -> dict[str, str]:
    """Return every part of a schema by its place (``Type``, ``Type.field``), without descriptions and order.

    What AppSync adds by itself (its scalars and directives, the ``schema`` block) is left out.

    Raises:
        GraphQLError: it is not a schema.
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
        yield definition.name.value, " | ".join(sorted(one.name.value for one in definition.types))


def _directives(node: Any) -> list[str]:  # noqa: ANN401 - any node with directives
    return sorted(print_ast(one) for one in node.directives)


def _interfaces(node: Any) -> list[str]:  # noqa: ANN401 - input types have none
    return sorted(one.name.value for one in getattr(node, "interfaces", ()))


def _line(node: Any) -> str:  # noqa: ANN401 - a field or an input value
    """Return a definition in one line: no description, directives in order."""
    arguments = ", ".join(sorted(_line(one) for one in getattr(node, "arguments", ())))
    default = getattr(node, "default_value", None)
    text = f"{node.name.value}{f'({arguments})' if arguments else ''}: {print_ast(node.type)}"
    if isinstance(default, Node):
        text += f" = {print_ast(default)}"
    return " ".join([text, *_directives(node)])


# --- resolvers, functions, data sources, keys -------------------------------------------------------


def _part_differences(stack: Stack, deployed: _DeployedApi) -> Iterator[Difference]:
    types = [name for name, part in schema_parts(deployed.schema()).items() if part.startswith("object_type")]
    resolvers = {f"{one['type']}.{one['field']}": one for one in _of(stack, "aws_appsync_resolver").values()}
    addresses = {f"{one['type']}.{one['field']}": name for name, one in _of(stack, "aws_appsync_resolver").items()}
    yield from _compared("resolver", resolvers, deployed.resolvers(types), addresses)
    functions = {one["name"]: one for one in _of(stack, "aws_appsync_function").values()}
    addresses = {one["name"]: name for name, one in _of(stack, "aws_appsync_function").items()}
    yield from _compared("function", functions, deployed.functions(), addresses)
    sources = {one["name"] for one in _of(stack, "aws_appsync_datasource").values()}
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
        yield Difference(addresses[name], "", "is gone", "appsync")


def _first_difference(should: str, actual: str) -> str:
    pairs = zip(should.splitlines() + [""] * 2, actual.splitlines() + [""] * 2, strict=False)
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return f"differs from line {number} on: is {other.strip()!r}; deployed was: {one.strip()!r}"
    return "differs in length"


def _of(stack: Stack, kind: str) -> dict[str, dict[str, Any]]:
    return {address: one for address, one in stack.resources.items() if address.startswith(f"{kind}.")}


def unescaped(text: str) -> str:
    """Return text as Terraform passes it on: ``$${`` and ``%%{`` are how it writes ``${`` and ``%{``."""
    return text.replace("$${", "${").replace("%%{", "%{")

"""Refuses settings of resolvers and functions that AppSync refuses and MiniStack accepts.

A resolver must belong to a field of the schema, a pipeline must have at most 10 functions, all of which exist, and a
batch must have at most 2,000 payloads ("CreateResolver" in the AppSync API reference; "AWS AppSync endpoints and
quotas").
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    GraphQLError,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    parse,
)

from local.embedded.emulator import ServiceCall

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response

_RESOLVER: Final = re.compile(r"/v1/apis/(?P<api>[^/]+)/types/(?P<type>[^/]+)/resolvers(?:/(?P<field>[^/]+))?")
_FUNCTION: Final = re.compile(r"/v1/apis/[^/]+/functions(?:/[^/]+)?")
_MOST_FUNCTIONS: Final = 10
_MOST_IN_A_BATCH: Final = 2_000
_OK: Final = 200

Refusal = tuple[int, str, str]
"""HTTP status, AppSync's error type, and the message."""


class ResolverChecks:
    """Wraps the handler of the AppSync control plane."""

    def __init__(self, emulator: Emulator) -> None:
        self._fields: tuple[str, frozenset[tuple[str, str]]] = ("", frozenset())
        """The last schema and its content: (type, field), and (type, "") for the type itself."""
        emulator.wrap("appsync", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        refusal: Refusal | None = None
        resolver = _RESOLVER.fullmatch(call.path)
        if call.method == "POST" and (resolver is not None or _FUNCTION.fullmatch(call.path)):
            request = call.json or {}
            refusal = _too_large(request)
            if refusal is None and resolver is not None:
                field = resolver["field"] or str(request.get("fieldName"))
                refusal = await self._of_field(forward, call.headers, resolver["api"], resolver["type"], field)
                refusal = refusal or await _of_functions(forward, call.headers, resolver["api"], _functions(request))
        return await forward(call) if refusal is None else _answer(*refusal)

    async def _of_field(
        self, forward: Handler, headers: dict[str, str], api: str, type_name: str, field: str
    ) -> Refusal | None:
        status, _headers, sdl = await forward(
            ServiceCall("GET", f"/v1/apis/{api}/schema", headers, query={"format": ["SDL"]})
        )
        if status != _OK:
            return None  # MiniStack refuses the call itself: there is no API, or no schema
        text = sdl if isinstance(sdl, str) else sdl.decode()
        if text != self._fields[0]:
            self._fields = (text, _fields_of(text))
        known = self._fields[1]
        if not known or (type_name, field) in known:
            return None
        if (type_name, "") in known:
            return 404, "NotFoundException", f"No field named {field} found on type {type_name}"
        return 404, "NotFoundException", f"Type {type_name} not found"


def _fields_of(sdl: str) -> frozenset[tuple[str, str]]:
    try:
        definitions = parse(sdl, no_location=True).definitions
    except GraphQLError:
        return frozenset()
    kinds = (
        ObjectTypeDefinitionNode,
        ObjectTypeExtensionNode,
        InterfaceTypeDefinitionNode,
        InterfaceTypeExtensionNode,
    )
    found: set[tuple[str, str]] = set()
    for node in definitions:
        if isinstance(node, kinds):
            found.add((node.name.value, ""))
            found |= {(node.name.value, field.name.value) for field in node.fields}
    return frozenset(found)


def _functions(request: dict[str, Any]) -> list[str]:
    pipeline = request.get("pipelineConfig")
    functions = pipeline.get("functions") if isinstance(pipeline, dict) else None
    return [str(function) for function in functions] if isinstance(functions, list) else []


async def _of_functions(forward: Handler, headers: dict[str, str], api: str, functions: list[str]) -> Refusal | None:
    if len(functions) > _MOST_FUNCTIONS:
        said = f"A pipeline has at most {_MOST_FUNCTIONS} functions, this one has {len(functions)}"
        return 400, "BadRequestException", said
    for function in dict.fromkeys(functions):
        status, _headers, _body = await forward(ServiceCall("GET", f"/v1/apis/{api}/functions/{function}", headers))
        if status != _OK:
            return 404, "NotFoundException", f"No function found with the id {function}"
    return None


def _too_large(request: dict[str, Any]) -> Refusal | None:
    size = request.get("maxBatchSize") or 0
    if isinstance(size, int) and 0 <= size <= _MOST_IN_A_BATCH:
        return None
    return 400, "BadRequestException", f"maxBatchSize is 0 to {_MOST_IN_A_BATCH}, not {size}"


def _answer(status: int, error: str, message: str) -> Response:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": error}
    return status, headers, json.dumps({"__type": error, "message": message}).encode()

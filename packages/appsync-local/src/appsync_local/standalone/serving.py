"""Serves an API over HTTP and WebSocket, and reports problems for which AppSync would reject it."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from graphql import GraphQLObjectType

from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.javascript.validation import check_code
from appsync_local.resolver import resolve_field
from appsync_local.schema import SchemaError, build_schema
from appsync_local.server import AppSyncDataPlane
from appsync_local.standalone.aws import StandaloneAws
from appsync_local.standalone.configuration import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.asgi import Receive, Scope, Send
    from appsync_local.fields import FieldOutcome, FieldRequest, Meter
    from appsync_local.standalone.configuration import Configuration


async def problems_of(api: Configuration, runtime: JavaScriptRuntime) -> list[str]:
    """Return the problems for which AppSync would reject an API, one per line, with file, line and column."""
    try:
        types = build_schema(api.sdl).schema.type_map
    except SchemaError as error:
        return [f"schema.graphql: {problem}" for problem in error.problems]
    found = []
    for resolver in api.resolvers:
        type_name, _, field_name = resolver.name.partition(".")
        named = types.get(type_name)
        if not isinstance(named, GraphQLObjectType) or field_name not in named.fields:
            found.append(f"resolvers/{resolver.name}: the schema has no such field")
    folders = (("resolvers", api.resolvers), ("functions", api.functions))
    for folder, files in folders:
        for file in files:
            problems = [] if file.code is None else await check_code(file.code, runtime=runtime)
            place = f"{folder}/{file.name}.js"
            found += [f"{place}:{problem.line}:{problem.column}: {problem.message}" for problem in problems]
    return found


@asynccontextmanager
async def running(configuration: Configuration) -> AsyncIterator[AppSyncDataPlane]:
    """Run an API as an ASGI application.

    Raises:
        ConfigurationError: AppSync would reject it, or a handler or a key cannot be loaded.
        NodeMissingError: Node.js is not installed.
    """
    aws, runtime = StandaloneAws(configuration), JavaScriptRuntime()

    async def resolve(api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter) -> FieldOutcome:
        return await resolve_field(api, resolver, request, runtime=runtime, backend=aws, meter=meter)

    plane = AppSyncDataPlane(aws, resolve, region=configuration.region)
    async with runtime:
        problems = await problems_of(configuration, runtime)
        if problems:
            raise ConfigurationError("\n".join(problems))
        await plane.start()
        try:
            yield plane
        finally:
            await plane.close()


def serve(api: Configuration, host: str, port: int, *, ready: Callable[[int], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        api: the API.
        host: the address to listen on.
        port: the port, 0 for any free port.
        ready: called with the port when the server accepts requests.

    Raises:
        ConfigurationError: as by `running`.
        OSError: the port is in use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=2048) as listener:
        asyncio.run(_serve(api, listener, ready))


async def _serve(api: Configuration, listener: socket.socket, ready: Callable[[int], None]) -> None:
    async with running(api) as plane:

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if plane.handles(scope):
                await plane(scope, receive, send)
            elif scope["type"] == "http":
                await send(
                    {"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]}
                )
                await send({"type": "http.response.body", "body": b"Operations are sent to /graphql.\n"})
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "The real-time endpoint is elsewhere."})

        config = uvicorn.Config(application, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False)
        server = _Server(config, lambda: ready(listener.getsockname()[1]))
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that reports when it has started."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and report it."""
        await super().startup(sockets)
        if self.started:
            self._ready()

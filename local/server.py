"""The server: one process, one ASGI application, plain HTTP and TLS on loopback.

The AppSync data plane handles its own requests; MiniStack handles all others, including the AppSync control plane.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import logging.handlers
import os
import re
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.realtime.publication import delivery_of
from appsync_local.resolver import resolve_field
from appsync_local.server import AppSyncDataPlane
from local.certificates import Certificates, certificates
from local.deployment.outputs import credentials_command, outputs_file
from local.embedded import function_logs
from local.embedded.actions import AskedActions
from local.embedded.backend import MiniStackBackend
from local.embedded.damage import Damage
from local.embedded.emulator import Emulator, ServiceCall
from local.embedded.environment import DataDirectory, prepare
from local.embedded.events.addresses import LocalAddresses
from local.embedded.events.expiry import Expiry
from local.embedded.events.mappings import StreamMappings
from local.embedded.events.schedules import Clock
from local.embedded.fault_injection import PATHS as FAULT_PATHS
from local.embedded.fault_injection import FaultInjection, FaultyBackend
from local.embedded.fault_injection import is_on as are_faults_on
from local.embedded.function_code import DurableCode
from local.embedded.function_credentials import FunctionCredentials
from local.embedded.graphql_apis import DeployedGraphqlApi
from local.embedded.items import DurableTables
from local.embedded.objects import DurableObjects
from local.embedded.saving import StateSaver
from local.embedded.service_names import know_service_names
from local.embedded.services import check_deployments, complete_services
from local.embedded.state_files import Inventory, StateFiles
from local.embedded.transport import take_loopback_for_secure
from local.front.expectations import closing_unread
from local.front.gate import Gate
from local.front.hosts import Hosts, values_of
from local.front.paths import refused_target
from local.front.refusals import send_text
from local.instance import HOST, READY_PATH
from local.web.site import WebSite

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Generator

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.backend import Backend
    from appsync_local.fields import FieldOutcome, FieldRequest, Meter
    from appsync_local.operation import FieldResolver
    from local.embedded.credentials import RunCredentials
    from local.embedded.emulator import Handler, Receive, Response, Scope, Send, ServiceCall

logger = logging.getLogger(__name__)

_API_PATH = re.compile(r"/v1/apis(?:/(?P<api>[^/]+))?")
_GRACE_SECONDS = 3
_LOG_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listeners:
    """The bound sockets, whose ports are therefore known and reserved before anything else starts."""

    plain: socket.socket
    secure: socket.socket
    web: socket.socket

    @property
    def port(self) -> int:
        """The port for HTTP and WebSocket without TLS."""
        return int(self.plain.getsockname()[1])

    @property
    def tls_port(self) -> int:
        """The port for https and wss."""
        return int(self.secure.getsockname()[1])

    @property
    def web_port(self) -> int:
        """The port of the web client."""
        return int(self.web.getsockname()[1])


def listen(port: int) -> socket.socket:
    """Bind a port on loopback; 0 binds any free one.

    Raises:
        OSError: the port is in use or not permitted.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


class LocalAws:
    """MiniStack with durable state and completed services, behind the data plane, as an ASGI application."""

    def __init__(self, directory: DataDirectory, hosts: Hosts, *, is_repairing: bool = False) -> None:
        self._hosts = hosts
        self.repaired: list[str] = []
        """The damaged data that has been set aside, one line each."""
        self._emulator = Emulator()
        take_loopback_for_secure()
        know_service_names()
        inventory = Inventory(directory)
        self._files = StateFiles(self._emulator, directory, inventory)
        items = directory.state / "items"
        others = (
            DurableObjects(self._emulator, directory.objects, inventory),
            DurableCode(self._emulator, self._files.path("lambda")),
        )
        self._damage = Damage(directory, self._files, inventory, others)
        if is_repairing:
            self.repaired = self._damage.repair()
        with self._damage.explained():
            self._damage.check()
            self._tables = DurableTables(self._emulator, items, is_expected=items in inventory)
            self._tables.restore()
        inventory.add(items)
        self._emulator.wrap("appsync", self._forgetting)
        self._emulator.wrap("cognito-idp", self._forgetting_pools)
        self._javascript = JavaScriptRuntime()
        check_deployments(self._emulator, self._javascript)
        AskedActions()
        complete_services(self._emulator)
        self._faults = FaultInjection(self._emulator) if are_faults_on() else None
        backend = MiniStackBackend(self._emulator) if self._faults is None else FaultyBackend(self._emulator)
        events = directory.state / "events"
        with self._damage.explained():
            self._mappings = StreamMappings(
                self._emulator,
                self._tables,
                backend.permissions,
                positions_folder=events,
                is_expected=events in inventory,
            )
        inventory.add(events)
        self._expiry = Expiry(self._emulator, self._tables)
        LocalAddresses(self._emulator)
        FunctionCredentials(self._emulator)
        function_logs.install()
        Clock(self._emulator, backend.permissions, file=directory.state / "events" / "fired.json")
        self._saver = StateSaver(self._emulator, self._files)
        self._gate = Gate(
            self._emulator, backend.signatures, backend.user_pools, command=credentials_command(directory)
        )
        self._data_plane = AppSyncDataPlane(
            backend,
            self._resolver(backend),
            default_api=DeployedGraphqlApi(outputs_file(directory)),
            delivery=delivery_of(os.environ),
        )

    async def start(self) -> None:
        """Load the state and start background tasks."""
        await self._javascript.start()
        with self._damage.explained():
            self._files.restore()
        await self._emulator.start()
        self._saver.start()
        await self._data_plane.start()
        self._mappings.start()
        self._expiry.start()

    async def drain(self) -> None:
        """Stop background work; continue to serve requests, because running functions send some."""
        await self._expiry.close()
        await self._mappings.close()

    async def stop(self) -> None:
        """Save all state and end all child processes."""
        await self._data_plane.close()
        await self._javascript.close()
        await self._saver.close()
        await self._emulator.stop()
        await self._tables.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an HTTP request or a WebSocket."""
        refused = refused_target(scope) or self._hosts.refused(scope)
        if refused is not None:
            await _refuse(scope, send, *refused)
        elif scope["type"] == "http" and scope["path"] == READY_PATH:
            await _answer_ready(send)
        elif self._faults is not None and _is_to_inject_faults(scope):
            await self._faults(scope, receive, send)
        elif self._data_plane.handles(scope):
            await self._data_plane(scope, receive, send)
        else:
            await self._gate(scope, receive, send)

    def _resolver(self, backend: Backend) -> FieldResolver:
        def resolve(
            api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter
        ) -> Awaitable[FieldOutcome]:
            return resolve_field(api, resolver, request, runtime=self._javascript, backend=backend, meter=meter)

        return resolve if self._faults is None else self._faults.around_resolvers(resolve)

    async def _forgetting(self, call: ServiceCall, forward: Handler) -> Response:
        """Make the data plane reload an API after a call of its control plane."""
        answer = await forward(call)
        found = _API_PATH.match(call.path)
        if call.method != "GET" and found is not None:
            self._data_plane.forget(found["api"])
        return answer

    async def _forgetting_pools(self, call: ServiceCall, forward: Handler) -> Response:
        """Revoke the tokens of deleted user pools: forget their keys and verified tokens."""
        answer = await forward(call)
        if call.headers.get("x-amz-target", "").endswith(".DeleteUserPool"):
            self._data_plane.forget(None)
        return answer


def _is_to_inject_faults(scope: Scope) -> bool:
    """Return whether a request is for fault injection; requests of browser pages are excluded."""
    return bool(scope["type"] == "http" and scope["path"] in FAULT_PATHS and not values_of(scope, b"origin"))


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "http":
        await send_text(send, status, reason)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": reason})


async def _answer_ready(send: Send) -> None:
    body = json.dumps({"ready": True, "pid": os.getpid()}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling, because two servers share one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to `serve`."""
        yield


def _listener(application: LocalAws | WebSite, tls: Certificates | None) -> _Server:
    config = uvicorn.Config(
        closing_unread(application),
        loop="none",
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_context_factory=None if tls is None else _context_factory(tls),
    )
    return _Server(config)


def _context_factory(tls: Certificates) -> Callable[..., ssl.SSLContext]:
    def make(_config: uvicorn.Config, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        return tls.context()

    return make


async def _serve(
    directory: DataDirectory,
    listeners: Listeners,
    *,
    ready: Callable[[list[str]], None],
    until_eof: bool,
    is_repairing: bool,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_eof:  # the starting process holds the other end, which closes when it ends
        loop.add_reader(sys.stdin.fileno(), _at_end_of_input, loop, stop)
    hosts = Hosts([listeners.port, listeners.tls_port], is_appsync=True)
    aws = LocalAws(directory, hosts, is_repairing=is_repairing)
    await aws.start()
    site = WebSite(directory, aws_port=listeners.port, web_port=listeners.web_port)
    servers = [_listener(aws, None), _listener(aws, certificates(directory.certificates)), _listener(site, None)]
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, listener in zip(servers, (listeners.plain, listeners.secure, listeners.web), strict=True)
    ]
    while not all(server.started for server in servers) and not any(map(asyncio.Task.done, tasks)):  # noqa: ASYNC110
        await asyncio.sleep(0.01)  # uvicorn reports this by an attribute only
    ready(aws.repaired)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    logger.info("stopping")
    await aws.drain()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)
    await aws.stop()
    logger.info("stopped")


def _at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        loop.remove_reader(sys.stdin.fileno())
        stop.set()


def run(
    directory: DataDirectory,
    listeners: Listeners,
    credentials: RunCredentials,
    *,
    ready: Callable[[list[str]], None],
    until_eof: bool,
    is_repairing: bool,
) -> None:
    """Serve until SIGTERM, SIGINT or (``until_eof``) the end of standard input; then save and return.

    Args:
        directory: the data directory; only one process may use it, see `process.py`.
        listeners: the bound sockets.
        credentials: the account root's credentials of this run.
        ready: called once when requests are served, with a list of the damaged data that has been set aside.
        until_eof: stop at the end of standard input.
        is_repairing: set damaged data aside instead of refusing to start.

    Raises:
        DamagedDirectoryError: data is damaged.
        OSError: a file could not be written.
    """
    import uvloop  # noqa: PLC0415 - only a server needs it

    prepare(directory, listeners.port, credentials)
    _log_to(directory)
    uvloop.run(_serve(directory, listeners, ready=ready, until_eof=until_eof, is_repairing=is_repairing))


def _log_to(directory: DataDirectory) -> None:
    handler = logging.handlers.RotatingFileHandler(directory.logs / "server.log", maxBytes=_LOG_BYTES, backupCount=2)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s [%(name)s] %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # At INFO, it logs the URL of each WebSocket, including the token that some clients send in it.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # MiniStack's mail service logs the recipient of each mail, which is personal data.
    logging.getLogger("ses").setLevel(logging.WARNING)

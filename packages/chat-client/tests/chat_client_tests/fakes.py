"""A fake real-time server and a fake HTTP server with scripted responses."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import ServerConnection, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from websockets.typing import Subprotocol

Message = dict[str, Any]


@dataclass
class RealtimeServer:
    """Implements AppSync's real-time protocol, as configured by a test."""

    port: int = 0
    refusal: Message | None = None
    """The payload of ``connection_error``, if connections are rejected."""
    timeout_milliseconds: int = 300_000
    authorizations: list[Message] = field(default_factory=list)
    """The subprotocol of each connection."""
    started: list[Message] = field(default_factory=list)
    """The received ``start`` messages."""
    connections: list[ServerConnection] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    async def send(self, message: Message) -> None:
        """Send a message on the newest connection."""
        await self.connections[-1].send(json.dumps(message))

    async def deliver(self, field_name: str, value: object) -> None:
        """Send an event on the newest subscription."""
        payload = {"data": {field_name: value}}
        await self.send({"type": "data", "id": self.started[-1]["id"], "payload": payload})

    async def handle(self, connection: ServerConnection) -> None:
        """Serve a connection."""
        self.connections.append(connection)
        protocols = (connection.request.headers["sec-websocket-protocol"] if connection.request else "").split(", ")
        encoded = protocols[-1].removeprefix("header-")
        self.authorizations.append(json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))))
        async for text in connection:
            message = json.loads(text)
            match message["type"]:
                case "connection_init" if self.refusal is not None:
                    await connection.send(json.dumps({"type": "connection_error", "payload": self.refusal}))
                case "connection_init":
                    await connection.send('{"type": "ka"}')
                    payload = {"connectionTimeoutMs": self.timeout_milliseconds}
                    await connection.send(json.dumps({"type": "connection_ack", "payload": payload}))
                case "start":
                    self.started.append(message)
                    await connection.send(json.dumps({"type": "start_ack", "id": message["id"]}))
                case "stop":
                    await connection.send(json.dumps({"type": "complete", "id": message["id"]}))


@asynccontextmanager
async def realtime_server(**settings: Any) -> AsyncIterator[RealtimeServer]:  # noqa: ANN401 - fields of the server
    """Start a server on a free port."""
    server = RealtimeServer(**settings)

    def choose(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        return offered[0] if offered else None

    async with serve(server.handle, "127.0.0.1", 0, select_subprotocol=choose) as running:
        server.port = next(iter(running.sockets)).getsockname()[1]
        yield server


@dataclass
class HttpServer:
    """Answers POST requests with ``answers`` in order, and then always with the last one."""

    answers: list[tuple[int, str]]
    port: int = 0
    requests: list[tuple[dict[str, str], Message]] = field(default_factory=list)
    """Headers in lower case, and body."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"


@contextmanager
def http_server(*answers: tuple[int, str]) -> Iterator[HttpServer]:
    """Start a server on a free port. Status 0 closes the connection without a response."""
    state = HttpServer(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.requests.append(({k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            status, text = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()

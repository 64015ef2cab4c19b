"""The real-time endpoint of all APIs: accepts, keeps alive and closes WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from appsync_local.realtime.connection import Connection
from appsync_local.realtime.handshake import SUBPROTOCOL

if TYPE_CHECKING:
    from appsync_local.asgi import Receive, Scope, Send
    from appsync_local.realtime.connection import ConnectionContext


class RealtimeGateway:
    """All open WebSockets."""

    def __init__(self, context: ConnectionContext) -> None:
        self._context = context
        self._connections: dict[Connection, asyncio.Task[None] | None] = {}
        self._ticking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._connections)

    def start(self) -> None:
        """Start sending keep-alive messages."""
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick())

    async def close(self) -> None:
        """Close every connection and wait until all are closed."""
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking
            self._ticking = None
        serving = [task for task in self._connections.values() if task is not None]
        for connection in self._connections:
            connection.close()
        if serving:
            await asyncio.wait(serving, timeout=5)

    def close_api(self, api_id: str) -> None:
        """Close the connections of a deleted API."""
        for connection in self._connections:
            if connection.api_id == api_id:
                connection.close(reason="The API was deleted.")

    async def serve(self, scope: Scope, receive: Receive, send: Send, api_id: str, path: str) -> None:
        """Serve one WebSocket.

        Args:
            scope: of the WebSocket.
            receive: its ASGI callable.
            send: its ASGI callable.
            api_id: the API of the WebSocket.
            path: of the GraphQL endpoint, for which a SigV4 signature is valid.
        """
        event = await receive()
        if event["type"] != "websocket.connect":
            return
        offered = scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if SUBPROTOCOL in offered else None})
        connection = Connection(scope, send, api_id, path, self._context)
        self._connections[connection] = asyncio.current_task()
        try:
            await connection.run(receive)
        finally:
            self._connections.pop(connection, None)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._context.settings.keep_alive_seconds)
            for connection in tuple(self._connections):
                connection.keep_alive()

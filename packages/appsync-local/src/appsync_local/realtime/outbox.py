"""A bounded queue of messages to a client, so that a client that does not read cannot affect others."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from appsync_local.asgi import Send

MAXIMUM_MESSAGES: Final = 2_000
MAXIMUM_CHARACTERS: Final = 8 * 1024 * 1024
_NORMAL: Final = 1000
_SLOW_CONSUMER: Final = 1008
_CLOSING_SECONDS: Final = 1.0


class Outbox:
    """Queue and sender of one WebSocket."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._closed = asyncio.Event()

    def offer(self, message: str) -> None:
        """Queue a message. An overflow of the queue closes the connection."""
        if self._closing is not None:
            return
        self._messages.append(message)
        self._characters += len(message)
        if len(self._messages) > MAXIMUM_MESSAGES or self._characters > MAXIMUM_CHARACTERS:
            self._messages.clear()
            self.close(_SLOW_CONSUMER, "Slow consumer: too many messages are waiting to be read.")
        self._filled.set()

    def close(self, code: int, reason: str) -> None:
        """Close after the queued messages have been sent. The first reason is used."""
        if self._closing is None:
            self._closing = (code, reason)
            self._closed.set()
            self._filled.set()

    async def closed(self) -> None:
        """Wait until the server has decided to close."""
        await self._closed.wait()

    async def run(self) -> None:
        """Send messages until the server closes, then the close frame with the reason."""
        while True:
            while self._messages:
                message = self._messages.popleft()
                self._characters -= len(message)
                await self._send({"type": "websocket.send", "text": message})
            if self._closing is not None:
                return
            self._filled.clear()
            await self._filled.wait()

    async def say_goodbye(self) -> None:
        """Send the close frame. A client that does not read must not block the server."""
        code, reason = self._closing or (_NORMAL, "")
        async with asyncio.timeout(_CLOSING_SECONDS):
            await self._send({"type": "websocket.close", "code": code, "reason": reason})

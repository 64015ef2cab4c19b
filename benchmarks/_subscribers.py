"""Lightweight subscribers on real WebSockets: a thousand of them in the measuring process."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import time
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from benchmarks._api import DeployedBenchmark

_SETUP_SECONDS = 60.0
_DELIVERY_SECONDS = 10.0
_AT_ONCE = 50
_LONG = 126
_SUBSCRIPTION = "subscription { onPublish { id text count } }"


class Subscriber(asyncio.Protocol):
    """One WebSocket with one subscription; frames from the server are short or have a 16-bit length."""

    def __init__(self, api: DeployedBenchmark) -> None:
        self._api = api
        self._data = b""
        self._open = False
        self._transport: asyncio.WriteTransport | None = None
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.delivered: list[float] = []
        """The time of each event's arrival, by ``time.perf_counter``."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Request the upgrade; the authorization is a subprotocol, as Amplify sends it."""
        self._transport = cast("asyncio.WriteTransport", transport)
        authorization = json.dumps({"host": self._api.host, "Authorization": self._api.token}).encode()
        protocol = base64.urlsafe_b64encode(authorization).decode().rstrip("=")
        self._transport.write(
            (
                f"GET {self._api.path}/realtime HTTP/1.1\r\nhost: {self._api.host}\r\nupgrade: websocket\r\n"
                f"connection: upgrade\r\nsec-websocket-version: 13\r\n"
                f"sec-websocket-key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                f"sec-websocket-protocol: graphql-ws, header-{protocol}\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        """Split received bytes into frames."""
        now = time.perf_counter()
        self._data += data
        if not self._open:
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self._fail(head.decode("latin-1"))
                return
            self._open, self._data = True, rest
            self._send({"type": "connection_init"})
        while (frame := self._frame()) is not None:
            self._take(frame, now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake the waiter of the subscription."""
        self._fail(f"The connection was closed: {exc}")

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def _frame(self) -> bytes | None:
        if len(self._data) < 2:  # noqa: PLR2004 - the shortest head of a frame
            return None
        length, start = self._data[1] & 0x7F, 2
        if length == _LONG:
            if len(self._data) < 4:  # noqa: PLR2004 - a head with a 16-bit length
                return None
            (length,), start = struct.unpack_from(">H", self._data, 2), 4
        if len(self._data) < start + length:
            return None
        frame, self._data = self._data[start : start + length], self._data[start + length :]
        return frame

    def _take(self, frame: bytes, now: float) -> None:
        if b'"type":"data"' in frame:
            self.delivered.append(now)
        elif b'"connection_ack"' in frame:
            authorization = {"host": self._api.host, "Authorization": self._api.token}
            data = json.dumps({"query": _SUBSCRIPTION, "variables": {}})
            payload = {"data": data, "extensions": {"authorization": authorization}}
            self._send({"id": "1", "type": "start", "payload": payload})
        elif b'"start_ack"' in frame:
            self.started.set_result(None)
        elif b'"error"' in frame or b'"connection_error"' in frame:
            self._fail(frame.decode())

    def _send(self, message: dict[str, object]) -> None:
        """Return a masked text frame; a mask of zeros is sufficient between two processes of one machine."""
        payload = json.dumps(message).encode()
        if len(payload) < _LONG:
            head = struct.pack(">BB", 0x81, 0x80 | len(payload))
        else:
            head = struct.pack(">BBH", 0x81, 0x80 | _LONG, len(payload))
        if self._transport is not None:
            self._transport.write(head + bytes(4) + payload)

    def _fail(self, reason: str) -> None:
        if not self.started.done():
            self.started.set_exception(ConnectionError(reason))


async def subscribe(api: DeployedBenchmark, count: int) -> list[Subscriber]:
    """Connect and subscribe this many times, a few at once."""
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one() -> Subscriber:
        async with gate:
            _, subscriber = await loop.create_connection(lambda: Subscriber(api), "127.0.0.1", api.port)
            await subscriber.started
            return subscriber

    async with asyncio.timeout(_SETUP_SECONDS):
        return await asyncio.gather(*(one() for _ in range(count)))


async def all_delivered(subscribers: list[Subscriber], events: int) -> float:
    """Wait until all subscribers have this many events; return the time of the last one, by ``time.perf_counter``."""
    async with asyncio.timeout(_DELIVERY_SECONDS):
        while any(len(subscriber.delivered) < events for subscriber in subscribers):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return max(subscriber.delivered[events - 1] for subscriber in subscribers)

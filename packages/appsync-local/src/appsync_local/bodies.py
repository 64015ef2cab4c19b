"""Reads request bodies, optionally up to a size limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appsync_local.asgi import Event, Receive


@dataclass(frozen=True, slots=True)
class Body:
    """A request body, or its beginning."""

    content: bytes
    is_whole: bool


async def read(receive: Receive, *, most: int | None = None) -> Body | None:
    """Return the body, or None if the client disconnected. If it is longer than ``most``, return only its beginning.

    The beginning can exceed ``most`` by the rest of the last chunk.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        is_whole = not message.get("more_body")
        if is_whole or (most is not None and size > most):
            return Body(b"".join(parts), is_whole)


async def discard(receive: Receive) -> None:
    """Read and discard the rest of a body, so that a client that reads only after writing gets the response."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receive channel that replays a body and then continues with ``receive``."""
    waiting = [body]

    async def receive_again() -> Event:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again

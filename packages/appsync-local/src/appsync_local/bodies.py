"""Reading the body of a request, to its end or no further than its sender may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appsync_local.asgi import Event, Receive


@dataclass(frozen=True, slots=True)
class Body:
    """A body, or its beginning."""

    content: bytes
    is_whole: bool


async def read(receive: Receive, *, most: int | None = None) -> Body | None:
    """Return the body; with ``most`` only its beginning once it is longer. None if the client went away.

    The beginning can be longer than ``most`` by what arrived together with it.
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
    """Let the rest of a body go by, so that a client that writes first and reads then gets its answer."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives a body that has been read once more, and after that what comes."""
    waiting = [body]

    async def receive_again() -> Event:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again

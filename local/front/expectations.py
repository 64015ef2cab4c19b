"""Requests with ``Expect: 100-continue`` that are answered before their body was asked for.

The client may send the body all the same or leave it out, and the server cannot know which: what follows on the
connection is the body or the next request. So the connection ends with the answer.

Source: RFC 9110, section 10.1.1: a server that answers at once "indicates whether it intends to close the connection
or continue reading the request content". Uvicorn says ``100 Continue`` when the application first asks for the body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.front.hosts import values_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local.embedded.emulator import Message, Receive, Scope, Send

    Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def closing_unread(application: Application) -> Application:
    """Put around an ASGI application; answers to a body that nobody asked for get ``Connection: close``."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not values_of(scope, b"expect"):
            await application(scope, receive, send)
            return
        is_asked = False

        async def receive_asked() -> Message:
            nonlocal is_asked
            is_asked = True
            return await receive()

        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_asked:
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        await application(scope, receive_asked, send_closing)

    return answer

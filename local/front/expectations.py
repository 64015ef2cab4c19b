"""Closes connections after early responses to requests with ``Expect: 100-continue``.

If the response is sent before the body was requested, the client may still send the body or omit it. The server cannot
know whether the next bytes are the body or another request, so it closes the connection after the response.

Source: RFC 9110, section 10.1.1: a server that responds immediately "indicates whether it intends to close the
connection or continue reading the request content". Uvicorn sends ``100 Continue`` when the application first reads the
body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.front.hosts import values_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local.embedded.emulator import Message, Receive, Scope, Send

    Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def closing_unread(application: Application) -> Application:
    """Wrap an ASGI application; responses that are sent before the body was requested get ``Connection: close``."""

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

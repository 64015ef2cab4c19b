"""A user of the chat: canonical operations, sending with retries, rooms kept up to date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from chat_client.errors import TransportError
from chat_client.graphql import GraphQLClient
from chat_client.live import LiveRoomView, running
from chat_client.operations import document
from chat_client.realtime import RealtimeClient, realtime_url
from chat_client.reconnecting import BACKOFF, Backoff
from chat_client.room_view import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from ssl import SSLContext

    from chat_client.graphql import Authorization
    from chat_client.room_view import Row

ATTEMPTS = 6
"""With the default backoff, about half a minute plus the time of each attempt."""


class ChatClient:
    """A signed-in user of one deployment.

    Args:
        graphql_url: the endpoint: output ``GraphQLAPIURL`` of the stack, ``GraphQLURL`` of a local AWS.
        authorization: of the user, for example a `CognitoSession` or ``{"Authorization": token}``.
        realtime: URL of subscriptions; needed only if it does not follow from `graphql_url` by AppSync's rule.
        ssl: trust for both URLs, if it is not the system's.
    """

    def __init__(
        self,
        graphql_url: str,
        authorization: Authorization,
        *,
        realtime: str | None = None,
        ssl: SSLContext | None = None,
    ) -> None:
        self.graphql = GraphQLClient(graphql_url, authorization, ssl=ssl)
        self._realtime_url = realtime or realtime_url(graphql_url)
        self._authorization = authorization
        self._ssl = ssl

    async def run(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - any JSON
        """Run the canonical document of a query or mutation and return the value of its field.

        ``selectionComplete`` is omitted: it is not stored.

        Args:
            field: of Query or Mutation, for example ``createChatRoom``.
            variables: the field's arguments.

        Raises:
            KeyError: the field does not exist.
            OperationError: the API returned an error; ``types`` has the reason.
            TransportError: no response came.
        """
        value = (await self.graphql.execute(document(field), variables))[field]
        return without_selection(value) if isinstance(value, dict) else value

    async def send_message(
        self,
        chat_room_id: str,
        content: str,
        *,
        client_message_id: str | None = None,
        attempts: int | None = ATTEMPTS,
        on_lost: Callable[[Exception], None] | None = None,
        backoff: Backoff = BACKOFF,
        **fields: object,
    ) -> Row:
        """Send a message and return it. Retry if no response comes; the id prevents duplicates.

        Args:
            chat_room_id: the room.
            content: the text.
            client_message_id: idempotency key, which can be reused after a restart; random if not given.
            attempts: maximum number of attempts; None for no limit.
            on_lost: called with the error after each attempt without a response.
            backoff: how long to wait between attempts.
            fields: other fields of ``CreateMessageInput``, for example ``replyToId``.

        Raises:
            OperationError: the API returned an error; for ``RateLimited``, ``errors[0].info`` has the time to retry.
            TransportError: no response came to the last attempt.
        """
        identity = client_message_id or str(uuid4())
        message = {"chatRoomId": chat_room_id, "content": content, "clientMessageId": identity, **fields}
        for attempt, pause in enumerate(backoff.pauses(), 1):
            try:
                row: Row = await self.run("createMessage", input=message)
            except TransportError as error:
                if attempt == attempts:
                    raise
                if on_lost is not None:
                    on_lost(error)
                await asyncio.sleep(pause)
            else:
                return row
        raise AssertionError("pauses have no end")

    def realtime(self) -> RealtimeClient:
        """Return a connection for subscriptions that is not open yet."""
        host = urlsplit(self.graphql.url).netloc
        return RealtimeClient(self._realtime_url, self._authorization, host=host, ssl=self._ssl)

    def open_room(
        self, chat_room_id: str, *, window: int = WINDOW, heartbeat: bool = True
    ) -> AbstractAsyncContextManager[LiveRoomView]:
        """Open a room of which the user is a member. Its messages are kept up to date while the block runs.

        Args:
            chat_room_id: the room.
            window: number of messages to load first.
            heartbeat: whether to show the user as online, with one call per minute.
        """
        view = LiveRoomView(self, chat_room_id, window=window, heartbeat=heartbeat)
        return running(view, self.realtime)


def without_selection(value: Row) -> Row:
    """Return the value of a mutation without ``selectionComplete``, as queries return it."""
    return {name: part for name, part in value.items() if name != "selectionComplete"}

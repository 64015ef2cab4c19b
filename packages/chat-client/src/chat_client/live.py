"""A room view that is kept up to date in the background and reconnects."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from chat_client.errors import OperationError, TransportError
from chat_client.reconnecting import BACKOFF, Backoff, keep_connected
from chat_client.room_view import MESSAGE_FIELDS, REACTION_FIELDS, WINDOW, RoomView

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

    from chat_client.realtime import RealtimeClient
    from chat_client.room_view import Operations, Row
    from chat_client.subscription import Event

HEARTBEAT_SECONDS = 60.0
REFRESH_SECONDS = 300.0
FINAL = {"Banned", "Forbidden", "NotFound", "Unauthorized", "UnauthorizedException", "ValidationError"}
"""Types of errors for which a retry is useless."""
TROUBLE = (OperationError, TransportError, TimeoutError)
"""Errors of applying an event. The view is then behind and reads again."""


class LiveRoomView(RoomView):
    """A `RoomView` that applies events as they arrive.

    Args:
        api: runs operations as a member of the room.
        chat_room_id: the room.
        window: number of messages to load first.
        further_fields: fields of the room's other events, for example ``onTypingStarted``.
        heartbeat: whether `run` sends ``updatePresence`` every minute: it shows the user as online in this room, and
            its response shows whether events of the last messages were lost.
        on_change: called after possible changes, for code that does not iterate over `updates`.
    """

    def __init__(
        self,
        api: Operations,
        chat_room_id: str,
        *,
        window: int = WINDOW,
        further_fields: Sequence[str] = (),
        heartbeat: bool = False,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(api, chat_room_id, window=window)
        self.lock = asyncio.Lock()
        """Held while messages are read or applied."""
        self._further_fields = further_fields
        self._heartbeat = heartbeat
        self._on_change = on_change
        self._arrived = asyncio.Event()
        self._missed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[None] | None = None
        self._changes = 0
        self._changed = asyncio.Condition()
        self._error: BaseException | None = None

    @property
    def is_behind(self) -> bool:
        """Whether an event could not be applied, so that everything must be read again."""
        return self._missed.is_set()

    async def open(self, connection: RealtimeClient, further_fields: Sequence[str] = ()) -> None:
        """Subscribe, read, then apply events in the background until `close`. Raises the errors of `RoomView.open`."""
        async with self.lock:
            await super().open(connection, (*self._further_fields, *further_fields))
        self._missed.clear()
        self._ended = asyncio.get_running_loop().create_future()
        for subscription in self.subscriptions.values():
            subscription.on_change = self._arrived.set
        self._arrived.set()
        self._task = asyncio.create_task(self._receive_all())

    async def close(self) -> None:
        """Stop listening. Messages are kept, and `open` continues from them."""
        await self.abandon()
        with suppress(TransportError, TimeoutError):
            await super().close()

    async def abandon(self) -> None:
        """Process no more events, as after the loss of the connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def run(
        self,
        connect: Callable[[], RealtimeClient],
        *,
        on_lost: Callable[[Exception], None] | None = None,
        backoff: Backoff = BACKOFF,
    ) -> None:
        """Keep the view up to date until cancelled: connect again after each loss, and read what was missed.

        Args:
            connect: creates a connection of the same user that is not open yet.
            on_lost: called with the error after each loss and each failed attempt to connect.
            backoff: how long to wait before connecting again.

        Raises:
            OperationError: the API returned a permanent error, for example because the user is not a room member.
            SubscriptionEndedError: the server ended a subscription, for example because the user has left.
            HandshakeError: the authorization was rejected.
        """
        self._error = None
        try:
            await keep_connected(connect, self._follow, on_lost=on_lost, backoff=backoff)
        except BaseException as error:
            self._error = error
            raise
        finally:
            await self._notify()

    async def updates(self) -> AsyncGenerator[list[Row]]:
        """Yield the messages to display, once they have been read and after each change.

        Raises:
            Exception: the exception of `run`.
        """
        seen = 0  # nothing has been read yet
        while True:
            async with self._changed:
                while self._changes == seen and self._error is None:
                    await self._changed.wait()
            if self._error is not None:
                raise self._error
            seen = self._changes
            yield self.visible()

    async def refresh(self) -> None:
        """Read everything shown again."""
        async with self.lock:
            await self.read_window()
        self._missed.clear()
        await self._notify()

    async def apply_head_seq(self, head: int) -> None:
        """Process ``headSeq`` of ``updatePresence``, which shows whether events of the last messages were lost."""
        async with self.lock:
            await super().apply_head_seq(head)
        await self._notify()

    async def receive(self, name: str, event: Event) -> None:
        """Process an event of any field. Override this method to receive every event."""
        if name not in MESSAGE_FIELDS and name not in REACTION_FIELDS:
            return
        try:
            async with self.lock:
                await self.apply(name, (event.data or {}).get(name))
        except TROUBLE as error:
            self.failed(name, error)

    def failed(self, _name: str, _error: Exception) -> None:
        """Record that an event of a field was not applied: `run` reads everything again."""
        self._missed.set()

    async def _receive_all(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            for name, subscription in self.subscriptions.items():
                while subscription.events:
                    await self.receive(name, subscription.events.popleft())
                if subscription.error is not None and self._ended is not None and not self._ended.done():
                    self._ended.set_exception(subscription.error)
                    self._ended.exception()  # retrieved: only `run` waits for it
            await self._notify()

    async def _follow(self, connection: RealtimeClient) -> None:
        try:
            await self.open(connection)
        except OperationError as error:
            if FINAL.intersection(error.types):
                raise
            raise TransportError(str(error)) from error  # for example throttled
        await self._notify()
        keeping = asyncio.create_task(self._keep_current())
        try:
            if self._ended is not None:
                await self._ended
        finally:
            keeping.cancel()
            await self.close()

    async def _keep_current(self) -> None:
        """Find changes without an event: every five minutes, after a failure, and with the heartbeat."""
        refreshed, pauses = time.monotonic(), BACKOFF.pauses()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._missed.wait()
            await asyncio.sleep(random.random())  # noqa: S311 - after an outage, not everybody at once
            try:
                if self.is_behind or time.monotonic() - refreshed >= REFRESH_SECONDS:
                    await self.refresh()
                    refreshed = time.monotonic()
                elif self._heartbeat:
                    await self._beat()
                pauses = BACKOFF.pauses()
            except TROUBLE:
                self._missed.set()
                await asyncio.sleep(next(pauses))

    async def _beat(self) -> None:
        presence = await self.api.run("updatePresence", status="ONLINE", chatRoomId=self.chat_room_id)
        if presence["headSeq"] is not None:
            await self.apply_head_seq(presence["headSeq"])

    async def _notify(self) -> None:
        async with self._changed:
            self._changes += 1
            self._changed.notify_all()
        if self._on_change is not None:
            self._on_change()


@asynccontextmanager
async def running(view: LiveRoomView, connect: Callable[[], RealtimeClient]) -> AsyncIterator[LiveRoomView]:
    """Run a view in the background while the block runs.

    Raises:
        Exception: the exception of `LiveRoomView.run` before the room was read for the first time.
    """
    task = asyncio.create_task(view.run(connect))
    try:
        async with aclosing(view.updates()) as updates:
            await anext(updates)
        yield view
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

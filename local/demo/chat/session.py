"""The session of one user in one room: the user's actions and incoming events, with reconnects."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from chat_client import Backoff, ChatClientError, LiveRoomView, OperationError
from contract.limits import LIMITS
from local.demo.chat.timeline import TYPING_STARTED, TYPING_STOPPED, Timeline
from local.errors import LocalAwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat_client import Event, RealtimeClient
    from local.demo.person import Person

_TYPING_EVERY_SECONDS: Final = 10.0
"""The interval that the schema asks clients to keep."""
_BACKOFF: Final = Backoff(longest=1.0)
_PAGE: Final = LIMITS["pageSizeMaximum"]


class _View(LiveRoomView):
    """The room's messages and its typing users."""

    def __init__(self, session: RoomSession, person: Person, room_id: str, changed: Callable[[], None]) -> None:
        super().__init__(
            person, room_id, window=_PAGE, further_fields=(TYPING_STARTED, TYPING_STOPPED), on_change=changed
        )
        self._session = session

    async def receive(self, name: str, event: Event) -> None:
        """Process one event."""
        if name in (TYPING_STARTED, TYPING_STOPPED):
            if row := (event.data or {}).get(name):
                self._session.timeline.take_typing(name, row)
        else:
            await super().receive(name, event)


class RoomSession:
    """A signed-in user in a room.

    Args:
        person: the user.
        room_id: the room, of which the user is a member.
        sign_in_again: signs the user in again after the backend refused a request.
        changed: called after every visible change.
    """

    def __init__(
        self, person: Person, room_id: str, *, sign_in_again: Callable[[], Person], changed: Callable[[], None]
    ) -> None:
        self.name = person.name.capitalize()
        self.timeline = Timeline("")
        self._offline: str | None = "Connecting ..."
        self._refusal: str | None = None
        self._person = person
        self._room_id = room_id
        self._view = _View(self, person, room_id, self._show)
        self._sign_in_again = sign_in_again
        self._changed = changed
        self._typed_at = float("-inf")

    @property
    def trouble(self) -> str | None:
        """The current problem to display, if any."""
        return self._offline or self._refusal

    async def open(self) -> None:
        """Load the user and the read position.

        Raises:
            ChatClientError: the backend refused a request or is unavailable.
        """
        user = await self._ask("me")
        rooms = (await self._ask("myChatRooms", limit=_PAGE))["items"]
        read = next((r["membership"]["readSeq"] for r in rooms if r["chatRoom"]["id"] == self._room_id), 0)
        self.timeline = Timeline(user["id"], read_seq=read)

    async def run(self) -> None:
        """Process the room's events until cancelled; after a lost connection, reconnect and load missed messages."""
        while True:
            try:
                await self._view.run(self._connection, on_lost=self._lost, backoff=_BACKOFF)
            except ChatClientError as error:
                self._lost(error)
            await asyncio.sleep(_BACKOFF.longest)
            await self._renew()

    async def send(self, content: str) -> None:
        """Send a message; all attempts use the same idempotency key."""
        client_message_id = str(uuid.uuid4())
        self.timeline.unsent[client_message_id] = content
        self._typed_at = float("-inf")
        self._changed()
        try:
            sent = await self._person.send_message(
                self._room_id,
                content,
                client_message_id=client_message_id,
                attempts=None,
                on_lost=self._lost,
                backoff=_BACKOFF,
            )
        except OperationError as error:
            self.timeline.unsent.pop(client_message_id, None)
            self._refused(error)
        else:
            self._refusal = None
            self._view.add(sent)
            self._show()

    async def react(self, emoji: str) -> None:
        """Add a reaction to the newest message of another user."""
        message = self.timeline.last_of_others()
        if message is not None:
            await self._try("createReaction", input={"messageId": message["id"], "emoji": emoji})

    async def typing(self) -> None:
        """Send a typing event, at most as often as the schema allows."""
        now = time.monotonic()
        if now - self._typed_at >= _TYPING_EVERY_SECONDS:
            self._typed_at = now
            await self._try("startTyping", chatRoomId=self._room_id)

    async def stopped_typing(self) -> None:
        """Report that the user has deleted the draft."""
        if self._typed_at > float("-inf"):
            self._typed_at = float("-inf")
            await self._try("stopTyping", chatRoomId=self._room_id)

    async def read(self) -> None:
        """Mark all messages as read."""
        last = self.timeline.last_seq
        if last > self.timeline.read_seq:
            self.timeline.read_seq = last
            self._changed()
            await self._try("markRoomRead", chatRoomId=self._room_id, seq=last)

    def _connection(self) -> RealtimeClient:
        return self._person.realtime()

    def _show(self) -> None:
        self.timeline.show(self._view.shown())
        if self._view.subscriptions:
            self._offline = None
        self._changed()

    async def _renew(self) -> None:
        try:
            self._person = await asyncio.to_thread(self._sign_in_again)
        except LocalAwsError as error:
            self._lost(error)
        else:
            self._view.api = self._person

    async def _ask(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - GraphQL's answer
        answer = await self._person.run(field, **variables)
        self._refusal = None
        return answer

    async def _try(self, field: str, **variables: object) -> None:
        """Run an operation that is not worth a retry."""
        try:
            await self._ask(field, **variables)
        except ChatClientError as error:
            self._refused(error)

    def _lost(self, error: Exception) -> None:
        self._offline = f"{str(error).rstrip('.')}. Trying again ..."
        self._changed()

    def _refused(self, error: Exception) -> None:
        self._refusal = str(error)
        self._changed()

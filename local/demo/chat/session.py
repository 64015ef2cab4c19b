"""One user in one room: what the user does, and what comes in, also after the connection was lost."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from local.demo.chat.timeline import SUBSCRIPTIONS, Timeline
from local.demo.operations import document
from local.demo.person import RefusedError
from local.demo.realtime import opened
from local.errors import LocalBackendError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.demo.person import Person
    from local.demo.realtime import Realtime

_TYPING_EVERY_SECONDS: Final = 10.0
"""As the schema asks of clients."""
_RETRY_SECONDS: Final = 1.0
_PAGE: Final = 100


class RoomSession:
    """A signed-in user in a room.

    Args:
        person: the user.
        room_id: the room, of which the user is a member.
        sign_in_again: makes a fresh token, for a connection that was refused or lost.
        changed: called after every change that can be seen.
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
        self._sign_in_again = sign_in_again
        self._changed = changed
        self._typed_at = float("-inf")
        self._reading_from = 0

    @property
    def trouble(self) -> str | None:
        """What keeps the user from chatting at the moment, to be shown."""
        return self._offline or self._refusal

    async def open(self) -> None:
        """Learn who the user is, what was read, and the newest messages.

        Raises:
            LocalBackendError: the backend refused or is not there.
        """
        user = await self._ask("me")
        rooms = (await self._ask("myChatRooms", limit=_PAGE))["items"]
        read = next((r["membership"]["readSeq"] for r in rooms if r["chatRoom"]["id"] == self._room_id), 0)
        self.timeline = Timeline(user["id"], read_seq=read)
        for message in (await self._ask("messagesByRoom", chatRoomId=self._room_id, limit=_PAGE))["items"]:
            self.timeline.add(message)

    async def run(self) -> None:
        """Bring in what happens in the room, for ever; a lost connection is made again and what was missed is read."""
        while True:
            try:
                async with opened(self._person) as realtime:
                    await self._listen(realtime)
            except (LocalBackendError, TimeoutError) as error:
                self._lost(error)
            await asyncio.sleep(_RETRY_SECONDS)
            await self._renew()

    async def send(self, content: str) -> None:
        """Send a message, with one id however often it is tried."""
        client_message_id = str(uuid.uuid4())
        self.timeline.unsent[client_message_id] = content
        self._typed_at = float("-inf")
        self._changed()
        message = {"chatRoomId": self._room_id, "content": content, "clientMessageId": client_message_id}
        while True:
            try:
                sent = await self._ask("createMessage", input=message)
            except RefusedError as error:
                self.timeline.unsent.pop(client_message_id, None)
                self._refused(error)
                return
            except LocalBackendError as error:
                self._lost(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self.timeline.add(sent)
                self._changed()
                return

    async def react(self, emoji: str) -> None:
        """Give an emoji to the newest message of somebody else."""
        message = self.timeline.last_of_others()
        if message is not None:
            await self._try("createReaction", input={"messageId": message["id"], "emoji": emoji})

    async def typing(self) -> None:
        """Tell that the user is writing; not more often than the schema asks for."""
        now = time.monotonic()
        if now - self._typed_at >= _TYPING_EVERY_SECONDS:
            self._typed_at = now
            await self._try("startTyping", chatRoomId=self._room_id)

    async def stopped_typing(self) -> None:
        """Tell that the user has deleted what was begun."""
        if self._typed_at > float("-inf"):
            self._typed_at = float("-inf")
            await self._try("stopTyping", chatRoomId=self._room_id)

    async def read(self) -> None:
        """Everything that is there has been seen."""
        last = self.timeline.last_seq
        if last > self.timeline.read_seq:
            self.timeline.read_seq = last
            self._changed()
            await self._try("markRoomRead", chatRoomId=self._room_id, seq=last)

    async def _listen(self, realtime: Realtime) -> None:
        fields = {}
        for field in SUBSCRIPTIONS:
            fields[await realtime.subscribe(document(field), {"chatRoomId": self._room_id})] = field
        await self._catch_up()
        self._offline = None
        self._changed()
        while True:
            subscription, payload = await realtime.event()
            if payload is None:
                message = "The room is closed to you."
                raise LocalBackendError(message)
            event = (payload.get("data") or {}).get(fields[subscription])
            if event is None or not self.timeline.take(fields[subscription], event) or self.timeline.has_gap:
                await self._catch_up()
            self._changed()

    async def _catch_up(self) -> None:
        """Read the shown window again: what was missed, and what has changed meanwhile."""
        first = self.timeline.messages[0]["seq"] - 1 if self.timeline.messages else 0
        token: str | None = None
        while True:
            page = await self._ask(
                "messagesByRoom", chatRoomId=self._room_id, afterSeq=first, limit=_PAGE, nextToken=token
            )
            for message in page["items"]:
                self.timeline.add(message)
            token = page["nextToken"]
            if token is None:
                return

    async def _renew(self) -> None:
        try:
            self._person = await asyncio.to_thread(self._sign_in_again)
        except LocalBackendError as error:
            self._lost(error)

    async def _ask(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - GraphQL's answer
        answer = await self._person.ask(document(field), dict(variables))
        self._refusal = None
        return answer

    async def _try(self, field: str, **variables: object) -> None:
        """Ask for something that is not worth trying again."""
        try:
            await self._ask(field, **variables)
        except LocalBackendError as error:
            self._refused(error)

    def _lost(self, error: Exception) -> None:
        self._offline = f"{error} Trying again ..."
        self._changed()

    def _refused(self, error: Exception) -> None:
        self._refusal = str(error)
        self._changed()

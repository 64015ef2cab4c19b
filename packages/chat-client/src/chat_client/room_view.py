"""The client algorithm of docs/api.md: a copy of a room with the same content as a new client would show.

It subscribes first and reads then, orders by ``seq``, keeps the copy of a message with the higher ``revision``, and
reads again after a gap in the numbers, a skipped revision or an incomplete event.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from chat_client.operations import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat_client.realtime import RealtimeClient
    from chat_client.subscription import Subscription

MESSAGE_FIELDS = ("onMessageCreated", "onMessageUpdated", "onMessageDeleted")
REACTION_FIELDS = ("onReactionAdded", "onReactionRemoved")
COMPLETE_MESSAGE = ("id", "seq", "type", "createdAt", "version", "revision", "reactions", "replyCount", "mentions")
"""Fields that every message has. Content is not included: a tombstone has none."""
COMPLETE_REACTION = ("messageId", "emoji", "count", "revision")
FROM_THREAD_ROOT = ("revision", "replyCount", "lastReplySeq", "lastReplyAt")
WINDOW = 100

Row: TypeAlias = dict[str, Any]
"""An object of the API, for example a message, with the fields of its canonical document."""


class Operations(Protocol):
    """An interface that runs operations as one user."""

    async def run(self, field: str, **variables: object) -> Any:  # noqa: ANN401 - any JSON
        """Run the canonical document of a query and return the value of its field."""


class RoomView:
    """A room in one client: the last `window` messages at the start, and all later ones.

    Events are applied when `apply_pending` is called; `LiveRoomView` does that in the background.

    Args:
        api: runs operations as a member of the room.
        chat_room_id: the room.
        window: number of messages to load first.
    """

    def __init__(self, api: Operations, chat_room_id: str, *, window: int = WINDOW) -> None:
        self.api = api
        self.chat_room_id = chat_room_id
        self.window = window
        self.messages: dict[int, Row] = {}
        """By ``seq``."""
        self.floor = 0
        """The number before the first loaded message."""
        self.settled = 0
        """Up to this number no message is missing."""
        self.reads = 0
        """Number of requests that read messages."""
        self.subscriptions: dict[str, Subscription] = {}
        """By field, while the view is open."""
        self._heard: dict[str, int] = {}
        """Message id -> revision, for messages whose reactions arrived first."""
        self._behind: set[str] = set()
        """Ids of messages that arrived in an older revision than one already announced."""

    async def open(self, connection: RealtimeClient, further_fields: Sequence[str] = ()) -> None:
        """Subscribe, then read: the last messages the first time, all loaded messages after a reconnect.

        Args:
            connection: an open connection of the same user.
            further_fields: fields of the room's other events, for example ``onTypingStarted``; the caller reads them
                from `subscriptions`.

        Raises:
            OperationError: the API returned an error, for example because the user is not a member.
            TransportError: the connection is lost.
            TimeoutError: the server does not respond.
        """
        names = (*MESSAGE_FIELDS, *REACTION_FIELDS, *further_fields)
        variables = {"chatRoomId": self.chat_room_id}
        started = await asyncio.gather(*(connection.subscribe(document(name), variables) for name in names))
        self.subscriptions = dict(zip(names, started, strict=True))
        if not self.messages:
            head = (await self.api.run("getChatRoom", id=self.chat_room_id))["lastSeq"]
            self.floor = max(0, head - self.window)
        await self.read_window()

    async def close(self) -> None:
        """Stop listening. Messages are kept, and `open` continues from them.

        Raises:
            TransportError: the connection is lost.
        """
        subscriptions, self.subscriptions = self.subscriptions, {}
        for subscription in subscriptions.values():
            if not subscription.completed.is_set():
                await subscription.stop()

    async def apply_pending(self) -> None:
        """Apply the events that have arrived."""
        for name in (*MESSAGE_FIELDS, *REACTION_FIELDS):
            subscription = self.subscriptions.get(name)
            while subscription is not None and subscription.events:
                await self.apply(name, (subscription.events.popleft().data or {}).get(name))

    async def apply(self, name: str, row: Row | None) -> None:
        """Apply an event, which can be incomplete.

        Args:
            name: one of `MESSAGE_FIELDS` and `REACTION_FIELDS`.
            row: the value of the field.

        Raises:
            OperationError: a necessary read failed with an error of the API.
            TransportError: the API did not respond to it.
        """
        if name in MESSAGE_FIELDS:
            await self._apply_message(name, row or {})
        else:
            await self._apply_reaction(row or {})

    async def apply_head_seq(self, head: int) -> None:
        """Process ``headSeq`` of ``updatePresence``, which shows whether events of the last messages were lost."""
        if head > self.settled:
            await self.fill()

    async def read_window(self) -> None:
        """Read all loaded messages again: edits, deletions and reactions leave no gap in the numbers."""
        self.settled = self.floor
        self._heard.clear()
        await self.fill()

    async def fill(self) -> None:
        """Read all messages after the settled number, strongly consistent, to the end of the room."""
        start = after = self.settled
        is_dense = True
        threads: set[str] = set()
        while True:
            self.reads += 1
            page = await self.api.run("messagesByRoom", chatRoomId=self.chat_room_id, afterSeq=after)
            threads |= {row["threadId"] for row in page["items"] if row["threadId"] and row["seq"] not in self.messages}
            for row in page["items"]:
                self._keep(row)
            self._forget_expired(after, page)
            last = max([page["settledSeq"], *(row["seq"] for row in page["items"])])
            if is_dense:
                self.settled = max(self.settled, page["settledSeq"])
                is_dense = page["settledSeq"] == last
            if page["nextToken"] is None:
                break
            after = last
        self._advance()
        for thread in sorted(threads):
            root = self._by_id(thread)
            if root is not None and root["seq"] <= start:
                await self._read_message(thread)
        await self._catch_up()

    def add(self, row: Row) -> None:
        """Add a message that was read or sent elsewhere, for example the result of ``createMessage``."""
        self._keep(row)
        self._advance()

    def shown(self) -> list[Row]:
        """Return the messages in order, including those of type ``VOID``, which fill unused numbers."""
        return [self.messages[seq] for seq in sorted(self.messages)]

    def visible(self) -> list[Row]:
        """Return the messages to display, in order: sent, deleted (``deletedAt`` is set) and system messages."""
        return [row for row in self.shown() if row["type"] != "VOID"]

    async def _apply_message(self, name: str, row: Row) -> None:
        if not _is_complete(row, COMPLETE_MESSAGE):
            await self._repair(row.get("id"), is_new=name == "onMessageCreated")
            return
        is_new = row["seq"] not in self.messages
        self._keep(row)
        self._advance()
        await self._catch_up()
        if row["seq"] > self.settled:
            await self.fill()
        if row["threadId"] and (is_new or name == "onMessageCreated"):
            await self._apply_thread_root(row)

    async def _apply_reaction(self, row: Row) -> None:
        if not _is_complete(row, COMPLETE_REACTION):
            await self._repair(row.get("messageId"), is_new=False)
            return
        known = self._by_id(row["messageId"])
        if known is None:
            self._heard[row["messageId"]] = max(row["revision"], self._heard.get(row["messageId"], 0))
            return
        if row["revision"] <= known["revision"]:
            return
        counts = {reaction["emoji"]: reaction["count"] for reaction in known["reactions"]}
        if row["revision"] > known["revision"] + 1 or row["count"] == counts.get(row["emoji"], 0):
            # An event was missed. In the second case the reaction already existed: another event raised the revision.
            await self._read_message(known["id"])
            return
        counts[row["emoji"]] = row["count"]
        reactions = [{"emoji": emoji, "count": counts[emoji]} for emoji in sorted(counts, key=_utf16) if counts[emoji]]
        self.messages[known["seq"]] = {**known, "reactions": reactions, "revision": row["revision"]}

    async def _apply_thread_root(self, reply: Row) -> None:
        known = self._by_id(reply["threadId"])
        if known is None:
            return
        root = reply["threadRoot"]
        if not root or root["revision"] > known["revision"] + 1:
            await self._read_message(known["id"])
        elif root["revision"] > known["revision"]:
            self.messages[known["seq"]] = {**known, **{name: root[name] for name in FROM_THREAD_ROOT}}

    async def _repair(self, message_id: str | None, *, is_new: bool) -> None:
        """Read the messages that an incomplete event may concern."""
        known = self._by_id(message_id) if message_id else None
        if is_new:
            await self.fill()
        elif known is not None:
            await self._read_message(known["id"])
        else:
            await self.read_window()

    async def _read_message(self, message_id: str) -> None:
        self.reads += 1
        self._keep(await self.api.run("getMessage", id=message_id))

    def _keep(self, row: Row) -> None:
        known = self.messages.get(row["seq"])
        if row["seq"] > self.floor and (known is None or row["revision"] >= known["revision"]):
            self.messages[row["seq"]] = {**row, "threadRoot": None}
            if self._heard.pop(row["id"], 0) > row["revision"]:
                self._behind.add(row["id"])

    async def _catch_up(self) -> None:
        while self._behind:
            await self._read_message(self._behind.pop())

    def _advance(self) -> None:
        while self.settled + 1 in self.messages:
            self.settled += 1

    def _forget_expired(self, after: int, page: Row) -> None:
        """Remove loaded messages that a page should contain but does not."""
        present = {row["seq"] for row in page["items"]}
        for seq in range(after + 1, page["settledSeq"] + 1):
            if seq not in present:
                self.messages.pop(seq, None)

    def _by_id(self, message_id: str) -> Row | None:
        return next((row for row in self.messages.values() if row["id"] == message_id), None)


def _is_complete(row: Row, names: tuple[str, ...]) -> bool:
    return all(row.get(name) is not None for name in names)


def _utf16(text: str) -> bytes:
    """Return the API's sort key: UTF-16 code units, as in JavaScript."""
    return text.encode("utf-16-be")

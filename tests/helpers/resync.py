"""The client algorithm of docs/api.md: what a client keeps of a room so that it shows what a fresh client would.

It listens first and reads then, orders by ``seq``, keeps of two copies of a message the one with the higher
``revision``, and reads again whatever it cannot vouch for: a number that is missing, a revision that was skipped, an
event that came incomplete.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.helpers.operations import document

if TYPE_CHECKING:
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import Event, RealtimeClient, Subscription

MESSAGE_FIELDS = ("onMessageCreated", "onMessageUpdated", "onMessageDeleted")
REACTION_FIELDS = ("onReactionAdded", "onReactionRemoved")
WHOLE_MESSAGE = ("id", "seq", "type", "createdAt", "version", "revision", "reactions", "replyCount", "mentions")
"""What every message has; content is missing in a tombstone, and so tells nothing by itself."""
WHOLE_REACTION = ("messageId", "emoji", "count", "revision")
FROM_THREAD_ROOT = ("revision", "replyCount", "lastReplySeq", "lastReplyAt")


@dataclass(slots=True)
class RoomView:
    """A room as one client shows it: the last ``window`` messages at the start, and all since."""

    user: ChatUser
    room: Row
    window: int = 100
    messages: dict[int, Row] = field(default_factory=dict)
    """By ``seq``."""
    floor: int = 0
    """The number before the first one that is shown."""
    settled: int = 0
    """Up to here nothing is missing."""
    reads: int = 0
    """How often something was read again, for tests of how little is."""
    _heard: dict[str, int] = field(default_factory=dict)
    """By id, the revision of messages whose reactions arrived before they did."""
    _behind: set[str] = field(default_factory=set)
    """Messages that arrived older than what was heard of them."""
    _connection: RealtimeClient | None = None
    _subscriptions: dict[str, Subscription] = field(default_factory=dict)

    async def connect(self) -> None:
        """Listen, then read: at the start the end of the room, after a break all that is shown."""
        self._connection = self.user.realtime()
        await self._connection.connect()
        for name in (*MESSAGE_FIELDS, *REACTION_FIELDS):
            variables = {"chatRoomId": self.room["id"]}
            self._subscriptions[name] = await self._connection.subscribe(document(name), variables)
        if not self.messages:
            head = (await self.user.room(self.room["id"]))["lastSeq"]
            self.floor = max(0, head - self.window)
        await self.read_window()

    async def disconnect(self) -> None:
        """Lose the connection, and with it every event that has not been taken."""
        if self._connection is not None:
            await self._connection.close()
        self._connection = None
        self._subscriptions = {}

    async def take_events(self) -> None:
        """Apply the events that the server has sent so far."""
        if self._connection is not None:
            await self._connection.catch_up()
        for name, subscription in self._subscriptions.items():
            while not subscription.events.empty():
                await self.apply(name, subscription.events.get_nowait())

    async def lose(self, name: str) -> None:
        """Lose the next event of one kind, as a network may, without a sign of it.

        Raises:
            TimeoutError: none came.
        """
        await self._subscriptions[name].next()

    async def learn_head(self, head: int) -> None:
        """Hear how far the room is, as ``updatePresence`` tells by ``headSeq``: the end may have been lost."""
        if head > self.settled:
            await self.fill()

    async def apply(self, name: str, event: Event) -> None:
        """Apply one event, however little of it has come."""
        row = (event.data or {}).get(name) or {}
        if name in MESSAGE_FIELDS:
            await self._apply_message(name, row)
        else:
            await self._apply_reaction(row)

    async def read_window(self) -> None:
        """Read again all that is shown: edits, deletions and reactions leave no gap in the numbers."""
        self.settled = self.floor
        self._heard.clear()
        await self.fill()

    async def fill(self) -> None:
        """Read what comes after the settled number, strongly consistent, to the end of the room."""
        start = after = self.settled
        is_dense = True
        threads: set[str] = set()
        while True:
            self.reads += 1
            page = await self.user.messages(self.room, afterSeq=after)
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

    def shown(self) -> list[Row]:
        """What the client shows, in order."""
        return [self.messages[seq] for seq in sorted(self.messages)]

    async def _apply_message(self, name: str, row: Row) -> None:
        if not _is_whole(row, WHOLE_MESSAGE):
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
        if not _is_whole(row, WHOLE_REACTION):
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
            # Something was missed; in the second case by a reaction that changed nothing, because it was there already.
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
        """Find out what an incomplete event was about."""
        known = self._by_id(message_id) if message_id else None
        if is_new:
            await self.fill()
        elif known is not None:
            await self._read_message(known["id"])
        else:
            await self.read_window()

    async def _read_message(self, message_id: str) -> None:
        self.reads += 1
        self._keep(await self.user.message(message_id))

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
        """Let go of what the page is complete about and does not have."""
        present = {row["seq"] for row in page["items"]}
        for seq in range(after + 1, page["settledSeq"] + 1):
            if seq not in present:
                self.messages.pop(seq, None)

    def _by_id(self, message_id: str) -> Row | None:
        return next((row for row in self.messages.values() if row["id"] == message_id), None)


def _is_whole(row: dict[str, Any], names: tuple[str, ...]) -> bool:
    return all(row.get(name) is not None for name in names)


def _utf16(text: str) -> bytes:
    """The order in which the API sorts: by UTF-16 code units, as JavaScript does."""
    return text.encode("utf-16-be")

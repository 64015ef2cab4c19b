"""Actions of a virtual user. Each records the acknowledged changes in the expected state."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import urllib3

from benchmarks._simulation import workload
from benchmarks._simulation.room_client import SECONDS_AT_ONCE, client_message_id
from chat_client import TransportError
from contract.limits import LIMITS

if TYPE_CHECKING:
    from random import Random

    from benchmarks._simulation.expected_state import ExpectedState
    from benchmarks._simulation.metrics import Metrics
    from benchmarks._simulation.room_client import RoomClient
    from tests.helpers.chat import ChatUser, Row

_PAGE = LIMITS["pageSize"]
_ATTEMPTS = 3
_USER_TYPES = ("TEXT", "FILE")
_WORDS = ("the tomatoes need water", "who is coming on Thursday", "a longer pole for the beans", "and the snails again")
_FILE = b"What the snails said, in full.\n" * 8
_files = urllib3.PoolManager(retries=False)


class Actions(ABC):
    """The actions of `workload.ACTIONS`."""

    def __init__(
        self,
        number: int,
        user: ChatUser,
        rooms: list[Row],
        everybody: tuple[str, ...],
        *,
        run: str,
        random: Random,
        metrics: Metrics,
        expected: ExpectedState,
    ) -> None:
        self.number = number
        self.user = user
        self.rooms = rooms
        self.everybody = everybody
        self.run = run
        self.random = random
        self.metrics = metrics
        self.expected = expected
        self.room_client: RoomClient | None = None
        self._own: list[Row] = []
        self._given: list[tuple[Row, str]] = []
        self._count = 0

    @abstractmethod
    async def open_room(self, room: Row) -> RoomClient:
        """Open another room."""

    async def switch_room(self, room: Row | None = None) -> None:
        """Open another room, send a heartbeat, and mark the room as read."""
        view = await self.open_room(room or self.random.choice(self.rooms))
        self.expected.saw(view.shown())
        await self.heartbeat()
        await self.mark_read()

    async def heartbeat(self) -> None:
        """Send a heartbeat, and fill a gap at the end of the room."""
        room = None if self.room_client is None or self.room_client.left_at is not None else self.room_client
        answer = await self.user.be("ONLINE", room.room if room else None)
        if room is not None and answer["headSeq"] is not None:
            await room.apply_head_seq(answer["headSeq"])

    async def mark_read(self) -> None:
        """Mark the open room as read."""
        view = self._in_view()
        if view is None or not view.messages:
            return
        seq, key = max(view.messages), (view.room["id"], self.user.id)
        membership = await self.user.mark_read(view.room, seq)
        before = self.expected.read.get(key, 0)
        holds = membership["readSeq"] >= max(seq, before)
        self.expected.check(
            "read positions only increase", holds, f"{key}: {membership['readSeq']} after {max(seq, before)}"
        )
        self.expected.read[key] = max(seq, before)

    async def post(self) -> None:
        """Type, send a message, and mark the room as read."""
        view = self._in_view()
        if view is None:
            return
        await self.start_typing()
        await asyncio.sleep(self.random.uniform(0.2, 1.0))
        message: dict[str, Any] = {}
        if self.random.random() < workload.REPLIES and (parent := self._some_message()):
            message["replyToId"] = parent["id"]
        if self.random.random() < workload.MENTIONS:
            message["mentions"] = [self.random.choice(view.room["members"])]
        if self.random.random() < workload.FILES:
            message |= {"type": "FILE", "attachments": [await self._upload(view.room)]}
        if self._in_view() is view:
            self._own.append(await self._send(view.room, **message))
            await self.mark_read()

    async def start_typing(self) -> None:
        """Send a typing indicator."""
        if view := self._in_view():
            await self.user.run("startTyping", chatRoomId=view.room["id"])

    async def stop_typing(self) -> None:
        """End the typing indicator."""
        if view := self._in_view():
            await self.user.run("stopTyping", chatRoomId=view.room["id"])

    async def edit(self) -> None:
        """Edit one of the user's own messages."""
        if self._own:
            row = await self.user.edit(self.random.choice(self._own), self._words())
            self.expected.versions[row["chatRoomId"], row["seq"]] = row["version"]

    async def delete(self) -> None:
        """Delete one of the user's own messages."""
        if self._own:
            row = await self.user.delete(self._own.pop(self.random.randrange(len(self._own))))
            self.expected.deleted.add((row["chatRoomId"], row["seq"]))

    async def react(self) -> None:
        """React to a visible message, or remove an own reaction."""
        if self._given and self.random.random() < workload.REMOVED_REACTIONS:
            message, emoji = self._given.pop()
            await self._set_reaction(message, emoji, is_there=False)
        elif message_in_view := self._some_message():
            emoji = self.random.choice(workload.EMOJI)
            await self._set_reaction(message_in_view, emoji, is_there=True)
            self._given.append((message_in_view, emoji))

    async def scroll(self) -> None:
        """Read the previous page of messages, or the latest one if there is none."""
        if view := self._in_view():
            before = {"beforeSeq": view.floor + 1} if view.floor else {}
            page = await self.user.messages(view.room, limit=_PAGE, **before)
            seqs = [row["seq"] for row in page["items"]]
            self.expected.check(
                "pages are in order", seqs == sorted(set(seqs), reverse=True), f"{view.room['id']}: {seqs}"
            )
            self.expected.saw(page["items"])

    async def follow_link(self) -> None:
        """Read a message by its id, with the messages around it."""
        if (view := self._in_view()) and (message := self._some_message()):
            row = await self.user.message(message["id"])
            before = await self.user.messages(view.room, limit=_PAGE // 2, beforeSeq=row["seq"])
            after = await self.user.messages(view.room, limit=_PAGE // 2, afterSeq=row["seq"])
            self.expected.saw([row, *before["items"], *after["items"]])

    async def view_thread(self) -> None:
        """Read the thread of a visible message."""
        if message := self._some_message():
            await self.user.run("repliesByMessage", messageId=message["threadId"] or message["id"], limit=_PAGE)

    async def list_rooms(self) -> list[Row]:
        """Read all rooms of the user with their unread counts."""
        entries: list[Row] = []
        token = None
        while True:
            page = await self.user.my_rooms(limit=100, nextToken=token)
            entries += page["items"]
            token = page["nextToken"]
            if token is None:
                break
        for entry in entries:
            self._check_unread(entry)
        return entries

    async def check_read_markers(self) -> None:
        """Read the user's rooms at the end of the run, and check their read markers."""
        for entry in await self.list_rooms():
            key = (entry["chatRoom"]["id"], self.user.id)
            read, marked = entry["membership"]["readSeq"], self.expected.read.get(key, 0)
            self.expected.check("read positions only increase", read >= marked, f"{key}: {read} after {marked}")

    async def list_notifications(self) -> None:
        """Read the latest notifications, and mark the first unread one."""
        page = await self.user.run("myNotifications", limit=20)
        strangers = [row["id"] for row in page["items"] if row["userId"] != self.user.id]
        self.expected.check("notifications reach only their owner", not strangers, f"{self.user.id}: {strangers}")
        unread = next((row for row in page["items"] if row["readAt"] is None), None)
        if unread is not None:
            await self.user.run("markNotificationRead", id=unread["id"])

    async def list_members(self) -> None:
        """Read the members of the room."""
        if view := self._in_view():
            await self.user.run("roomMembers", chatRoomId=view.room["id"], limit=_PAGE)

    async def open_direct(self) -> None:
        """Open an existing direct room."""
        direct = [room for room in self.rooms if room["kind"] == "direct"]
        if direct:
            await self._go_to(self._other(self.random.choice(direct)))

    async def create_direct(self) -> None:
        """Open a direct room with any user."""
        await self._go_to(self.random.choice([user for user in self.everybody if user != self.user.id]))

    async def join_room(self) -> None:
        """List public rooms, and join one of this run."""
        page = await self.user.public_rooms(limit=_PAGE)
        mine = {room["id"] for room in self.rooms}
        found = [row for row in page["items"] if row["name"].startswith(self.run) and row["id"] not in mine]
        if found:
            row = self.random.choice(found)
            await self.user.join(row)
            members = [row["createdBy"], self.user.id]
            room = {"id": row["id"], "kind": "public", "owner": row["createdBy"], "members": members}
            self.rooms.append(room)
            await self.switch_room(room)

    async def leave_and_return(self) -> None:
        """Leave a public room with active subscriptions, wait, and rejoin."""
        leavable = [r for r in self.rooms if r["kind"] == "public" and r["owner"] != self.user.id]
        if not leavable:
            return
        await self.switch_room(self.random.choice(leavable))
        view = self._in_view()
        if view is None:
            return
        await self.user.run("leaveChatRoom", chatRoomId=view.room["id"])
        view.left_at = time.perf_counter()
        refusal = await self.user.refusal("messagesByRoom", chatRoomId=view.room["id"])
        self.expected.check("former members cannot read", refusal == "Forbidden", f"{view.room['id']}: {refusal}")
        await asyncio.sleep(SECONDS_AT_ONCE * self.random.uniform(1.5, 3.0))
        self.expected.read.pop((view.room["id"], self.user.id), None)
        for attempt in range(_ATTEMPTS):
            try:
                await self.user.join(view.room)
                break
            except TransportError:
                if attempt == _ATTEMPTS - 1:
                    raise
        await self.switch_room(view.room)

    async def _go_to(self, user_id: str) -> None:
        row = await self.user.run("openDirectRoom", userId=user_id)
        room = next((room for room in self.rooms if room["id"] == row["id"]), None)
        if room is None:
            room = {"id": row["id"], "kind": "direct", "owner": None, "members": row["directUserIds"]}
            self.rooms.append(room)
            self.expected.rooms[room["id"]] = room
        await self.switch_room(room)

    async def _send(self, room: Row, **more: object) -> Row:
        """Send a message; without a response, retry with the same id, as docs/api.md requires."""
        self._count += 1
        identity = client_message_id(self.run, self.number, self._count)
        self.expected.attempted[identity] = room["id"]
        for attempt in range(_ATTEMPTS):
            try:
                row = await self.user.send(room, self._words(), clientMessageId=identity, **more)
            except TransportError:
                if attempt == _ATTEMPTS - 1:
                    raise
                self.metrics.errors["post: no answer, sent again"] += 1
            else:
                self.expected.check(
                    "responses match their requests", row["clientMessageId"] == identity, f"{identity}: {row}"
                )
                self.expected.acknowledge(row)
                return row
        raise AssertionError("unreachable")

    async def _set_reaction(self, message: Row, emoji: str, *, is_there: bool) -> None:
        key = (self.user.id, emoji)
        self.expected.unsure.add((message["id"], *key))
        await (self.user.react if is_there else self.user.unreact)(message, emoji)
        self.expected.unsure.discard((message["id"], *key))
        self.expected.reactions[message["id"]][key] = is_there

    async def _upload(self, room: Row) -> Row:
        file = {"name": "snails.txt", "contentType": "text/plain", "size": len(_FILE)}
        upload = await self.user.run("requestAttachmentUpload", input={"chatRoomId": room["id"], **file})
        fields = [*((one["name"], one["value"]) for one in upload["fields"]), ("file", (file["name"], _FILE))]
        answer = await asyncio.to_thread(_files.request, "POST", upload["url"], fields=fields, timeout=30)
        if answer.status >= 300:  # noqa: PLR2004 - HTTP
            raise AssertionError(f"the upload was answered with {answer.status}")
        return {"key": upload["key"], **file}

    def _check_unread(self, entry: Row) -> None:
        room, membership, last = entry["chatRoom"], entry["membership"], entry["lastMessage"]
        is_own = last is not None and last["authorId"] == self.user.id
        expected = 0 if is_own else room["lastSeq"] - membership["readSeq"]
        holds = entry["unreadCount"] == expected >= 0
        detail = f"{room['id']}: {entry['unreadCount']} for {room['lastSeq']} - {membership['readSeq']}"
        self.expected.check("unread counts are correct", holds, detail)

    def _in_view(self) -> RoomClient | None:
        return None if self.room_client is None or self.room_client.left_at is not None else self.room_client

    def _some_message(self) -> Row | None:
        """Return a visible message of a user that is not deleted."""
        view = self._in_view()
        shown = [row for row in view.shown() if row["type"] in _USER_TYPES and not row["deletedAt"]] if view else []
        return self.random.choice(shown) if shown else None

    def _other(self, room: Row) -> str:
        return next(str(user) for user in room["members"] if user != self.user.id)

    def _words(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=self.random.randint(1, 12)))

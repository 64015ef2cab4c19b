"""All write paths of the API: a call of each mutation in its own room, and a check that it took effect.

A mutation that behaves differently depending on the room has several. A test compares the mutations with the schema: a
new mutation needs a write path here, or a reason in `WITHOUT_WAY`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from boto3.dynamodb.conditions import Key

from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row as Answer
    from tests.helpers.invariants import RoomRows

REASON = "because of a test"
INLINE_REACTIONS = 32
LONG_AGO = "2020-01-01T00:00:00.000Z"
LAST_OWNER = "Conflict"
"""After an interrupted removal of an owner, the owner count is too low; the other counts as the last: docs/adr/0008."""
WITHOUT_WAY = {
    "startTyping": "writes nothing",
    "stopTyping": "writes nothing",
    "publishMessage": "writes nothing; for functions, see test_stream_faults.py",
    "publishNotification": "writes nothing; for functions, see test_stream_faults.py",
    "publishPresence": "writes nothing; for functions, see test_presence_sweep.py",
    "publishAccessEnded": "writes nothing; for functions, see test_stream_faults.py",
    "publishMemberDeleted": "writes nothing; for functions, see test_account_deletion.py",
    "publishMessageDeleted": "writes nothing; for functions, see test_account_deletion.py",
    "publishMessageUpdated": "writes nothing; for functions, see test_account_deletion.py",
    "publishMessageCreated": "writes nothing; for functions, see test_completion.py",
    "publishReactionAdded": "writes nothing; for functions, see test_completion.py",
    "publishReactionRemoved": "writes nothing; for functions, see test_completion.py",
    "publishTypingStarted": "writes nothing; for functions, see test_completion.py",
    "publishTypingStopped": "writes nothing; for functions, see test_completion.py",
    "publishMembershipChanged": "writes nothing; for functions, see test_completion.py",
}
"""Mutations without a write path here, and why."""


@dataclass(frozen=True, slots=True)
class Participants:
    """A backend and its users: Alice owns the rooms (with Dave if there are two owners), Bob is a member, Carol not."""

    backend: LocalBackend
    alice: ChatUser
    bob: ChatUser
    carol: ChatUser
    dave: ChatUser

    async def room_of_two(self, **room: object) -> Answer:
        """Create a room with Alice and Bob."""
        made = await self.alice.create_room(**room)
        await self.bob.join(made)
        return made

    async def room_of_two_owners(self) -> Answer:
        """Create a room with the owners Alice and Dave."""
        made = await self.alice.create_room()
        await self.dave.join(made)
        await self.alice.run("setMemberRole", chatRoomId=made["id"], userId=self.dave.id, role="OWNER")
        return made

    async def message(self, **room: object) -> Answer:
        """Create a room with Alice and Bob, and send a message as Bob."""
        return await self.bob.send(await self.room_of_two(**room), "first")

    async def change(self, table: str, key: dict[str, Any], update: str, **values: object) -> None:
        """Change an item directly in the table."""
        await asyncio.to_thread(
            self.backend.table(table).update_item,
            Key=key,
            UpdateExpression=update,
            ExpressionAttributeValues={f":{name}": cast("Any", value) for name, value in values.items()},
        )


Proof = Callable[["Answer | None", "RoomRows"], bool]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that is repeated if it fails."""

    user: ChatUser
    variables: dict[str, Any]
    about: str
    """A text that only the arguments of this call contain."""
    is_done: Proof
    """Whether the room's items contain the acknowledged change or, without a response, the requested one."""
    room_id: str | None = None
    """The room it writes to; None for the room of the response."""
    settled: frozenset[str] = frozenset()
    """Errors by which the repeated call reports that the change already exists."""
    hindered: frozenset[str] = frozenset()
    """Documented errors with which the repeated call may fail permanently."""


Prepare = Callable[[Participants], Awaitable[Attempt]]


@dataclass(frozen=True, slots=True)
class WritePath:
    """A mutation with its preparation and its check."""

    name: str
    prepare: Prepare = field(repr=False)

    @property
    def mutation(self) -> str:
        """The mutation's name."""
        return self.name.split(":", maxsplit=1)[0]

    @property
    def operation(self) -> str:
        """The name of its resolver in faults."""
        return f"Mutation.{self.mutation}"


PATHS: dict[str, WritePath] = {}


def _path(name: str) -> Callable[[Prepare], Prepare]:
    def register(prepare: Prepare) -> Prepare:
        PATHS[name] = WritePath(name, prepare)
        return prepare

    return register


def _in(room: Answer, user: ChatUser, is_done: Proof, *, settled: str = "", hindered: str = "", **more: Any) -> Attempt:  # noqa: ANN401
    room_id = str(room.get("chatRoomId") or room["id"])
    return Attempt(user, more, room_id, is_done, room_id, frozenset(settled.split()), frozenset(hindered.split()))


def _state(user: ChatUser, **expected: object) -> Proof:
    """Return a check that the user's membership has these values."""

    def is_so(_: Answer | None, rows: RoomRows) -> bool:
        row = rows.membership(user.id)
        return row is not None and all(row.get(name) == value for name, value in expected.items())

    return is_so


def _logged(action: str, proof: Proof) -> Proof:
    """Return a check like ``proof`` that also expects exactly one log entry."""

    def is_so(answer: Answer | None, rows: RoomRows) -> bool:
        return proof(answer, rows) and [row["action"] for row in rows.audit].count(action) == 1

    return is_so


# --- messages -----------------------------------------------------------------------------------------


def _sending(room: Answer, user: ChatUser, **more: object) -> Attempt:
    key = str(uuid4())
    message = {"chatRoomId": room["id"], "content": f"I said {key}", "clientMessageId": key, **more}

    def is_there(answer: Answer | None, rows: RoomRows) -> bool:
        row = rows.message(answer["seq"]) if answer else None
        return row is not None and (row["clientMessageId"], row["content"]) == (key, message["content"])

    return _in(room, user, is_there, input=message)


@_path("createMessage")
async def _send(participants: Participants) -> Attempt:
    return _sending(await participants.room_of_two(), participants.bob)


@_path("createMessage: a reply that mentions")
async def _reply(participants: Participants) -> Attempt:
    root = await participants.message()
    return _sending(
        {"id": root["chatRoomId"]}, participants.bob, replyToId=root["id"], mentions=[participants.alice.id]
    )


@_path("createMessage: in slow mode")
async def _send_slowly(participants: Participants) -> Attempt:
    return _sending(await participants.room_of_two(slowModeSeconds=600), participants.bob)


@_path("createMessage: of which the number was closed")
async def _send_late(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    attempt = _sending(room, participants.bob)
    marker = {
        "senderId": f"{room['id']}#{participants.bob.id}",
        "clientMessageId": attempt.variables["input"]["clientMessageId"],
    }
    await participants.change("rooms", {"roomId": room["id"]}, "ADD lastSeq :one", one=1)
    await participants.change("deduplication", marker, "SET seq = :one, expiresAt = :end", one=1, end=4102444800)
    closed = {"roomId": room["id"], "seq": 1, "type": "VOID", "createdAt": LONG_AGO}
    await asyncio.to_thread(participants.backend.table("messages").put_item, Item=closed)
    return attempt


@_path("updateMessage")
async def _edit(participants: Participants) -> Attempt:
    message = await participants.message()
    text = f"I meant {uuid4()}"

    def is_edited(_: Answer | None, rows: RoomRows) -> bool:
        row = rows.message(message["seq"]) or {}
        return (row["content"], row["version"]) == (text, 2) and _preview(message, rows) in {text, None}

    return _in(message, participants.bob, is_edited, input={"id": message["id"], "content": text, "expectedVersion": 1})


def _is_deleted(message: Answer) -> Proof:
    def is_deleted(_: Answer | None, rows: RoomRows) -> bool:
        return "deletedAt" in (rows.message(message["seq"]) or {}) and _preview(message, rows) is None

    return is_deleted


def _preview(message: Answer, rows: RoomRows) -> str | None:
    """Return a check of the room's preview; it is skipped if a system message has replaced the preview."""
    room = rows.room or {}
    shown: str | None = room["lastMessage"].get("content") if room["lastSeq"] == message["seq"] else None
    return shown


@_path("deleteMessage")
async def _delete(participants: Participants) -> Attempt:
    message = await participants.message()
    return _in(message, participants.bob, _is_deleted(message), id=message["id"])


@_path("deleteMessage: somebody else's")
async def _moderate(participants: Participants) -> Attempt:
    message = await participants.message()
    return _in(
        message, participants.alice, _logged("MESSAGE_DELETED", _is_deleted(message)), id=message["id"], reason=REASON
    )


# --- reactions ----------------------------------------------------------------------------------------


def _reacting(message: Answer, user: ChatUser, *, wanted: bool) -> Attempt:
    reaction = f"👍#{user.id}"

    def is_so(_: Answer | None, rows: RoomRows) -> bool:
        row = rows.message(message["seq"]) or {}
        apart = {one["reactionId"] for one in rows.reactions}
        return (reaction in row.get("reactions", ()) or reaction in apart) is wanted

    return _in(message, user, is_so, input={"messageId": message["id"], "emoji": "👍"})


async def _crowded(participants: Participants) -> Answer:
    message = await participants.message()
    others = {f"👍#somebody-{number}" for number in range(INLINE_REACTIONS)}
    key = {"roomId": message["chatRoomId"], "seq": message["seq"]}
    await participants.change("messages", key, "ADD reactions :others", others=others)
    return message


@_path("createReaction")
async def _react(participants: Participants) -> Attempt:
    return _reacting(await participants.message(), participants.alice, wanted=True)


@_path("createReaction: with a row of its own")
async def _react_in_crowd(participants: Participants) -> Attempt:
    return _reacting(await _crowded(participants), participants.alice, wanted=True)


@_path("deleteReaction")
async def _unreact(participants: Participants) -> Attempt:
    message = await participants.message()
    await participants.alice.react(message)
    return _reacting(message, participants.alice, wanted=False)


@_path("deleteReaction: with a row of its own")
async def _unreact_in_crowd(participants: Participants) -> Attempt:
    message = await _crowded(participants)
    await participants.alice.react(message)
    return _reacting(message, participants.alice, wanted=False)


# --- rooms --------------------------------------------------------------------------------------------


@_path("createChatRoom")
async def _create_room(participants: Participants) -> Attempt:
    name = f"Room {uuid4()}"

    def is_there(_: Answer | None, rows: RoomRows) -> bool:
        return (
            rows.room is not None and rows.room["name"] == name and _state(participants.alice, role="OWNER")(None, rows)
        )

    return Attempt(participants.alice, {"input": {"name": name}}, name, is_there)


@_path("updateChatRoom")
async def _rename(participants: Participants) -> Attempt:
    room, name = await participants.room_of_two(), f"Better {uuid4()}"

    def is_renamed(_: Answer | None, rows: RoomRows) -> bool:
        return rows.room is not None and rows.room["name"] == name

    settings = {"id": room["id"], "name": name, "expectedVersion": 1}
    # A caller that receives a version conflict reads the room, and finds it as requested.
    return _in(room, participants.alice, is_renamed, settled="Conflict", input=settings)


@_path("updateChatRoom: whatever its version")
async def _freeze(participants: Participants) -> Attempt:
    room = await participants.room_of_two()

    def is_frozen(_: Answer | None, rows: RoomRows) -> bool:
        return rows.room is not None and rows.room["frozen"] is True

    return _in(room, participants.alice, is_frozen, input={"id": room["id"], "frozen": True})


@_path("archiveChatRoom")
async def _archive(participants: Participants) -> Attempt:
    room = await participants.room_of_two()

    def is_archived(_: Answer | None, rows: RoomRows) -> bool:
        return rows.room is not None and "archivedAt" in rows.room and rows.room["version"] == 2

    return _in(room, participants.alice, is_archived, id=room["id"])


@_path("openDirectRoom")
async def _open_direct_room(participants: Participants) -> Attempt:
    other = uuid4().hex
    profile = {"userId": other, "displayName": "Somebody", "createdAt": LONG_AGO}
    await asyncio.to_thread(participants.backend.table("users").put_item, Item=profile)

    def is_there(_: Answer | None, rows: RoomRows) -> bool:
        return rows.room is not None and {row["userId"] for row in rows.active()} == {participants.alice.id, other}

    return Attempt(participants.alice, {"userId": other}, other, is_there)


# --- members ------------------------------------------------------------------------------------------


@_path("joinChatRoom")
async def _join(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    return _in(room, participants.carol, _state(participants.carol, state="ACTIVE"), chatRoomId=room["id"])


@_path("joinChatRoom: by invitation")
async def _accept(participants: Participants) -> Attempt:
    room = await participants.room_of_two(visibility="PUBLIC")
    await participants.alice.run("inviteToChatRoom", chatRoomId=room["id"], userId=participants.carol.id)
    await participants.alice.run("updateChatRoom", input={"id": room["id"], "visibility": "PRIVATE"})
    return _in(room, participants.carol, _state(participants.carol, state="ACTIVE"), chatRoomId=room["id"])


@_path("leaveChatRoom")
async def _leave(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    return _in(room, participants.bob, _state(participants.bob, state="LEFT"), chatRoomId=room["id"])


@_path("leaveChatRoom: one of two owners")
async def _leave_as_owner(participants: Participants) -> Attempt:
    room = await participants.room_of_two_owners()
    proof = _state(participants.alice, state="LEFT", role="MEMBER")
    return _in(room, participants.alice, proof, hindered=LAST_OWNER, chatRoomId=room["id"])


@_path("leaveChatRoom: the last member")
async def _leave_last(participants: Participants) -> Attempt:
    room = await participants.alice.create_room()

    def is_closed(_: Answer | None, rows: RoomRows) -> bool:
        return rows.room is not None and "archivedAt" in rows.room and not rows.active()

    return _in(room, participants.alice, is_closed, chatRoomId=room["id"])


@_path("leaveChatRoom: an invitation")
async def _decline(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    await participants.alice.run("inviteToChatRoom", chatRoomId=room["id"], userId=participants.carol.id)
    return _in(room, participants.carol, _state(participants.carol, state="LEFT"), chatRoomId=room["id"])


@_path("inviteToChatRoom")
async def _invite(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    proof = _state(participants.carol, state="INVITED", invitedBy=participants.alice.id)
    return _in(room, participants.alice, proof, chatRoomId=room["id"], userId=participants.carol.id)


@_path("setMemberRole: to owner")
async def _promote(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    proof = _logged("ROLE_CHANGED", _state(participants.bob, role="OWNER"))
    return _in(room, participants.alice, proof, chatRoomId=room["id"], userId=participants.bob.id, role="OWNER")


@_path("setMemberRole: from owner")
async def _step_down(participants: Participants) -> Attempt:
    room = await participants.room_of_two_owners()
    return _in(
        room,
        participants.alice,
        _state(participants.alice, role="MEMBER"),
        chatRoomId=room["id"],
        userId=participants.alice.id,
        role="MEMBER",
        settled="Forbidden",
        hindered=LAST_OWNER,  # the user is no longer an owner
    )


def _judging(room: Answer, participants: Participants, action: str, proof: Proof, **more: object) -> Attempt:
    given = {"chatRoomId": room["id"], "userId": participants.bob.id, "reason": REASON, **more}
    return _in(room, participants.alice, _logged(action, proof), **given)


@_path("removeMember")
async def _remove(participants: Participants) -> Attempt:
    return _judging(
        await participants.room_of_two(), participants, "MEMBER_REMOVED", _state(participants.bob, state="LEFT")
    )


@_path("banMember")
async def _ban(participants: Participants) -> Attempt:
    return _judging(
        await participants.room_of_two(), participants, "MEMBER_BANNED", _state(participants.bob, state="BANNED")
    )


@_path("unbanMember")
async def _unban(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    await participants.alice.run("banMember", chatRoomId=room["id"], userId=participants.bob.id, reason=REASON)
    return _judging(room, participants, "MEMBER_UNBANNED", _state(participants.bob, state="LEFT"))


@_path("muteMember")
async def _mute(participants: Participants) -> Attempt:
    end = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    proof = _state(participants.bob, mutedUntil=end)
    return _judging(await participants.room_of_two(), participants, "MEMBER_MUTED", proof, until=end)


@_path("unmuteMember")
async def _unmute(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    await participants.alice.run(
        "muteMember", chatRoomId=room["id"], userId=participants.bob.id, seconds=600, reason=REASON
    )
    return _judging(room, participants, "MEMBER_UNMUTED", _state(participants.bob, mutedUntil=None))


# --- reports, reading, preferences --------------------------------------------------------------------


@_path("reportMessage")
async def _report(participants: Participants) -> Attempt:
    message = await participants.message()

    def is_there(_: Answer | None, rows: RoomRows) -> bool:
        return [row["reporterId"] for row in rows.reports] == [participants.alice.id]

    return _in(message, participants.alice, is_there, messageId=message["id"], reason=REASON)


@_path("resolveReport")
async def _resolve(participants: Participants) -> Attempt:
    message = await participants.message()
    report = await participants.bob.run("reportMessage", messageId=message["id"], reason=REASON)

    def is_resolved(_: Answer | None, rows: RoomRows) -> bool:
        return [row["status"] for row in rows.reports] == ["RESOLVED"]

    given = {"chatRoomId": message["chatRoomId"], "reportId": report["id"], "resolution": "DISMISSED"}
    return _in(message, participants.alice, _logged("REPORT_RESOLVED", is_resolved), settled="Conflict", **given)


@_path("markRoomRead")
async def _mark_read(participants: Participants) -> Attempt:
    message = await participants.message()

    def is_read(_: Answer | None, rows: RoomRows) -> bool:
        row = rows.membership(participants.alice.id)
        return row is not None and row["readSeq"] >= message["seq"]

    return _in(message, participants.alice, is_read, chatRoomId=message["chatRoomId"], seq=message["seq"])


@_path("updateNotificationPreference")
async def _prefer(participants: Participants) -> Attempt:
    room = await participants.room_of_two()
    proof = _state(participants.bob, notificationLevel="NONE")
    return _in(room, participants.bob, proof, input={"chatRoomId": room["id"], "level": "NONE"})


@_path("updatePresence")
async def _be_there(participants: Participants) -> Attempt:
    room = await participants.room_of_two()

    def is_present(_: Answer | None, __: RoomRows) -> bool:
        row = participants.backend.table("presence").get_item(Key={"userId": participants.bob.id}).get("Item") or {}
        return row.get("status") == "BUSY"

    await participants.bob.be("ONLINE", room)
    return _in(room, participants.bob, is_present, status="BUSY", chatRoomId=room["id"])


async def _notified(participants: Participants) -> tuple[Answer, str]:
    """Let Bob mention Alice, and wait for the notification; return its room and id."""
    room = await participants.room_of_two()
    await participants.bob.send(room, "you there", mentions=[participants.alice.id])

    async def find() -> list[str]:
        page = await participants.alice.run("myNotifications", limit=100, unreadOnly=True)
        return [row["id"] for row in page["items"] if row["chatRoomId"] == room["id"]]

    (found,) = await eventually(find)
    return room, found


def _is_heard(participants: Participants, notification_id: str) -> Proof:
    def is_heard(_: Answer | None, __: RoomRows) -> bool:
        key = {"userId": participants.alice.id, "notificationId": notification_id}
        row = participants.backend.table("notifications").get_item(Key=key, ConsistentRead=True)["Item"]
        return "readAt" in row and "unreadId" not in row

    return is_heard


@_path("markNotificationRead")
async def _mark_notification(participants: Participants) -> Attempt:
    room, found = await _notified(participants)
    return Attempt(participants.alice, {"id": found}, found, _is_heard(participants, found), room["id"])


@_path("markAllNotificationsRead")
async def _mark_notifications(participants: Participants) -> Attempt:
    room, found = await _notified(participants)
    return Attempt(participants.alice, {}, participants.alice.id, _is_heard(participants, found), room["id"])


@_path("requestAttachmentUpload")
async def _upload(participants: Participants) -> Attempt:
    room = await participants.room_of_two()

    def is_signed(answer: Answer | None, _: RoomRows) -> bool:
        return answer is not None and answer["key"].startswith(f"rooms/{room['id']}/")

    file = {"chatRoomId": room["id"], "name": "note.txt", "contentType": "text/plain", "size": 10}
    return _in(room, participants.bob, is_signed, input=file)


# --- privacy ------------------------------------------------------------------------------------------


async def _asking(participants: Participants, kind: str) -> Attempt:
    """Return a call in which a new user requests a job, and a check that there is exactly this job."""
    pool = UserPool(participants.backend)
    account = await pool.sign_up("Erin")
    erin = ChatUser.of(account, await pool.sign_in(account), participants.backend.outputs)
    room = await participants.room_of_two()
    await erin.join(room)

    def is_asked(_: Answer | None, __: RoomRows) -> bool:
        answer = participants.backend.table("privacy").query(KeyConditionExpression=Key("userId").eq(erin.id))
        return [row["kind"] for row in answer["Items"] if "kind" in row] == [kind]

    return Attempt(erin, {}, erin.id, is_asked, room["id"])


@_path("exportMyData")
async def _export(participants: Participants) -> Attempt:
    return await _asking(participants, "EXPORT")


@_path("deleteMyAccount")
async def _delete_account(participants: Participants) -> Attempt:
    return await _asking(participants, "DELETION")

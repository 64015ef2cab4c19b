"""Invariants of a room's rows, which hold after any failure.

The checker reads the tables directly and describes each violation. The permanent effects that a failure may have are
documented (docs/operations.md, "Partial failures") and are listed in `Leftovers`; everything else is exact.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from contract.fields import MEMBERSHIP, MESSAGE, NOTIFICATION, ROOM
from contract.names import REACTION_COUNT_PREFIX, SYSTEM_TYPE, VOID_TYPE
from tests.helpers.attributes import TABLES, unknown_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.helpers.backend import LocalBackend

Row = dict[str, Any]
WRITTEN_BY_NOBODY = (VOID_TYPE, SYSTEM_TYPE)
DISTINCT_EMOJI = 20
ROOM_ACTS = ("ROOM_UPDATED", "ROOM_ARCHIVED")
REQUIRED = {
    "rooms": ROOM.attributes(always=True),
    "memberships": MEMBERSHIP.attributes(always=True),
    "messages": MESSAGE.attributes(always=True),
    "notifications": NOTIFICATION.attributes(always=True),
    "reactions": ("displayName", "createdAt"),
    "audit": ("action", "actorId", "actorName", "createdAt"),
    "reports": ("seq", "reporterId", "reason", "status", "createdAt"),
    "markers": ("seq", "expiresAt"),
}
"""Attributes of a row that was written as a whole; a row that was created by an update only lacks them."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Permitted permanent effects of failures."""

    holes: int = 0
    """Sequence numbers without a message; a minute later they are closed with VOID."""
    members_too_many: int = 0
    """How much too high ``memberCount`` may be; it is never too low."""
    owners_too_few: int = 0
    """How much too low ``ownerCount`` may be; it is never too high."""
    replies_not_counted: int = 0
    """How much too low a ``replyCount`` may be; it is never too high."""
    acts_not_done: int = 0
    """Log entries about changes of the room's settings that did not happen; every change has its entry."""
    emoji_too_many: int = 0
    """Different emoji of a message above the limit."""


NOTHING = Leftovers()


@dataclass(frozen=True, slots=True)
class RoomRows:
    """All rows of one room."""

    room: Row | None
    memberships: list[Row]
    messages: list[Row]
    reactions: list[Row]
    audit: list[Row]
    reports: list[Row]
    markers: list[Row]
    by_user: list[Row]
    by_thread: list[Row]

    @classmethod
    def read(cls, backend: LocalBackend, room_id: str) -> RoomRows:
        """Read the rows, strongly consistent."""
        memberships = _query(backend, "memberships", "roomId", room_id)
        messages = _query(backend, "messages", "roomId", room_id)
        senders = [*(row["userId"] for row in memberships), ""]
        overflowing = [row for row in messages if row.get("overflowTotal")]
        threads = {row["threadId"] for row in messages if "threadId" in row}
        return cls(
            room=backend.table("rooms").get_item(Key={"roomId": room_id}, ConsistentRead=True).get("Item"),
            memberships=memberships,
            messages=messages,
            reactions=_all(_query(backend, "reactions", "messageId", f"{room_id}:{m['seq']}") for m in overflowing),
            audit=_query(backend, "audit", "roomId", room_id),
            reports=_query(backend, "reports", "roomId", room_id),
            markers=[
                row
                for row in _all(_query(backend, "deduplication", "senderId", f"{room_id}#{one}") for one in senders)
                if not row["clientMessageId"].startswith("#")
            ],
            by_user=[
                row
                for one in memberships
                for row in _query(backend, "memberships", "userId", one["userId"], index="byUser")
                if row["roomId"] == room_id
            ],
            by_thread=_all(_query(backend, "messages", "threadId", one, index="byThread") for one in threads),
        )

    def active(self) -> list[Row]:
        """Return the active memberships."""
        return [row for row in self.memberships if row.get("state") == "ACTIVE"]

    def membership(self, user_id: str) -> Row | None:
        """Return a user's membership."""
        return next((row for row in self.memberships if row["userId"] == user_id), None)

    def message(self, seq: int) -> Row | None:
        """Return the message with this number."""
        return next((row for row in self.messages if row["seq"] == seq), None)


def violations(rows: RoomRows, allowed: Leftovers = NOTHING) -> list[str]:
    """Return descriptions of all violations in a room."""
    if rows.room is None:
        return [f"there is no room, but rows of it: {rows}"] if rows.memberships or rows.messages else []
    checks = (_ghosts, _numbers, _members, _replies, _reactions, _acts, _indexes)
    return [problem for check in checks for problem in check(rows, rows.room, allowed)]


def notification_violations(rows: Sequence[Row]) -> list[str]:
    """Return violations in one user's notifications of one room: at most one per cause, and all complete."""
    causes = Counter(
        (row["type"], row.get("messageId"), row.get("action"), row["createdAt"] if "messageId" not in row else "")
        for row in rows
    )
    return [
        *(f"{number} notifications of one cause: {cause}" for cause, number in causes.items() if number > 1),
        *_lacking("notifications", rows),
    ]


def _ghosts(rows: RoomRows, room: Row, _: Leftovers) -> Iterator[str]:
    yield from _lacking("rooms", [room])
    for kind in ("memberships", "messages", "reactions", "audit", "reports", "markers"):
        yield from _lacking(kind, getattr(rows, kind))


def _lacking(kind: str, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        unknown = unknown_attributes(kind, [row]) if kind in TABLES else set()
        if unknown:
            yield f"{kind}: a row with {', '.join(unknown)}, which contract/fields.json does not have: {row}"
        missing = [name for name in REQUIRED[kind] if name not in row]
        if missing:
            yield f"{kind}: a row without {', '.join(missing)}: {row}"


def _numbers(rows: RoomRows, room: Row, allowed: Leftovers) -> Iterator[str]:
    last = int(room["lastSeq"])
    numbers = {int(row["seq"]) for row in rows.messages}
    beyond = [number for number in numbers if not 1 <= number <= last]
    if beyond:
        yield f"messages {beyond} are beyond lastSeq {last}"
    holes = last - len(numbers)
    if holes > allowed.holes:
        yield f"{holes} numbers have no message, {allowed.holes} may"
    said = [row for row in rows.messages if row.get("type") not in WRITTEN_BY_NOBODY]
    copies = Counter((row.get("authorId"), row.get("clientMessageId")) for row in said)
    yield from (f"{number} copies of {key}" for key, number in copies.items() if number > 1)
    markers = {(row["senderId"].split("#", 1)[1], row["clientMessageId"]): row["seq"] for row in rows.markers}
    for row in said:
        marked = markers.get((row["authorId"], row["clientMessageId"]))
        if marked != row["seq"]:
            yield f"message {row['seq']} has the marker {marked}"


def _members(rows: RoomRows, room: Row, allowed: Leftovers) -> Iterator[str]:
    active = rows.active()
    owners = [row for row in active if row["role"] == "OWNER"]
    surplus = int(room["memberCount"]) - len(active)
    if not 0 <= surplus <= allowed.members_too_many:
        yield f"memberCount is {room['memberCount']}, active members are {len(active)}"
    shortage = len(owners) - int(room["ownerCount"])
    if not 0 <= shortage <= allowed.owners_too_few:
        yield f"ownerCount is {room['ownerCount']}, owners are {len(owners)}"
    if not owners and room["visibility"] != "DIRECT" and "archivedAt" not in room:
        yield "the room is open and has no owner"
    for row in rows.memberships:
        if not 0 <= row["readSeq"] <= room["lastSeq"] or not 0 <= row["joinedSeq"] <= room["lastSeq"]:
            yield f"membership beyond lastSeq {room['lastSeq']}: {row}"
        if row["state"] != "ACTIVE" and row["role"] == "OWNER":
            yield f"an owner who is not a member: {row}"


def _replies(rows: RoomRows, room: Row, allowed: Leftovers) -> Iterator[str]:
    replies = Counter(row["threadId"] for row in rows.messages if "threadId" in row)
    for row in rows.messages:
        missed = replies[f"{room['roomId']}:{row['seq']}"] - int(row.get("replyCount", 0))
        if not 0 <= missed <= allowed.replies_not_counted:
            yield f"message {row['seq']} counts {row.get('replyCount', 0)} replies, {missed} too few"


def _reactions(rows: RoomRows, room: Row, allowed: Leftovers) -> Iterator[str]:
    for message in rows.messages:
        key = f"{room['roomId']}:{message['seq']}"
        inline = set(message.get("reactions") or ())
        apart = [row["reactionId"] for row in rows.reactions if row["messageId"] == key]
        if message.get("deletedAt"):
            if inline or "content" in message:
                yield f"the tombstone {message['seq']} has content or reactions"
            continue
        if inline & set(apart):
            yield f"reactions to {message['seq']} are in both places: {inline & set(apart)}"
        counted = {
            name.removeprefix(REACTION_COUNT_PREFIX): int(number)
            for name, number in message.items()
            if name.startswith(REACTION_COUNT_PREFIX)
        }
        found = Counter(one.rsplit("#", 1)[0] for one in apart)
        if {k: n for k, n in counted.items() if n} != dict(found) or message.get("overflowTotal", 0) != len(apart):
            yield f"message {message['seq']} counts reactions {counted} in {message.get('overflowTotal')} rows: {found}"
        emoji = {one.rsplit("#", 1)[0] for one in [*inline, *apart]}
        if len(emoji) > DISTINCT_EMOJI + allowed.emoji_too_many:
            yield f"message {message['seq']} has {len(emoji)} different emoji"


def _acts(rows: RoomRows, room: Row, allowed: Leftovers) -> Iterator[str]:
    entries = {row["auditId"]: row for row in rows.audit}
    actions = Counter(row["action"] for row in rows.audit)
    told = sum(actions[name] for name in ROOM_ACTS)
    # Leaving as the last member archives the room, without an entry in the moderation log.
    by_leaving = int("archivedAt" in room and not rows.active() and not actions["ROOM_ARCHIVED"])
    undone = told - (int(room["version"]) - 1 - by_leaving)
    if not 0 <= undone <= allowed.acts_not_done:
        yield f"the room has version {room['version']}, and the log tells of {told} changes"
    for row in rows.memberships:
        act = row.get("lastAct")
        if act and act["auditId"] not in entries:
            yield f"an act on a member is not in the log: {act}"
    by_others = [row for row in rows.messages if row.get("deletedBy") not in {None, row.get("authorId")}]
    if sorted(f"{room['roomId']}:{row['seq']}" for row in by_others) != sorted(
        row["messageId"] for row in rows.audit if row["action"] == "MESSAGE_DELETED"
    ):
        yield f"{len(by_others)} messages were deleted by others, the log tells of {actions['MESSAGE_DELETED']}"
    resolved = [row for row in rows.reports if row["status"] == "RESOLVED"]
    if len(resolved) != actions["REPORT_RESOLVED"]:
        yield f"{len(resolved)} reports are resolved, the log tells of {actions['REPORT_RESOLVED']}"
    if (room["visibility"] == "PUBLIC" and "archivedAt" not in room) != ("listedVisibility" in room):
        yield f"the room is {room['visibility']} and listed as {room.get('listedVisibility')}"


def _indexes(rows: RoomRows, _room: Row, __: Leftovers) -> Iterator[str]:
    if _by_key(rows.by_user, "userId") != _by_key(rows.memberships, "userId"):
        yield "the index byUser is not what the memberships are"
    if _by_key(rows.by_thread, "seq") != _by_key([row for row in rows.messages if "threadId" in row], "seq"):
        yield "the index byThread is not what the messages are"


def _by_key(rows: Sequence[Row], key: str) -> dict[str, Row]:
    return {str(row[key]): row for row in rows}


def _all(lists: Iterator[list[Row]]) -> list[Row]:
    return [row for rows in lists for row in rows]


def _query(backend: LocalBackend, table: str, key: str, value: str, *, index: str | None = None) -> list[Row]:
    request: dict[str, Any] = {"KeyConditionExpression": Key(key).eq(value)}
    request |= {"ConsistentRead": True} if index is None else {"IndexName": index}
    page = backend.table(table).query(**request)
    rows: list[Row] = list(page["Items"])
    while "LastEvaluatedKey" in page:
        page = backend.table(table).query(**request, ExclusiveStartKey=page["LastEvaluatedKey"])
        rows += page["Items"]
    return rows

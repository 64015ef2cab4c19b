"""A room of a chosen size, put straight into the tables, and set back to what it was before each measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from contract.limits import LIMITS

if TYPE_CHECKING:
    from benchmarks._operations.tables import Row, Tables

NOW = "2026-01-01T09:30:00.000Z"
LATER = "2036-01-01T09:30:00.000Z"
WINDOW = 10
"""How many messages, counted from the room's end, the cases change; they are there in a room of every size."""
PAGE = LIMITS["pageSize"]
"""How many things a full page has in the cases that measure one."""
CONTENT = ("The tomatoes need water, the beans a longer pole, and somebody has to talk to the snails. " * 3)[:195]
"""A message of this content takes 400 bytes in DynamoDB, with its keys, author and times."""


def notification_id(number: int) -> str:
    """An id of the form of a ULID; a higher number is newer."""
    return f"01JZZZZZZZ{number:016}"


def crowd(number: int) -> str:
    """The id of a member whom nobody knows; as long as the ids of the pool."""
    return f"crowd-{number:030}"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a room is."""

    name: str
    members: int
    messages: int


SMALL = Size("small", 2, 10)
MEDIUM = Size("medium", 100, 10)
LARGE = Size("large", 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is signed in: users' ids by part."""

    owner: str
    """Owns the room."""
    member: str
    """A plain member of it."""
    guest: str
    """Not in the room."""
    collector: str
    """Not in the room; in 50 others."""
    invitee: str
    """Not in the room; invited to 50 others."""
    leaver: str
    """In no room; asks for the own data and for the end of the account."""


class Scene:
    """One room in the tables of a running backend.

    Args:
        tables: the tables of a running backend.
        cast: who is signed in.
        size: how large the room is.
    """

    def __init__(self, tables: Tables, cast: Cast, size: Size) -> None:
        self.tables = tables
        self.cast = cast
        self.size = size
        self.room_id = str(uuid4())
        self.tables.put("users", [{"userId": self.bystander_id, "displayName": "Robin", "createdAt": NOW}])
        self.tables.put("memberships", [self.membership(crowd(number)) for number in range(size.members - 2)])
        # Ballast, of a type that makes no notifications; what is read in full is of people.
        ballast = max(0, size.messages - PAGE)
        self.tables.put("messages", [self.message(seq, type="SYSTEM") for seq in range(1, ballast + 1)])
        self.tables.put("messages", [self.message(seq) for seq in range(ballast + 1, size.messages + 1)])

    @property
    def bystander_id(self) -> str:
        """A user with a profile who is not signed in, and in no room unless a case says so."""
        return f"by{self.room_id[2:]}"

    def seq(self, back: int = 0) -> int:
        """The number of a message of the window, counted back from the room's last one."""
        return self.size.messages - back

    def message_id(self, back: int = 0) -> str:
        """The id of a message of the window, counted back from the room's last one."""
        return f"{self.room_id}:{self.seq(back)}"

    def reset(self) -> None:
        """Make the room what it was at first."""
        cast = self.cast
        self.tables.write(
            {
                "rooms": [self.room()],
                "memberships": [
                    self.membership(cast.owner, role="OWNER", displayName="Alice"),
                    self.membership(cast.member, displayName="Bob"),
                ],
                "messages": [self.message(self.seq(back)) for back in range(WINDOW)],
            },
            {
                "memberships": [{"roomId": self.room_id, "userId": user} for user in (cast.guest, self.bystander_id)],
                "messages": [{"roomId": self.room_id, "seq": self.size.messages + 1}],
            },
        )

    def change_room(self, **attributes: object) -> None:
        """Give the room other attributes; one that is None goes."""
        row = {**self.room(), **attributes}
        self.tables.put("rooms", [{name: value for name, value in row.items() if value is not None}])

    def stand(self, user_id: str, **attributes: object) -> None:
        """Put somebody into the room, or change how somebody stands to it."""
        self.tables.put("memberships", [self.membership(user_id, **attributes)])

    def change_message(self, back: int = 0, **attributes: object) -> None:
        """Give a message of the window other attributes; one that is None goes."""
        row = {**self.message(self.seq(back)), **attributes}
        self.tables.put("messages", [{name: value for name, value in row.items() if value is not None}])

    def room(self) -> Row:
        """The room's row."""
        return {
            "roomId": self.room_id,
            "name": "Gardeners",
            "description": "Who waters what, and when.",
            "visibility": "PUBLIC",
            "listedVisibility": "PUBLIC",
            "createdBy": self.cast.owner,
            "memberCount": self.size.members,
            "ownerCount": 1,
            "lastSeq": self.size.messages,
            "lastMessageAt": NOW,
            "lastMessage": {
                "type": "TEXT",
                "content": CONTENT[: LIMITS["previewLength"]],
                "authorId": self.cast.owner,
                "authorName": "Alice",
                "createdAt": NOW,
            },
            "version": 1,
            "createdAt": NOW,
        }

    def membership(self, user_id: str, **attributes: object) -> Row:
        """A membership's row."""
        return {
            "roomId": self.room_id,
            "userId": user_id,
            "displayName": "Robin",
            "role": "MEMBER",
            "state": "ACTIVE",
            "joinedAt": NOW,
            "joinedSeq": 0,
            "readSeq": 0,
            **attributes,
        }

    def message(self, seq: int, **attributes: object) -> Row:
        """A message's row, of the owner's."""
        return {
            "roomId": self.room_id,
            "seq": seq,
            "type": "TEXT",
            "content": CONTENT,
            "authorId": self.cast.owner,
            "authorName": "Alice",
            "clientMessageId": str(uuid4()),
            "createdAt": NOW,
            **attributes,
        }

"""A room of a given size, written directly to the tables and reset before each measurement."""

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
"""Number of messages at the end of the room that cases change; rooms of every size contain them."""
PAGE = LIMITS["pageSize"]
"""Number of items of a full page."""
CONTENT = ("The tomatoes need water, the beans a longer pole, and somebody has to talk to the snails. " * 3)[:195]
"""A message of this content takes 400 bytes in DynamoDB, with its keys, author and times."""


def notification_id(number: int) -> str:
    """Return an id in ULID format; a higher number is newer."""
    return f"01JZZZZZZZ{number:016}"


def other_member_id(number: int) -> str:
    """Return the id of a member without an account, with the length of Cognito ids."""
    return f"crowd-{number:030}"


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a room."""

    name: str
    members: int
    messages: int


SMALL = Size("small", 2, 10)
MEDIUM = Size("medium", 100, 10)
LARGE = Size("large", 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The ids of signed-in users by role."""

    owner: str
    """The owner of the room."""
    member: str
    """A member of the room."""
    guest: str
    """Not in the room."""
    collector: str
    """Not a member; member of 50 other rooms."""
    invitee: str
    """Not a member; invited to 50 other rooms."""
    leaver: str
    """In no room; requests a data export and account deletion."""


class RoomFixture:
    """One room in the tables of a running backend.

    Args:
        tables: the tables of a running backend.
        accounts: the signed-in users.
        size: the size of the room.
    """

    def __init__(self, tables: Tables, accounts: Accounts, size: Size) -> None:
        self.tables = tables
        self.accounts = accounts
        self.size = size
        self.room_id = str(uuid4())
        self.tables.put("users", [{"userId": self.bystander_id, "displayName": "Robin", "createdAt": NOW}])
        self.tables.put("memberships", [self.membership(other_member_id(number)) for number in range(size.members - 2)])
        # Filler messages have a type that causes no notifications; fully read pages have messages of users.
        ballast = max(0, size.messages - PAGE)
        self.tables.put("messages", [self.message(seq, type="SYSTEM") for seq in range(1, ballast + 1)])
        self.tables.put("messages", [self.message(seq) for seq in range(ballast + 1, size.messages + 1)])

    @property
    def bystander_id(self) -> str:
        """A user with a profile who is not signed in, and in no room unless a case adds them."""
        return f"by{self.room_id[2:]}"

    def seq(self, back: int = 0) -> int:
        """Return the sequence number of a message, counted back from the last one."""
        return self.size.messages - back

    def message_id(self, back: int = 0) -> str:
        """Return the id of a message, counted back from the last one."""
        return f"{self.room_id}:{self.seq(back)}"

    def reset(self) -> None:
        """Reset the room to its initial state."""
        accounts = self.accounts
        self.tables.write(
            {
                "rooms": [self.room()],
                "memberships": [
                    self.membership(accounts.owner, role="OWNER", displayName="Alice"),
                    self.membership(accounts.member, displayName="Bob"),
                ],
                "messages": [self.message(self.seq(back)) for back in range(WINDOW)],
            },
            {
                "memberships": [
                    {"roomId": self.room_id, "userId": user} for user in (accounts.guest, self.bystander_id)
                ],
                "messages": [{"roomId": self.room_id, "seq": self.size.messages + 1}],
            },
        )

    def change_room(self, **attributes: object) -> None:
        """Set attributes of the room; None removes an attribute."""
        row = {**self.room(), **attributes}
        self.tables.put("rooms", [{name: value for name, value in row.items() if value is not None}])

    def stand(self, user_id: str, **attributes: object) -> None:
        """Add a member, or change a membership."""
        self.tables.put("memberships", [self.membership(user_id, **attributes)])

    def change_message(self, back: int = 0, **attributes: object) -> None:
        """Set attributes of a message; None removes an attribute."""
        row = {**self.message(self.seq(back)), **attributes}
        self.tables.put("messages", [{name: value for name, value in row.items() if value is not None}])

    def room(self) -> Row:
        """Return the room's item."""
        return {
            "roomId": self.room_id,
            "name": "Gardeners",
            "description": "Who waters what, and when.",
            "visibility": "PUBLIC",
            "listedVisibility": "PUBLIC",
            "createdBy": self.accounts.owner,
            "memberCount": self.size.members,
            "ownerCount": 1,
            "lastSeq": self.size.messages,
            "lastMessageAt": NOW,
            "lastMessage": {
                "type": "TEXT",
                "content": CONTENT[: LIMITS["previewLength"]],
                "authorId": self.accounts.owner,
                "authorName": "Alice",
                "createdAt": NOW,
            },
            "version": 1,
            "createdAt": NOW,
        }

    def membership(self, user_id: str, **attributes: object) -> Row:
        """Return a membership's item."""
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
        """Return the item of a message of the owner."""
        return {
            "roomId": self.room_id,
            "seq": seq,
            "type": "TEXT",
            "content": CONTENT,
            "authorId": self.accounts.owner,
            "authorName": "Alice",
            "clientMessageId": str(uuid4()),
            "createdAt": NOW,
            **attributes,
        }

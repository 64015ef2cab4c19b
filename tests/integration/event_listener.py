"""A private room with subscribers and attackers, on backends with both delivery modes."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from contract.fields import ENTITIES
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row
    from tests.helpers.realtime_client import RealtimeClient, Subscription

SUBSCRIPTIONS = {
    "Message": ("onMessageCreated", "onMessageUpdated", "onMessageDeleted"),
    "Reaction": ("onReactionAdded", "onReactionRemoved"),
    "Membership": ("onMembershipChanged",),
    "TypingIndicator": ("onTypingStarted", "onTypingStopped"),
    "UserPresence": ("onUserPresenceChanged",),
}
FIELDS = {
    name: ENTITIES[type_name].selection(completeness=True)
    for type_name, names in SUBSCRIPTIONS.items()
    for name in names
}
"""The complete selection of each subscription."""
TYPES = {type_name: names[0] for type_name, names in SUBSCRIPTIONS.items()}
"""One subscription per payload type."""
FEW = {
    "onMessage": "content authorId",
    "onReaction": "emoji userId",
    "onMembership": "userId state",
    "onTyping": "userId",
    "onUserPresence": "userId status",
}
"""A small selection, by the prefix of the subscription."""


@dataclass(frozen=True, slots=True)
class PrivateRoom:
    """A private room of Alice and Bob, and users who forge events in it.

    Mallory, a non-member, has the room's id as display name; Imposter, a member, has Alice's id. Users may choose these
    values, and an alias would deliver them as ids of others.
    """

    backend: LocalBackend
    alice: ChatUser
    bob: ChatUser
    mallory: ChatUser
    imposter: ChatUser
    room: Row
    lair: Row
    """Mallory's own room."""


async def private_room_of(backend: LocalBackend, pool: UserPool) -> PrivateRoom:
    """Create the users and the rooms."""

    async def new(name: str) -> ChatUser:
        account = await pool.sign_up(name)
        return ChatUser.of(account, await pool.sign_in(account), backend.outputs)

    alice, bob = await new("Alice"), await new("Bob")
    room = await alice.create_room(visibility="PRIVATE")
    mallory, imposter = await new(room["id"]), await new(alice.id)
    for user in (bob, imposter):
        await alice.run("inviteToChatRoom", chatRoomId=room["id"], userId=user.id)
        await user.join(room)
    lair = await mallory.create_room(visibility="PUBLIC")
    return PrivateRoom(backend, alice, bob, mallory, imposter, room, lair)


@dataclass(frozen=True, slots=True)
class EventListener:
    """All subscriptions to the room, each with the complete and with a small selection."""

    private_room: PrivateRoom
    whole: dict[str, Subscription]
    few: dict[str, Subscription]

    async def events(self) -> dict[str, list[Row]]:
        """Return all events by field, after all events of earlier calls have arrived.

        Three calls of Alice mark the end, because three streams deliver events in order: a message with an incomplete
        selection, marking as read, and stopping to type.
        """
        content = f"that was all {uuid4()}"
        values = {"chatRoomId": self.private_room.room["id"], "content": content}
        sent = await self.private_room.alice.graphql.execute(
            "mutation ($input: CreateMessageInput!) { createMessage(input: $input) { id seq } }", {"input": values}
        )
        place = {"id": self.private_room.room["id"], "seq": sent["createMessage"]["seq"]}
        await self.private_room.alice.graphql.execute(
            "mutation ($id: ID!, $seq: Int!) { markRoomRead(chatRoomId: $id, seq: $seq) { userId } }", place
        )
        stopped = await self.private_room.alice.graphql.execute(
            "mutation ($id: ID!) { stopTyping(chatRoomId: $id) { expiresAt } }", {"id": place["id"]}
        )
        ends = {
            "onTypingStopped": {"userId": self.private_room.alice.id, **stopped["stopTyping"]},
            "onMessageCreated": {"content": content},
            "onMembershipChanged": {"userId": self.private_room.alice.id, "readSeq": place["seq"]},
        }
        heard = {field: await _until(self.whole[field], field, end) for field, end in ends.items()}
        few = {field: await _count(self.few[field], field, len(events) + 1) for field, events in heard.items()}
        await self.whole["onMessageCreated"].client.catch_up()
        await self.few["onMessageCreated"].client.catch_up()
        for field in self.whole.keys() - ends.keys():
            heard[field], few[field] = _taken(self.whole[field], field), _taken(self.few[field], field)
        for subscription in (*self.whole.values(), *self.few.values()):
            await subscription.stays_silent()
        for field, events in heard.items():
            asked = _few(field).split()
            assert few[field] == [{name: event[name] for name in asked} for event in events], field
        return heard


async def _until(subscription: Subscription, field: str, end: Row) -> list[Row]:
    """Return the events before the one that marks the end."""
    rows: list[Row] = []
    while not rows or any(rows[-1][name] != value for name, value in end.items()):
        rows.append((await subscription.next()).data[field])
    return rows[:-1]


async def _count(subscription: Subscription, field: str, count: int) -> list[Row]:
    """Return a number of events, without the last one."""
    return [event.data[field] for event in await subscription.collect(count)][:-1]


def _taken(subscription: Subscription, field: str) -> list[Row]:
    rows = []
    while subscription.events:
        event = subscription.events.popleft()
        assert "errors" not in event.payload, event.payload
        rows.append(event.data[field])
    return rows


def _few(field: str) -> str:
    return next(fields for beginning, fields in FEW.items() if field.startswith(beginning))


@asynccontextmanager
async def listening(private_room: PrivateRoom) -> AsyncIterator[EventListener]:
    """Subscribe Bob to all events of the room for the duration of the block."""

    async def all_of(connection: RealtimeClient, selections: dict[str, str]) -> dict[str, Subscription]:
        return {
            field: await connection.subscribe(
                f"subscription ($id: ID!) {{ {field}(chatRoomId: $id) {{ {selections[field]} }} }}",
                {"id": private_room.room["id"]},
            )
            for field in FIELDS
        }

    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(private_room.bob.realtime()) for _ in range(2)]
        yield EventListener(
            private_room,
            await all_of(connections[0], FIELDS),
            await all_of(connections[1], {field: _few(field) for field in FIELDS}),
        )


async def attempt(user: ChatUser, text: str, **variables: Any) -> Any:  # noqa: ANN401 - any JSON
    """Send a document that may be rejected; return its data."""
    return (await user.graphql.attempt(text, variables)).data


def literal(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value as a GraphQL literal; words in upper case are enum values."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, bool | int):
        return str(value).lower()
    return str(value) if str(value).isupper() and str(value).isalpha() else f'"{value}"'


def called(field: str, **arguments: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a field with literal arguments."""
    return f"{field}({', '.join(f'{name}: {literal(value)}' for name, value in arguments.items())})"

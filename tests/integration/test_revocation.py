"""After leaving, removal or ban nothing is delivered or readable any more, even if the room is busy at that moment."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import Subscription

ENDS = {
    "leaveChatRoom": "Forbidden",
    "removeMember": "Forbidden",
    "banMember": "Banned",
}


async def end_membership(act: str, room: Row, alice: ChatUser, bob: ChatUser) -> float:
    """End Bob's membership; return the time of the response (``time.perf_counter``)."""
    if act == "leaveChatRoom":
        await bob.run(act, chatRoomId=room["id"])
    else:
        await alice.run(act, chatRoomId=room["id"], userId=bob.id, reason="the test")
    return time.perf_counter()


async def chatter(room: Row, alice: ChatUser, stop: asyncio.Event, begun: dict[str, float]) -> None:
    """Send until stopped; record the start time of each call by message content."""
    while not stop.is_set():
        content = f"number {len(begun)}"
        begun[content] = time.perf_counter()
        await alice.send(room, content)


async def heard_more_than(count: int, subscription: Subscription) -> None:
    """Wait until more than this number of messages has been delivered."""

    async def heard() -> int:
        return len(subscription.events)

    await eventually(heard, until=lambda so_far: so_far > count)


async def talked_on(begun: dict[str, float], ended: float) -> None:
    """Wait until three calls have started after that time, so that two messages have been sent."""

    async def after() -> int:
        return sum(at > ended for at in begun.values())

    await eventually(after, until=lambda count: count >= 3)


def contents(subscription: Subscription) -> list[str]:
    """Return the contents of delivered messages."""
    found = []
    while subscription.events:
        found.append(subscription.events.popleft().data["onMessageCreated"]["content"])
    return found


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("act", sorted(ENDS))
async def test_later_messages_are_not_delivered(
    act: str, round_: int, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    stop = asyncio.Event()
    async with bob.listening(shared_room) as subscription:
        begun: dict[str, float] = {}
        sending = asyncio.create_task(chatter(shared_room, alice, stop, begun))
        await heard_more_than(round_, subscription)
        ended = await end_membership(act, shared_room, alice, bob)
        await talked_on(begun, ended)
        stop.set()
        await sending
        await asyncio.wait_for(subscription.completed.wait(), PATIENCE_SECONDS)
        heard = contents(subscription)

    late = [content for content, at in begun.items() if at > ended]
    assert not set(heard) & set(late)


@pytest.mark.parametrize("act", sorted(ENDS))
async def test_access_is_refused_from_the_response_on(
    act: str, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    sent = await alice.send(shared_room)
    await end_membership(act, shared_room, alice, bob)

    refusals: list[str | None] = list(
        await asyncio.gather(
            bob.refusal("messagesByRoom", chatRoomId=shared_room["id"]),
            bob.refusal("messagesByRoom", chatRoomId=shared_room["id"], afterSeq=0),
            bob.refusal("getMessage", id=sent["id"]),
            bob.refusal("roomMembers", chatRoomId=shared_room["id"]),
            bob.refusal("reportMessage", messageId=sent["id"], reason="out of spite"),
            bob.refusal("createMessage", input={"chatRoomId": shared_room["id"], "content": "one last word"}),
        )
    )

    assert refusals == [ENDS[act]] * 6
    assert [message["id"] for message in await alice.history(shared_room)] == [sent["id"]]


@pytest.mark.parametrize("act", ["leaveChatRoom", "removeMember"])
async def test_returning_member_needs_a_new_subscription(
    act: str, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    async with bob.listening(shared_room) as old:
        await end_membership(act, shared_room, alice, bob)
        await asyncio.wait_for(old.completed.wait(), PATIENCE_SECONDS)
        await bob.join(shared_room)
        async with bob.listening(shared_room) as new:
            sent = await alice.send(shared_room, "welcome back")

            assert (await new.next()).data["onMessageCreated"] == sent
            await old.stays_silent()


async def test_room_that_becomes_private_keeps_only_its_members(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    async with bob.listening(shared_room) as subscription:
        await alice.run("updateChatRoom", input={"id": shared_room["id"], "visibility": "PRIVATE"})
        sent = await alice.send(shared_room)

        assert (await subscription.next()).data["onMessageCreated"] == sent
    assert await mallory.refusal("joinChatRoom", chatRoomId=shared_room["id"]) == "Forbidden"
    assert await mallory.refusal("getChatRoom", id=shared_room["id"]) == "Forbidden"

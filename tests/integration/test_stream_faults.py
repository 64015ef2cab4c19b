"""Processing of the tables' streams when functions, their calls and responses are lost or duplicated.

After any failure there is one notification per cause, one system message per event, in order, and nothing remains of a
deleted message. Events may be delivered again, with the same id; they are missing only if a function has written a
notification and its response was lost (docs/operations.md, "Partial failures").
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from boto3.dynamodb.conditions import Attr, Key

from tests.helpers.failing import IS_COMPLETE
from tests.helpers.faults import FaultSwitch, fault
from tests.helpers.invariants import NOTHING, Leftovers, RoomRows, notification_violations, violations
from tests.helpers.system_messages import telling
from tests.helpers.waiting import eventually
from tests.helpers.write_paths import INLINE_REACTIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

NOTIFICATIONS, ROOM_EVENTS, MESSAGE_EVENTS = (
    f"chat-{name}-local" for name in ("notifications", "room-events", "message-events")
)
INVOCATION_FAULTS = [(mode, 0) for mode in ("drop", "throttle", "lose", "twice")]
"""Lambda refuses, its response is lost (the function has run and runs again), or the records are delivered twice."""
CALL_MODES = ("lose", "refuse", "drop", "twice") if IS_COMPLETE else ("lose", "refuse")
"""After a lost response the function's client retries; after a refusal the record fails and is retried."""
FOUR_STEPS = [*INVOCATION_FAULTS, *((mode, step) for mode in CALL_MODES for step in range(1, 5))]
TWO_STEPS = [*INVOCATION_FAULTS, *((mode, step) for mode in CALL_MODES for step in range(1, 3))]


@pytest.fixture
async def switch(backend: LocalBackend) -> AsyncIterator[FaultSwitch]:
    """Return the faults of the shared backend; no fault remains armed after the test."""
    switch = FaultSwitch(backend)
    yield switch
    await switch.arm()


@pytest.fixture(scope="module")
def told(backend: LocalBackend) -> Iterator[None]:
    """Enable system messages about joins and leaves."""
    with telling(backend):
        yield


async def notifications_of(backend: LocalBackend, user: ChatUser, room: Row) -> list[Row]:
    """Return a user's notifications of a room."""
    answer = await asyncio.to_thread(
        backend.table("notifications").query,
        KeyConditionExpression=Key("userId").eq(user.id),
        FilterExpression=Attr("roomId").eq(room["id"]),
        ConsistentRead=True,
    )
    return list(answer["Items"])


async def has_struck(switch: FaultSwitch) -> bool:
    """Return whether all armed faults have occurred."""
    return all(one["struck"] for one in await switch.state())


@pytest.mark.parametrize("at", FOUR_STEPS)
async def test_mention_is_notified_once_and_counted_once(
    backend: LocalBackend, switch: FaultSwitch, shared_room: Row, alice: ChatUser, bob: ChatUser, at: tuple[str, int]
) -> None:
    await switch.arm(fault(NOTIFICATIONS, *at, containing=shared_room["id"]))
    message = await alice.send(shared_room, "you there", mentions=[bob.id])
    await eventually(lambda: has_struck(switch))

    found = await eventually(lambda: notifications_of(backend, bob, shared_room))

    assert [row["messageId"] for row in found] == [message["id"]]
    assert notification_violations(found) == []
    membership = RoomRows.read(backend, shared_room["id"]).membership(bob.id)
    assert membership is not None
    assert membership["mentionCount"] == 1


@pytest.mark.parametrize("mode", ["drop", "lose", "twice"])
async def test_notification_is_stored_if_its_event_failed(
    backend: LocalBackend, switch: FaultSwitch, shared_room: Row, alice: ChatUser, bob: ChatUser, mode: str
) -> None:
    async with bob.listening(shared_room, "onNotificationReceived") as subscription:
        await switch.arm(fault("Mutation.publishNotification", mode, containing=shared_room["id"]))
        message = await alice.send(shared_room, "you there", mentions=[bob.id])
        event = await subscription.next()
    assert (event.data or {})["onNotificationReceived"]["messageId"] == message["id"]
    await eventually(lambda: has_struck(switch))
    found = await eventually(lambda: notifications_of(backend, bob, shared_room))
    assert [row["notificationId"] for row in found] == [(event.data or {})["onNotificationReceived"]["id"]]


async def test_record_that_fails_in_the_middle_of_a_batch_does_not_affect_others(
    backend: LocalBackend, switch: FaultSwitch, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    second = f"{shared_room['id']}:2"
    await switch.arm(*(fault(NOTIFICATIONS, "refuse", 1, containing=second) for _ in range(2)))
    messages = await asyncio.gather(*(alice.send(shared_room, f"{number}", mentions=[bob.id]) for number in range(5)))
    await eventually(lambda: has_struck(switch))

    async def all_of_them() -> list[Row]:
        found = await notifications_of(backend, bob, shared_room)
        return found if len(found) >= len(messages) else []

    found = await eventually(all_of_them)
    assert sorted(row["messageId"] for row in found) == sorted(message["id"] for message in messages)
    assert notification_violations(found) == []


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("at", FOUR_STEPS)
async def test_system_messages_are_written_once_and_in_order(
    backend: LocalBackend, switch: FaultSwitch, room: Row, alice: ChatUser, bob: ChatUser, at: tuple[str, int]
) -> None:
    await switch.arm(fault(ROOM_EVENTS, *at, containing=room["id"]))
    await bob.join(room)
    await eventually(lambda: has_struck(switch))
    await bob.run("leaveChatRoom", chatRoomId=room["id"])

    async def told() -> list[str]:
        rows = await alice.history(room, afterSeq=0)
        return [row["systemEvent"]["kind"] for row in rows if row["type"] == "SYSTEM"]

    await eventually(told, until=lambda kinds: len(kinds) >= 2)
    assert await told() == ["MEMBER_JOINED", "MEMBER_LEFT"]
    # A number that was assigned twice, or to an interrupted function, is closed like any other.
    holes = Leftovers(holes=1) if at[1] else NOTHING
    assert violations(RoomRows.read(backend, room["id"]), holes) == []


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("mode", ["drop", "lose", "twice"])
async def test_system_messages_are_delivered_after_publishing_failed(
    switch: FaultSwitch, room: Row, alice: ChatUser, bob: ChatUser, mode: str
) -> None:
    async with alice.listening(room) as subscription:
        await switch.arm(fault("Mutation.publishMessage", mode, containing=room["id"]))
        await bob.join(room)
        event = await subscription.next()
    told = (event.data or {})["onMessageCreated"]
    assert told["systemEvent"]["kind"] == "MEMBER_JOINED"
    await eventually(lambda: has_struck(switch))
    assert [row["id"] for row in await alice.history(room, afterSeq=0)] == [told["id"]]


@pytest.mark.parametrize("at", TWO_STEPS)
async def test_reactions_with_separate_rows_are_deleted_with_their_message(
    backend: LocalBackend, switch: FaultSwitch, shared_room: Row, alice: ChatUser, bob: ChatUser, at: tuple[str, int]
) -> None:
    message = await alice.send(shared_room)
    crowd = {f"👍#somebody-{number}" for number in range(INLINE_REACTIONS)}
    await asyncio.to_thread(
        backend.table("messages").update_item,
        Key={"roomId": shared_room["id"], "seq": message["seq"]},
        UpdateExpression="ADD reactions :crowd",
        ExpressionAttributeValues={":crowd": crowd},
    )
    await bob.react(message)
    await switch.arm(fault(MESSAGE_EVENTS, *at, containing=shared_room["id"]))
    await alice.delete(message)
    await eventually(lambda: has_struck(switch))

    async def left() -> int:
        answer = await asyncio.to_thread(
            backend.table("reactions").query, KeyConditionExpression=Key("messageId").eq(message["id"])
        )
        return answer["Count"]

    await eventually(left, until=lambda count: count == 0)

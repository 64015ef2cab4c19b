"""What follows from a write by the tables' streams, when functions, their calls and their answers get lost or doubled.

Whatever failed: one notification for each cause, one system message for each event, in order, and nothing left behind
of a message that is gone. Events for subscribers may come again, with the same id; they are missing only where a
function has written a notification and not heard that it has (docs/operations.md, "Partial failures").
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
"""Lambda itself refuses, its answer is lost (the function has run and runs again), the records are delivered twice."""
CALL_MODES = ("lose", "refuse", "drop", "twice") if IS_COMPLETE else ("lose", "refuse")
"""The function's client asks again after an answer was lost; where it is refused the record fails and comes again."""
FOUR_STEPS = [*INVOCATION_FAULTS, *((mode, step) for mode in CALL_MODES for step in range(1, 5))]
TWO_STEPS = [*INVOCATION_FAULTS, *((mode, step) for mode in CALL_MODES for step in range(1, 3))]


@pytest.fixture
async def switch(backend: LocalBackend) -> AsyncIterator[FaultSwitch]:
    """The faults of the shared backend; none is left waiting."""
    switch = FaultSwitch(backend)
    yield switch
    await switch.arm()


@pytest.fixture(scope="module")
def told(backend: LocalBackend) -> Iterator[None]:
    """The rooms are told who comes and goes."""
    with telling(backend):
        yield


async def notifications_of(backend: LocalBackend, user: ChatUser, room: Row) -> list[Row]:
    """Read what a user's inbox has of a room."""
    answer = await asyncio.to_thread(
        backend.table("notifications").query,
        KeyConditionExpression=Key("userId").eq(user.id),
        FilterExpression=Attr("roomId").eq(room["id"]),
        ConsistentRead=True,
    )
    return list(answer["Items"])


async def has_struck(switch: FaultSwitch) -> bool:
    """Tell whether all armed faults have happened."""
    return all(one["struck"] for one in await switch.state())


@pytest.mark.parametrize("at", FOUR_STEPS)
async def test_a_mention_is_notified_once_and_counted_once(
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
async def test_a_notification_whose_event_failed_is_told_all_the_same(
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


async def test_a_record_that_fails_in_the_middle_of_a_batch_keeps_none_from_being_done_once(
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
async def test_a_room_is_told_once_and_in_order(
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
    # A number that DynamoDB gave twice, or gave to a function that broke off, is closed like any other.
    holes = Leftovers(holes=1) if at[1] else NOTHING
    assert violations(RoomRows.read(backend, room["id"]), holes) == []


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("mode", ["drop", "lose", "twice"])
async def test_what_a_room_is_told_reaches_its_listeners_when_publishing_failed(
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
async def test_reactions_with_rows_of_their_own_go_with_their_message(
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

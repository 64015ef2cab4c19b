"""Leaving, removal and ban end every subscription to the room, including those that the mutation itself cannot end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from chat_client import document
from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import RealtimeClient, Subscription

FIELDS = (
    "onMessageCreated",
    "onMessageUpdated",
    "onMessageDeleted",
    "onReactionAdded",
    "onReactionRemoved",
    "onTypingStarted",
    "onTypingStopped",
    "onUserPresenceChanged",
    "onMembershipChanged",
)


async def to_all(connection: RealtimeClient, room: Row) -> list[Subscription]:
    """Subscribe to all events of a room."""
    return [await connection.subscribe(document(field), {"chatRoomId": room["id"]}) for field in FIELDS]


@pytest.mark.parametrize("field", ["leaveChatRoom", "removeMember", "banMember"])
async def test_every_subscription_to_the_room_ends(
    field: str, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    elsewhere = await bob.create_room()
    async with bob.realtime() as connection:
        subscriptions = await to_all(connection, shared_room)
        (kept,) = [await connection.subscribe(document("onTypingStarted"), {"chatRoomId": elsewhere["id"]})]
        if field == "leaveChatRoom":
            await bob.run(field, chatRoomId=shared_room["id"])
        else:
            await alice.run(field, chatRoomId=shared_room["id"], userId=bob.id, reason="because")
        for subscription in subscriptions:
            await asyncio.wait_for(subscription.completed.wait(), PATIENCE_SECONDS)
        assert not kept.completed.is_set()


async def test_other_members_keep_listening(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with alice.realtime() as hers, bob.realtime() as his:
        her_subscriptions = await to_all(hers, shared_room)
        his_subscriptions = await to_all(his, shared_room)
        await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
        for subscription in his_subscriptions:
            await asyncio.wait_for(subscription.completed.wait(), PATIENCE_SECONDS)
        assert not any(subscription.completed.is_set() for subscription in her_subscriptions)

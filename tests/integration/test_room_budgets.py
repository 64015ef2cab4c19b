"""The measured cost of operations on rooms and members; the same with 2 members as with 200.

A membership costs two writes, its own and that of its user's index; a transaction doubles the cost of its items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chat_client import document
from tests.integration.test_budgets import assert_within

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.graphql_client import Metered

PAGE = 50


async def cost_of(user: ChatUser, field: str, **variables: object) -> Metered:
    """Return the cost of one call of a field's canonical document."""
    _, cost = await user.graphql.measure(document(field), variables)
    return cost


def crowd(backend: LocalBackend, room: Row, size: int) -> None:
    """Write members directly to the table."""
    with backend.table("memberships").batch_writer() as batch:
        for number in range(size):
            batch.put_item(
                {
                    "roomId": room["id"],
                    "userId": f"crowd-{number:04}",
                    "displayName": "Crowd",
                    "role": "MEMBER",
                    "state": "ACTIVE",
                    "joinedAt": "2026-01-01T00:00:00.000Z",
                    "joinedSeq": 0,
                    "readSeq": 0,
                }
            )


async def test_joining_by_invitation_costs_the_same_as_joining(alice: ChatUser, bob: ChatUser) -> None:
    room = await alice.create_room(visibility="PRIVATE")
    inviting = await cost_of(alice, "inviteToChatRoom", chatRoomId=room["id"], userId=bob.id)
    joining = await cost_of(bob, "joinChatRoom", chatRoomId=room["id"])

    assert_within(inviting, writes=2, reads=3)
    assert_within(joining, writes=3, reads=1)


async def test_leaving_costs_a_transaction_and_the_count(shared_room: Row, bob: ChatUser) -> None:
    assert_within(await cost_of(bob, "leaveChatRoom", chatRoomId=shared_room["id"]), writes=5, reads=1)


@pytest.mark.parametrize("size", [0, 200])
async def test_moderation_actions_cost_the_same_in_every_room(
    size: int, shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    crowd(backend, shared_room, size)
    about: dict[str, Any] = {"chatRoomId": shared_room["id"], "userId": bob.id, "reason": "measured"}

    assert_within(await cost_of(alice, "muteMember", **about, seconds=60), writes=6, reads=2.5)
    assert_within(await cost_of(alice, "setMemberRole", **about, role="MODERATOR"), writes=6, reads=2.5)
    assert_within(await cost_of(alice, "banMember", **about), writes=7, reads=2.5)
    assert_within(await cost_of(alice, "unbanMember", **about), writes=6, reads=2.5)
    assert_within(
        await cost_of(alice, "updateChatRoom", input={"id": shared_room["id"], "frozen": True}), writes=2, reads=1
    )
    assert_within(await cost_of(alice, "moderationLog", chatRoomId=shared_room["id"]), writes=0, reads=1.5)


async def test_page_of_fifty_members_costs_at_most_four_reads(
    shared_room: Row, bob: ChatUser, backend: LocalBackend
) -> None:
    crowd(backend, shared_room, 200)

    data, cost = await bob.graphql.measure(document("roomMembers"), {"chatRoomId": shared_room["id"], "limit": PAGE})

    assert len(data["roomMembers"]["items"]) == PAGE
    assert_within(cost, writes=0, reads=4)


async def test_opening_a_direct_room_again_writes_nothing(alice: ChatUser, new_user: NewUser) -> None:
    dave = await new_user("Dave")
    first = await cost_of(alice, "openDirectRoom", userId=dave.id)
    second = await cost_of(dave, "openDirectRoom", userId=alice.id)

    assert_within(first, writes=10, reads=1.5)
    assert_within(second, writes=0, reads=1.5)


async def test_reporting_costs_one_write(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    sent = await alice.send(shared_room)

    assert_within(await cost_of(bob, "reportMessage", messageId=sent["id"], reason="rude"), writes=1, reads=2)


async def test_removal_is_read_strongly_consistent(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    """A lower cost would mean eventually consistent reads: a removed member would keep access a moment longer."""
    assert bob.id
    cost = await cost_of(alice, "roomMembers", chatRoomId=shared_room["id"])

    assert cost.read_units == 1 + 0.5

"""Private and direct rooms, invitations, leaving and roles: memberships and exact counts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")


def assert_counts_are_exact(backend: LocalBackend, room_id: str) -> tuple[int, int]:
    """Check that the stored numbers of members and owners match the memberships; return both."""
    row = backend.table("rooms").get_item(Key={"roomId": room_id}, ConsistentRead=True)["Item"]
    active = [
        item for item in backend.rows_of({"id": room_id}, "memberships")["memberships"] if item["state"] == "ACTIVE"
    ]
    members, owners = len(active), sum(item["role"] == "OWNER" for item in active)
    assert (row["memberCount"], row["ownerCount"]) == (members, owners)
    return members, owners


@pytest.fixture
async def private_room(alice: ChatUser) -> Row:
    """Create a private room with Alice as its only member."""
    return await alice.create_room(visibility="PRIVATE")


async def test_invitation_is_listed_accepted_and_removed(
    private_room: Row, alice: ChatUser, new_user: NewUser, backend: LocalBackend
) -> None:
    carol = await new_user("Carol")
    about = {"chatRoomId": private_room["id"], "userId": carol.id}
    assert await carol.refusal("joinChatRoom", chatRoomId=private_room["id"]) == "Forbidden"

    invited = await alice.run("inviteToChatRoom", **about)
    (invitation,) = (await carol.run("myInvitations"))["items"]

    assert (invited["state"], invited["invitedBy"], invited["joinedAt"]) == ("INVITED", alice.id, None)
    assert (invitation["membership"], invitation["chatRoom"]["name"]) == (invited, private_room["name"])
    assert await carol.refusal("messagesByRoom", chatRoomId=private_room["id"]) == "Forbidden"
    assert (await carol.join(private_room))["state"] == "ACTIVE"
    assert (await carol.run("myInvitations"))["items"] == []
    assert (await carol.send(private_room))["seq"] == 1
    assert assert_counts_are_exact(backend, private_room["id"]) == (2, 1)


async def test_invitation_can_be_declined_and_withdrawn(private_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    about = {"chatRoomId": private_room["id"], "userId": bob.id}
    await alice.run("inviteToChatRoom", **about)
    assert (await bob.run("leaveChatRoom", chatRoomId=private_room["id"]))["state"] == "LEFT"
    await alice.run("inviteToChatRoom", **about)
    assert (await alice.run("removeMember", **about, reason="changed my mind"))["state"] == "LEFT"

    assert await bob.refusal("joinChatRoom", chatRoomId=private_room["id"]) == "Forbidden"
    assert (await alice.room(private_room["id"]))["memberCount"] == 1


async def test_both_users_open_the_same_direct_room(alice: ChatUser, new_user: NewUser, backend: LocalBackend) -> None:
    dora = await new_user("Dora")

    opened = await asyncio.gather(
        *(alice.run("openDirectRoom", userId=dora.id) for _ in range(5)),
        *(dora.run("openDirectRoom", userId=alice.id) for _ in range(5)),
    )

    assert all(room == opened[0] for room in opened)
    assert (opened[0]["visibility"], opened[0]["memberCount"]) == ("DIRECT", 2)
    assert sorted(opened[0]["directUserIds"]) == sorted([alice.id, dora.id])
    assert assert_counts_are_exact(backend, opened[0]["id"]) == (2, 0)
    async with dora.listening(opened[0]) as subscription:
        sent = await alice.send(opened[0], "just us")
        assert (await subscription.next()).data["onMessageCreated"] == sent
    assert (await dora.messages(opened[0]))["items"] == [sent]
    assert (await dora.in_my_rooms(opened[0]))["unreadCount"] == 1


async def test_direct_room_is_closed_to_other_users(alice: ChatUser, bob: ChatUser, mallory: ChatUser) -> None:
    room = await alice.run("openDirectRoom", userId=bob.id)

    assert await mallory.refusal("getChatRoom", id=room["id"]) == "Forbidden"
    assert await mallory.refusal("joinChatRoom", chatRoomId=room["id"]) == "Forbidden"
    assert await mallory.refusal("messagesByRoom", chatRoomId=room["id"]) == "Forbidden"
    assert room["id"] not in [item["id"] for item in (await mallory.public_rooms(limit=100))["items"]]


@pytest.mark.parametrize("user_id", ["", "a#b", "x" * 65])
async def test_direct_room_requires_another_user(user_id: str, alice: ChatUser, backend: LocalBackend) -> None:
    before = {row["roomId"] for row in backend.rows("rooms")}

    assert await alice.refusal("openDirectRoom", userId=user_id) == "ValidationError"
    assert await alice.refusal("openDirectRoom", userId=alice.id) == "ValidationError"
    assert await alice.refusal("openDirectRoom", userId="00000000-0000-4000-8000-000000000000") == "NotFound"
    assert {row["roomId"] for row in backend.rows("rooms")} == before


async def test_leaving_takes_effect_at_once(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    async with bob.listening(shared_room) as messages, bob.listening(shared_room, "onMembershipChanged") as members:
        left = await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
        await asyncio.wait_for(messages.completed.wait(), PATIENCE_SECONDS)
        await asyncio.wait_for(members.completed.wait(), PATIENCE_SECONDS)
        await alice.send(shared_room, "is he gone?")
        await messages.stays_silent()

    assert (left["state"], left["userId"]) == ("LEFT", bob.id)
    assert await bob.refusal("messagesByRoom", chatRoomId=shared_room["id"]) == "Forbidden"
    assert await bob.refusal("createMessage", input={"chatRoomId": shared_room["id"], "content": "x"}) == "Forbidden"
    assert assert_counts_are_exact(backend, shared_room["id"]) == (1, 1)
    assert (await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])) == left


async def test_leaving_ends_only_the_members_own_subscriptions(
    shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    elsewhere = await alice.create_room()
    await bob.join(elsewhere)
    async with alice.listening(shared_room) as hers, bob.listening(elsewhere) as his:
        await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
        sent = await alice.send(shared_room)
        other = await alice.send(elsewhere)

        assert (await hers.next()).data["onMessageCreated"] == sent
        assert (await his.next()).data["onMessageCreated"] == other


async def test_last_owner_must_transfer_ownership(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    room_id = shared_room["id"]
    assert await alice.refusal("leaveChatRoom", chatRoomId=room_id) == "Conflict"
    assert assert_counts_are_exact(backend, room_id) == (2, 1)

    await alice.run("setMemberRole", chatRoomId=room_id, userId=bob.id, role="OWNER")
    assert assert_counts_are_exact(backend, room_id) == (2, 2)
    await alice.run("leaveChatRoom", chatRoomId=room_id)

    assert assert_counts_are_exact(backend, room_id) == (1, 1)
    assert (await bob.in_my_rooms(shared_room))["membership"]["role"] == "OWNER"


async def test_last_member_archives_the_room_by_leaving(room: Row, alice: ChatUser, bob: ChatUser) -> None:
    await alice.run("leaveChatRoom", chatRoomId=room["id"])

    found = await bob.room(room["id"])
    assert found["archivedAt"]
    assert found["memberCount"] == 0
    assert room["id"] not in [item["id"] for item in (await bob.public_rooms(limit=100))["items"]]
    assert await bob.refusal("joinChatRoom", chatRoomId=room["id"]) == "RoomFrozen"


async def test_counts_are_exact_after_concurrent_joins_and_leaves(
    room: Row, alice: ChatUser, new_user: NewUser, backend: LocalBackend
) -> None:
    crowd = [await new_user(f"Guest{number}") for number in range(4)]

    async def come_and_go(person: ChatUser) -> None:
        for _ in range(3):
            await asyncio.gather(person.join(room), person.join(room), return_exceptions=True)
            await asyncio.gather(
                person.graphql.attempt("mutation ($id: ID!) { leaveChatRoom(chatRoomId: $id) { state } }", room),
                alice.refusal("setMemberRole", chatRoomId=room["id"], userId=person.id, role="OWNER"),
                return_exceptions=True,
            )

    await asyncio.gather(*(come_and_go(person) for person in crowd))

    assert_counts_are_exact(backend, room["id"])


async def test_one_owner_remains_if_all_leave_at_once(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    await alice.run("setMemberRole", chatRoomId=shared_room["id"], userId=bob.id, role="OWNER")

    refusals = await asyncio.gather(
        alice.refusal("leaveChatRoom", chatRoomId=shared_room["id"]),
        bob.refusal("leaveChatRoom", chatRoomId=shared_room["id"]),
    )

    members, owners = assert_counts_are_exact(backend, shared_room["id"])
    if "Conflict" in refusals:
        assert (members, owners) == (1, 1)
    else:
        assert members == 0
        assert (await alice.room(shared_room["id"]))["archivedAt"]


async def test_members_can_list_members(shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser) -> None:
    first = await bob.run("roomMembers", chatRoomId=shared_room["id"], limit=1)
    second = await bob.run("roomMembers", chatRoomId=shared_room["id"], limit=1, nextToken=first["nextToken"])

    members = [*first["items"], *second["items"]]
    assert sorted(member["userId"] for member in members) == sorted([alice.id, bob.id])
    assert second["nextToken"] is None
    assert await mallory.refusal("roomMembers", chatRoomId=shared_room["id"]) == "Forbidden"


async def test_membership_changes_are_delivered_to_members(
    room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    assert mallory.id
    async with alice.listening(room, "onMembershipChanged") as subscription:
        joined = await bob.join(room)
        promoted = await alice.run("setMemberRole", chatRoomId=room["id"], userId=bob.id, role="MODERATOR")
        muted = await alice.run("muteMember", chatRoomId=room["id"], userId=bob.id, seconds=5, reason="test")
        left = await bob.run("leaveChatRoom", chatRoomId=room["id"])

        events = [event.data["onMembershipChanged"] for event in await subscription.collect(4)]
    assert events == [joined, promoted, muted, left]
    assert [event["role"] for event in events] == ["MEMBER", "MODERATOR", "MODERATOR", "MEMBER"]

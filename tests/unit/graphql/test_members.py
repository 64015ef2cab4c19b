"""Tests of invitations, leaving, direct rooms, and exact counts of members and owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import Outcome, World

CAROL = User("carol")


@pytest.fixture(autouse=True)
def profiles(world: World) -> None:
    """Create profiles, as after confirmed sign-ups."""
    for name in ("alice", "bob", "carol"):
        world.give("users", userId=f"id-{name}", displayName=name.capitalize(), createdAt="2029-12-31T00:00:00.000Z")


def counts(world: World, room: str) -> tuple[int, int]:
    """Return the stored counts of members and owners, checked against the memberships."""
    (row,) = (item for item in world.items("rooms") if item["roomId"] == room)
    active = [item for item in world.items("memberships") if item["roomId"] == room and item["state"] == "ACTIVE"]
    owners = [item for item in active if item["role"] == "OWNER"]
    assert (row["memberCount"], row["ownerCount"]) == (len(active), len(owners))
    return row["memberCount"], row["ownerCount"]


def membership(world: World, room: str, user: User) -> dict[str, Any]:
    """Return the stored membership."""
    (row,) = (
        item for item in world.items("memberships") if (item["roomId"], item["userId"]) == (room, f"id-{user.name}")
    )
    return row


def make_owner(world: World, room: str, by: User, user: User) -> Outcome:
    """Make a member an owner."""
    return world.run("Mutation.setMemberRole", by, chatRoomId=room, userId=f"id-{user.name}", role="OWNER")


def test_an_invitation_opens_a_private_room(world: World, alice: User, bob: User, new_room: NewRoom) -> None:
    room = new_room(visibility="PRIVATE")
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=room).error_type == "Forbidden"

    invited = world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob").data
    assert (invited["state"], invited["displayName"], invited["invitedBy"]) == ("INVITED", "Bob", "id-alice")
    assert "joinedAt" not in invited
    assert counts(world, room) == (1, 1)
    assert world.run("Query.messagesByRoom", bob, chatRoomId=room).error_type == "Forbidden"
    (invitation,) = world.run("Query.myInvitations", bob).data["items"]
    assert invitation["chatRoom"]["id"] == invitation["membership"]["chatRoomId"] == room

    joined = world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert (joined.data["state"], joined.data["role"]) == ("ACTIVE", "MEMBER")
    assert (joined.write_units, joined.read_units) == (3, 1)
    assert counts(world, room) == (2, 1)
    assert world.run("Query.myInvitations", bob).data["items"] == []


def test_an_invitation_that_the_first_read_missed_still_opens_the_room(
    world: World, alice: User, bob: User, new_room: NewRoom
) -> None:
    room = new_room(visibility="PRIVATE")
    joining = world.start("Mutation.joinChatRoom", bob, chatRoomId=room)
    joining.step()
    world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
    assert joining.finish().data["state"] == "ACTIVE"
    assert counts(world, room) == (2, 1)


def test_an_invitation_withdrawn_while_joining_does_not_count(
    world: World, alice: User, bob: User, new_room: NewRoom
) -> None:
    room = new_room(visibility="PRIVATE")
    world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
    joining = world.start("Mutation.joinChatRoom", bob, chatRoomId=room)
    joining.step()
    joining.step()
    removed = world.run("Mutation.removeMember", alice, chatRoomId=room, userId="id-bob", reason="a mistake")
    assert removed.data["state"] == "LEFT"
    assert joining.finish().error_type == "Conflict"
    assert counts(world, room) == (1, 1)


def test_inviting_invited_users_or_members_changes_nothing(world: World, alice: User, bob: User, room: str) -> None:
    first = world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
    world.wait(60)
    second = world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
    assert (second.data, second.write_units) == (first.data, 0)
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob").data["state"] == "ACTIVE"


def test_permission_to_invite_depends_on_the_room(world: World, alice: User, bob: User, new_room: NewRoom) -> None:
    public, private = new_room(), new_room(visibility="PRIVATE")
    for room in (public, private):
        world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
        world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert world.run("Mutation.inviteToChatRoom", bob, chatRoomId=public, userId="id-carol").data["state"] == "INVITED"
    refused = world.run("Mutation.inviteToChatRoom", bob, chatRoomId=private, userId="id-carol")
    assert refused.error_type == "Forbidden"
    assert world.run("Mutation.inviteToChatRoom", alice, chatRoomId=public, userId="id-x").error_type == "NotFound"
    assert {row["userId"] for row in world.items("memberships")} == {"id-alice", "id-bob", "id-carol"}


def test_leaving_ends_the_membership_the_count_and_the_subscriptions(world: World, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    outcome = world.run("Mutation.leaveChatRoom", bob, chatRoomId=room)
    assert (outcome.data["state"], outcome.data["role"]) == ("LEFT", "MEMBER")
    assert counts(world, room) == (1, 1)
    assert {entry["subscriptionField"] for entry in outcome.invalidations} >= {
        "onMessageCreated",
        "onMembershipChanged",
    }
    assert all(entry["payload"] == {"chatRoomId": room, "userId": "id-bob"} for entry in outcome.invalidations)
    again = world.run("Mutation.leaveChatRoom", bob, chatRoomId=room)
    assert (again.data["state"], again.write_units) == ("LEFT", 0)
    assert world.run("Mutation.leaveChatRoom", CAROL, chatRoomId=room).error_type == "Forbidden"
    assert world.run("Mutation.leaveChatRoom", CAROL, chatRoomId="unknown").error_type == "NotFound"


def test_declining_an_invitation_does_not_change_counts(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.inviteToChatRoom", alice, chatRoomId=room, userId="id-bob")
    assert world.run("Mutation.leaveChatRoom", bob, chatRoomId=room).data["state"] == "LEFT"
    assert counts(world, room) == (1, 1)


def test_the_last_owner_cannot_leave_without_a_successor(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    before = world.items("rooms"), world.items("memberships")
    refused = world.run("Mutation.leaveChatRoom", alice, chatRoomId=room)
    assert refused.error_type == "Conflict"
    assert "setMemberRole" in (refused.error_message or "")
    assert (world.items("rooms"), world.items("memberships")) == before

    make_owner(world, room, alice, bob)
    assert counts(world, room) == (2, 2)
    assert world.run("Mutation.leaveChatRoom", alice, chatRoomId=room).data["state"] == "LEFT"
    assert counts(world, room) == (1, 1)


def test_the_last_member_archives_the_room_by_leaving(world: World, alice: User, bob: User, room: str) -> None:
    assert world.run("Mutation.leaveChatRoom", alice, chatRoomId=room).data["state"] == "LEFT"
    (row,) = world.items("rooms")
    assert row["archivedAt"] == "2030-01-01T00:00:00.000Z"
    assert "listedVisibility" not in row
    assert counts(world, room) == (0, 0)
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=room).error_type == "RoomFrozen"


def test_a_concurrent_join_prevents_archiving(world: World, alice: User, bob: User, room: str) -> None:
    leaving = world.start("Mutation.leaveChatRoom", alice, chatRoomId=room)
    leaving.step()
    leaving.step()
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert leaving.finish().error_type == "Conflict"
    assert counts(world, room) == (2, 1)
    assert "archivedAt" not in world.items("rooms")[0]


@pytest.mark.parametrize("steps", range(6))
def test_concurrently_leaving_owners_keep_an_owner_or_archive(
    world: World, alice: User, bob: User, room: str, steps: int
) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    make_owner(world, room, alice, bob)
    slow = world.start("Mutation.leaveChatRoom", alice, chatRoomId=room)
    done = None
    for _ in range(steps):
        outcome = slow.step()
        if outcome.data is not None:
            done = outcome
            break
    other = world.run("Mutation.leaveChatRoom", bob, chatRoomId=room)
    first = done or slow.finish()
    assert sorted([first.error_type or "", other.error_type or ""]) in (["", "Conflict"], ["", ""])
    members, owners = counts(world, room)
    archived = "archivedAt" in world.items("rooms")[0]
    assert (members, owners, archived) in ((1, 1, False), (0, 0, True))


def test_an_owner_steps_down_only_if_another_remains(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    step_down = {"chatRoomId": room, "userId": "id-alice", "role": "MEMBER"}
    assert world.run("Mutation.setMemberRole", alice, **step_down).error_type == "Conflict"
    make_owner(world, room, alice, bob)
    assert world.run("Mutation.setMemberRole", alice, **step_down).data["role"] == "MEMBER"
    assert counts(world, room) == (2, 1)
    assert make_owner(world, room, alice, alice).error_type == "Forbidden"


def test_a_concurrent_role_change_is_a_conflict_without_count_changes(
    world: World, alice: User, bob: User, admin: User, room: str
) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    make_owner(world, room, alice, bob)
    slow = world.start("Mutation.setMemberRole", admin, chatRoomId=room, userId="id-bob", role="MEMBER")
    for _ in range(4):
        slow.step()
    world.give("memberships", **{**membership(world, room, bob), "role": "MODERATOR"})
    assert slow.finish().error_type == "Conflict"
    (row,) = world.items("rooms")
    assert (row["memberCount"], row["ownerCount"]) == (2, 2)


def test_a_direct_room_is_the_same_for_both_users(world: World, alice: User, bob: User) -> None:
    first = world.run("Mutation.openDirectRoom", alice, userId="id-bob").data
    second = world.run("Mutation.openDirectRoom", bob, userId="id-alice").data
    assert first == second
    assert (first["id"], first["visibility"], first["name"]) == ("direct:id-alice:id-bob", "DIRECT", "Alice, Bob")
    assert (first["directUserIds"], first["memberCount"]) == (["id-alice", "id-bob"], 2)
    assert len(world.items("rooms")) == 1
    sent = world.run("Mutation.createMessage", bob, input={"chatRoomId": first["id"], "content": "psst"}).data
    assert sent["id"] == "direct:id-alice:id-bob:1"
    assert world.run("Query.messagesByRoom", alice, chatRoomId=first["id"]).data["items"] == [sent]
    assert world.run("Query.myChatRooms", alice, limit=1).data["items"][0]["unreadCount"] == 1


@pytest.mark.parametrize("steps", range(4))
def test_a_direct_room_opened_concurrently_is_created_once(world: World, alice: User, bob: User, steps: int) -> None:
    slow = world.start("Mutation.openDirectRoom", alice, userId="id-bob")
    outcome = None
    for _ in range(steps):
        outcome = slow.step()
        if outcome.data is not None:
            break
    second = world.run("Mutation.openDirectRoom", bob, userId="id-alice")
    first = outcome if outcome is not None and outcome.data is not None else slow.finish()
    assert first.data["id"] == second.data["id"]
    assert first.data["createdBy"] == second.data["createdBy"]
    assert (len(world.items("rooms")), len(world.items("memberships"))) == (1, 2)


def test_direct_rooms_refuse_group_operations(world: World, alice: User, bob: User, admin: User) -> None:
    room = world.run("Mutation.openDirectRoom", alice, userId="id-bob").data["id"]
    about_bob = {"chatRoomId": room, "userId": "id-bob"}
    before = world.items("rooms"), world.items("memberships")
    assert world.run("Mutation.openDirectRoom", alice, userId="id-alice").error_type == "ValidationError"
    assert world.run("Mutation.openDirectRoom", alice, userId="id-nobody").error_type == "NotFound"
    assert world.run("Mutation.leaveChatRoom", alice, chatRoomId=room).error_type == "ValidationError"
    assert world.run("Mutation.inviteToChatRoom", alice, **about_bob).error_type == "ValidationError"
    assert world.run("Mutation.banMember", admin, **about_bob, reason="x").error_type == "ValidationError"
    assert world.run("Mutation.archiveChatRoom", admin, id=room).error_type == "ValidationError"
    renamed = world.run("Mutation.updateChatRoom", admin, input={"id": room, "visibility": "PUBLIC"})
    assert renamed.error_type == "ValidationError"
    assert world.run("Mutation.joinChatRoom", CAROL, chatRoomId=room).error_type == "Forbidden"
    assert world.run("Query.getChatRoom", CAROL, id=room).error_type == "Forbidden"
    assert world.run("Mutation.muteMember", bob, **about_bob, seconds=60, reason="x").error_type == "Forbidden"
    assert (world.items("rooms"), world.items("memberships")) == before
    frozen = world.run("Mutation.updateChatRoom", admin, input={"id": room, "frozen": True})
    assert frozen.data["frozen"] is True


def test_room_members_returns_full_pages_of_active_members(world: World, alice: User, bob: User, room: str) -> None:
    for number in range(9):
        state = ("ACTIVE", "LEFT", "BANNED")[number % 3]
        world.give(
            "memberships", roomId=room, userId=f"id-m{number}", displayName="m", role="MEMBER", state=state, readSeq=0
        )
    seen: list[str] = []
    token = None
    for _ in range(2):
        page = world.run("Query.roomMembers", alice, chatRoomId=room, limit=2, nextToken=token).data
        seen += [item["userId"] for item in page["items"]]
        token = page["nextToken"]
    assert (seen, token) == (["id-alice", "id-m0", "id-m3", "id-m6"], None)
    banned = world.run("Query.roomMembers", alice, chatRoomId=room, state="BANNED").data["items"]
    assert [item["userId"] for item in banned] == ["id-m2", "id-m5", "id-m8"]
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    assert len(world.run("Query.roomMembers", bob, chatRoomId=room).data["items"]) == 5
    assert world.run("Query.roomMembers", bob, chatRoomId=room, state="BANNED").error_type == "Forbidden"

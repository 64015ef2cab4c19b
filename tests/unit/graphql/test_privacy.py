"""Tests of privacy requests, and of access with an account that is being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import User, World

DAY = 86400
MARK = "2030-01-01T00:00:00.000Z"


def delete(world: World, user: User) -> None:
    """Store the markers that the function stores instead of profile and presence."""
    user_id = user.identity["sub"]
    world.give("users", userId=user_id, deletedAt=MARK)
    world.give("presence", userId=user_id, deletedAt=MARK, status="OFFLINE", lastSeenAt=MARK)


def test_an_export_can_be_requested_once_per_day(world: World, alice: User, bob: User) -> None:
    first = world.run("Mutation.exportMyData", alice)
    assert (first.data["kind"], first.data["status"], first.data["roomCount"]) == ("EXPORT", "PENDING", 0)
    (row,) = world.items("privacy")
    assert (row["userId"], row["username"], row["wakes"], row["turn"]) == ("id-alice", "alice", True, 1)
    world.wait(DAY)
    assert world.run("Mutation.exportMyData", alice).data["id"] == first.data["id"]
    world.wait(1)
    assert world.run("Mutation.exportMyData", alice).data["id"] != first.data["id"]
    assert world.run("Mutation.exportMyData", bob).data["id"] != first.data["id"]
    assert len(world.items("privacy")) == 2


def test_a_deletion_is_requested_once(world: World, alice: User) -> None:
    first = world.run("Mutation.deleteMyAccount", alice)
    world.wait(29 * DAY)
    again = world.run("Mutation.deleteMyAccount", alice)
    assert (again.data["id"], again.write_units) == (first.data["id"], 1)
    assert [job["kind"] for job in world.run("Query.myPrivacyJobs", alice).data] == ["DELETION"]


def test_users_see_only_their_own_jobs(world: World, alice: User, bob: User) -> None:
    world.run("Mutation.exportMyData", alice)
    assert world.run("Query.myPrivacyJobs", bob).data == []
    (job,) = world.run("Query.myPrivacyJobs", alice).data
    assert job["archives"] == []


def test_archives_are_listed_until_they_expire(world: World, alice: User) -> None:
    world.run("Mutation.exportMyData", alice)
    (row,) = world.items("privacy")
    archives = [{"key": "exports/id-alice/x/chat-export-1.zip", "size": 1}]
    world.give("privacy", **{**row, "status": "COMPLETED", "archives": archives, "expiresAt": 1893456000 + DAY})
    (job,) = world.run("Query.myPrivacyJobs", alice).data
    assert (job["archives"], job["expiresAt"]) == (archives, "2030-01-02T00:00:00.000Z")
    world.wait(DAY)
    (job,) = world.run("Query.myPrivacyJobs", alice).data
    assert (job["archives"], job.get("expiresAt")) == ([], None)


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("Query.me", {}),
        ("Mutation.createChatRoom", {"input": {"name": "x"}}),
        ("Mutation.joinChatRoom", {"chatRoomId": "$room"}),
        ("Mutation.openDirectRoom", {"userId": "id-alice"}),
        ("Mutation.updatePresence", {"status": "ONLINE"}),
    ],
)
def test_a_token_of_a_deleted_account_writes_nothing(
    field: str, arguments: dict[str, object], world: World, bob: User, room: str
) -> None:
    delete(world, bob)
    before = [world.items("rooms"), world.items("memberships"), world.items("presence")]
    given = {name: room if value == "$room" else value for name, value in arguments.items()}
    outcome = world.run(field, bob, **given)
    assert (outcome.error_type, outcome.write_units) == ("Unauthorized", 0)
    assert [world.items("rooms"), world.items("memberships"), world.items("presence")] == before


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("Mutation.openDirectRoom", {"userId": "id-bob"}),
        ("Mutation.inviteToChatRoom", {"chatRoomId": "$room", "userId": "id-bob"}),
        ("Mutation.banMember", {"chatRoomId": "$room", "userId": "id-bob", "reason": "x"}),
    ],
)
def test_a_deleted_account_is_unknown_to_others(
    field: str, arguments: dict[str, object], world: World, alice: User, bob: User, room: str
) -> None:
    delete(world, bob)
    given = {name: room if value == "$room" else value for name, value in arguments.items()}
    assert world.run(field, alice, **given).error_type == "NotFound"

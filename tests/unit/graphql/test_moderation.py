"""Tests of settings, roles, removal, bans, mutes, the moderation log and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contract.limits import LIMITS
from tests.unit.graphql.world import User

if TYPE_CHECKING:
    from tests.unit.graphql.conftest import NewRoom
    from tests.unit.graphql.world import Outcome, World

MODERATOR = User("mo")
GUARD = User("guard", groups=("Users", "Moderators"))
NOW = "2030-01-01T00:00:00.000Z"


@pytest.fixture
def crowd(world: World, alice: User, bob: User, room: str) -> str:
    """Alice's room with a moderator and a member in it."""
    for user in (MODERATOR, bob):
        world.give("users", userId=f"id-{user.name}", displayName=user.name, createdAt=NOW)
        world.run("Mutation.joinChatRoom", user, chatRoomId=room)
    set_role(world, alice, room, MODERATOR, "MODERATOR")
    return room


def set_role(world: World, by: User, room: str, user: User, role: str) -> Outcome:
    """Change a member's role."""
    return world.run("Mutation.setMemberRole", by, chatRoomId=room, userId=f"id-{user.name}", role=role)


def act(world: World, name: str, by: User, room: str, user: User, **more: object) -> Outcome:
    """Run a moderation action on a user, with a reason."""
    return world.run(f"Mutation.{name}", by, chatRoomId=room, userId=f"id-{user.name}", reason="because", **more)


def log(world: World, room: str, by: User) -> list[dict[str, Any]]:
    """Return the entries of the moderation log."""
    entries: list[dict[str, Any]] = world.run("Query.moderationLog", by, chatRoomId=room).data["items"]
    return entries


def test_settings_change_and_are_logged(world: World, alice: User, crowd: str) -> None:
    change = {"name": " New ", "description": "", "visibility": "PRIVATE", "slowModeSeconds": 30, "retentionDays": 7}
    outcome = world.run(
        "Mutation.updateChatRoom",
        alice,
        input={"id": crowd, **change, "historyVisibility": "FROM_JOIN", "frozen": True, "reason": "spring"},
    )
    room = outcome.data
    assert (room["name"], room["visibility"], room["version"], room["frozen"]) == ("New", "PRIVATE", 2, True)
    assert (room["slowModeSeconds"], room["retentionDays"], room["historyVisibility"]) == (30, 7, "FROM_JOIN")
    (row,) = world.items("rooms")
    assert "listedVisibility" not in row
    entry = log(world, crowd, alice)[0]
    assert (entry["action"], entry["actorId"], entry["reason"]) == ("ROOM_UPDATED", "id-alice", "spring")
    assert {"name": "slowModeSeconds", "value": "30"} in entry["changes"]
    assert {"name": "description", "value": None} in entry["changes"]

    back = {"visibility": "PUBLIC", "slowModeSeconds": 0, "retentionDays": 0, "frozen": False}
    room = world.run("Mutation.updateChatRoom", alice, input={"id": crowd, **back}).data
    assert (room["slowModeSeconds"], room["frozen"], room["version"]) == (0, False, 3)
    assert "retentionDays" not in room
    assert world.items("rooms")[0]["listedVisibility"] == "PUBLIC"
    assert {"slowModeSeconds", "retentionDays", "frozen"}.isdisjoint(world.items("rooms")[0])


def test_an_update_of_another_version_is_refused(world: World, alice: User, crowd: str) -> None:
    before = world.items("rooms"), world.items("audit")
    outcome = world.run("Mutation.updateChatRoom", alice, input={"id": crowd, "name": "Late", "expectedVersion": 7})
    assert outcome.error_type == "Conflict"
    assert "version 1" in (outcome.error_message or "")
    assert (world.items("rooms"), world.items("audit")) == before
    outcome = world.run("Mutation.updateChatRoom", alice, input={"id": crowd, "name": "In time", "expectedVersion": 1})
    assert outcome.data["name"] == "In time"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": None},
        {"name": "  "},
        {"name": "n" * (LIMITS["roomNameLength"] + 1)},
        {"description": "d" * (LIMITS["roomDescriptionLength"] + 1)},
        {"visibility": "DIRECT"},
        {"slowModeSeconds": -1},
        {"slowModeSeconds": LIMITS["slowModeSecondsMaximum"] + 1},
        {"retentionDays": -1},
        {"retentionDays": LIMITS["retentionDaysMaximum"] + 1},
        {"name": "n", "reason": "r" * (LIMITS["reasonLength"] + 1)},
    ],
    ids=str,
)
def test_settings_out_of_limits_are_refused_before_any_call(
    world: World, alice: User, crowd: str, change: dict[str, Any]
) -> None:
    outcome = world.run("Mutation.updateChatRoom", alice, input={"id": crowd, **change})
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


def test_moderators_freeze_and_slow_down_but_do_not_rename(
    world: World, alice: User, bob: User, admin: User, crowd: str
) -> None:
    def update(by: User, **change: object) -> str | None:
        return world.run("Mutation.updateChatRoom", by, input={"id": crowd, **change}).error_type

    assert update(MODERATOR, frozen=True, slowModeSeconds=5) is None
    assert update(MODERATOR, frozen=False, name="Mine") == "Forbidden"
    assert update(bob, frozen=False) == "Forbidden"
    sending = world.run("Mutation.createMessage", alice, input={"chatRoomId": crowd, "content": "?"})
    assert sending.error_type == "RoomFrozen"
    assert update(GUARD, name="Theirs") is None
    assert update(admin, name="Ours", frozen=False) is None
    sending = world.run("Mutation.createMessage", alice, input={"chatRoomId": crowd, "content": "!"})
    assert sending.error_type is None


def test_archiving_closes_the_room_once(world: World, alice: User, bob: User, admin: User, crowd: str) -> None:
    for user in (bob, MODERATOR, GUARD):
        assert world.run("Mutation.archiveChatRoom", user, id=crowd).error_type == "Forbidden"
    first = world.run("Mutation.archiveChatRoom", alice, id=crowd, reason="done").data
    assert first["archivedAt"] == NOW
    world.wait(60)
    second = world.run("Mutation.archiveChatRoom", admin, id=crowd)
    assert second.data == first
    assert [entry["action"] for entry in log(world, crowd, alice)].count("ROOM_ARCHIVED") == 1
    assert world.run("Query.listChatRooms", bob).data["items"] == []
    assert world.run("Query.messagesByRoom", bob, chatRoomId=crowd).error_type is None
    refused = world.run("Mutation.updateChatRoom", alice, input={"id": crowd, "name": "Again"})
    assert refused.error_type == "RoomFrozen"
    assert world.run("Mutation.inviteToChatRoom", alice, chatRoomId=crowd, userId="id-bob").error_type == "RoomFrozen"
    assert world.run("Mutation.leaveChatRoom", alice, chatRoomId=crowd).data["state"] == "LEFT"
    assert world.items("rooms")[0]["memberCount"] == 2


def test_a_removed_member_loses_access_at_once_and_can_rejoin(world: World, bob: User, crowd: str) -> None:
    outcome = act(world, "removeMember", MODERATOR, crowd, bob)
    assert outcome.data["state"] == "LEFT"
    fields = {entry["subscriptionField"] for entry in outcome.invalidations}
    assert fields >= {"onMessageCreated", "onMembershipChanged"}
    assert outcome.invalidations[0]["payload"] == {"chatRoomId": crowd, "userId": "id-bob"}
    assert world.run("Query.messagesByRoom", bob, chatRoomId=crowd).error_type == "Forbidden"
    assert world.items("rooms")[0]["memberCount"] == 2
    again = act(world, "removeMember", MODERATOR, crowd, bob)
    assert (again.data["state"], again.write_units, again.invalidations) == ("LEFT", 0, [])
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=crowd).data["state"] == "ACTIVE"
    assert world.items("rooms")[0]["memberCount"] == 3


def test_a_ban_holds_until_it_is_lifted(world: World, alice: User, bob: User, crowd: str) -> None:
    assert act(world, "banMember", MODERATOR, crowd, bob).data["state"] == "BANNED"
    assert act(world, "banMember", MODERATOR, crowd, bob).write_units == 0
    assert world.items("rooms")[0]["memberCount"] == 2
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=crowd).error_type == "Banned"
    assert world.run("Mutation.leaveChatRoom", bob, chatRoomId=crowd).error_type == "Banned"
    assert world.run("Mutation.inviteToChatRoom", alice, chatRoomId=crowd, userId="id-bob").error_type == "Conflict"
    assert act(world, "removeMember", alice, crowd, bob).error_type == "NotFound"
    assert act(world, "unbanMember", MODERATOR, crowd, bob).data["state"] == "LEFT"
    assert world.run("Mutation.joinChatRoom", bob, chatRoomId=crowd).data["state"] == "ACTIVE"
    assert [entry["action"] for entry in log(world, crowd, alice)][:2] == ["MEMBER_UNBANNED", "MEMBER_BANNED"]


def test_users_who_never_joined_can_be_banned_but_unknown_users_cannot(world: World, alice: User, room: str) -> None:
    carol = User("carol")
    world.give("users", userId="id-carol", displayName="Carol", createdAt=NOW)
    banned = act(world, "banMember", alice, room, carol).data
    assert (banned["state"], banned["displayName"], banned["readSeq"]) == ("BANNED", "Carol", 0)
    assert world.run("Mutation.joinChatRoom", carol, chatRoomId=room).error_type == "Banned"
    assert act(world, "banMember", alice, room, User("nobody")).error_type == "NotFound"
    assert [row["userId"] for row in world.items("memberships")] == ["id-alice", "id-carol"]
    assert world.items("rooms")[0]["memberCount"] == 1


def test_a_mute_expires_or_is_lifted(world: World, alice: User, bob: User, crowd: str) -> None:
    def send() -> str | None:
        return world.run("Mutation.createMessage", bob, input={"chatRoomId": crowd, "content": "hey"}).error_type

    muted = act(world, "muteMember", MODERATOR, crowd, bob, seconds=60)
    assert muted.data["mutedUntil"] == "2030-01-01T00:01:00.000Z"
    assert send() == "Muted"
    world.wait(61)
    assert send() is None
    muted = act(world, "muteMember", MODERATOR, crowd, bob, until="2030-01-01T03:00:00+02:00")
    assert muted.data["mutedUntil"] == "2030-01-01T01:00:00.000Z", "one form, in which times compare as text"
    assert send() == "Muted"
    assert act(world, "unmuteMember", MODERATOR, crowd, bob).data["mutedUntil"] is None
    assert act(world, "unmuteMember", MODERATOR, crowd, bob).write_units == 0
    assert send() is None
    actions = [entry["action"] for entry in log(world, crowd, alice)]
    assert actions == ["MEMBER_UNMUTED", "MEMBER_MUTED", "MEMBER_MUTED", "ROLE_CHANGED"]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"seconds": 0},
        {"seconds": LIMITS["muteSecondsMaximum"] + 1},
        {"seconds": 60, "until": "2030-01-01T01:00:00Z"},
        {"until": "2029-12-31T23:59:59Z"},
        {"until": "2031-01-02T00:00:00Z"},
        {"seconds": 60, "reason": "  "},
        {"seconds": 60, "reason": "r" * (LIMITS["reasonLength"] + 1)},
        {"seconds": 60, "userId": "a#b"},
        {"seconds": 60, "chatRoomId": "a#b"},
    ],
    ids=str,
)
def test_a_mute_out_of_limits_is_refused_before_any_call(
    world: World, alice: User, crowd: str, arguments: dict[str, Any]
) -> None:
    fine = {"chatRoomId": crowd, "userId": "id-bob", "reason": "because"}
    outcome = world.run("Mutation.muteMember", alice, **{**fine, **arguments})
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


@pytest.mark.parametrize("name", ["removeMember", "banMember", "muteMember"])
def test_only_members_of_lower_rank_can_be_moderated(
    world: World, alice: User, bob: User, admin: User, crowd: str, name: str
) -> None:
    more = {"seconds": 60} if name == "muteMember" else {}
    other = User("other")
    world.give("users", userId="id-other", displayName="other", createdAt=NOW)
    world.run("Mutation.joinChatRoom", other, chatRoomId=crowd)
    set_role(world, alice, crowd, other, "MODERATOR")
    before = world.items("memberships"), world.items("rooms"), world.items("audit")

    assert act(world, name, bob, crowd, other, **more).error_type == "Forbidden"
    assert act(world, name, bob, crowd, bob, **more).error_type == "Forbidden"
    assert act(world, name, MODERATOR, crowd, other, **more).error_type == "Forbidden"
    assert act(world, name, MODERATOR, crowd, MODERATOR, **more).error_type == "Forbidden"
    assert act(world, name, MODERATOR, crowd, alice, **more).error_type == "Forbidden"
    assert act(world, name, alice, crowd, alice, **more).error_type == "Forbidden"
    assert act(world, name, alice, crowd, User("nobody"), **more).error_type == "NotFound"
    assert (world.items("memberships"), world.items("rooms"), world.items("audit")) == before

    assert act(world, name, alice, crowd, other, **more).error_type is None
    assert act(world, name, GUARD, crowd, MODERATOR, **more).error_type is None
    if name != "muteMember":
        assert act(world, name, admin, crowd, alice, **more).error_type == "Conflict", "the last owner"


def test_only_owners_and_admins_change_roles(world: World, alice: User, bob: User, admin: User, crowd: str) -> None:
    for by in (bob, MODERATOR, GUARD):
        assert set_role(world, by, crowd, bob, "OWNER").error_type == "Forbidden"
    assert set_role(world, admin, crowd, bob, "OWNER").data["role"] == "OWNER"
    assert set_role(world, alice, crowd, bob, "MEMBER").error_type == "Forbidden", "owners stand level"
    assert set_role(world, alice, crowd, User("nobody"), "MEMBER").error_type == "NotFound"
    again = set_role(world, admin, crowd, bob, "OWNER")
    assert (again.data["role"], again.write_units) == ("OWNER", 0)
    assert world.items("rooms")[0]["ownerCount"] == 2


def test_a_lost_role_applies_from_the_next_operation(world: World, alice: User, bob: User, crowd: str) -> None:
    assert act(world, "muteMember", MODERATOR, crowd, bob, seconds=1).error_type is None
    set_role(world, alice, crowd, MODERATOR, "MEMBER")
    assert act(world, "muteMember", MODERATOR, crowd, bob, seconds=1).error_type == "Forbidden"
    assert world.run("Query.moderationLog", MODERATOR, chatRoomId=crowd).error_type == "Forbidden"


def test_the_log_pages_newest_first(world: World, alice: User, bob: User, crowd: str) -> None:
    for seconds in range(1, 5):
        act(world, "muteMember", alice, crowd, bob, seconds=seconds)
    seen: list[str] = []
    token = None
    for _ in range(3):
        page = world.run("Query.moderationLog", MODERATOR, chatRoomId=crowd, limit=2, nextToken=token).data
        seen += [item["action"] for item in page["items"]]
        token = page["nextToken"]
    assert (seen, token) == (["MEMBER_MUTED"] * 4 + ["ROLE_CHANGED"], None)
    wrong = world.run("Query.moderationLog", alice, chatRoomId=crowd, nextToken="members:x")
    assert wrong.error_type == "ValidationError"


def test_a_membership_stores_its_last_moderation_action(world: World, alice: User, bob: User, crowd: str) -> None:
    act(world, "banMember", alice, crowd, bob)
    (row,) = (item for item in world.items("memberships") if item["userId"] == "id-bob")
    assert (row["lastAct"]["action"], row["lastAct"]["actorId"]) == ("MEMBER_BANNED", "id-alice")
    assert row["lastAct"]["auditId"] == log(world, crowd, alice)[0]["id"]


@pytest.fixture
def message(world: World, alice: User, crowd: str) -> str:
    """A message by alice."""
    identifier: str = world.run("Mutation.createMessage", alice, input={"chatRoomId": crowd, "content": "rude"}).data[
        "id"
    ]
    return identifier


def test_a_report_stays_in_the_queue_until_it_is_resolved(
    world: World, alice: User, bob: User, crowd: str, message: str
) -> None:
    report = world.run("Mutation.reportMessage", bob, messageId=message, reason=" rude ").data
    assert (report["status"], report["reason"], report["authorId"], report["seq"]) == ("OPEN", "rude", "id-alice", 1)
    again = world.run("Mutation.reportMessage", bob, messageId=message, reason="very rude")
    assert again.data == report
    assert world.run("Query.reports", MODERATOR, chatRoomId=crowd).data == {"items": [report], "nextToken": None}

    resolve = {"chatRoomId": crowd, "reportId": report["id"], "resolution": "ACTED_ON"}
    assert world.run("Mutation.resolveReport", bob, **resolve).error_type == "Forbidden"
    resolved = world.run("Mutation.resolveReport", MODERATOR, **resolve, reason="muted her").data
    assert (resolved["status"], resolved["resolution"], resolved["resolvedBy"]) == ("RESOLVED", "ACTED_ON", "id-mo")
    assert world.run("Mutation.resolveReport", alice, **resolve).error_type == "Conflict"
    assert world.run("Query.reports", alice, chatRoomId=crowd).data["items"] == []
    assert world.run("Query.reports", alice, chatRoomId=crowd, status="RESOLVED").data["items"] == [resolved]
    entry = log(world, crowd, alice)[0]
    assert (entry["action"], entry["messageId"], entry["userId"]) == ("REPORT_RESOLVED", message, "id-alice")


def test_concurrent_resolutions_resolve_once(world: World, alice: User, bob: User, crowd: str, message: str) -> None:
    report = world.run("Mutation.reportMessage", bob, messageId=message, reason="rude").data
    resolve = {"chatRoomId": crowd, "reportId": report["id"]}
    slow = world.start("Mutation.resolveReport", MODERATOR, **resolve, resolution="DISMISSED")
    slow.step()
    slow.step()
    world.run("Mutation.resolveReport", alice, **resolve, resolution="ACTED_ON")
    assert slow.finish().error_type == "Conflict"
    assert world.items("reports")[0]["resolution"] == "ACTED_ON"
    assert [entry["action"] for entry in log(world, crowd, alice)].count("REPORT_RESOLVED") == 1


def test_only_members_report_and_only_existing_messages(world: World, bob: User, crowd: str, message: str) -> None:
    def report(by: User, identifier: str, reason: str = "rude") -> str | None:
        return world.run("Mutation.reportMessage", by, messageId=identifier, reason=reason).error_type

    assert report(User("stranger"), message) == "Forbidden"
    assert report(bob, f"{crowd}:99") == "NotFound"
    assert report(bob, "unknown:1") == "NotFound"
    assert report(bob, message, "r" * (LIMITS["reasonLength"] + 1)) == report(bob, message, " ") == "ValidationError"
    for identifier in ("", "1", crowd, f"{crowd}:", f"{crowd}:0", f"{crowd}:x", f"{crowd}#x:1"):
        assert report(bob, identifier) == "ValidationError", identifier
    assert world.items("reports") == []
    resolve = {"chatRoomId": crowd, "resolution": "DISMISSED"}
    unknown = world.run("Mutation.resolveReport", MODERATOR, **resolve, reportId="0000000001:nobody")
    assert unknown.error_type == "NotFound"
    malformed = world.run("Mutation.resolveReport", MODERATOR, **resolve, reportId="nonsense")
    assert malformed.error_type == "ValidationError"


def test_the_queue_has_full_pages(world: World, alice: User, bob: User, crowd: str) -> None:
    for number in range(6):
        sent = world.run("Mutation.createMessage", alice, input={"chatRoomId": crowd, "content": f"{number}"}).data
        report = world.run("Mutation.reportMessage", bob, messageId=sent["id"], reason="rude").data
        if number % 2:
            resolve = {"chatRoomId": crowd, "reportId": report["id"], "resolution": "DISMISSED"}
            world.run("Mutation.resolveReport", alice, **resolve)
    seen: list[int] = []
    token = None
    for _ in range(2):
        page = world.run("Query.reports", alice, chatRoomId=crowd, limit=2, nextToken=token).data
        seen += [item["seq"] for item in page["items"]]
        token = page["nextToken"]
    assert (seen, token) == ([5, 3, 1], None)


def test_the_subscription_to_memberships_requires_a_membership(
    world: World, alice: User, bob: User, new_room: NewRoom
) -> None:
    room = new_room()
    outcome = world.run("Subscription.onMembershipChanged", alice, chatRoomId=room)
    assert outcome.subscription_filter == {
        "filterGroup": [
            {
                "filters": [
                    {"fieldName": "chatRoomId", "operator": "eq", "value": room},
                    {"fieldName": "selectionComplete", "operator": "eq", "value": True},
                ]
            }
        ]
    }
    assert outcome.invalidation_filter is not None
    assert world.run("Subscription.onMembershipChanged", bob, chatRoomId=room).error_type == "Forbidden"

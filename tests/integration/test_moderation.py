"""Moderation: settings, roles, removal, bans, mutes, reports; effective at once, logged, and no trace of failures."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from chat_client import SubscriptionError, document
from contract.limits import LIMITS
from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row


def about(room: Row, user: ChatUser, reason: str = "because") -> dict[str, str]:
    """Return the variables of a moderation action on a member."""
    return {"chatRoomId": room["id"], "userId": user.id, "reason": reason}


async def log_of(user: ChatUser, room: Row) -> list[Row]:
    """Return the first page of a room's moderation log."""
    page: Row = await user.run("moderationLog", chatRoomId=room["id"])
    return list(page["items"])


def rows_of(backend: LocalBackend, table: str, room: Row) -> list[dict[str, Any]]:
    """Return the rows of a room in one table."""
    return backend.rows_of(room, table)[table]


def exact_member_count(backend: LocalBackend, room: Row) -> int:
    """Return the number of active memberships; check that the room has the same number."""
    active = len([row for row in rows_of(backend, "memberships", room) if row["state"] == "ACTIVE"])
    (stored,) = rows_of(backend, "rooms", room)
    assert stored["memberCount"] == active
    return active


@pytest.mark.parametrize("act", ["removeMember", "banMember"])
async def test_removed_and_banned_members_lose_access_at_once(
    act: str, shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    refused = "Banned" if act == "banMember" else "Forbidden"
    fields = ("onMessageCreated", "onMessageUpdated", "onMessageDeleted", "onMembershipChanged")
    async with bob.realtime() as connection:
        live = [await connection.subscribe(document(field), {"chatRoomId": shared_room["id"]}) for field in fields]
        await alice.run(act, **about(shared_room, bob, "shouting"))
        sent = await alice.send(shared_room, "behind his back")
        await alice.edit(sent, "edited behind his back")

        for subscription in live:
            await asyncio.wait_for(subscription.completed.wait(), PATIENCE_SECONDS)
            while subscription.events:
                (event,) = (await subscription.next()).data.values()
                assert event["userId"] == bob.id, "at most the news of his own removal"
            await subscription.stays_silent()
        with pytest.raises(SubscriptionError) as again:
            await connection.subscribe(document("onMessageCreated"), {"chatRoomId": shared_room["id"]})

    assert again.value.types == [refused]
    assert await bob.refusal("messagesByRoom", chatRoomId=shared_room["id"]) == refused
    assert await bob.refusal("getMessage", id=sent["id"]) == refused
    assert await bob.refusal("createMessage", input={"chatRoomId": shared_room["id"], "content": "x"}) == refused
    assert exact_member_count(backend, shared_room) == 1
    assert shared_room["id"] not in [entry["chatRoom"]["id"] for entry in (await bob.my_rooms(limit=100))["items"]]
    entry = (await log_of(alice, shared_room))[0]
    assert (entry["userId"], entry["actorId"], entry["reason"]) == (bob.id, alice.id, "shouting")


async def test_banned_user_cannot_join_until_the_ban_is_lifted(
    shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    await alice.run("banMember", **about(shared_room, bob))
    assert await bob.refusal("joinChatRoom", chatRoomId=shared_room["id"]) == "Banned"
    assert await alice.refusal("inviteToChatRoom", chatRoomId=shared_room["id"], userId=bob.id) == "Conflict"
    (banned,) = (await alice.run("roomMembers", chatRoomId=shared_room["id"], state="BANNED"))["items"]
    assert banned["userId"] == bob.id

    lifted = await alice.run("unbanMember", chatRoomId=shared_room["id"], userId=bob.id)

    assert lifted["state"] == "LEFT"
    assert (await bob.join(shared_room))["state"] == "ACTIVE"
    assert [entry["action"] for entry in await log_of(alice, shared_room)] == ["MEMBER_UNBANNED", "MEMBER_BANNED"]


async def test_mute_expires(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    message = {"chatRoomId": shared_room["id"], "content": "let me speak"}
    asked = datetime.now(UTC) - timedelta(milliseconds=1)
    muted = await alice.run("muteMember", **about(shared_room, bob), seconds=300)

    assert asked <= datetime.fromisoformat(muted["mutedUntil"]) - timedelta(seconds=300) <= datetime.now(UTC)
    assert await bob.refusal("createMessage", input=message) == "Muted"
    assert (await bob.messages(shared_room))["items"] == []
    await alice.run("muteMember", **about(shared_room, bob), seconds=1)
    await eventually(lambda: bob.refusal("createMessage", input=message), until=lambda kind: kind is None)


async def test_mute_can_be_lifted_and_survives_leaving(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    message = {"chatRoomId": shared_room["id"], "content": "let me speak"}
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    until = tomorrow.astimezone(timezone(timedelta(hours=2))).isoformat()
    await alice.run("muteMember", **about(shared_room, bob), until=until)
    await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
    assert (await bob.join(shared_room))["mutedUntil"] == tomorrow.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert await bob.refusal("createMessage", input=message) == "Muted"

    unmuted = await alice.run("unmuteMember", chatRoomId=shared_room["id"], userId=bob.id)

    assert unmuted["mutedUntil"] is None
    assert await bob.refusal("createMessage", input=message) is None


@pytest.mark.usefixtures("refused_result")
async def test_frozen_room_is_read_only_until_it_is_unfrozen(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    sent = await bob.send(shared_room)
    await alice.run("updateChatRoom", input={"id": shared_room["id"], "frozen": True, "reason": "cool down"})

    message = {"chatRoomId": shared_room["id"], "content": "hello?"}
    assert await bob.refusal("createMessage", input=message) == "RoomFrozen"
    assert await alice.refusal("createMessage", input=message) == "RoomFrozen"
    assert await bob.refusal("updateMessage", input={"id": sent["id"], "content": "edited"}) == "RoomFrozen"
    assert (await bob.messages(shared_room))["items"] == [sent]
    opened = await alice.run("updateChatRoom", input={"id": shared_room["id"], "frozen": False})

    assert (opened["frozen"], opened["version"]) == (False, 3)
    assert (await bob.send(shared_room))["seq"] == 2
    assert [entry["reason"] for entry in await log_of(alice, shared_room)] == [None, "cool down"]


async def test_settings_are_stored_and_returned(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    wanted = {
        "name": "Renamed",
        "description": "What for",
        "visibility": "PRIVATE",
        "slowModeSeconds": 5,
        "historyVisibility": "FROM_JOIN",
        "retentionDays": 30,
    }
    changed = await alice.run("updateChatRoom", input={"id": shared_room["id"], **wanted})

    assert {name: changed[name] for name in wanted} == wanted
    told = {"lastSeq", "lastMessageAt"}  # a system message about the name follows
    seen = await bob.room(shared_room["id"])
    assert {name: value for name, value in seen.items() if name not in told} == {
        name: value for name, value in changed.items() if name not in told
    }
    assert await mallory.refusal("getChatRoom", id=shared_room["id"]) == "Forbidden"
    assert shared_room["id"] not in [item["id"] for item in (await mallory.public_rooms(limit=100))["items"]]
    (entry,) = await log_of(alice, shared_room)
    assert {change["name"]: change["value"] for change in entry["changes"]} == {
        name: str(value) for name, value in wanted.items()
    }


async def test_room_created_with_settings_has_them(alice: ChatUser) -> None:
    settings = {"historyVisibility": "FROM_JOIN", "slowModeSeconds": 10, "retentionDays": 1}
    room = await alice.create_room(**settings)

    assert {name: room[name] for name in settings} == settings
    assert await alice.room(room["id"]) == room


@pytest.mark.usefixtures("refused_result")
async def test_one_of_two_changes_of_the_same_version_succeeds(room: Row, alice: ChatUser) -> None:
    def rename(name: str) -> Any:  # noqa: ANN401 - an awaitable
        return alice.refusal("updateChatRoom", input={"id": room["id"], "name": name, "expectedVersion": 1})

    refusals = await asyncio.gather(*(rename(f"Name {number}") for number in range(6)))

    assert sorted(refusals, key=str) == ["Conflict"] * 5 + [None]
    assert (await alice.room(room["id"]))["version"] == 2
    assert len(await log_of(alice, room)) == 1, "what was refused is not in the log"


@pytest.mark.usefixtures("refused_result")
async def test_archiving_closes_the_room_for_all(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    sent = await bob.send(shared_room)
    archived = await alice.run("archiveChatRoom", id=shared_room["id"], reason="moved")

    assert archived["archivedAt"]
    assert await alice.run("archiveChatRoom", id=shared_room["id"]) == archived
    assert await mallory.refusal("joinChatRoom", chatRoomId=shared_room["id"]) == "RoomFrozen"
    message = {"chatRoomId": shared_room["id"], "content": "anybody?"}
    assert await bob.refusal("createMessage", input=message) == "RoomFrozen"
    assert (await bob.messages(shared_room))["items"] == [sent]
    assert shared_room["id"] not in [item["id"] for item in (await mallory.public_rooms(limit=100))["items"]]
    assert [entry["reason"] for entry in await log_of(alice, shared_room)] == ["moved"]


async def test_role_applies_from_the_next_operation(
    shared_room: Row, alice: ChatUser, bob: ChatUser, new_user: NewUser
) -> None:
    carol = await new_user("Carol")
    await carol.join(shared_room)
    mute = {**about(shared_room, carol), "seconds": 1}
    assert await bob.refusal("muteMember", **mute) == "Forbidden"
    await alice.run("setMemberRole", chatRoomId=shared_room["id"], userId=bob.id, role="MODERATOR")
    assert await bob.refusal("muteMember", **mute) is None
    await alice.run("setMemberRole", chatRoomId=shared_room["id"], userId=bob.id, role="MEMBER")

    assert await bob.refusal("muteMember", **mute) == "Forbidden"
    assert await bob.refusal("moderationLog", chatRoomId=shared_room["id"]) == "Forbidden"


@pytest.mark.usefixtures("refused_result")
async def test_concurrent_actions_leave_exact_counts_and_one_entry_each(
    shared_room: Row, alice: ChatUser, bob: ChatUser, admin: ChatUser, moderator: ChatUser, backend: LocalBackend
) -> None:
    await asyncio.gather(
        *(
            user.refusal(act, **about(shared_room, bob))
            for user in (alice, admin, moderator)
            for act in ("removeMember", "banMember")
        ),
        bob.refusal("leaveChatRoom", chatRoomId=shared_room["id"]),
    )

    assert exact_member_count(backend, shared_room) == 1
    (row,) = (row for row in rows_of(backend, "memberships", shared_room) if row["userId"] == bob.id)
    entries = await log_of(alice, shared_room)
    bans = [entry for entry in entries if entry["action"] == "MEMBER_BANNED"]
    assert len(bans) == (row["state"] == "BANNED")
    assert len([entry for entry in entries if entry["action"] == "MEMBER_REMOVED"]) <= 1


async def test_every_action_is_logged_with_its_reason(
    shared_room: Row, alice: ChatUser, bob: ChatUser, admin: ChatUser
) -> None:
    sent = await bob.send(shared_room)
    await admin.run("updateChatRoom", input={"id": shared_room["id"], "slowModeSeconds": 1, "reason": "1"})
    await alice.run("setMemberRole", **about(shared_room, bob, "2"), role="MODERATOR")
    await alice.run("muteMember", **about(shared_room, bob, "3"), seconds=9)
    await alice.run("unmuteMember", **about(shared_room, bob, "4"))
    await alice.delete(sent, reason="5")
    await alice.run("removeMember", **about(shared_room, bob, "6"))
    await admin.run("banMember", **about(shared_room, bob, "7"))
    await alice.run("unbanMember", **about(shared_room, bob, "8"))
    await alice.run("archiveChatRoom", id=shared_room["id"], reason="9")

    entries = (await log_of(alice, shared_room))[::-1]

    assert [entry["action"] for entry in entries] == [
        "ROOM_UPDATED",
        "ROLE_CHANGED",
        "MEMBER_MUTED",
        "MEMBER_UNMUTED",
        "MESSAGE_DELETED",
        "MEMBER_REMOVED",
        "MEMBER_BANNED",
        "MEMBER_UNBANNED",
        "ROOM_ARCHIVED",
    ]
    assert [entry["reason"] for entry in entries] == list("123456789")
    assert [entry["actorId"] == admin.id for entry in entries].count(True) == 2
    assert entries[4]["messageId"] == sent["id"]
    assert [entry["userId"] for entry in entries] == [None, *[bob.id] * 7, None]


async def test_moderation_log_is_paginated(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    for number in range(5):
        await alice.run("muteMember", **about(shared_room, bob, str(number)), seconds=number + 1)

    pages, token = [], None
    while True:
        page = await alice.run("moderationLog", chatRoomId=shared_room["id"], limit=2, nextToken=token)
        pages.append([entry["reason"] for entry in page["items"]])
        token = page["nextToken"]
        if token is None:
            break

    assert pages == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.usefixtures("refused_result")
async def test_report_is_processed_through_the_queue(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    sent = await alice.send(shared_room, "rude")
    first, again = await asyncio.gather(
        *(bob.run("reportMessage", messageId=sent["id"], reason="rude") for _ in range(2))
    )

    assert first == again
    assert (await alice.run("reports", chatRoomId=shared_room["id"]))["items"] == [first]
    assert await bob.refusal("reports", chatRoomId=shared_room["id"]) == "Forbidden"
    assert await mallory.refusal("reportMessage", messageId=sent["id"], reason="rude") == "Forbidden"
    answer = {"chatRoomId": shared_room["id"], "reportId": first["id"], "resolution": "DISMISSED", "reason": "joke"}
    resolved = await alice.run("resolveReport", **answer)
    assert (resolved["status"], resolved["resolvedBy"]) == ("RESOLVED", alice.id)
    assert await alice.refusal("resolveReport", **answer) == "Conflict"
    assert (await alice.run("reports", chatRoomId=shared_room["id"]))["items"] == []
    assert (await alice.run("reports", chatRoomId=shared_room["id"], status="RESOLVED"))["items"] == [resolved]
    (entry,) = await log_of(alice, shared_room)
    assert (entry["action"], entry["messageId"], entry["reason"]) == ("REPORT_RESOLVED", sent["id"], "joke")


async def test_invisible_messages_cannot_be_reported(alice: ChatUser, bob: ChatUser) -> None:
    room = await alice.create_room(historyVisibility="FROM_JOIN")
    before = await alice.send(room, "before he came")
    await bob.join(room)
    after = await alice.send(room, "after he came")

    assert await bob.refusal("reportMessage", messageId=before["id"], reason="rude") == "NotFound"
    assert await bob.refusal("reportMessage", messageId=after["id"], reason="rude") is None


@pytest.mark.parametrize(
    ("field", "variables"),
    [
        ("muteMember", {"seconds": 0}),
        ("muteMember", {"seconds": LIMITS["muteSecondsMaximum"] + 1}),
        ("muteMember", {}),
        ("muteMember", {"seconds": 5, "until": "2027-01-01T00:00:00Z"}),
        ("muteMember", {"until": "2020-01-01T00:00:00Z"}),
        ("muteMember", {"seconds": 5, "reason": " "}),
        ("banMember", {"reason": ""}),
        ("banMember", {"reason": "r" * (LIMITS["reasonLength"] + 1)}),
        ("banMember", {"userId": "a#b"}),
        ("removeMember", {"chatRoomId": "a#b"}),
        ("removeMember", {"userId": ""}),
        ("inviteToChatRoom", {"userId": "no user!"}),
        ("setMemberRole", {"role": "MEMBER", "reason": "r" * (LIMITS["reasonLength"] + 1)}),
        ("unbanMember", {"reason": "r" * (LIMITS["reasonLength"] + 1)}),
        ("roomMembers", {"limit": 0}),
        ("roomMembers", {"limit": 101}),
        ("roomMembers", {"nextToken": "log:x"}),
        ("moderationLog", {"nextToken": "nonsense"}),
        ("moderationLog", {"limit": -1}),
        ("reports", {"nextToken": ""}),
        ("resolveReport", {"reportId": "nonsense", "resolution": "DISMISSED"}),
    ],
    ids=str,
)
async def test_arguments_beyond_their_limits_change_nothing(
    field: str, variables: dict[str, Any], shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    names = {"chatRoomId", "userId", "reason"} & set(re.findall(r"\$(\w+):", document(field)))
    given = {name: value for name, value in about(shared_room, bob).items() if name in names}
    tables = ("rooms", "memberships", "audit", "reports")
    before = backend.rows_of(shared_room, *tables)

    assert await alice.refusal(field, **{**given, **variables}) == "ValidationError"
    assert backend.rows_of(shared_room, *tables) == before


@pytest.mark.parametrize("field", ["muteMember", "banMember", "removeMember", "unbanMember", "setMemberRole"])
async def test_unknown_users_and_rooms_are_not_found_and_not_created(
    field: str, shared_room: Row, alice: ChatUser, admin: ChatUser, backend: LocalBackend
) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    needed: dict[str, dict[str, object]] = {"muteMember": {"seconds": 5}, "setMemberRole": {"role": "MODERATOR"}}
    more = needed.get(field, {})
    places = (shared_room, {"id": nobody})
    before = [backend.rows_of(place, "memberships", "rooms", "audit") for place in places]

    for caller, room_id in ((alice, shared_room["id"]), (alice, nobody), (admin, nobody)):
        variables = {"chatRoomId": room_id, "userId": nobody, "reason": "x", **more}
        assert await caller.refusal(field, **variables) == "NotFound"
    assert [backend.rows_of(place, "memberships", "rooms", "audit") for place in places] == before

"""Tests of listing and marking notifications, notification settings, and the subscription to notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.graphql.world import User, World


def identifier(number: int) -> str:
    """The id of a notification; higher numbers are later."""
    return f"01{number:024d}"


def give(world: World, user: str, *numbers: int, read: bool = False) -> None:
    """Store notifications of a user."""
    for number in numbers:
        world.give(
            "notifications",
            userId=f"id-{user}",
            notificationId=identifier(number),
            type="MENTION",
            roomId="r",
            createdAt="2030-01-01T00:00:00.000Z",
            **({"readAt": "2030-01-01T00:00:00.000Z"} if read else {"unreadId": identifier(number)}),
        )


def numbers_of(page: dict[str, list[dict[str, str]]]) -> list[int]:
    return [int(row["id"][2:]) for row in page["items"]]


def test_pages_are_newest_first_and_contain_only_the_callers(world: World, alice: User) -> None:
    give(world, "alice", 1, 2, 4)
    give(world, "alice", 3, read=True)
    give(world, "bob", 9)
    first = world.run("Query.myNotifications", alice, limit=3)
    assert numbers_of(first.data) == [4, 3, 2]
    last = world.run("Query.myNotifications", alice, limit=3, nextToken=first.data["nextToken"])
    assert (numbers_of(last.data), last.data["nextToken"]) == ([1], None)
    assert first.functions == ["queryNotifications"]


def test_unread_notifications_are_complete(world: World, alice: User) -> None:
    give(world, "alice", 1, 2, 4)
    give(world, "alice", 3, read=True)
    first = world.run("Query.myNotifications", alice, limit=2, unreadOnly=True)
    assert numbers_of(first.data) == [4, 2]
    assert first.data["items"][0]["type"] == "MENTION"
    last = world.run("Query.myNotifications", alice, limit=2, unreadOnly=True, nextToken=first.data["nextToken"])
    assert (numbers_of(last.data), last.data["nextToken"]) == ([1], None)


@pytest.mark.parametrize("token", ["notifications:x", "rooms:r", ""])
def test_a_cursor_of_another_list_is_refused(world: World, alice: User, token: str) -> None:
    outcome = world.run("Query.myNotifications", alice, nextToken=token)
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


def test_marking_costs_one_write_and_repeating_keeps_the_time(world: World, alice: User) -> None:
    give(world, "alice", 1)
    first = world.run("Mutation.markNotificationRead", alice, id=identifier(1))
    world.wait(60)
    assert world.run("Mutation.markNotificationRead", alice, id=identifier(1)).data == first.data
    (row,) = world.items("notifications")
    assert "unreadId" not in row


def test_unknown_notifications_are_not_found_and_not_created(world: World, alice: User, bob: User) -> None:
    give(world, "alice", 1)
    for user, number in ((bob, 1), (alice, 2)):
        outcome = world.run("Mutation.markNotificationRead", user, id=identifier(number))
        assert outcome.error_type == "NotFound"
    assert len(world.items("notifications")) == 1
    assert world.run("Mutation.markNotificationRead", alice, id="x").error_type == "ValidationError"


def test_all_notifications_are_marked_in_batches(world: World, alice: User) -> None:
    give(world, "alice", *range(1, 28))
    answers = [world.run("Mutation.markAllNotificationsRead", alice).data for _ in range(3)]
    assert [(answer["markedCount"], answer["hasMore"]) for answer in answers] == [(25, True), (2, False), (0, False)]
    assert all("readAt" in row and "unreadId" not in row for row in world.items("notifications"))


def test_unread_notifications_are_counted_up_to_100(world: World, alice: User) -> None:
    give(world, "alice", *range(1, 4))
    give(world, "alice", 9, read=True)
    assert world.run("User.unreadNotificationCount", alice).data == 3
    give(world, "alice", *range(10, 200))
    assert world.run("User.unreadNotificationCount", alice).data == 100


def test_members_change_only_their_own_settings(world: World, alice: User, bob: User, room: str) -> None:
    wish = {"chatRoomId": room, "level": "MENTIONS", "mutedUntil": "2030-01-01T02:00:00+01:00"}
    outcome = world.run("Mutation.updateNotificationPreference", alice, input=wish)
    assert outcome.data == {**wish, "mutedUntil": "2030-01-01T01:00:00.000Z"}
    kept = world.run("Mutation.updateNotificationPreference", alice, input={"chatRoomId": room, "level": "ALL"})
    assert kept.data == {**outcome.data, "level": "ALL"}
    (entry,) = world.run("Query.myChatRooms", alice).data["items"]
    assert entry["notificationPreference"] == kept.data
    assert world.run("Mutation.updateNotificationPreference", bob, input=wish).error_type == "Forbidden"
    assert len(world.items("memberships")) == 1


def test_global_moderators_need_a_membership_for_settings(world: World, admin: User, room: str) -> None:
    wish = {"chatRoomId": room, "level": "NONE"}
    assert world.run("Mutation.updateNotificationPreference", admin, input=wish).error_type == "Forbidden"
    assert len(world.items("memberships")) == 1


def test_an_update_without_changes_is_refused(world: World, alice: User, room: str) -> None:
    outcome = world.run("Mutation.updateNotificationPreference", alice, input={"chatRoomId": room})
    assert outcome.error_type == "ValidationError"


def test_the_subscription_is_filtered_by_the_caller(world: World, alice: User) -> None:
    outcome = world.run("Subscription.onNotificationReceived", alice)
    assert outcome.error_type is None
    assert outcome.subscription_filter == {
        "filterGroup": [{"filters": [{"fieldName": "userId", "operator": "eq", "value": "id-alice"}]}]
    }
    assert world.run("Subscription.onNotificationReceived", None).error_type == "Unauthorized"

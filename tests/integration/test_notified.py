"""Notifications caused by calls of the public endpoint: every kind, live and in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_client import document
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.chat import ChatUser, Row
    from tests.helpers.realtime_client import Subscription

Told = tuple[str, str | None, str | None]
"""Type, action and reason of a notification."""
SECONDS = 60.0


async def told(subscription: Subscription, expected: set[Told]) -> dict[Told, Row]:
    """Return all events until the expected ones have arrived; repeated deliveries count once."""
    found: dict[Told, Row] = {}
    while expected - found.keys():
        row = (await subscription.next(SECONDS)).data["onNotificationReceived"]
        found[row["type"], row["action"], row["reason"]] = row
    return found


async def test_messages_that_concern_a_user_are_notified(shared_room: Row, alice: ChatUser, new_user: NewUser) -> None:
    carol = await new_user("Carol")
    await carol.join(shared_room)
    hers = await carol.send(shared_room, "I water the tomatoes.")
    async with carol.realtime() as connection:
        live = await connection.subscribe(document("onNotificationReceived"))
        mention = await alice.send(shared_room, "Thank you!", mentions=[carol.id])
        reply = await alice.send(shared_room, "On Sunday too?", replyToId=hers["id"])
        direct = await alice.run("openDirectRoom", userId=carol.id)
        private = await alice.send(direct, "Between the two of us")
        kinds: set[Told] = {("MENTION", None, None), ("REPLY", None, None), ("DIRECT_MESSAGE", None, None)}
        events = await told(live, kinds)

    messages = {"MENTION": mention, "REPLY": reply, "DIRECT_MESSAGE": private}
    assert {kind: (event["messageId"], event["preview"]) for (kind, _, _), event in events.items()} == {
        kind: (message["id"], message["content"]) for kind, message in messages.items()
    }
    assert {event["actorId"] for event in events.values()} == {alice.id}

    async def is_counted() -> bool:
        return bool((await carol.in_my_rooms(shared_room))["membership"]["mentionCount"])

    await eventually(is_counted)
    assert (await carol.mark_read(shared_room, reply["seq"]))["mentionCount"] == 0


async def test_invitation_and_every_moderation_action_are_notified(
    room: Row, alice: ChatUser, new_user: NewUser
) -> None:
    carol = await new_user("Carol")
    about = {"chatRoomId": room["id"], "userId": carol.id}
    async with carol.realtime() as connection:
        live = await connection.subscribe(document("onNotificationReceived"))
        await alice.run("inviteToChatRoom", **about)
        await carol.join(room)
        message = await carol.send(room, "Buy my tomatoes!")
        await alice.run("setMemberRole", **about, role="MODERATOR", reason="keeps calm")
        await alice.run("setMemberRole", **about, role="MEMBER", reason="does not")
        await alice.run("muteMember", **about, seconds=600, reason="advertises")
        await alice.run("unmuteMember", **about, reason="has promised")
        await alice.delete(message, reason="an advertisement")
        await alice.run("removeMember", **about, reason="again")
        await alice.run("banMember", **about, reason="and again")
        await alice.run("unbanMember", **about, reason="a last time")
        expected: set[Told] = {
            ("INVITATION", None, None),
            ("MODERATION", "ROLE_CHANGED", "keeps calm"),
            ("MODERATION", "ROLE_CHANGED", "does not"),
            ("MODERATION", "MEMBER_MUTED", "advertises"),
            ("MODERATION", "MEMBER_UNMUTED", "has promised"),
            ("MODERATION", "MESSAGE_DELETED", None),
            ("MODERATION", "MEMBER_REMOVED", "again"),
            ("MODERATION", "MEMBER_BANNED", "and again"),
            ("MODERATION", "MEMBER_UNBANNED", "a last time"),
        }
        events = await told(live, expected)

    assert events.keys() == expected
    assert {(event["chatRoomId"], event["actorId"]) for event in events.values()} == {(room["id"], alice.id)}
    listed = (await carol.run("myNotifications", limit=50))["items"]
    assert sorted(row["id"] for row in listed) == sorted(event["id"] for event in events.values())
    assert (await carol.graphql.execute(document("me")))["me"]["unreadNotificationCount"] == len(expected)
    assert await carol.run("markAllNotificationsRead") == {"markedCount": len(expected), "hasMore": False}

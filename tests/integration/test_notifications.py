"""Notifications through the whole chain: message, stream, function, table, subscription."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from contract.fields import NOTIFICATION
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FIELDS = NOTIFICATION.selection(completeness=False)
MY_NOTIFICATIONS = f"""query MyNotifications($limit: Int, $nextToken: String, $unreadOnly: Boolean) {{
  myNotifications(limit: $limit, nextToken: $nextToken, unreadOnly: $unreadOnly) {{ items {{ {FIELDS} }} nextToken }}
}}"""
MARK_READ = f"mutation MarkNotificationRead($id: ID!) {{ markNotificationRead(id: $id) {{ {FIELDS} }} }}"
MARK_ALL = "mutation MarkAll { markAllNotificationsRead { markedCount hasMore } }"
PREFER = """mutation Prefer($input: UpdateNotificationPreferenceInput!) {
  updateNotificationPreference(input: $input) { chatRoomId level mutedUntil } }"""
ON_NOTIFICATION = f"subscription OnNotificationReceived {{ onNotificationReceived {{ {FIELDS} }} }}"
PUBLISH = "mutation Publish($input: PublishNotificationInput!) { publishNotification(input: $input) { id } }"
QUIET_SECONDS = 0.5
"""How long to wait for an unwanted notification after an expected one of the same record."""


@pytest.fixture
async def alice(new_user: NewUser) -> ChatUser:
    """Create a separate Alice: functions may still publish notifications of other tests."""
    return await new_user("Alice")


@pytest.fixture
async def bob(new_user: NewUser) -> ChatUser:
    """Create a separate Bob, for the same reason."""
    return await new_user("Bob")


async def put_message(backend: LocalBackend, room: Row, author: ChatUser, seq: int, **more: object) -> str:
    """Write a message directly to the table, with the attributes that the function reads; return its id."""
    row = {
        "roomId": room["id"],
        "seq": seq,
        "type": "TEXT",
        "content": "Hello there",
        "authorId": author.id,
        "authorName": author.account.name,
        "createdAt": "2030-01-01T00:00:00.000Z",
        **more,
    }
    await asyncio.to_thread(backend.table("messages").put_item, Item=row)
    return f"{room['id']}:{seq}"


async def notifications(user: ChatUser, **page: object) -> list[Row]:
    """Read a page of a user's notifications."""
    rows: list[Row] = (await user.graphql.execute(MY_NOTIFICATIONS, page))["myNotifications"]["items"]
    return rows


async def about(user: ChatUser, message_id: str) -> Row:
    """Wait for the only notification of a message."""

    async def look() -> list[Row]:
        return [row for row in await notifications(user, limit=100) if row["messageId"] == message_id]

    (row,) = await eventually(look)
    return row


async def unread(user: ChatUser) -> int:
    """Return the number of a user's unread notifications."""
    count: int = (await user.graphql.execute("query { me { unreadNotificationCount } }"))["me"][
        "unreadNotificationCount"
    ]
    return count


async def test_mention_reaches_only_its_user_live_and_in_the_list(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    async with bob.realtime() as his_connection, alice.realtime() as her_connection:
        his = await his_connection.subscribe(ON_NOTIFICATION)
        hers = await her_connection.subscribe(ON_NOTIFICATION)
        message_id = await put_message(backend, shared_room, alice, 1, mentions=[bob.id, alice.id])
        event = (await his.next()).data["onNotificationReceived"]
        await hers.stays_silent(QUIET_SECONDS)

    assert event == {
        "id": event["id"],
        "userId": bob.id,
        "type": "MENTION",
        "chatRoomId": shared_room["id"],
        "chatRoomName": shared_room["name"],
        "messageId": message_id,
        "actorId": alice.id,
        "actorName": "Alice",
        "preview": "Hello there",
        "action": None,
        "reason": None,
        "createdAt": "2030-01-01T00:00:00.000Z",
        "readAt": None,
    }
    assert await about(bob, message_id) == event
    assert await unread(bob) == 1
    assert message_id not in [row["messageId"] for row in await notifications(alice, limit=100)]


@pytest.mark.usefixtures("refused_result")
async def test_notification_is_marked_as_read_once_and_leaves_the_unread_index(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    first = await about(bob, await put_message(backend, shared_room, alice, 1, mentions=[bob.id]))
    read = (await bob.graphql.execute(MARK_READ, {"id": first["id"]}))["markNotificationRead"]
    assert read["readAt"] is not None
    again = (await bob.graphql.execute(MARK_READ, {"id": first["id"]}))["markNotificationRead"]
    assert again == read
    assert first["id"] not in [row["id"] for row in await notifications(bob, unreadOnly=True)]
    assert read in await notifications(bob, limit=100)

    refused = await alice.graphql.attempt(MARK_READ, {"id": first["id"]})
    assert refused.error_types == ["NotFound"]


async def test_all_notifications_are_marked_in_calls_of_twenty_five(
    backend: LocalBackend, new_user: NewUser, alice: ChatUser
) -> None:
    carol, room = await new_user("Carol"), await alice.create_room()
    await carol.join(room)
    for seq in range(1, 31):
        await put_message(backend, room, alice, seq, mentions=[carol.id])
    await eventually(lambda: unread(carol), until=lambda count: count == 30)

    pages = [(await carol.graphql.execute(MY_NOTIFICATIONS, {"limit": 20, "unreadOnly": True}))["myNotifications"]]
    pages.append(
        (
            await carol.graphql.execute(
                MY_NOTIFICATIONS, {"limit": 20, "unreadOnly": True, "nextToken": pages[0]["nextToken"]}
            )
        )["myNotifications"]
    )
    ids = [row["id"] for page in pages for row in page["items"]]
    assert len(set(ids)) == 30
    assert ids == sorted(ids, reverse=True)
    assert pages[1]["nextToken"] is None

    answers = [(await carol.graphql.execute(MARK_ALL))["markAllNotificationsRead"] for _ in range(3)]
    assert [(answer["markedCount"], answer["hasMore"]) for answer in answers] == [(25, True), (5, False), (0, False)]
    assert await unread(carol) == 0


async def test_members_receive_no_more_than_their_preference(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser, new_user: NewUser
) -> None:
    carol = await new_user("Carol")
    await carol.join(shared_room)
    wish = {"chatRoomId": shared_room["id"], "level": "NONE"}
    answer = (await bob.graphql.execute(PREFER, {"input": wish}))["updateNotificationPreference"]
    assert answer == {**wish, "mutedUntil": None}
    unwanted = await put_message(backend, shared_room, alice, 1, mentions=[bob.id, carol.id])
    await about(carol, unwanted)  # therefore Bob's record has been processed

    muted = {"chatRoomId": shared_room["id"], "level": "ALL", "mutedUntil": "2001-01-01T01:00:00+01:00"}
    answer = (await bob.graphql.execute(PREFER, {"input": muted}))["updateNotificationPreference"]
    assert answer == {**muted, "mutedUntil": "2001-01-01T00:00:00.000Z"}
    await about(bob, await put_message(backend, shared_room, alice, 2, mentions=[bob.id]))
    assert unwanted not in [row["messageId"] for row in await notifications(bob, limit=100)]


@pytest.mark.usefixtures("refused_result")
async def test_only_members_have_preferences(room: Row, mallory: ChatUser, admin: ChatUser) -> None:
    wish = {"input": {"chatRoomId": room["id"], "level": "NONE"}}
    for stranger in (mallory, admin):
        assert (await stranger.graphql.attempt(PREFER, wish)).error_types == ["Forbidden"]
    nothing = await mallory.graphql.attempt(PREFER, {"input": {"chatRoomId": room["id"]}})
    assert nothing.error_types == ["ValidationError"]


async def test_nobody_but_the_backend_publishes(alice: ChatUser, bob: ChatUser, admin: ChatUser) -> None:
    forged = {
        "id": "0" * 26,
        "userId": bob.id,
        "type": "MENTION",
        "chatRoomId": "x",
        "createdAt": "2030-01-01T00:00:00.000Z",
    }
    for user in (alice, admin):
        assert (await user.graphql.attempt(PUBLISH, {"input": forged})).error_types == ["Unauthorized"]


async def test_invitation_is_notified(backend: LocalBackend, room: Row, alice: ChatUser, bob: ChatUser) -> None:
    row = {"roomId": room["id"], "userId": bob.id, "displayName": "Bob", "state": "INVITED", "role": "MEMBER"}
    invited = {**row, "readSeq": 0, "joinedSeq": 0, "invitedBy": alice.id, "invitedAt": "2030-01-01T00:00:00.000Z"}
    async with bob.realtime() as connection:
        subscription = await connection.subscribe(ON_NOTIFICATION)
        await asyncio.to_thread(backend.table("memberships").put_item, Item=invited)
        event = (await subscription.next()).data["onNotificationReceived"]
    assert (event["type"], event["chatRoomId"], event["actorName"]) == ("INVITATION", room["id"], "Alice")


async def test_poisoned_record_blocks_no_other_and_ends_in_the_failure_queue(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    async with bob.realtime() as connection:
        subscription = await connection.subscribe(ON_NOTIFICATION)
        await put_message(backend, shared_room, alice, 1, mentions=[bob.id], createdAt="no time at all")
        good = [await put_message(backend, shared_room, alice, seq, mentions=[bob.id]) for seq in (2, 3)]
        events = await subscription.collect(2)
        assert [event.data["onNotificationReceived"]["messageId"] for event in events] == good
        failed = await asyncio.to_thread(failed_record, backend)
        await subscription.stays_silent(QUIET_SECONDS)
    assert failed["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failed["DDBStreamBatchInfo"]["batchSize"] == 1


def failed_record(backend: LocalBackend) -> dict[str, Any]:
    """Wait for the record that Lambda sends to the failure queue."""
    sqs = backend.client("sqs")
    url = sqs.get_queue_url(QueueName="chat-notifications-failures-local")["QueueUrl"]
    for _ in range(10):
        messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", [])
        if messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
            body: dict[str, Any] = json.loads(messages[0]["Body"])
            return body
    raise AssertionError("nothing came into the failure queue")

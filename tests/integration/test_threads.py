"""Replies, mentions, and the effect of room settings on messages, through the public endpoint."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chat_client import OperationError, document

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")


@pytest.fixture
async def root(shared_room: Row, alice: ChatUser) -> Row:
    """Create a message of Alice in the room of Alice and Bob."""
    return await alice.send(shared_room, "Who comes along?")


def set_room(backend: LocalBackend, room: Row, **attributes: str | int) -> None:
    """Change settings of a room."""
    backend.table("rooms").update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in attributes),
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )


async def test_reply_is_delivered_with_its_thread(shared_room: Row, root: Row, alice: ChatUser, bob: ChatUser) -> None:
    async with alice.listening(shared_room) as heard:
        reply = await bob.send(shared_room, "I do", replyToId=root["id"])
        assert (await heard.next()).data == {"onMessageCreated": reply}

    shown = await alice.message(root["id"])
    assert (reply["threadId"], reply["replyToId"]) == (root["id"], root["id"])
    assert reply["threadRoot"] == {
        name: shown[name] for name in ("id", "seq", "revision", "replyCount", "lastReplySeq", "lastReplyAt")
    }
    assert (shown["replyCount"], shown["lastReplySeq"], shown["revision"]) == (1, 2, 2)
    found = await alice.run("repliesByMessage", messageId=root["id"])
    assert found["items"] == [{**reply, "threadRoot": None}]


async def test_concurrent_replies_are_all_counted(shared_room: Row, root: Row, alice: ChatUser, bob: ChatUser) -> None:
    first = await bob.send(shared_room, replyToId=root["id"])
    await asyncio.gather(
        *((alice if number % 2 else bob).send(shared_room, str(number), replyToId=first["id"]) for number in range(12))
    )

    page = await alice.run("repliesByMessage", messageId=root["id"], limit=10)
    rest = await alice.run("repliesByMessage", messageId=root["id"], limit=10, nextToken=page["nextToken"])
    seqs = [reply["seq"] for reply in page["items"] + rest["items"]]
    assert seqs == list(range(2, 15))
    assert (await alice.message(root["id"]))["replyCount"] == 13
    assert {reply["threadId"] for reply in page["items"]} == {root["id"]}


async def test_reply_sent_many_times_concurrently_counts_once(shared_room: Row, root: Row, bob: ChatUser) -> None:
    key = str(uuid4())
    await asyncio.gather(
        *(bob.send(shared_room, "once", replyToId=root["id"], clientMessageId=key) for _ in range(8)),
        return_exceptions=True,
    )

    assert (await bob.message(root["id"]))["replyCount"] == 1
    assert len((await bob.run("repliesByMessage", messageId=root["id"]))["items"]) == 1


async def test_cost_of_a_reply(shared_room: Row, root: Row, bob: ChatUser) -> None:
    values = {"input": {"chatRoomId": shared_room["id"], "content": "x" * 195, "replyToId": root["id"]}}
    _, cost = await bob.graphql.measure(document("createMessage"), values)

    assert (cost.write_units, cost.read_units, cost.function_invocations) == (5, 3, 0)


async def test_members_can_be_mentioned_and_only_moderators_mention_everyone(
    shared_room: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser
) -> None:
    sent = await bob.send(shared_room, "look", mentions=[alice.id])
    assert (sent["mentions"], sent["mentionsRoom"]) == ([alice.id], False)
    assert (await alice.message(sent["id"]))["mentions"] == [alice.id]
    assert (await alice.send(shared_room, "all of you", mentionsRoom=True))["mentionsRoom"] is True

    stranger = {"input": {"chatRoomId": shared_room["id"], "content": "x", "mentions": [mallory.id]}}
    everybody = {"input": {"chatRoomId": shared_room["id"], "content": "x", "mentionsRoom": True}}
    assert await bob.refusal("createMessage", **stranger) == "ValidationError"
    assert await bob.refusal("createMessage", **everybody) == "Forbidden"
    assert len(await alice.history(shared_room)) == 2


async def test_slow_mode_limits_members_and_exempts_moderators(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    set_room(backend, shared_room, slowModeSeconds=600)

    attempts = await asyncio.gather(
        *(bob.send(shared_room, str(number)) for number in range(5)), return_exceptions=True
    )

    sent = [attempt for attempt in attempts if not isinstance(attempt, BaseException)]
    refused = [attempt for attempt in attempts if isinstance(attempt, OperationError)]
    assert (len(sent), {kind for error in refused for kind in error.types}) == (1, {"RateLimited"})
    assert datetime.fromisoformat(refused[0].errors[0].raw["errorInfo"]["nextSendAt"]) > datetime.now(UTC)
    await alice.send(shared_room)
    await alice.send(shared_room)
    assert [message["seq"] for message in await alice.history(shared_room)] == [3, 2, 1]


async def test_new_member_of_a_room_with_hidden_history_reads_from_the_join(
    room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    set_room(backend, room, historyVisibility="FROM_JOIN")
    before = await alice.send(room, "before")
    await bob.join(room)
    after = await alice.send(room, "after")

    assert await bob.history(room) == await bob.history(room, afterSeq=0) == [after]
    assert (await bob.messages(room, afterSeq=0))["settledSeq"] == 2
    assert await alice.history(room) == [after, before]
    for field, variables in (
        ("getMessage", {"id": before["id"]}),
        ("reactionsByMessage", {"messageId": before["id"]}),
        ("seenBy", {"messageId": before["id"]}),
        ("createReaction", {"input": {"messageId": before["id"], "emoji": "👍"}}),
        ("createMessage", {"input": {"chatRoomId": room["id"], "content": "x", "replyToId": before["id"]}}),
    ):
        assert await bob.refusal(field, **variables) == "NotFound", field


async def test_expired_messages_are_hidden_before_deletion_and_leave_no_gaps(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    set_room(backend, shared_room, retentionDays=2)
    sent = [await alice.send(shared_room, str(number)) for number in range(4)]
    then = datetime.now(UTC) - timedelta(days=3)
    for message in sent[:3]:
        backend.table("messages").update_item(
            Key={"roomId": shared_room["id"], "seq": message["seq"]},
            UpdateExpression="SET createdAt = :then, expiresAt = :end",
            ExpressionAttributeValues={
                ":then": then.isoformat()[:23] + "Z",
                ":end": int((then + timedelta(days=2)).timestamp()),
            },
        )
    backend.table("messages").delete_item(Key={"roomId": shared_room["id"], "seq": 2})

    assert await bob.history(shared_room) == [sent[3]]
    page = await bob.messages(shared_room, afterSeq=0)
    assert page["items"] == [sent[3]]
    assert await bob.refusal("getMessage", id=sent[0]["id"]) == "NotFound"
    left = [row["seq"] for row in backend.rows_of(shared_room, "messages")["messages"]]
    assert sorted(left) == [1, 3, 4], "no number was closed"

"""Replies, mentions, and what a room's settings mean for its messages, through the public endpoint."""

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
    """A message of Alice's in the room of Alice and Bob."""
    return await alice.send(shared_room, "Who comes along?")


def set_room(backend: LocalBackend, room: Row, **attributes: str | int) -> None:
    """Give a room settings."""
    backend.table("rooms").update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in attributes),
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )


async def test_a_reply_is_heard_with_its_thread(shared_room: Row, root: Row, alice: ChatUser, bob: ChatUser) -> None:
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


async def test_replies_at_once_are_all_counted(shared_room: Row, root: Row, alice: ChatUser, bob: ChatUser) -> None:
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


async def test_a_reply_sent_many_times_at_once_counts_once(shared_room: Row, root: Row, bob: ChatUser) -> None:
    key = str(uuid4())
    await asyncio.gather(
        *(bob.send(shared_room, "once", replyToId=root["id"], clientMessageId=key) for _ in range(8)),
        return_exceptions=True,
    )

    assert (await bob.message(root["id"]))["replyCount"] == 1
    assert len((await bob.run("repliesByMessage", messageId=root["id"]))["items"]) == 1


async def test_what_a_reply_costs(shared_room: Row, root: Row, bob: ChatUser) -> None:
    values = {"input": {"chatRoomId": shared_room["id"], "content": "x" * 195, "replyToId": root["id"]}}
    _, cost = await bob.graphql.measure(document("createMessage"), values)

    assert (cost.write_units, cost.read_units, cost.function_invocations) == (5, 3, 0)


async def test_mentions_name_members_and_everybody_only_by_who_keeps_order(
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


async def test_slow_mode_holds_members_back_and_nobody_twice(
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


async def test_who_joins_a_room_that_hides_its_past_reads_from_there(
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


async def test_expired_messages_are_gone_before_they_are_removed_and_are_no_holes(
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

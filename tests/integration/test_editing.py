"""Editing and deleting messages: visible to all members at once, and refused to users without permission."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from chat_client import OperationError
from tests.helpers.chat import DELETE_MESSAGE, ON_MESSAGE_DELETED, ON_MESSAGE_UPDATED, UPDATE_MESSAGE

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")


@pytest.fixture
async def message(shared_room: Row, bob: ChatUser) -> Row:
    """Create a message of Bob in the room of Alice and Bob."""
    return await bob.send(shared_room, "as it was")


async def test_edit_is_stored_and_delivered_to_all_members(
    shared_room: Row, message: Row, alice: ChatUser, bob: ChatUser
) -> None:
    async with alice.realtime() as connection:
        heard = await connection.subscribe(ON_MESSAGE_UPDATED, {"chatRoomId": shared_room["id"]})
        edited = await bob.edit(message, "  as it is ", expectedVersion=1)

        assert (await heard.next()).data == {"onMessageUpdated": edited}

    changed = {"content": "as it is", "version": 2, "revision": 2, "editedAt": edited["editedAt"]}
    assert edited == {**message, **changed}
    assert edited["editedAt"] >= message["createdAt"]
    assert await alice.history(shared_room) == [edited]
    assert await alice.message(message["id"]) == edited
    assert (await alice.in_my_rooms(shared_room))["lastMessage"]["content"] == "as it is"


async def test_one_of_two_edits_of_the_same_version_is_refused(message: Row, bob: ChatUser) -> None:
    attempts = await asyncio.gather(
        *(bob.edit(message, f"edit {number}", expectedVersion=1) for number in range(5)), return_exceptions=True
    )

    done = [attempt for attempt in attempts if not isinstance(attempt, BaseException)]
    refused = [attempt for attempt in attempts if isinstance(attempt, OperationError)]
    assert (len(done), len(refused)) == (1, 4)
    assert all(error.types == ["Conflict"] for error in refused)
    assert all(error.errors[0].raw["errorInfo"] == {"version": 2} for error in refused)
    assert await bob.message(message["id"]) == done[0]


async def test_deleted_message_keeps_its_place_and_loses_its_content(
    shared_room: Row, message: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    async with alice.realtime() as connection:
        heard = await connection.subscribe(ON_MESSAGE_DELETED, {"chatRoomId": shared_room["id"]})
        deleted = await bob.delete(message)

        assert (await heard.next()).data == {"onMessageDeleted": deleted}

    assert (deleted["id"], deleted["seq"], deleted["content"]) == (message["id"], message["seq"], None)
    assert (deleted["deletedBy"], deleted["authorId"]) == (bob.id, bob.id)
    assert await alice.history(shared_room) == await alice.history(shared_room, afterSeq=0) == [deleted]
    assert (await alice.in_my_rooms(shared_room))["lastMessage"]["content"] is None
    for table in ("messages", "rooms"):
        assert "as it was" not in str(backend.rows_of(shared_room, table)[table])


async def test_tombstone_can_be_neither_edited_nor_sent_again(shared_room: Row, bob: ChatUser) -> None:
    message = await bob.send(shared_room, "regretted", clientMessageId="regretted")
    deleted = await bob.delete(message)

    with pytest.raises(OperationError) as refused:
        await bob.edit(message, "back again")

    assert refused.value.types == ["Conflict"]
    assert await bob.send(shared_room, "regretted", clientMessageId="regretted") == deleted
    assert await bob.delete(message) == deleted
    assert await bob.history(shared_room) == [deleted]


async def test_concurrent_edit_and_deletion_end_as_a_tombstone(message: Row, bob: ChatUser) -> None:
    await asyncio.gather(
        *(bob.edit(message, f"edit {number}") for number in range(4)), bob.delete(message), return_exceptions=True
    )

    left = await bob.message(message["id"])
    assert left["deletedAt"] is not None
    assert left["content"] is None


async def test_owners_moderators_and_admins_delete_messages_of_others(
    shared_room: Row, alice: ChatUser, bob: ChatUser, admin: ChatUser, moderator: ChatUser, backend: LocalBackend
) -> None:
    for who in (alice, admin, moderator):
        message = await bob.send(shared_room)
        assert (await who.delete(message, reason="off topic"))["deletedBy"] == who.id

    entries = backend.rows_of(shared_room, "audit")["audit"]
    assert {(row["actorId"], row["userId"], row["reason"]) for row in entries} == {
        (who.id, bob.id, "off topic") for who in (alice, admin, moderator)
    }


async def test_other_users_may_neither_edit_nor_delete(
    shared_room: Row, message: Row, alice: ChatUser, bob: ChatUser, mallory: ChatUser, admin: ChatUser
) -> None:
    hers = await alice.send(shared_room)
    attempts = [
        (mallory, UPDATE_MESSAGE, {"input": {"id": message["id"], "content": "forged"}}),
        (mallory, DELETE_MESSAGE, {"id": message["id"]}),
        (alice, UPDATE_MESSAGE, {"input": {"id": message["id"], "content": "forged"}}),
        (admin, UPDATE_MESSAGE, {"input": {"id": message["id"], "content": "forged"}}),
        (bob, DELETE_MESSAGE, {"id": hers["id"]}),
    ]

    for who, document, variables in attempts:
        answer = await who.graphql.attempt(document, variables)
        assert answer.error_types == ["Forbidden"]
    with pytest.raises(OperationError) as refused:
        await mallory.message(message["id"])

    assert refused.value.types == ["Forbidden"]
    assert await alice.history(shared_room) == [hers, message]


async def test_unknown_messages_are_not_found_and_not_created(
    shared_room: Row, bob: ChatUser, backend: LocalBackend
) -> None:
    ghost = {"id": f"{shared_room['id']}:7"}
    for attempt in (bob.edit(ghost, "boo"), bob.delete(ghost), bob.message(ghost["id"])):
        with pytest.raises(OperationError) as refused:
            await attempt
        assert refused.value.types == ["NotFound"]

    assert backend.rows_of(shared_room, "messages")["messages"] == []


async def test_cost_of_editing_and_deleting(message: Row, bob: ChatUser) -> None:
    _, editing = await bob.graphql.measure(UPDATE_MESSAGE, {"input": {"id": message["id"], "content": "measured"}})
    _, deleting = await bob.graphql.measure(DELETE_MESSAGE, {"id": message["id"]})

    for cost in (editing, deleting):
        assert (cost.write_units, cost.read_units, cost.function_invocations) == (2, 1.5, 0)

"""Every read, write and subscription requires membership, except for Admins and Moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chat_client import OperationError, SubscriptionError
from tests.helpers.chat import ON_MESSAGE_CREATED

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = pytest.mark.usefixtures("refused_result")

NOWHERE: Row = {"id": "00000000-0000-4000-8000-000000000000"}
WRITTEN = ("rooms", "memberships", "messages", "deduplication")


@pytest.fixture(params=["PUBLIC", "PRIVATE"])
async def closed_room(request: pytest.FixtureRequest, alice: ChatUser) -> Row:
    """Create a room of each visibility, with one message and Alice as its only member."""
    room = await alice.create_room(visibility=request.param)
    await alice.send(room, "among ourselves")
    return room


def set_membership(backend: LocalBackend, room: Row, user: ChatUser, **attributes: str) -> None:
    """Change a membership directly in the table."""
    backend.table("memberships").update_item(
        Key={"roomId": room["id"], "userId": user.id},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        ExpressionAttributeNames={f"#{name}": name for name in attributes},
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )


@pytest.mark.parametrize("window", [{}, {"afterSeq": 0}, {"beforeSeq": 9}, {"limit": 1}], ids=str)
async def test_non_members_cannot_read(window: Row, closed_room: Row, mallory: ChatUser) -> None:
    with pytest.raises(OperationError) as refused:
        await mallory.messages(closed_room, **window)

    assert refused.value.types == ["Forbidden"]
    assert refused.value.data == {"messagesByRoom": None}
    assert "among ourselves" not in str(refused.value.errors)


async def test_non_members_cannot_write(
    closed_room: Row, mallory: ChatUser, alice: ChatUser, backend: LocalBackend
) -> None:
    before = backend.rows_of(closed_room, *WRITTEN)

    with pytest.raises(OperationError) as refused:
        await mallory.send(closed_room, "let me in", clientMessageId="mallory-1")

    assert refused.value.types == ["Forbidden"]
    assert refused.value.data == {"createMessage": None}
    assert backend.rows_of(closed_room, *WRITTEN) == before
    assert [message["content"] for message in await alice.history(closed_room)] == ["among ourselves"]


async def test_non_members_cannot_subscribe(closed_room: Row, mallory: ChatUser, alice: ChatUser) -> None:
    async with mallory.realtime() as connection:
        with pytest.raises(SubscriptionError) as refused:
            await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": closed_room["id"]})
        await alice.send(closed_room, "still among ourselves")

    assert refused.value.types == ["Forbidden"]


async def test_non_members_do_not_see_the_room_in_their_list(closed_room: Row, mallory: ChatUser) -> None:
    rooms = [entry["chatRoom"]["id"] for entry in (await mallory.my_rooms(limit=100))["items"]]

    assert closed_room["id"] not in rooms


async def test_unknown_room_is_not_found(mallory: ChatUser, backend: LocalBackend) -> None:
    with pytest.raises(OperationError) as reading:
        await mallory.messages(NOWHERE)
    with pytest.raises(OperationError) as writing:
        await mallory.send(NOWHERE)
    async with mallory.realtime() as connection:
        with pytest.raises(SubscriptionError) as listening:
            await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": NOWHERE["id"]})

    assert reading.value.types == writing.value.types == listening.value.types == ["NotFound"]
    assert not any(backend.rows_of(NOWHERE, *WRITTEN).values())


async def test_unknown_room_is_not_found_by_admins_either(admin: ChatUser, backend: LocalBackend) -> None:
    with pytest.raises(OperationError) as reading:
        await admin.messages(NOWHERE)
    with pytest.raises(OperationError) as writing:
        await admin.send(NOWHERE)

    assert reading.value.types == writing.value.types == ["NotFound"]
    assert not any(backend.rows_of(NOWHERE, *WRITTEN).values())


@pytest.mark.parametrize("group", ["Admins", "Moderators"])
async def test_admins_and_moderators_have_access_to_any_room(
    group: str, closed_room: Row, alice: ChatUser, admin: ChatUser, moderator: ChatUser
) -> None:
    person = {"Admins": admin, "Moderators": moderator}[group]

    async with person.listening(closed_room) as subscription:
        sent = await person.send(closed_room, "a word from the management")
        heard = await subscription.next()

    assert heard.data["onMessageCreated"] == sent
    assert sent["authorId"] == person.id
    assert [message["seq"] for message in await person.history(closed_room)] == [2, 1]
    assert (await alice.room(closed_room["id"]))["memberCount"] == 1, "acting in a room does not make a member"


async def test_banned_users_get_banned(shared_room: Row, bob: ChatUser, backend: LocalBackend) -> None:
    set_membership(backend, shared_room, bob, state="BANNED")

    with pytest.raises(OperationError) as reading:
        await bob.messages(shared_room)
    with pytest.raises(OperationError) as writing:
        await bob.send(shared_room)
    with pytest.raises(OperationError) as joining:
        await bob.join(shared_room)
    async with bob.realtime() as connection:
        with pytest.raises(SubscriptionError) as listening:
            await connection.subscribe(ON_MESSAGE_CREATED, {"chatRoomId": shared_room["id"]})

    assert reading.value.types == writing.value.types == joining.value.types == ["Banned"]
    assert listening.value.types == ["Banned"]
    assert shared_room["id"] not in [entry["chatRoom"]["id"] for entry in (await bob.my_rooms(limit=100))["items"]]


async def test_muted_members_can_read_but_not_write(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    set_membership(backend, shared_room, bob, mutedUntil="2999-01-01T00:00:00.000Z")
    with pytest.raises(OperationError) as refused:
        await bob.send(shared_room)
    assert refused.value.types == ["Muted"]
    assert backend.table("rooms").get_item(Key={"roomId": shared_room["id"]})["Item"]["lastSeq"] == 0

    heard = await alice.send(shared_room)
    assert (await bob.messages(shared_room))["items"] == [heard]

    set_membership(backend, shared_room, bob, mutedUntil="2020-01-01T00:00:00.000Z")
    assert (await bob.send(shared_room))["seq"] == 2


async def test_frozen_room_accepts_no_messages(
    shared_room: Row, alice: ChatUser, bob: ChatUser, backend: LocalBackend
) -> None:
    heard = await alice.send(shared_room)
    backend.table("rooms").update_item(
        Key={"roomId": shared_room["id"]},
        UpdateExpression="SET frozen = :true",
        ExpressionAttributeValues={":true": True},
    )

    with pytest.raises(OperationError) as refused:
        await bob.send(shared_room)

    assert refused.value.types == ["RoomFrozen"]
    assert await bob.history(shared_room, afterSeq=0) == [heard]

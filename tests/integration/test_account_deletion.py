"""Account deletion: what other users see afterwards, which data remains, and that interruptions change nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests
from botocore.exceptions import ClientError

from contract.names import DELETED_ID_PREFIX, DELETED_NAME, REACTION_COUNT_PREFIX
from tests.helpers.privacy import ask, done, erasing, jobs, privacy, remains
from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from lambdas.common.streams import Change
    from tests.conftest import NewUser
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FILE = {"name": "a.png", "contentType": "image/png", "size": 3}


@pytest.fixture
async def zoe(new_user: NewUser) -> ChatUser:
    """Create the user whose account will be deleted, with a unique name."""
    return await new_user(f"Zoe{uuid4().hex[:12]}")


def secret_word(zoe: ChatUser) -> str:
    """Return a word that only Zoe's messages contain."""
    return f"Word {zoe.id[::-1]}"


async def lively(backend: LocalBackend, zoe: ChatUser, alice: ChatUser, bob: ChatUser) -> dict[str, Row]:
    """Let Zoe leave every kind of trace; return the rooms by purpose."""
    room = await alice.create_room()
    for user in (zoe, bob):
        await user.join(room)
    owned = await zoe.create_room()
    for user in (bob, alice):
        await user.join(owned)
    await zoe.run("setMemberRole", chatRoomId=owned["id"], userId=alice.id, role="MODERATOR", reason="trust")
    await zoe.run("muteMember", chatRoomId=owned["id"], userId=bob.id, seconds=600, reason="calm down")
    alone = await zoe.create_room(visibility="PRIVATE")
    word = secret_word(zoe)
    await zoe.send(alone, word)
    past = await alice.create_room()
    await zoe.join(past)
    await zoe.send(past, word)
    await zoe.run("leaveChatRoom", chatRoomId=past["id"])
    direct = await zoe.run("openDirectRoom", userId=alice.id)
    await zoe.send(direct, word)
    await alice.send(direct, "Yes")

    first = await zoe.send(room, word, mentions=[bob.id])
    answer = await bob.send(room, "Indeed", replyToId=first["id"], mentions=[zoe.id])
    await zoe.react(answer)
    await alice.react(first)
    upload = await zoe.run("requestAttachmentUpload", input={"chatRoomId": room["id"], **FILE})
    form = {field["name"]: field["value"] for field in upload["fields"]}
    posted = await asyncio.to_thread(
        requests.post, upload["url"], data=form, files={"file": ("x", b"png")}, timeout=PATIENCE_SECONDS
    )
    assert posted.status_code < 300
    await zoe.send(room, "", type="IMAGE", attachments=[{"key": upload["key"], **FILE}])
    await zoe.send(room, "With a picture", type="IMAGE", attachments=[{"key": upload["key"], **FILE}])
    await zoe.run("reportMessage", messageId=answer["id"], reason="rude")
    await bob.run("reportMessage", messageId=first["id"], reason="boasting")
    await zoe.run("updateChatRoom", input={"id": owned["id"], "name": "Renamed"})
    await zoe.be("ONLINE", room)
    for number in range(3):  # reactions beyond the set in the message's row
        crowded(backend, answer, zoe, f"e{number}")

    async def bobs() -> int:
        return sum(row["actorId"] == zoe.id for row in (await bob.run("myNotifications"))["items"])

    await eventually(bobs, until=lambda count: count >= 2)  # the mention and the mute
    return {"room": room, "owned": owned, "alone": alone, "past": past, "direct": direct}


def crowded(backend: LocalBackend, message: Row, user: ChatUser, emoji: str) -> None:
    """Store a reaction outside of the message's row, as for the thirty-third and later reactions."""
    key = {"messageId": message["id"], "reactionId": f"{emoji}#{user.id}"}
    backend.table("reactions").put_item(Item=key)
    backend.table("messages").update_item(
        Key={"roomId": message["chatRoomId"], "seq": message["seq"]},
        UpdateExpression="ADD overflowTotal :one, #count :one",
        ExpressionAttributeNames={"#count": f"{REACTION_COUNT_PREFIX}{emoji}"},
        ExpressionAttributeValues={":one": 1},
    )


async def check_rooms(backend: LocalBackend, rooms: dict[str, Row], alice: ChatUser, bob: ChatUser) -> None:
    """Check members, owners and counts of the rooms."""
    members = (await alice.run("roomMembers", chatRoomId=rooms["room"]["id"]))["items"]
    assert {member["userId"] for member in members} == {alice.id, bob.id}
    for name, count, owners, is_archived in (
        ("room", 2, 1, False),
        ("owned", 2, 1, False),
        ("past", 1, 1, False),
        ("alone", 0, 0, True),
        ("direct", 1, 0, True),
    ):
        row = backend.table("rooms").get_item(Key={"roomId": rooms[name]["id"]}, ConsistentRead=True)["Item"]
        assert (row["memberCount"], row["ownerCount"], "archivedAt" in row) == (count, owners, is_archived), name
        active = [
            each for each in backend.rows_of(rooms[name], "memberships")["memberships"] if each["state"] == "ACTIVE"
        ]
        assert len(active) == count, name
    owned = {row["userId"]: row for row in (await bob.run("roomMembers", chatRoomId=rooms["owned"]["id"]))["items"]}
    assert (owned[alice.id]["role"], owned[bob.id]["role"]) == ("OWNER", "MEMBER")
    log = (await alice.run("moderationLog", chatRoomId=rooms["owned"]["id"]))["items"]
    assert {entry["actorName"] for entry in log} == {DELETED_NAME}
    assert log[0]["reason"] == "The account of the last owner was deleted."
    direct = await alice.in_my_rooms(rooms["direct"])
    assert direct["chatRoom"]["name"] in (f"{DELETED_NAME}, Alice", f"Alice, {DELETED_NAME}")
    reports = (await alice.run("reports", chatRoomId=rooms["room"]["id"]))["items"]
    assert sorted(row["reporterName"] for row in reports) == ["Bob", DELETED_NAME]


async def check_gone(backend: LocalBackend, pool: UserPool, zoe: ChatUser, *traces: str) -> None:
    """Check that the account does not exist any more, and that no data identifies its owner."""
    assert remains(backend, zoe.account.name, zoe.account.username, *traces) == {}
    with pytest.raises(ClientError, match=r"NotAuthorized|UserNotFound"):
        await pool.sign_in(zoe.account)
    # The id alone identifies nobody: it remains in records that expire, in the job, and in the ids of direct rooms.
    for place, rows in remains(backend, zoe.id).items():
        assert place in ("users", "presence", "privacy") or all("direct:" in row for row in rows), (place, rows)


async def refused(zoe: ChatUser, room: Row) -> None:
    """Check that a token from before the deletion cannot be used for anything that leaves a trace."""
    assert await zoe.refusal("me") == "Unauthorized"
    assert await zoe.refusal("createChatRoom", input={"name": "x"}) == "Unauthorized"
    assert await zoe.refusal("joinChatRoom", chatRoomId=room["id"]) == "Unauthorized"
    assert await zoe.refusal("updatePresence", status="ONLINE", chatRoomId=None) == "Unauthorized"
    # The membership is deleted, too, and createMessage checks it first.
    assert await zoe.refusal("createMessage", input={"chatRoomId": room["id"], "content": "x"}) == "Forbidden"


async def test_messages_remain_without_their_authors_name(
    backend: LocalBackend, pool: UserPool, zoe: ChatUser, alice: ChatUser, bob: ChatUser
) -> None:
    rooms = await lively(backend, zoe, alice, bob)
    room = rooms["room"]
    async with bob.listening(room, "onMessageUpdated") as changed, zoe.listening(room) as own:
        first = await zoe.run("deleteMyAccount")
        again = await zoe.run("deleteMyAccount")
        assert (first["kind"], again["id"]) == ("DELETION", first["id"])
        job = await done(zoe, "DELETION")
        assert (job["id"], job["roomCount"], job["downloads"]) == (first["id"], 5, [])
        event = await changed.next(PATIENCE_SECONDS)
        assert event.data["onMessageUpdated"]["authorName"] == DELETED_NAME
        await asyncio.wait_for(own.completed.wait(), PATIENCE_SECONDS)

    said, answer, image, picture = await bob.history(room, afterSeq=0)
    alias = said["authorId"]
    assert alias.startswith(DELETED_ID_PREFIX)
    assert (said["authorName"], said["content"], said["clientMessageId"]) == (DELETED_NAME, secret_word(zoe), None)
    assert said["reactions"] == [{"emoji": "👍", "count": 1}]
    assert (answer["authorId"], answer["mentions"], answer["reactions"]) == (bob.id, [alias], [])
    assert (image["content"], image["attachments"], image["authorId"]) == (None, [], alias)
    assert image["deletedAt"] is not None
    assert (picture["content"], picture["type"], picture["attachments"]) == ("With a picture", "TEXT", [])
    preview = (await bob.in_my_rooms(room))["lastMessage"]
    assert (preview["authorId"], preview["authorName"], preview["content"]) == (alias, DELETED_NAME, "With a picture")
    (elsewhere,) = await alice.history(rooms["past"], afterSeq=0)
    assert elsewhere["authorId"].startswith(DELETED_ID_PREFIX)
    assert elsewhere["authorId"] != alias
    told = [row for row in (await bob.run("myNotifications"))["items"] if row["actorName"] == DELETED_NAME]
    assert {row["type"] for row in told} >= {"MENTION", "MODERATION"}
    await check_rooms(backend, rooms, alice, bob)
    await refused(zoe, room)
    await check_gone(backend, pool, zoe)
    assert await alice.refusal("openDirectRoom", userId=zoe.id) == "NotFound"
    assert await alice.refusal("inviteToChatRoom", chatRoomId=room["id"], userId=zoe.id) == "NotFound"
    assert (await jobs(zoe))["DELETION"]["id"] == first["id"]
    assert (await zoe.run("deleteMyAccount"))["status"] == "COMPLETED"


async def test_messages_are_erased_if_the_setting_requires_it(
    backend: LocalBackend, pool: UserPool, zoe: ChatUser, alice: ChatUser, bob: ChatUser
) -> None:
    rooms = await lively(backend, zoe, alice, bob)
    with erasing(backend):
        async with bob.listening(rooms["room"], "onMessageDeleted") as changed:
            await zoe.run("deleteMyAccount")
            await done(zoe, "DELETION")
            event = await changed.next(PATIENCE_SECONDS)
            assert event.data["onMessageDeleted"]["content"] is None
    rows = await bob.history(rooms["room"], afterSeq=0)
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    for row in (rows[0], *rows[2:]):
        assert (row["content"], row["authorName"], row["reactions"], row["mentions"]) == (None, DELETED_NAME, [], [])
        assert (row["deletedBy"], row["attachments"]) == (row["authorId"], [])
    assert rows[1]["content"] == "Indeed"
    assert (await bob.in_my_rooms(rooms["room"]))["lastMessage"]["content"] is None
    await check_rooms(backend, rooms, alice, bob)
    await check_gone(backend, pool, zoe, secret_word(zoe))


class Interruption(Exception):  # noqa: N818 - what happens to the function, which is no error of its own
    """Simulates that the function was killed."""


@dataclass
class Life:
    """How many more writes are permitted."""

    writes: int


class Mortal:
    """A boto3 client that raises instead of a write; all earlier writes were made.

    Args:
        client: the real one.
        life: the permitted writes, shared by all clients of an attempt.
    """

    WRITES = ("put_", "update_", "delete_", "transact_", "admin_d", "admin_user")

    def __init__(self, client: Any, life: Life) -> None:  # noqa: ANN401 - any of boto3's
        self._client = client
        self._life = life

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the client's own
        method = getattr(self._client, name)
        if not name.startswith(self.WRITES):
            return method

        def mortal(**request: Any) -> Any:  # noqa: ANN401 - as the client's own
            if self._life.writes == 0:
                raise Interruption(name)
            self._life.writes -= 1
            return method(**request)

        return mortal


def interrupted(backend: LocalBackend, change: Change, **changed: str) -> int:
    """Run a job that is killed before each of its writes until it is done; return the number of kills.

    Each page of the job is repeated, and progresses by one more write each time.
    """
    row = change.current
    where, writes, deaths = None, 0, 0
    while True:
        life = Life(writes)
        clients = {name: Mortal(backend.client(name), life) for name in ("dynamodb", "s3", "cognito-idp")}
        try:
            privacy(backend, changed, clients).handle(change)
        except Interruption:
            deaths += 1
        else:
            return deaths
        found = backend.table("privacy").get_item(Key={"userId": row["userId"], "kind": row["kind"]})["Item"]
        before, where = where, (found.get("step"), found.get("position"))
        writes = 0 if where != before else writes + 1
        assert writes < 100, f"the job does not come forward from {where}"


async def test_deletion_killed_before_each_of_its_writes_ends_like_any_other(
    backend: LocalBackend, pool: UserPool, zoe: ChatUser, alice: ChatUser, bob: ChatUser
) -> None:
    rooms = await lively(backend, zoe, alice, bob)
    change = ask(backend, zoe, "DELETION")
    assert await asyncio.to_thread(interrupted, backend, change) > 40
    said, answer, image, picture = await bob.history(rooms["room"], afterSeq=0)
    assert (said["authorName"], said["reactions"]) == (DELETED_NAME, [{"emoji": "👍", "count": 1}])
    assert (answer["mentions"], answer["reactions"]) == ([said["authorId"]], [])
    assert (image["content"], picture["content"], picture["authorId"]) == (None, "With a picture", said["authorId"])
    await check_rooms(backend, rooms, alice, bob)
    await check_gone(backend, pool, zoe)

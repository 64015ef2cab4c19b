"""Files sent from one member to another through the bucket; nobody else can access them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import requests

from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

CONTENT = b"\x89PNG and so on"
FILE = {"name": "a b.png", "contentType": "image/png", "size": len(CONTENT)}


async def allowed(user: ChatUser, room: Row, **changes: object) -> Row:
    """Request an upload."""
    upload: Row = await user.run("requestAttachmentUpload", input={"chatRoomId": room["id"], **FILE, **changes})
    return upload


async def post(upload: Row, content: bytes, **changes: str) -> int:
    """Post the form; return the status."""
    fields = {field["name"]: field["value"] for field in upload["fields"]} | changes
    answer = await asyncio.to_thread(
        requests.post, upload["url"], data=fields, files={"file": ("x", content)}, timeout=PATIENCE_SECONDS
    )
    return answer.status_code


async def send(user: ChatUser, room: Row, upload: Row) -> Row:
    """Send a message with the file."""
    return await user.send(room, "Look", type="IMAGE", attachments=[{"key": upload["key"], **FILE}])


async def test_file_reaches_another_member_unchanged(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    upload = await allowed(alice, shared_room)
    assert await post(upload, CONTENT) in (200, 201, 204)
    async with bob.listening(shared_room) as subscription:
        message = await send(alice, shared_room, upload)
        event = await subscription.next()
        assert event.payload == {"data": {"onMessageCreated": message}}

    download = await bob.run("attachmentUrl", messageId=message["id"], index=0)
    answer = await asyncio.to_thread(requests.get, download["url"], timeout=PATIENCE_SECONDS)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20b.png"


async def test_bucket_refuses_another_size_type_or_key(room: Row, alice: ChatUser) -> None:
    upload = await allowed(alice, room)
    assert await post(upload, CONTENT + b"!") >= 400
    assert await post(upload, CONTENT, **{"Content-Type": "text/html"}) >= 400
    assert await post(upload, CONTENT, key="rooms/elsewhere/file") >= 400
    assert await post(upload, CONTENT) < 300


async def test_files_are_not_accessible_without_a_presigned_url(room: Row, alice: ChatUser) -> None:
    upload = await allowed(alice, room)
    await post(upload, CONTENT)
    message = await send(alice, room, upload)
    download = await alice.run("attachmentUrl", messageId=message["id"], index=0)
    plain = await asyncio.to_thread(requests.get, download["url"].split("?")[0], timeout=PATIENCE_SECONDS)
    assert plain.status_code == 403


@pytest.mark.parametrize("way", ["leaves", "deleted"])
async def test_members_who_left_and_deleted_messages_get_no_presigned_url(
    way: str, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    upload = await allowed(alice, shared_room)
    message = await send(alice, shared_room, upload)
    if way == "leaves":
        await bob.run("leaveChatRoom", chatRoomId=shared_room["id"])
        assert await bob.refusal("attachmentUrl", messageId=message["id"], index=0) == "Forbidden"
    else:
        await alice.run("deleteMessage", id=message["id"])
        assert await bob.refusal("attachmentUrl", messageId=message["id"], index=0) == "NotFound"


async def test_files_of_other_users_cannot_be_sent(shared_room: Row, alice: ChatUser, bob: ChatUser) -> None:
    upload = await allowed(alice, shared_room)
    stolen = {
        "chatRoomId": shared_room["id"],
        "content": "",
        "type": "IMAGE",
        "attachments": [{"key": upload["key"], **FILE}],
    }
    assert await bob.refusal("createMessage", input=stolen) == "ValidationError"


async def test_files_and_further_reactions_are_deleted_with_their_message(
    shared_room: Row, alice: ChatUser, backend: LocalBackend
) -> None:
    upload = await allowed(alice, shared_room)
    await post(upload, CONTENT)
    message = await send(alice, shared_room, upload)
    bucket = "chat-attachments-000000000000-local"
    stored, reactions = backend.client("s3"), backend.table("reactions")
    key = {"messageId": message["id"], "reactionId": "x#somebody"}
    reactions.put_item(Item=key)
    backend.table("messages").update_item(
        Key={"roomId": shared_room["id"], "seq": message["seq"]},
        UpdateExpression="SET overflowTotal = :one",
        ExpressionAttributeValues={":one": 1},
    )
    assert stored.list_objects_v2(Bucket=bucket, Prefix=upload["key"])["KeyCount"] == 1

    await alice.delete(message)

    async def is_gone() -> bool:
        files = stored.list_objects_v2(Bucket=bucket, Prefix=upload["key"])["KeyCount"]
        return files == 0 and "Item" not in reactions.get_item(Key=key)

    await eventually(is_gone)

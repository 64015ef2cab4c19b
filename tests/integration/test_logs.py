"""Logs contain no message content, personal data or credentials: searched after a conversation.

Covers the backend's own log files and all of CloudWatch Logs: the API and every function.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import requests

from tests.helpers.privacy import done
from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    from tests.conftest import NewUser
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

GROUPS = ("attachments", "message-events", "notifications", "post-confirmation", "privacy", "room-events")
"""The functions that run during the conversation."""


def written(backend: LocalBackend, since: int) -> dict[str, str]:
    """Return log lines: all by file, and since a time (milliseconds) by log group.

    Without a time MiniStack returns the oldest ten thousand lines, without a further page.
    """
    found = {file.name: file.read_text(errors="replace") for file in (backend.directory / "logs").iterdir()}
    logs = backend.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=since)
            found[name] = "\n".join(event["message"] for each in pages for event in each["events"])
    return found


async def talk(ann: ChatUser, ben: ChatUser, word: str) -> list[str]:
    """Use everything that may write to a log, also with errors; return the presigned URLs."""
    room = await ann.create_room(name=f"Room {word}", description=word)
    await ben.join(room)
    message = await ann.send(room, f"Say {word}", mentions=[ben.id])
    await ben.send(room, f"Answer {word}", replyToId=message["id"])
    await ann.edit(message, f"Again {word}")
    await ben.react(message)
    await ben.run("reportMessage", messageId=message["id"], reason=word)
    await ann.run("muteMember", chatRoomId=room["id"], userId=ben.id, seconds=60, reason=word)
    assert await ben.refusal("createMessage", input={"chatRoomId": room["id"], "content": word}) == "Muted"
    assert (
        await ann.refusal("createMessage", input={"chatRoomId": f"{word} {word}", "content": word}) == "ValidationError"
    )
    assert await ann.refusal("updateMessage", input={"id": f"{room['id']}:99", "content": word}) == "NotFound"
    file = {"name": f"{word}.png", "contentType": "image/png", "size": 3}
    upload = await ann.run("requestAttachmentUpload", input={"chatRoomId": room["id"], **file})
    fields = {field["name"]: field["value"] for field in upload["fields"]}
    await asyncio.to_thread(
        requests.post, upload["url"], data=fields, files={"file": ("x", b"png")}, timeout=PATIENCE_SECONDS
    )
    picture = await ann.send(room, word, type="IMAGE", attachments=[{"key": upload["key"], **file}])
    download = await ben.run("attachmentUrl", messageId=picture["id"], index=0)
    await ann.delete(picture)
    async with ben.listening(room) as subscription:
        await ann.send(room, f"Live {word}")
        await subscription.next(PATIENCE_SECONDS)
    direct: Row = await ann.run("openDirectRoom", userId=ben.id)
    await ann.send(direct, f"Between us: {word}")
    await ann.run("exportMyData")
    (archive,) = (await done(ann, "EXPORT"))["downloads"]
    await ann.run("deleteMyAccount")
    await done(ann, "DELETION")
    return [str(download["url"]), str(archive["url"])]


async def test_logs_contain_no_content_tokens_or_addresses(backend: LocalBackend, new_user: NewUser) -> None:
    word, begun = f"w{uuid4().hex}", int(time.time() * 1000)
    names = [f"{name}{uuid4().hex[:12]}" for name in ("Ann", "Ben")]
    ann, ben = [await new_user(name) for name in names]
    addresses = await talk(ann, ben, word)

    async def of_all_functions() -> set[str]:
        found = await asyncio.to_thread(written, backend, begun)
        return {name for name in GROUPS if found.get(f"/aws/lambda/chat-{name}-local")}

    # The functions were invoked, and their logs are found.
    await eventually(of_all_functions, until=lambda found: found == set(GROUPS), every=0.5)
    found = await asyncio.to_thread(written, backend, begun)
    assert "Privacy job completed" in found["/aws/lambda/chat-privacy-local"]
    assert any("/aws/appsync/apis/" in name and text for name, text in found.items())
    assert found["server.log"]
    secrets = {
        "what was said": word,
        **{f"name {name}": name for name in names},
        **{f"e-mail of {user.account.name}": user.account.username for user in (ann, ben)},
        **{f"password of {user.account.name}": user.account.password for user in (ann, ben)},
        **{
            f"{kind} of {user.account.name}": getattr(user.tokens, kind)
            for user in (ann, ben)
            for kind in ("id_token", "access_token", "refresh_token")
        },
        **{f"signature {number}": url.partition("X-Amz-Signature=")[2][:64] for number, url in enumerate(addresses)},
    }
    assert all(secrets.values())
    hits = [(what, name) for what, secret in secrets.items() for name, text in found.items() if secret in text]
    assert hits == []

"""Data export: archives with all data of the user and no other, for a limited time and for the user only."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests

from lambdas.privacy import archives
from tests.helpers.privacy import BUCKET, ask, done, jobs, privacy
from tests.helpers.waiting import PATIENCE_SECONDS, eventually

if TYPE_CHECKING:
    import pytest

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FILE = {"name": "a.png", "contentType": "image/png", "size": 3}


async def sent_file(user: ChatUser, room: Row, content: bytes = b"png") -> str:
    """Send a file; return its key."""
    upload = await user.run("requestAttachmentUpload", input={"chatRoomId": room["id"], **FILE})
    form = {field["name"]: field["value"] for field in upload["fields"]}
    await asyncio.to_thread(
        requests.post, upload["url"], data=form, files={"file": ("x", content)}, timeout=PATIENCE_SECONDS
    )
    await user.send(room, "", type="IMAGE", attachments=[{"key": upload["key"], **FILE}])
    return str(upload["key"])


def documents(content: bytes) -> dict[str, Any]:
    """Read the documents in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {
            name.removesuffix(".json"): json.loads(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".json")
        }


async def test_export_contains_all_of_the_users_data_and_no_others(
    backend: LocalBackend, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    said = await bob.send(shared_room, "Bob says this")
    other = await alice.send(shared_room, "Alice says that", mentions=[bob.id])
    await bob.react(other, "🎉")
    await alice.react(said)
    await bob.run("reportMessage", messageId=other["id"], reason="Too loud")
    await bob.run("updateNotificationPreference", input={"chatRoomId": shared_room["id"], "level": "MENTIONS"})
    await bob.be("BUSY", shared_room)
    key = await sent_file(bob, shared_room)
    await sent_file(alice, shared_room)

    async def notified() -> bool:
        return any(row["messageId"] == other["id"] for row in (await bob.run("myNotifications"))["items"])

    await eventually(notified)
    asked = await bob.run("exportMyData")
    assert (asked["kind"], (await bob.run("exportMyData"))["id"]) == ("EXPORT", asked["id"])
    job = await done(bob, "EXPORT")
    assert (job["id"], job["roomCount"]) == (asked["id"], 1)
    (download,) = job["downloads"]
    answer = await asyncio.to_thread(requests.get, download["url"], timeout=PATIENCE_SECONDS)
    assert (answer.status_code, len(answer.content)) == (200, download["size"])
    assert "chat-export-1.zip" in answer.headers["Content-Disposition"]
    found = documents(answer.content)

    (account,) = found["account"]
    assert (account["id"], account["displayName"]) == (bob.id, "Bob")
    assert (account["signIn"]["email"], account["presence"]["status"]) == (bob.account.username, "BUSY")
    (membership,) = found["memberships"]
    assert (membership["chatRoomId"], membership["chatRoomName"]) == (shared_room["id"], shared_room["name"])
    assert membership["notificationPreference"] == {"level": "MENTIONS"}
    assert [row["content"] for row in found["messages"]] == ["Bob says this", ""]
    assert found["messages"][0]["id"] == said["id"]
    assert found["reactions"] == [{"messageId": other["id"], "chatRoomId": shared_room["id"], "emoji": "🎉"}]
    assert [row["reason"] for row in found["reports"]] == ["Too loud"]
    assert [row["preview"] for row in found["notifications"]] == ["Alice says that"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = [name for name in archive.namelist() if name.startswith("files/")]
        assert files == [f"files/{shared_room['id']}/{key.split('/', 3)[3]}"]
        assert archive.read(files[0]) == b"png"
    assert alice.id not in json.dumps({kind: rows for kind, rows in found.items() if kind != "notifications"})
    assert alice.account.username not in json.dumps(found)
    parts = backend.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"exports/{bob.id}/")["Contents"]
    assert [each["Key"].rsplit("/", 1)[1] for each in parts] == ["chat-export-1.zip"]

    query = parse_qs(urlsplit(download["url"]).query)
    assert query["X-Amz-Expires"] == ["900"]
    assert download["expiresAt"] < job["expiresAt"]
    plain = await asyncio.to_thread(requests.get, download["url"].split("?")[0], timeout=PATIENCE_SECONDS)
    assert plain.status_code == 403
    assert await jobs(alice) == {}

    backend.table("privacy").update_item(
        Key={"userId": bob.id, "kind": "EXPORT"},
        UpdateExpression="SET expiresAt = :past, createdAt = :yesterday",
        ExpressionAttributeValues={":past": 1, ":yesterday": "2020-01-01T00:00:00.000Z"},
    )
    assert (await jobs(bob))["EXPORT"]["downloads"] == []
    assert (await bob.run("exportMyData"))["id"] != asked["id"]
    await done(bob, "EXPORT")


async def test_many_files_are_in_separate_archives(
    backend: LocalBackend, room: Row, alice: ChatUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = sorted([await sent_file(alice, room) for _ in range(5)])
    monkeypatch.setattr(archives, "LARGEST_FILES", 6)
    await asyncio.to_thread(privacy(backend, {}, {}).handle, ask(backend, alice, "EXPORT"))
    job = await done(alice, "EXPORT")
    assert [each["name"] for each in job["downloads"]][:3] == [f"chat-export-{number}.zip" for number in (1, 2, 3)]
    names: list[str] = []
    for download in job["downloads"]:
        answer = await asyncio.to_thread(requests.get, download["url"], timeout=PATIENCE_SECONDS)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            files = [name for name in archive.namelist() if name.startswith("files/")]
            assert 0 < len(files) <= 2
            names += files
    sent = [f"files/{room['id']}/{key.split('/', 3)[3]}" for key in keys]
    assert [name for name in names if name in sent] == sent

"""Tests of uploading, sending and downloading files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contract.limits import LIMITS

if TYPE_CHECKING:
    from tests.unit.graphql.world import Outcome, User, World

FILE = {"name": "a.png", "contentType": "image/png", "size": 3}


def upload(world: World, user: User, room: str, **changes: object) -> Outcome:
    """Request an upload."""
    return world.run("Mutation.requestAttachmentUpload", user, input={"chatRoomId": room, **FILE, **changes})


def send(world: World, user: User, room: str, *attachments: dict[str, Any], kind: str = "IMAGE") -> Outcome:
    """Send a message with attachments and without text."""
    given = {"chatRoomId": room, "content": "", "type": kind, "attachments": list(attachments)}
    return world.run("Mutation.createMessage", user, input=given)


def test_an_upload_is_signed_for_a_new_key_of_the_caller(world: World, alice: User, room: str) -> None:
    first, second = upload(world, alice, room), upload(world, alice, room, name="my file.png")
    assert first.data["key"].startswith(f"rooms/{room}/id-alice/01")
    assert first.data["key"].endswith("/a.png")
    assert second.data["key"].endswith("/file")
    assert first.data["signed"] == {
        "action": "upload",
        "key": first.data["key"],
        "contentType": "image/png",
        "size": 3,
        "requestId": first.request_id,
    }


def test_only_members_upload(world: World, bob: User, room: str) -> None:
    outcome = upload(world, bob, room)
    assert outcome.error_type == "Forbidden"
    assert "signUpload" not in outcome.functions


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "n" * (LIMITS["attachmentNameLength"] + 1)},
        {"contentType": "text/html"},
        {"size": 0},
        {"size": LIMITS["attachmentSizeMaximum"] + 1},
    ],
)
def test_files_out_of_limits_are_refused_before_any_call(
    world: World, alice: User, room: str, changes: dict[str, object]
) -> None:
    outcome = upload(world, alice, room, **changes)
    assert (outcome.error_type, outcome.calls) == ("ValidationError", [])


@pytest.mark.parametrize("changes", [{"name": "n"}, {"name": "n" * 100}, {"size": 1}, {"size": 26214400}])
def test_files_at_their_limits_are_accepted(world: World, alice: User, room: str, changes: dict[str, object]) -> None:
    file = {**FILE, **changes}
    key = upload(world, alice, room, **file).data["key"]
    assert send(world, alice, room, {"key": key, **file}).error_type is None


def test_readers_download_the_files_of_a_message(world: World, alice: User, room: str) -> None:
    file = {"key": upload(world, alice, room).data["key"], **FILE}
    message = send(world, alice, room, file).data
    assert (message["type"], message["content"], message["attachments"]) == ("IMAGE", "", [file])
    fetched = world.run("Query.attachmentUrl", alice, messageId=message["id"], index=0)
    assert fetched.data["signed"] == {
        "action": "download",
        "key": file["key"],
        "name": "a.png",
        "requestId": fetched.request_id,
    }
    assert world.run("Query.attachmentUrl", alice, messageId=message["id"], index=1).error_type == "NotFound"
    world.run("Mutation.deleteMessage", alice, id=message["id"])
    assert world.run("Query.attachmentUrl", alice, messageId=message["id"], index=0).error_type == "NotFound"


def test_only_members_download_files(world: World, alice: User, bob: User, room: str) -> None:
    message = send(world, alice, room, {"key": upload(world, alice, room).data["key"], **FILE}).data
    outcome = world.run("Query.attachmentUrl", bob, messageId=message["id"], index=0)
    assert outcome.error_type == "Forbidden"
    assert "signDownload" not in outcome.functions


def test_only_files_of_the_caller_for_the_room_can_be_sent(world: World, alice: User, bob: User, room: str) -> None:
    world.run("Mutation.joinChatRoom", bob, chatRoomId=room)
    his = upload(world, bob, room).data["key"]
    hers = upload(world, alice, room).data["key"]
    wrong = [his, "x", f"{hers}/../../other", hers.replace(room, "elsewhere"), f"{hers}?versionId=1"]
    for key in wrong:
        assert send(world, alice, room, {"key": key, **FILE}).error_type == "ValidationError"
    assert world.items("messages") == []


def test_attachments_must_match_the_message_type(world: World, alice: User, room: str) -> None:
    file = {"key": upload(world, alice, room).data["key"], **FILE}
    assert send(world, alice, room, file, kind="TEXT").error_type == "ValidationError"
    assert send(world, alice, room, kind="IMAGE").error_type == "ValidationError"
    assert send(world, alice, room, kind="SYSTEM").error_type == "ValidationError"
    assert send(world, alice, room, *[file] * 11).error_type == "ValidationError"
    text = {**file, "contentType": "text/plain"}
    assert send(world, alice, room, text, kind="IMAGE").error_type == "ValidationError"
    assert send(world, alice, room, text, kind="FILE").data["type"] == "FILE"

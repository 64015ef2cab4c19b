"""A correlation id leads from a request through the streams to the work of functions, in the logs alone."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from chat_client import document
from ops.__main__ import main
from tests.helpers.documents import documented
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

    Lines = list[dict[str, Any]]
    Follow = Callable[[str], Awaitable[Lines]]

WITHIN = 150.0
"""Seconds; a function's first call may be slow on a busy machine."""


@pytest.fixture
def followed(
    backend: LocalBackend, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Follow:
    """Run the command line against the shared backend; return the lines that it prints about a request."""
    (tmp_path / "chat-prod").symlink_to(backend.directory / "stack")  # stands in for production
    documented_words = documented("docs/operations.md", "python -m ops follow").words[4:]
    for name, value in backend.own_variables().items():
        monkeypatch.setenv(name, value)

    async def lines(request_id: str) -> Lines:
        _, *options = documented_words
        await asyncio.to_thread(main, ["follow", request_id, *options, "--stacks", str(tmp_path)])
        found: Lines = json.loads(capsys.readouterr().out)
        return found

    return lines


async def answered(user: ChatUser, field: str, **variables: Any) -> tuple[Any, str]:  # noqa: ANN401 - any JSON
    """Return a field's value, and the id of the request, which AppSync returns in a header."""
    own = {"x-amzn-requestid": "an-id-of-the-clients-own-is-of-no-account"}
    answer = await user.graphql.attempt(document(field), variables, headers=own)
    assert answer.errors == []
    return answer.data[field], answer.headers["x-amzn-requestid"]


def of_function(lines: Lines, function: str, message: str) -> Lines:
    """Return the lines of a function with this message."""
    return [
        one["line"]
        for one in lines
        if one["group"] == f"/aws/lambda/chat-{function}-local"
        and isinstance(one["line"], dict)
        and one["line"].get("message") == message
    ]


def summaries(lines: Lines) -> list[tuple[str, int]]:
    """Return the requests that AppSync has answered, with their status."""
    return [
        (one["line"]["requestId"], one["line"]["statusCode"])
        for one in lines
        if isinstance(one["line"], dict) and one["line"].get("logType") == "RequestSummary"
    ]


async def test_mention_is_traced_from_its_request_to_the_published_notification(
    backend: LocalBackend, followed: Follow, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    text = f"Where are you, {uuid4()}?"
    message, request_id = await answered(
        alice, "createMessage", input={"chatRoomId": shared_room["id"], "content": text, "mentions": [bob.id]}
    )
    row = backend.table("messages").get_item(Key={"roomId": shared_room["id"], "seq": message["seq"]})["Item"]
    assert row["requestId"] == request_id

    lines = await eventually(
        lambda: followed(request_id), until=lambda found: len(summaries(found)) == 2, within=WITHIN, every=0.5
    )

    (published,) = of_function(lines, "notifications", "Called the API")
    assert (published["correlation_id"], published["fields"]) == (request_id, ["publishNotification"])
    assert summaries(lines) == [(request_id, 200), (published["api_request_id"], 200)], "in this order"
    assert text not in str(lines), "logs are no place for what people write"


async def test_leaving_is_traced_to_the_end_of_the_subscriptions(
    followed: Follow, shared_room: Row, bob: ChatUser
) -> None:
    _, request_id = await answered(bob, "leaveChatRoom", chatRoomId=shared_room["id"])

    lines = await eventually(
        lambda: followed(request_id), until=lambda found: len(summaries(found)) == 2, within=WITHIN, every=0.5
    )

    (ended,) = of_function(lines, "room-events", "Called the API")
    assert (ended["correlation_id"], ended["fields"]) == (request_id, ["publishAccessEnded"])


async def test_upload_is_traced_to_the_function_that_signs_it(
    followed: Follow, shared_room: Row, alice: ChatUser
) -> None:
    name = "secret-plans.png"
    file = {"chatRoomId": shared_room["id"], "name": name, "contentType": "image/png", "size": 3}

    _, request_id = await answered(alice, "requestAttachmentUpload", input=file)

    lines = await eventually(
        lambda: followed(request_id),
        until=lambda found: summaries(found) and of_function(found, "attachments", "Signed"),
        within=WITHIN,
        every=0.5,
    )
    (signed,) = of_function(lines, "attachments", "Signed")
    assert signed["correlation_id"] == request_id
    assert name not in str(lines)


async def test_id_without_log_entries_is_reported_as_unknown(followed: Follow) -> None:
    assert await followed(str(uuid4())) == []


async def test_logs_contain_no_content_and_no_addresses(
    backend: LocalBackend, followed: Follow, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    secret, begun = f"secret-{uuid4()}", int(time.time() * 1000)
    message, request_id = await answered(
        alice, "createMessage", input={"chatRoomId": shared_room["id"], "content": secret, "mentions": [bob.id]}
    )
    await alice.edit(message, f"{secret}, edited")
    await alice.refusal("createMessage", input={"chatRoomId": shared_room["id"], "content": secret * 200})
    await eventually(
        lambda: followed(request_id), until=lambda found: len(summaries(found)) == 2, within=WITHIN, every=0.5
    )

    logs = backend.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    assert len(groups) > 5
    for group in groups:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=begun):
            text = "\n".join(event["message"] for event in page["events"])
            for hidden in (
                secret,
                alice.account.username,
                bob.account.username,
                alice.headers["Authorization"],
            ):
                assert hidden not in text, group

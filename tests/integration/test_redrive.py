"""Stream records that a function failed to process are listed and redriven within limits; others are kept."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from chat_client import document
from ops.__main__ import main
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

FUNCTION = "chat-notifications-local"
QUEUE = "chat-notifications-failures-local"
WITHIN = 150.0
"""Seconds, for four calls of a function that has just been changed, on a busy machine."""


class Command:
    """Runs the command line against the shared backend.

    Args:
        backend: the backend.
        stacks: folder of its stack.
        capsys: captures the output.
    """

    def __init__(self, backend: LocalBackend, stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._stacks = stacks
        self._capsys = capsys
        self.sqs = backend.client("sqs")
        self.functions = backend.client("lambda")
        self.url = self.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def __call__(self, *arguments: str) -> tuple[int, list[str]]:
        """Run the command; return its exit code and the lines of its output."""
        code = main(["redrive", *arguments, "--environment", "local", "--stacks", str(self._stacks)])
        return code, self._capsys.readouterr().out.splitlines()

    async def run(self, *arguments: str) -> tuple[int, list[str]]:
        """Run the command in another thread."""
        return await asyncio.to_thread(self, *arguments)

    def waiting(self) -> int:
        """Return the number of messages in the queue, visible and in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def send(self, body: object) -> None:
        """Send a message to the queue."""
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))


@pytest.fixture
def command(
    backend: LocalBackend, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    """Return the command line; the queue is empty before and after the test."""
    (tmp_path / "chat-local").symlink_to(backend.directory / "stack")
    for name, value in backend.own_variables().items():
        monkeypatch.setenv(name, value)
    made = Command(backend, tmp_path, capsys)
    made.sqs.purge_queue(QueueUrl=made.url)
    yield made
    made.sqs.purge_queue(QueueUrl=made.url)


def lost_batch(backend: LocalBackend) -> dict[str, Any]:
    """Return a message about records that the stream does not contain."""
    now = datetime.now(UTC).isoformat()
    return {
        "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 4},
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000000-00000000",
            "startSequenceNumber": "999999999999999999999",
            "endSequenceNumber": "999999999999999999999",
            "approximateArrivalOfFirstRecord": now,
            "batchSize": 1,
            "streamArn": backend.table("messages").latest_stream_arn,
        },
    }


async def test_failed_records_are_processed_after_repair_and_redrive(
    backend: LocalBackend, command: Command, shared_room: Row, alice: ChatUser, bob: ChatUser
) -> None:
    before = await alice.send(shared_room, "What other tests have sent comes first", mentions=[bob.id])
    await eventually(lambda: told(bob), until=lambda messages: before["id"] in messages, within=WITHIN)
    await eventually(lambda: asyncio.to_thread(is_over, backend, before), within=WITHIN)
    environment = command.functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    broken = {**environment, "NOTIFICATIONS_TABLE_NAME": "chat-no-such-table-local"}
    command.functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": broken})
    try:
        sent = await alice.send(shared_room, "Where are you?", clientMessageId=str(uuid4()), mentions=[bob.id])
        await eventually(lambda: asyncio.to_thread(command.waiting), until=lambda count: count > 0, within=WITHIN)
    finally:
        command.functions.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": environment})
    assert sent["id"] not in await told(bob)

    looked, lines = await command.run("peek", "notifications")
    would, planned = await command.run("run", "notifications", "--dry-run")
    assert (looked, would) == (0, 0)
    assert all("of chat-messages-local" in line and "can be repeated" in line for line in (*lines, *planned))
    assert sent["id"] not in await told(bob), "a dry run does nothing"

    code, done = await command.run("run", "notifications")

    assert code == 0, done
    assert all(line.startswith("done, ") for line in done)
    assert command.waiting() == 0
    assert (await told(bob)).count(sent["id"]) == 1


async def test_records_that_left_the_stream_remain_until_discarded(backend: LocalBackend, command: Command) -> None:
    command.send(lost_batch(backend))

    code, lines = await command.run("run", "notifications")

    assert code == 1
    assert "no longer contains the records" in lines[0]
    assert "--discard-lost" in lines[0]
    assert command.waiting() == 1
    code, lines = await command.run("run", "notifications", "--discard-lost")
    assert (code, lines[0].split(":")[0], command.waiting()) == (0, "discarded", 0)


async def test_no_more_messages_are_received_than_requested(backend: LocalBackend, command: Command) -> None:
    for _ in range(3):
        command.send(lost_batch(backend))

    code, lines = await command.run("run", "notifications", "--discard-lost", "--limit", "2")

    assert (code, len(lines), command.waiting()) == (0, 2, 1)


async def test_other_messages_are_kept(command: Command) -> None:
    command.send({"hello": "there"})

    code, lines = await command.run("run", "notifications", "--discard-lost")

    assert code == 1
    assert "not about a batch of a stream" in lines[0]
    assert command.waiting() == 1


async def test_every_queue_is_listed_with_its_content(backend: LocalBackend, command: Command) -> None:
    command.send(lost_batch(backend))

    code, lines = await command.run("list")

    assert code == 0
    assert f"notifications: 1 in {QUEUE}" in lines
    assert any(line.startswith("room_events: ") for line in lines)


def is_over(backend: LocalBackend, message: Row) -> bool:
    """Return whether the invocation that processed a message has ended, which is when its log is written.

    An invocation fails if its function is changed meanwhile, and its records are retried.
    """
    key = {"roomId": message["chatRoomId"], "seq": message["seq"]}
    request_id = str(backend.table("messages").get_item(Key=key)["Item"]["requestId"])
    logs = backend.client("logs")
    # Without the pattern MiniStack returns the oldest ten thousand lines, without a further page.
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{FUNCTION}", filterPattern=f'"{request_id}"')
    return bool(found["events"])


async def told(user: ChatUser) -> list[str]:
    """Return the ids of the messages that a user was notified of."""
    page = (await user.graphql.execute(document("myNotifications"), {"limit": 100}))["myNotifications"]
    return [row["messageId"] for row in page["items"]]

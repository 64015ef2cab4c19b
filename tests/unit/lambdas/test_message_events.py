"""Tests that dependents of messages are kept and deleted with them, and that stored events are published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.common.streams import Change
from lambdas.common.times import iso8601
from lambdas.message_events import handler as entry
from lambdas.message_events.aws import S3Files, Settings
from lambdas.message_events.dependents import update_dependents
from lambdas.message_events.subscriptions import publish_event
from tests.unit.lambdas.records import Context, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdas.common.items import Row

FILES = [{"key": "rooms/r/alice/1/a.png", "name": "a.png"}, {"key": "rooms/r/alice/2/b.png", "name": "b.png"}]
KEYS = [each["key"] for each in FILES]
SETTINGS = Settings(
    GRAPHQL_URL="https://api.example.com/graphql",
    BUCKET_NAME="bucket",
    REACTIONS_TABLE_NAME="reactions",
)


@dataclass
class MemoryDependents:
    """The recorded calls, in memory."""

    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    published: list[tuple[object, ...]] = field(default_factory=list)
    is_broken: bool = False

    def created(self, message_id: str, thread_root_id: str | None) -> None:
        self.published.append(("created", message_id, thread_root_id))

    def updated(self, message_id: str) -> None:
        self.published.append(("updated", message_id))

    def deleted(self, message_id: str) -> None:
        self.published.append(("deleted", message_id))

    def reacted(self, reaction: Row, *, is_added: bool) -> None:
        self.published.append(("added" if is_added else "removed", reaction))

    def keep(self, keys: Sequence[str]) -> None:
        self.kept += keys

    def remove(self, what: Sequence[str] | str) -> None:
        if self.is_broken:
            raise ConnectionError
        self.removed += [what] if isinstance(what, str) else what


def message(**more: object) -> Row:
    """Return a message with two files."""
    return {"roomId": "r", "seq": 7, "type": "IMAGE", "attachments": FILES, **more}


TOMBSTONE = {"roomId": "r", "seq": 7, "type": "IMAGE", "deletedAt": "2030-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("old", "new", "kept", "removed"),
    [
        (None, message(), KEYS, []),
        (message(), TOMBSTONE, [], KEYS),
        (message(), None, [], KEYS),
        (message(overflowTotal=3), TOMBSTONE, [], [*KEYS, "r:7"]),
        (message(overflowTotal=3), None, [], [*KEYS, "r:7"]),
        (message(overflowTotal=0), None, [], KEYS),
        (message(), message(reactions=["x"]), [], []),
        (message(), message(editedAt="2030-01-01T00:00:00.000Z"), [], []),
        (TOMBSTONE, {**TOMBSTONE, "replyCount": 1}, [], []),
        (TOMBSTONE, None, [], []),
    ],
)
def test_dependents_are_kept_and_deleted_with_their_message(
    old: Row | None, new: Row | None, kept: list[str], removed: list[str]
) -> None:
    dependents = MemoryDependents()
    update_dependents(Change("e", "messages", old, new), dependents, dependents)
    assert (dependents.kept, dependents.removed) == (kept, removed)


def test_failed_deletions_are_reported_as_failed_records(monkeypatch: pytest.MonkeyPatch) -> None:
    dependents = MemoryDependents(is_broken=True)
    monkeypatch.setattr(entry, "_message_events", lambda: entry.MessageEvents(dependents, dependents, dependents))
    gone = record("1", "chat-messages-test", old=message(), new=TOMBSTONE)
    sent = record("2", "chat-messages-test", new=message())
    assert entry.handler({"Records": [gone, sent]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


@pytest.mark.parametrize(("code", "is_fine"), [("NoSuchKey", True), ("AccessDenied", False), ("SlowDown", False)])
def test_a_missing_file_is_not_an_error_and_other_refusals_are(code: str, is_fine: bool) -> None:
    s3 = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(s3) as stub:
        stub.add_client_error("delete_object_tagging", code)
        if is_fine:
            stub.add_response("delete_object_tagging", {}, {"Bucket": "bucket", "Key": KEYS[1]})
            S3Files(SETTINGS, s3).keep(KEYS)
        else:
            with pytest.raises(s3.exceptions.ClientError, match=code):
                S3Files(SETTINGS, s3).keep(KEYS)


def left(kind: str, **more: object) -> Row:
    """Return a message whose last change stored an event."""
    return message(unpublished={"id": "e2", "kind": kind, **more}, changes=4)


REPLY = left("CREATED") | {"threadId": "r:2", "createdAt": "2020-01-01T00:00:00.000Z"}
REACTION = {"emoji": "👍", "userId": "bob", "displayName": "Bob", "createdAt": "2030-01-01T00:00:00.000Z"}
WHOLE = {"messageId": "r:7", "chatRoomId": "r", **REACTION, "count": 3, "revision": 5}


@pytest.mark.parametrize(
    ("old", "new", "published"),
    [
        (None, left("CREATED"), [("created", "r:7", None)]),
        (None, REPLY, [("created", "r:7", "r:2")]),
        (message(), left("UPDATED"), [("updated", "r:7")]),
        (left("CREATED") | {"unpublished": {"id": "e1", "kind": "CREATED"}}, left("UPDATED"), [("updated", "r:7")]),
        (message(), left("DELETED"), [("deleted", "r:7")]),
        (
            message(),
            left("REACTION_ADDED", **REACTION) | {"reactions": ["👍#bob", "👍#eve", "🎉#bob"], "overflow#👍": 1},
            [("added", WHOLE)],
        ),
        (message(), left("REACTION_REMOVED", **REACTION), [("removed", {**WHOLE, "count": 0})]),
        # An event that an earlier change stored was published when it was stored.
        (left("CREATED"), left("CREATED") | {"reactions": ["👍#bob"]}, []),
        (left("CREATED"), message(), []),
        (left("CREATED"), None, []),
        (None, message(), []),
    ],
)
def test_a_stored_event_is_published_once(
    old: Row | None, new: Row | None, published: list[tuple[object, ...]]
) -> None:
    publisher = MemoryDependents()
    assert publish_event(Change("e", "messages", old, new), publisher) == bool(published)
    assert publisher.published == published


@pytest.mark.parametrize(("age", "waits"), [(0.0, 0.5), (0.3, 0.2), (0.5, 0), (3600.0, 0), (-5.0, 0.5)])
def test_only_a_new_reply_waits_for_the_count_of_its_thread(
    monkeypatch: pytest.MonkeyPatch, age: float, waits: float
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("lambdas.message_events.subscriptions.time.sleep", pauses.append)
    created = iso8601(datetime.now(UTC) - timedelta(seconds=age))
    dependents = MemoryDependents()
    publish_event(Change("e", "messages", None, {**REPLY, "createdAt": created}), dependents)
    assert dependents.published == [("created", "r:7", "r:2")]
    assert pauses == [pytest.approx(waits, abs=0.1)]


def test_an_event_of_an_unknown_kind_is_left_for_a_newer_function() -> None:
    with pytest.raises(ValueError, match="unknown kind of event: NEWER"):
        publish_event(Change("e", "messages", None, left("NEWER")), MemoryDependents())

"""Tests of the redaction of rows that name a deleted user, and of the time slices of a job."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from contract.names import DELETED_NAME
from lambdas.common.items import to_item, to_row
from lambdas.common.tables import DynamoTable
from lambdas.privacy import redaction
from lambdas.privacy.job import Job, Jobs, run
from lambdas.privacy.redaction import DeletedUser, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.common.items import Row
    from lambdas.privacy.changes import Changes
    from lambdas.privacy.job import Position

NOW = "2030-01-01T00:00:00.000Z"
ZOE = DeletedUser("zoe", "deleted-1", is_erasing=False)
ERASING = DeletedUser("zoe", "deleted-1", is_erasing=True)
KEY = {"roomId": "r", "seq": 7}


def message(**more: Any) -> Row:  # noqa: ANN401 - any attribute
    """Return a message of another user."""
    return {**KEY, "type": "TEXT", "content": "Hello", "authorId": "bob", "authorName": "Bob", "createdAt": NOW, **more}


def own(**more: Any) -> Row:  # noqa: ANN401 - any attribute
    """Return a message of the deleted user."""
    return message(authorId="zoe", authorName="Zoe", clientMessageId="c", **more)


def done(row: Row, changes: Changes) -> Row:
    """Return the row after the changes."""
    after = {name: value for name, value in row.items() if name not in changes.remove_attributes} | dict(
        changes.set_attributes
    )
    for name, taken in changes.set_deletions.items():
        after[name] = sorted(set(after[name]) - set(taken))
    for name, value in changes.expected.items():
        assert row.get(name) == value, name
    return after


def after(row: Row, user: DeletedUser = ZOE) -> Row:
    """Return a message after the deletion; assert that a second run changes nothing."""
    changes = redaction.message_changes(row, user, NOW)
    assert changes is not None
    assert changes.increments == {"changes": 1}
    found = done(row, changes)
    assert redaction.message_changes(found, user, NOW) is None
    return found


@pytest.mark.parametrize("user", [ZOE, ERASING])
def test_a_message_that_does_not_name_the_user_is_unchanged(user: DeletedUser) -> None:
    for row in (message(), message(mentions=["carol"], reactions=["👍#bob", "zoe#bob"]), {**KEY, "type": "VOID"}):
        assert redaction.message_changes(row, user, NOW) is None


def test_an_event_that_names_the_user_is_removed_and_others_are_kept() -> None:
    event = {"id": "e", "kind": "REACTION_ADDED", "emoji": "👍", "displayName": "Zoe"}
    assert after(message(unpublished={**event, "userId": "zoe"})) == message()
    assert redaction.message_changes(message(unpublished={**event, "userId": "eve"}), ZOE, NOW) is None
    assert "unpublished" not in after(own(unpublished={"id": "e", "kind": "CREATED"}), ERASING)


def test_a_message_of_the_user_loses_its_author() -> None:
    assert after(own()) == message(authorId="deleted-1", authorName=DELETED_NAME)


def test_a_message_of_the_user_loses_its_files_and_is_deleted_if_empty() -> None:
    file = {"key": "rooms/r/zoe/1/a.png"}
    assert after(own(type="IMAGE", attachments=[file])) == message(authorId="deleted-1", authorName=DELETED_NAME)
    gone = after(own(type="IMAGE", content="", attachments=[file]))
    assert (gone["deletedAt"], gone["deletedBy"]) == (NOW, "deleted-1")
    assert {"content", "attachments"}.isdisjoint(gone)


def test_a_message_of_the_user_is_erased_if_requested() -> None:
    gone = after(own(mentions=["bob"], reactions=["👍#bob"], flagged=True, replyCount=2), ERASING)
    assert gone == {
        **KEY,
        "type": "TEXT",
        "authorId": "deleted-1",
        "authorName": DELETED_NAME,
        "createdAt": NOW,
        "replyCount": 2,
        "deletedAt": NOW,
        "deletedBy": "deleted-1",
    }


@pytest.mark.parametrize("user", [ZOE, ERASING])
def test_tombstones_keep_their_time_of_creation(user: DeletedUser) -> None:
    before = {**KEY, "type": "TEXT", "authorId": "zoe", "authorName": "Zoe", "createdAt": NOW, "deletedAt": "2029"}
    found = after({**before, "deletedBy": "zoe"}, user)
    assert (found["deletedAt"], found["deletedBy"], found["authorId"]) == ("2029", "deleted-1", "deleted-1")
    assert after(message(deletedAt="2029", deletedBy="zoe"), user)["deletedBy"] == "deleted-1"


def test_messages_of_others_lose_mentions_and_reactions_only() -> None:
    found = after(message(mentions=["carol", "zoe"], reactions=["👍#bob", "👍#zoe", "🎉#zoe"]))
    assert found == message(mentions=["carol", "deleted-1"], reactions=["👍#bob"])


@pytest.mark.parametrize("person", ["user", "actor"])
def test_system_messages_use_the_alias(person: str) -> None:
    event = {"kind": "MEMBER_REMOVED", "userId": "bob", "userName": "Bob", "actorId": "carol", "actorName": "Carol"}
    event |= {f"{person}Id": "zoe", f"{person}Name": "Zoe"}
    author = {"authorId": event["userId"], "authorName": event["userName"]}
    row = message(type="SYSTEM", content="?", clientMessageId="event", systemEvent=event, **author)
    found = after(row, ERASING)
    assert "zoe" not in str(found).lower()
    names = {"user": "Carol removed Deleted user.", "actor": "Deleted user removed Bob."}
    assert (found["content"], found["clientMessageId"]) == (names[person], "event")


def test_moderation_log_and_reports_keep_their_entries() -> None:
    entry = {"roomId": "r", "auditId": "1", "actorId": "zoe", "actorName": "Zoe", "userId": "bob", "reason": "spam"}
    changes = redaction.audit_changes(entry, ZOE)
    assert changes is not None
    assert done(entry, changes) == {**entry, "actorId": "deleted-1", "actorName": DELETED_NAME}
    report = {
        "roomId": "r",
        "reportId": "0000000007:zoe",
        "reporterId": "zoe",
        "reporterName": "Zoe",
        "authorId": "bob",
    }
    assert redaction.redacted_report(report, ZOE) == {
        **report,
        "reportId": "0000000007:deleted-1",
        "reporterId": "deleted-1",
        "reporterName": DELETED_NAME,
    }
    about = {**report, "reportId": "0000000007:bob", "reporterId": "bob", "authorId": "zoe", "resolvedBy": "zoe"}
    found = redaction.redacted_report(about, ZOE)
    assert found == {**about, "authorId": "deleted-1", "resolvedBy": "deleted-1"}
    assert redaction.redacted_report(found, ZOE) is None


def test_a_rooms_preview_follows_its_last_message() -> None:
    preview = {"type": "TEXT", "content": "Hello", "authorId": "zoe", "authorName": "Zoe", "createdAt": NOW}
    room = {"roomId": "r", "createdBy": "zoe", "lastSeq": 7, "lastMessage": preview}
    changes = redaction.room_changes(room, after(own()), ZOE)
    assert changes is not None
    assert (changes.set_attributes["createdBy"], changes.expected) == (
        "deleted-1",
        {"lastSeq": 7, "lastMessage": preview},
    )
    redacted = {**preview, "authorId": "deleted-1", "authorName": DELETED_NAME, "revision": 1}
    assert changes.set_attributes["lastMessage"] == redacted
    done = {**room, "createdBy": "bob", "lastMessage": {**redacted, "revision": 5}}
    assert redaction.room_changes(done, after(own()), ZOE) is None
    broken_off = redaction.room_changes(room, None, ZOE)
    assert broken_off is not None
    assert "content" not in broken_off.set_attributes["lastMessage"]
    typing = {"id": "e", "kind": "TYPING_STARTED", "userId": "zoe"}
    told = redaction.room_changes({**done, "unpublished": typing}, after(own()), ZOE)
    assert told is not None
    assert (told.set_attributes, told.remove_attributes) == ({}, ["unpublished"])
    others = {**room, "createdBy": "bob", "lastMessage": {**preview, "authorId": "bob", "authorName": "Bob"}}
    assert redaction.room_changes(others, message(), ZOE) is None


def test_an_alias_is_stable_in_a_room_differs_between_rooms_and_is_a_valid_user_id() -> None:
    job = Job("zoe", "DELETION", "j", "zoe", secret="00" * 32)
    assert alias(job, "a") == alias(job, "a") != alias(job, "b")
    assert alias(job, "a").removeprefix("deleted-").isalnum()
    assert len(alias(job, "a")) <= 64
    assert alias(Job("zoe", "DELETION", "j", "zoe", secret="01" * 32), "a") != alias(job, "a")


class MemoryDynamodb:
    """A table of one row that stores each write unchanged."""

    class exceptions:  # noqa: N801 - as boto3 calls it
        """The exceptions of a boto3 client."""

        ConditionalCheckFailedException = KeyError

    def __init__(self, row: Row) -> None:
        self.row = row
        self.saves: list[Row] = []

    def get_item(self, **_: object) -> dict[str, Any]:
        """Return the row."""
        return {"Item": to_item(self.row)}

    def update_item(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3
        """Set attributes."""
        values = to_row(request["ExpressionAttributeValues"])
        assert values[":job"] == self.row["jobId"]
        sets = {
            name.removeprefix("#to_"): values[f":{name[1:]}"]
            for name in request["ExpressionAttributeNames"]
            if name[:4] == "#to_"
        }
        self.row = {**self.row, **sets}
        for name in request["UpdateExpression"].partition(" REMOVE ")[2].replace("#", "").split(", "):
            self.row.pop(name, None)
        self.saves.append(dict(self.row))
        return {"Attributes": to_item(self.row)}


@pytest.fixture
def dynamodb() -> MemoryDynamodb:
    """Return a newly requested job."""
    return MemoryDynamodb(
        {
            "userId": "zoe",
            "kind": "DELETION",
            "jobId": "j",
            "status": "PENDING",
            "username": "z",
            "turn": 1,
            "wakes": True,
        }
    )


def pages(seen: list[tuple[str, Position]], name: str, count: int) -> Callable[[Job], Position | None]:
    """Return a step with this many pages."""

    def step(job: Job) -> Position | None:
        seen.append((name, dict(job.position)))
        page = job.position.get("page", 0) + 1
        return {"page": page} if page < count else None

    return step


def test_a_job_continues_after_the_previous_time_slice(dynamodb: MemoryDynamodb) -> None:
    jobs = Jobs(DynamoTable(dynamodb, "privacy"))  # type: ignore[arg-type]
    seen: list[tuple[str, Position]] = []
    steps = {"a": pages(seen, "a", 2), "b": pages(seen, "b", 1)}
    secrets = set()
    for time_slice in (1, 2):
        job = jobs.due("zoe", "DELETION", time_slice)
        assert job is not None
        assert run(job, steps, jobs, lambda: False) is False
        jobs.wake(job, time_slice)
        secrets.add(dynamodb.row["secret"])
        assert (dynamodb.row["status"], dynamodb.row["wakes"], dynamodb.row["turn"]) == (
            "RUNNING",
            True,
            time_slice + 1,
        )
        assert jobs.due("zoe", "DELETION", time_slice) is None, "the same record again"
    job = jobs.due("zoe", "DELETION", 3)
    assert job is not None
    assert run(job, steps, jobs, lambda: True)
    assert seen == [("a", {}), ("a", {"page": 1}), ("b", {})]
    assert len(secrets) == 1


def test_a_completed_job_has_no_mapping_of_aliases_to_users(dynamodb: MemoryDynamodb) -> None:
    jobs = Jobs(DynamoTable(dynamodb, "privacy"))  # type: ignore[arg-type]
    job = jobs.due("zoe", "DELETION", 1)
    assert job is not None
    run(job, {"a": lambda _: None}, jobs, lambda: True)
    assert len(dynamodb.row["secret"]) == 64
    jobs.complete(job, datetime(2030, 1, 1, tzinfo=UTC), 30)
    assert {"secret", "username", "step", "position"}.isdisjoint(dynamodb.row)
    assert (dynamodb.row["status"], dynamodb.row["expiresAt"]) == ("COMPLETED", 1893456000 + 30 * 86400)
    assert jobs.due("zoe", "DELETION", 1) is None

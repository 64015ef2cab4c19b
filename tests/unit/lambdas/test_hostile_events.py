"""Fuzz tests of each function with random events of its trigger: only documented errors, and no record blocks another.

The default run is short; ``CHAT_FUZZ_EXAMPLES=10000 pytest --timeout 0`` makes a long one.
"""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contract.limits import LIMITS
from lambdas.attachments import handler as attachments
from lambdas.attachments.aws import S3Signer
from lambdas.common.items import to_item
from lambdas.common.observability import logger
from lambdas.message_events import handler as message_events
from lambdas.notifications import handler as notifications
from lambdas.post_confirmation import handler as post_confirmation
from lambdas.pre_sign_up import handler as pre_sign_up
from lambdas.pre_sign_up.handler import Settings as PreSignUpSettings
from lambdas.pre_sign_up.logic import SignUpRefusedError
from lambdas.presence_sweep import handler as presence_sweep
from lambdas.presence_sweep.logic import SweepError
from lambdas.privacy import handler as privacy
from lambdas.privacy.job import Job
from lambdas.room_events import handler as room_events
from tests.unit.lambdas.records import Context, record
from tests.unit.lambdas.test_message_events import MemoryDependents
from tests.unit.lambdas.test_notifications import MemoryChat, MemoryInbox
from tests.unit.lambdas.test_notifications import MemoryPublisher as MemoryNotifications
from tests.unit.lambdas.test_post_confirmation import MemoryDirectory
from tests.unit.lambdas.test_room_events import MemoryAccess, MemoryMembers, MemoryRooms
from tests.unit.lambdas.test_room_events import MemoryPublisher as MemoryMessages
from tests.unit.lambdas.test_system_messages import MemoryChat as MemoryMessageStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambdas.common.items import Row
    from lambdas.common.system_message import Topic

QUICK = settings(
    max_examples=int(os.environ.get("CHAT_FUZZ_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NOW = "2030-01-01T00:00:00.000Z"
ACT = {"auditId": "01JZZZZZZZ0000000000000000", "actorId": "mo", "actorName": "Mo", "action": "MEMBER_BANNED"}
MESSAGE: Row = {
    "roomId": "direct:alice:bob",
    "seq": 7,
    "type": "TEXT",
    "content": "Hello",
    "authorId": "alice",
    "authorName": "Alice",
    "createdAt": NOW,
    "clientMessageId": "c",
    "mentions": ["bob"],
    "mentionsRoom": True,
    "replyToId": "direct:alice:bob:3",
    "attachments": [{"key": "rooms/r/alice/1/a.png", "name": "a.png"}],
    "deletedAt": NOW,
    "deletedBy": "mo",
    "editedAt": NOW,
    "overflowTotal": 3,
}
MEMBERSHIP: Row = {
    "roomId": "r",
    "userId": "bob",
    "displayName": "Bob",
    "role": "MEMBER",
    "state": "ACTIVE",
    "invitedAt": NOW,
    "invitedBy": "alice",
    "lastAct": ACT,
    "notificationsMutedUntil": NOW,
    "notificationLevel": "ALL",
    "readSeq": 3,
}
ROOM: Row = {"roomId": "r", "name": "New", "renamedFrom": "Old", "renamedBy": ACT, "lastSeq": 9, "memberCount": 2}
STATES = ("ACTIVE", "INVITED", "LEFT", "BANNED", "")
JOB: Row = {
    "userId": "u",
    "kind": "EXPORT",
    "jobId": "j",
    "username": "u",
    "turn": 1,
    "status": "RUNNING",
    "wakes": True,
}
ROWS = {"messages": MESSAGE, "memberships": MEMBERSHIP, "rooms": ROOM, "privacy": JOB}
ODD: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.one_of(
        st.text(max_size=20).map(lambda value: {"S": value}),
        (st.integers() | st.sampled_from(["1e125", "-0", "0.5", "x", ""])).map(lambda value: {"N": str(value)}),
        st.binary(max_size=8).map(lambda value: {"B": value.hex()}),
        st.booleans().map(lambda value: {"BOOL": value}),
        st.just({"NULL": True}),
        st.lists(st.text(max_size=5), max_size=3).map(lambda value: {"SS": value}),
        st.sampled_from([{}, {"X": "y"}, {"S": 7}, {"M": None}, {"S": "a", "N": "1"}]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda value: {"L": value})
        | st.dictionaries(st.text(max_size=8), inner, max_size=3).map(lambda value: {"M": value})
    ),
    max_leaves=5,
)
"""Attribute values of every DynamoDB type, and of types that DynamoDB does not have."""


@st.composite
def images(draw: st.DrawFn, table: str) -> dict[str, Any] | None:
    """Generate an image of a table's row: none, valid, incomplete, or with wrong values."""
    if draw(st.integers(0, 4)) == 0:
        return None
    row = dict(copy.deepcopy(ROWS[table]))
    if table == "memberships":
        row["state"] = draw(st.sampled_from(STATES))
    for name in draw(st.sets(st.sampled_from(sorted(row)), max_size=8)):
        del row[name]
    image: dict[str, Any] = dict(to_item(row))
    for name in draw(st.lists(st.sampled_from(sorted(ROWS[table])), max_size=2)):
        image[name] = draw(ODD)
    return image


@st.composite
def records(draw: st.DrawFn, number: str, tables: tuple[str, ...]) -> dict[str, Any]:
    """Generate a stream record with a valid envelope, as Lambda and DynamoDB make it, and arbitrary images."""
    table = draw(st.sampled_from(tables))
    made = record(number, table, old={}, new={})
    made["eventName"] = draw(st.sampled_from(["INSERT", "MODIFY", "REMOVE"]))
    del made["dynamodb"]["OldImage"], made["dynamodb"]["NewImage"]
    for name in ("OldImage", "NewImage"):
        image = draw(images(table))
        if image is not None:
            made["dynamodb"][name] = image
    return made


@dataclass
class StreamFunction:
    """A stream function with in-memory ports, a valid record of its stream, and the number of these that it handled."""

    handler: Callable[..., Any]
    tables: tuple[str, ...]
    good: Callable[[str], dict[str, Any]]
    handled: Callable[[], int]
    in_order: bool = False


def notifying(monkeypatch: pytest.MonkeyPatch) -> StreamFunction:
    """Return the notifications function."""
    inbox = MemoryInbox()
    chat = MemoryChat().add("alice", "bob", "carol")
    chat.messages["direct:alice:bob", 3] = {"authorId": "bob", "type": "TEXT"}
    made = notifications.Notifier("messages", chat, inbox, MemoryNotifications())
    monkeypatch.setattr(notifications, "_notifier", lambda: made)

    def good(number: str) -> dict[str, Any]:
        message = {"roomId": "r", "seq": int(number), "type": "TEXT", "content": "hi", "authorId": "alice"}
        return record(number, "messages", new={**message, "createdAt": NOW, "mentions": ["carol"]})

    return StreamFunction(
        notifications.handler,
        ("messages", "memberships"),
        good,
        lambda: sum(row.message_id in {"r:1", "r:3"} for row in inbox.rows.values()),
    )


def message_dependents(monkeypatch: pytest.MonkeyPatch) -> StreamFunction:
    """Return the message events function."""
    dependents = MemoryDependents()
    made = message_events.MessageEvents(dependents, dependents, dependents)
    monkeypatch.setattr(message_events, "_message_events", lambda: made)

    def good(number: str) -> dict[str, Any]:
        return record(number, "messages", new={"roomId": "r", "seq": 1, "attachments": [{"key": f"good-{number}"}]})

    return StreamFunction(
        message_events.handler, ("messages",), good, lambda: len({"good-1", "good-3"}.intersection(dependents.kept))
    )


def telling(monkeypatch: pytest.MonkeyPatch) -> StreamFunction:
    """Return the room events function."""
    publisher = MemoryMessages()
    topics: frozenset[Topic] = frozenset(("joined", "left", "renamed"))
    made = room_events.RoomEvents(
        "rooms", topics, MemoryMembers(), MemoryAccess(), MemoryMessageStore(), MemoryRooms(), publisher
    )
    monkeypatch.setattr(room_events, "_room_events", lambda: made)

    def good(number: str) -> dict[str, Any]:
        member = {"roomId": "r", "userId": "u", "displayName": f"Good {number}", "role": "MEMBER"}
        return record(number, "memberships", new={**member, "state": "ACTIVE"})

    return StreamFunction(
        room_events.handler,
        ("memberships", "rooms"),
        good,
        lambda: len({"Good 1 joined.", "Good 3 joined."}.intersection(publisher.told)),
        in_order=True,
    )


@dataclass
class MemoryJobs:
    """Privacy jobs whose time slice never ends, with the jobs that were completed."""

    done: list[str] = field(default_factory=list)

    def due(self, user_id: str, kind: str, turn: int) -> Job | None:
        if not isinstance(turn, int):
            raise TypeError(turn)
        return Job(user_id, "DELETION" if kind == "DELETION" else "EXPORT", "j", "u")

    def is_deleting(self, user_id: str) -> bool:
        return user_id == "u"

    def forget(self, job: Job) -> None:
        """These jobs have no rows."""

    save = wake = forget

    def complete(self, job: Job, *_: object) -> None:
        self.done.append(job.user_id)


def exporting(monkeypatch: pytest.MonkeyPatch) -> StreamFunction:
    """Return the privacy jobs function."""
    jobs = MemoryJobs()
    steps: Any = SimpleNamespace(steps={"only": lambda _: None})
    of_jobs: Any = jobs
    made = privacy.Privacy(of_jobs, steps, steps, 7, lambda: datetime.now(UTC))
    monkeypatch.setattr(privacy, "_privacy", lambda: made)

    def good(number: str) -> dict[str, Any]:
        return record(number, "privacy", new={**JOB, "userId": f"good-{number}"})

    return StreamFunction(
        privacy.handler, ("privacy",), good, lambda: sum(name in jobs.done for name in ("good-1", "good-3"))
    )


@pytest.fixture(params=[notifying, message_dependents, telling, exporting], ids=lambda make: make.__doc__)
def stream_function(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], StreamFunction]:
    """Create a new function for each example."""
    return lambda: request.param(monkeypatch)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Suppress thousands of tracebacks."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield
    logger.setLevel(level)


@QUICK
@given(data=st.data())
def test_a_malformed_record_is_reported_and_the_others_are_handled(
    stream_function: Callable[[], StreamFunction], data: st.DataObject
) -> None:
    function = stream_function()
    poisoned = data.draw(records("2", function.tables))
    batch = [function.good("1"), poisoned, function.good("3")]

    answer = function.handler({"Records": copy.deepcopy(batch)}, Context())

    failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    if function.in_order:
        assert failed in ([], ["2", "3"]), "what comes behind a failed record waits for it"
        assert function.handled() == (1 if failed else 2)
    else:
        assert failed in ([], ["2"])
        assert function.handled() == 2


@QUICK
@given(data=st.data())
def test_a_batch_is_handled_or_returned_as_a_whole(
    stream_function: Callable[[], StreamFunction], data: st.DataObject
) -> None:
    function = stream_function()
    numbers = [str(number) for number in range(data.draw(st.integers(1, 4)))]
    batch = [data.draw(records(number, function.tables)) for number in numbers]

    try:
        answer = function.handler({"Records": copy.deepcopy(batch)}, Context())
    except BatchProcessingError:
        return
    assert {one["itemIdentifier"] for one in answer["batchItemFailures"]} <= set(numbers)


NAMES = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["", " ", "\u200b", "😀" * 100, "\u0000", "a" * 10_000, "<script>", "${jndi:x}", "\ufeff"]),
)
CONFIRMATION = st.fixed_dictionaries(
    {
        "version": st.just("1"),
        "triggerSource": st.sampled_from(
            [
                "PostConfirmation_ConfirmSignUp",
                "PostConfirmation_ConfirmForgotPassword",
                "PostAuthentication_Authentication",
            ]
        ),
        "region": st.just("eu-central-1"),
        "userPoolId": st.just("eu-central-1_pool"),
        "userName": st.text(min_size=1, max_size=128),
        "request": st.fixed_dictionaries(
            {
                "userAttributes": st.fixed_dictionaries(
                    {"sub": st.uuids().map(str)},
                    optional={
                        **dict.fromkeys(("name", "preferred_username", "email", "custom:x"), NAMES),
                        "email_verified": st.sampled_from(["true", "false"]),
                        "cognito:user_status": st.just("CONFIRMED"),
                    },
                )
            },
            optional={"clientMetadata": st.dictionaries(NAMES, NAMES, max_size=2)},
        ),
        "response": st.just({}),
    }
)


@QUICK
@given(event=CONFIRMATION)
def test_every_confirmed_user_gets_a_profile_with_a_name(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = MemoryDirectory()
    monkeypatch.setattr(post_confirmation, "_directory", lambda: directory)
    before = copy.deepcopy(event)

    assert post_confirmation.handler(event, Context()) == before

    if event["triggerSource"] != "PostConfirmation_ConfirmForgotPassword":
        (profile,) = directory.profiles.values()
        assert 1 <= len(profile.display_name) <= LIMITS["displayNameLength"]
        assert profile.display_name == profile.display_name.strip()
        email = event["request"]["userAttributes"].get("email")
        names = [event["request"]["userAttributes"].get(name, "") for name in ("name", "preferred_username")]
        assert not email or email in "".join(names) or profile.display_name != email
    else:
        assert not directory.profiles


SIGN_UP = st.fixed_dictionaries(
    {
        "triggerSource": st.sampled_from(
            ["PreSignUp_SignUp", "PreSignUp_ExternalProvider", "PreSignUp_AdminCreateUser"]
        ),
        "userName": NAMES,
        "request": st.fixed_dictionaries(
            {
                "userAttributes": st.fixed_dictionaries(
                    {}, optional={"email": NAMES | NAMES.map(lambda name: f"{name}@example.com") | st.none()}
                )
            },
            optional={"validationData": st.none() | st.dictionaries(NAMES, NAMES, max_size=2)},
        ),
        "response": st.just({"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}),
    }
)


@QUICK
@given(event=SIGN_UP)
def test_every_sign_up_is_accepted_or_refused(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = PreSignUpSettings.model_validate({"ALLOWED_EMAIL_DOMAINS": '["example.com"]'})
    monkeypatch.setattr(pre_sign_up, "_settings", lambda: allowed)
    before = copy.deepcopy(event)
    address = str(event["request"]["userAttributes"].get("email") or "").lower().rstrip(". \t\n")

    try:
        assert pre_sign_up.handler(event, Context()) == before
    except SignUpRefusedError:
        assert event["triggerSource"] != "PreSignUp_AdminCreateUser"
    else:
        assert event["triggerSource"] == "PreSignUp_AdminCreateUser" or "@example.com" in address


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    st.sampled_from(["rooms/r/alice/01JZZZZZZZ0000000000000000/a.png", "rooms/../x", "/", "rooms/r/a/0/a\nb"]) | VALUES
)
ATTACHMENT = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(["upload", "download"]) | VALUES,
        "key": KEYS,
        "name": NAMES | VALUES,
        "contentType": st.sampled_from(["image/png", "x" * 3000]) | NAMES | VALUES,
        "size": st.sampled_from([1, 0, -1, 2**31, 10**30]) | VALUES,
    },
)


@QUICK
@given(payload=ATTACHMENT)
def test_attachments_are_signed_or_the_payload_is_refused(payload: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The payload comes from the API's own resolver, so a refusal is a defect of the API: AppSync hides its details."""
    s3 = boto3.client(
        "s3",
        region_name="eu-central-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(signature_version="s3v4"),
    )
    monkeypatch.setattr(attachments, "_signer", lambda: S3Signer("bucket", s3))
    handler: Any = attachments.handler
    try:
        answer = handler(payload, Context())
    except ValidationError:
        return
    assert answer["url"].startswith("https://bucket.s3")
    assert set(answer) <= {"url", "fields", "expiresAt"}


@dataclass
class OddPresence:
    """Generated presence rows."""

    rows: list[Row]
    offline: list[str] = field(default_factory=list)

    def not_offline(self, shard: str) -> list[Row]:
        return self.rows if shard == "0" else []

    def take_offline(self, user_id: str, _: str) -> bool:
        self.offline.append(user_id)
        return True

    def publishes_presence(self, *_: object) -> bool:
        return True


@dataclass
class FailingPublisher:
    """Publishes to some rooms and fails for others."""

    failing: set[str]

    def went_offline(self, room_id: str, *_: object) -> None:
        if room_id in self.failing:
            raise ConnectionError


PRESENCE_ROWS = st.fixed_dictionaries(
    {},
    optional={
        "userId": st.sampled_from(["u1", "u2"]) | VALUES,
        "lastSeenAt": st.sampled_from(["2020-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"]) | VALUES,
        "lastChatRoomId": st.sampled_from(["a", "b"]) | VALUES,
        "status": VALUES,
    },
)


@QUICK
@given(rows=st.lists(PRESENCE_ROWS, max_size=4), event=VALUES, failing=st.sets(st.sampled_from(["a", "b"])))
def test_a_failing_row_does_not_keep_other_users_online(
    rows: list[Row], event: object, failing: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = {"userId": "the last", "lastSeenAt": "2020-01-01T00:00:00.000Z", "lastChatRoomId": "c"}
    presence = OddPresence([*rows, last])
    monkeypatch.setattr(presence_sweep, "_ports", lambda: (presence, FailingPublisher(failing)))
    handler: Any = presence_sweep.handler
    try:
        handler(event, Context())
    except SweepError:
        assert rows, "only where there is something that failed"
    assert "the last" in presence.offline

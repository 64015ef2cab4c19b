"""The authorization matrix of callers that are not users: anonymous, an API key, and IAM with and without permission.

The operations, including those permitted for IAM, are read from the schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.credentials import Credentials
from graphql import FieldDefinitionNode, ObjectTypeDefinitionNode, parse

from chat_client import HandshakeError, SubscriptionError, document
from chat_client.iam import IamAuthorization
from tests.helpers.backend import ROOT
from tests.helpers.graphql_client import GraphQLClient
from tests.helpers.realtime_client import RealtimeClient
from tests.integration.authorization import RULES
from tests.integration.authorization.room_fixture import RoomFactory
from tests.integration.authorization.rule import Role, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat_client import Response
    from tests.helpers.backend import LocalBackend, Outputs
    from tests.helpers.chat import ChatUser
    from tests.integration.authorization.room_fixture import RoomFixture


def _fields() -> dict[str, tuple[str, set[str]]]:
    """Return every field of the three root types, with its type and its authorization directives."""
    schema = parse((ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))
    return {
        field.name.value: (node.name.value, _directives(field))
        for node in schema.definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in {"Query", "Mutation", "Subscription"}
        for field in node.fields
    }


def _directives(field: FieldDefinitionNode) -> set[str]:
    return {directive.name.value for directive in field.directives if directive.name.value.startswith("aws_")} - {
        "aws_subscribe"
    }


FIELDS = _fields()
OPERATIONS = sorted(name for name, (kind, _) in FIELDS.items() if kind != "Subscription")
SUBSCRIPTIONS = sorted(name for name, (kind, _) in FIELDS.items() if kind == "Subscription")
FOR_IAM = sorted(name for name, (_, directives) in FIELDS.items() if "aws_iam" in directives)

NOW = "2026-01-01T00:00:00.000Z"
REACTION = {
    "messageId": "room-of-nobody:1",
    "chatRoomId": "room-of-nobody",
    "emoji": "👍",
    "userId": "nobody",
    "createdAt": NOW,
    "count": 1,
    "revision": 2,
}
TYPING = {"chatRoomId": "room-of-nobody", "userId": "nobody", "displayName": "Nobody", "expiresAt": NOW}
PUBLISHING: dict[str, tuple[str, dict[str, Any]]] = {
    "publishAccessEnded": (
        "mutation ($room: ID!, $user: ID!) { publishAccessEnded(chatRoomId: $room, userId: $user) { userId } }",
        {"room": "room-of-nobody", "user": "nobody"},
    ),
    "publishMemberDeleted": (
        "mutation ($room: ID!, $user: ID!) { publishMemberDeleted(chatRoomId: $room, userId: $user) { userId } }",
        {"room": "room-of-nobody", "user": "nobody"},
    ),
    "publishMessageDeleted": ("mutation ($id: ID!) { publishMessageDeleted(id: $id) { id } }", {"id": "$message"}),
    "publishMessageUpdated": ("mutation ($id: ID!) { publishMessageUpdated(id: $id) { id } }", {"id": "$message"}),
    "publishMessageCreated": ("mutation ($id: ID!) { publishMessageCreated(id: $id) { id } }", {"id": "$message"}),
    "publishMembershipChanged": (
        "mutation ($room: ID!, $user: ID!) { publishMembershipChanged(chatRoomId: $room, userId: $user) { userId } }",
        {"room": "$room", "user": "$user"},
    ),
    "publishReactionAdded": (
        "mutation ($input: PublishReactionInput!) { publishReactionAdded(input: $input) { emoji } }",
        {"input": REACTION},
    ),
    "publishReactionRemoved": (
        "mutation ($input: PublishReactionInput!) { publishReactionRemoved(input: $input) { emoji } }",
        {"input": REACTION},
    ),
    "publishTypingStarted": (
        "mutation ($input: PublishTypingInput!) { publishTypingStarted(input: $input) { userId } }",
        {"input": TYPING},
    ),
    "publishTypingStopped": (
        "mutation ($input: PublishTypingInput!) { publishTypingStopped(input: $input) { userId } }",
        {"input": TYPING},
    ),
    "publishMessage": (
        "mutation ($input: PublishMessageInput!) { publishMessage(input: $input) { id } }",
        {
            "input": {
                "chatRoomId": "room-of-nobody",
                "seq": 1,
                "content": "Nobody joined.",
                "authorId": "nobody",
                "authorName": "Nobody",
                "clientMessageId": "event-of-nobody",
                "createdAt": NOW,
                "systemEvent": {"kind": "MEMBER_JOINED", "userId": "nobody", "userName": "Nobody"},
            }
        },
    ),
    "publishNotification": (
        "mutation ($input: PublishNotificationInput!) { publishNotification(input: $input) { id } }",
        {"input": {"id": "n", "userId": "nobody", "type": "MENTION", "chatRoomId": "room-of-nobody", "createdAt": NOW}},
    ),
    "publishPresence": (
        "mutation ($input: PublishPresenceInput!) { publishPresence(input: $input) { userId } }",
        {"input": {"userId": "nobody", "status": "OFFLINE", "lastSeenAt": NOW, "chatRoomId": "room-of-nobody"}},
    ),
}
"""Mutations for Lambda functions, which have no canonical document; $message is a message of the fixture."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with valid variables."""

    document: str
    variables: dict[str, Any]


@pytest.fixture(scope="module")
def rooms(backend: LocalBackend, alice: ChatUser) -> RoomFactory:
    """Create rooms with one user in all roles; no caller here has a role."""
    return RoomFactory(backend, dict.fromkeys(Role, alice))


@pytest.fixture(scope="module")
def fixture(rooms: RoomFactory, alice: ChatUser) -> RoomFixture:
    """Create a public room."""
    return rooms.prepare(State.OPEN, alice)


def call_of(name: str, fixture: RoomFixture) -> Call:
    """Return a call of a field that would succeed for an authorized caller."""
    if name in PUBLISHING:
        published, variables = PUBLISHING[name]
        known = {"$message": fixture.message_id, "$room": fixture.room_id, "$user": fixture.member_id}
        return Call(published, {key: known.get(str(value), value) for key, value in variables.items()})
    return Call(document(name), RULES[name].variables(fixture))


def assert_unauthorized(answer: Response, name: str) -> None:
    """Check for AppSync's response to a known caller without permission: 200, an error of the field, and no data."""
    assert answer.status == 200, answer.body
    assert answer.error_types == ["Unauthorized"], name
    assert not any((answer.data or {}).values()), name


def test_iam_may_only_call_what_functions_publish_and_api_keys_nothing() -> None:
    assert sorted(PUBLISHING) == FOR_IAM
    assert [name for name, (_, directives) in FIELDS.items() if "aws_api_key" in directives] == []
    assert set(OPERATIONS) | set(SUBSCRIPTIONS) == set(RULES) | set(PUBLISHING)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_anonymous_calls_are_refused(
    name: str, fixture: RoomFixture, rooms: RoomFactory, outputs: Outputs
) -> None:
    before, call = rooms.stored(fixture), call_of(name, fixture)

    answer = await GraphQLClient(outputs["GraphQLURL"]).attempt(call.document, call.variables)

    assert (answer.status, answer.error_types) == (401, ["UnauthorizedException"])
    assert answer.data is None
    assert rooms.stored(fixture) == before


@pytest.mark.parametrize("name", OPERATIONS)
async def test_api_key_may_not_call_anything(
    name: str, fixture: RoomFixture, rooms: RoomFactory, outputs: Outputs
) -> None:
    before, call = rooms.stored(fixture), call_of(name, fixture)
    client = GraphQLClient(outputs["GraphQLURL"], {"x-api-key": outputs["GraphQLAPIKey"]})

    assert_unauthorized(await client.attempt(call.document, call.variables), name)

    assert rooms.stored(fixture) == before


def signed_client(outputs: Outputs, key_id: str, secret: str) -> GraphQLClient:
    """Return a client with an access key."""
    return GraphQLClient(outputs["GraphQLURL"], IamAuthorization(Credentials(key_id, secret), outputs.region))


@pytest.mark.parametrize("name", OPERATIONS)
async def test_iam_may_call_what_functions_publish_and_nothing_else(
    name: str, fixture: RoomFixture, rooms: RoomFactory, outputs: Outputs
) -> None:
    """Calls are signed by the account's administrator, whom IAM permits everything."""
    before, call = rooms.stored(fixture), call_of(name, fixture)
    keys = outputs.credentials
    client = signed_client(outputs, keys.access_key_id, keys.secret_access_key)

    answer = await client.attempt(call.document, call.variables)

    if name in FOR_IAM:
        assert (answer.status, answer.errors) == (200, [])
        assert (answer.data or {})[name]
    else:
        assert_unauthorized(answer, name)
    assert rooms.stored(fixture) == before


@pytest.fixture(scope="module")
def presence_only(backend: LocalBackend, outputs: Outputs) -> Iterator[GraphQLClient]:
    """Return a client that IAM permits to publish presence and nothing else, like the role of the sweep."""
    iam, name = backend.client("iam"), f"presence-only-{uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    field = f"arn:aws:appsync:{outputs.region}:*:apis/{outputs['GraphQLAPIId']}/types/Mutation/fields/publishPresence"
    statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": field}
    iam.put_user_policy(
        UserName=name,
        PolicyName="presence",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    yield signed_client(outputs, key["AccessKeyId"], key["SecretAccessKey"])
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="presence")
    iam.delete_user(UserName=name)


@pytest.mark.parametrize("name", FOR_IAM)
async def test_iam_may_not_call_fields_outside_of_its_policy(
    name: str, presence_only: GraphQLClient, fixture: RoomFixture
) -> None:
    call = call_of(name, fixture)

    answer = await presence_only.attempt(call.document, call.variables)

    if name == "publishPresence":
        assert (answer.status, answer.errors) == (200, [])
    else:
        assert answer.error_types
        assert {kind for kind in answer.error_types if kind} <= {"Unauthorized", "UnauthorizedException"}
        assert not any((answer.data or {}).values())


async def test_anonymous_connections_are_refused(outputs: Outputs) -> None:
    with pytest.raises(HandshakeError) as refused:
        await RealtimeClient(outputs["RealtimeURL"], {}).connect()

    assert refused.value.codes == [401]


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
async def test_api_key_may_not_subscribe(name: str, fixture: RoomFixture, outputs: Outputs) -> None:
    call = call_of(name, fixture)
    async with RealtimeClient(outputs["RealtimeURL"], {"x-api-key": outputs["GraphQLAPIKey"]}) as connection:
        with pytest.raises(SubscriptionError) as refused:
            await connection.subscribe(call.document, call.variables)

    assert [str(kind).removesuffix("Exception") for kind in refused.value.types] == ["Unauthorized"]

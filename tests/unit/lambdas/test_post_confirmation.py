"""Tests that each user gets the group and a profile once, and that no e-mail address becomes a name."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber
from pydantic import ValidationError

from contract.limits import LIMITS
from lambdas.common.observability import logger
from lambdas.post_confirmation import handler as entry
from lambdas.post_confirmation.aws import AwsDirectory, Settings
from lambdas.post_confirmation.logic import Profile, display_name, set_up_user
from tests.unit.lambdas.records import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2030, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
SUB = "0b0e7b1c-8f6e-4c53-9f42-2f1d8a7a6f10"
EMAIL = "alice@example.com"


@dataclass
class MemoryDirectory:
    """Users in memory."""

    members: set[tuple[str, str]] = field(default_factory=set)
    profiles: dict[str, Profile] = field(default_factory=dict)
    is_broken: bool = False

    def add_to_group(self, user_pool_id: str, username: str) -> None:
        if self.is_broken:
            raise ConnectionError
        self.members.add((user_pool_id, username))

    def create_profile(self, profile: Profile) -> bool:
        return self.profiles.setdefault(profile.user_id, profile) is profile

    def display_name(self, user_id: str) -> str | None:
        if self.is_broken:
            raise ConnectionError
        found = self.profiles.get(user_id)
        return None if found is None else found.display_name

    def rename(self, user_id: str, old: str, new: str) -> None:
        if self.profiles[user_id].display_name == old:
            self.profiles[user_id] = replace(self.profiles[user_id], display_name=new)


def confirmation(source: str = "PostConfirmation_ConfirmSignUp", **attributes: str) -> dict[str, Any]:
    """Return Cognito's event of a confirmed sign-up."""
    return {
        "version": "1",
        "region": "eu-central-1",
        "userPoolId": "eu-central-1_pool",
        "userName": "alice",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "triggerSource": source,
        "request": {"userAttributes": {"sub": SUB, "email": EMAIL, "email_verified": "true", **attributes}},
        "response": {},
    }


def test_confirmed_user_gets_group_and_profile() -> None:
    directory = MemoryDirectory()
    assert set_up_user(confirmation(name="Alice"), directory, NOW) is True
    assert directory.members == {("eu-central-1_pool", "alice")}
    assert directory.profiles == {SUB: Profile(SUB, "Alice", "2030-01-01T12:30:15.123Z")}


def test_repeated_event_changes_nothing() -> None:
    directory = MemoryDirectory()
    set_up_user(confirmation(name="Alice"), directory, NOW)
    assert set_up_user(confirmation(name="Alicia"), directory, NOW) is False
    assert directory.profiles[SUB].display_name == "Alice"


def test_repeating_after_a_failure_completes_the_work() -> None:
    directory = MemoryDirectory(is_broken=True)
    with pytest.raises(ConnectionError):
        set_up_user(confirmation(), directory, NOW)
    directory.is_broken = False
    assert set_up_user(confirmation(), directory, NOW) is True


def test_a_forgotten_password_is_not_a_sign_up() -> None:
    directory = MemoryDirectory()
    assert set_up_user(confirmation("PostConfirmation_ConfirmForgotPassword"), directory, NOW) is False
    assert directory == MemoryDirectory()


SIGN_IN = "PostAuthentication_Authentication"


def test_a_user_created_by_an_administrator_gets_group_and_profile_at_the_first_sign_in() -> None:
    directory = MemoryDirectory()
    assert set_up_user(confirmation(SIGN_IN, name="Alice"), directory, NOW) is True
    assert directory.members == {("eu-central-1_pool", "alice")}
    assert directory.profiles == {SUB: Profile(SUB, "Alice", "2030-01-01T12:30:15.123Z")}


def test_later_sign_ins_change_nothing() -> None:
    directory = MemoryDirectory()
    set_up_user(confirmation(name="Alice"), directory, NOW)
    directory.members.clear()
    assert set_up_user(confirmation(SIGN_IN, name="Alicia"), directory, NOW) is False
    assert directory.profiles[SUB].display_name == "Alice"
    assert directory.members == set(), "one read, and no call of Cognito"


def test_a_derived_name_is_replaced_once_the_user_has_chosen_one() -> None:
    directory = MemoryDirectory()
    set_up_user(confirmation(SIGN_IN), directory, NOW)
    set_up_user(confirmation(SIGN_IN), directory, NOW)
    assert directory.profiles[SUB].display_name == "user-0b0e7b1c"
    assert set_up_user(confirmation(SIGN_IN, name="Alice"), directory, NOW) is False
    assert directory.profiles[SUB] == Profile(SUB, "Alice", "2030-01-01T12:30:15.123Z")


def test_an_account_that_is_being_deleted_gets_no_profile() -> None:
    mark = Profile(SUB, "", "")
    directory = MemoryDirectory(profiles={SUB: mark})
    assert set_up_user(confirmation(SIGN_IN, name="Alice"), directory, NOW) is False
    assert set_up_user(confirmation(name="Alice"), directory, NOW) is False
    assert directory.profiles == {SUB: mark}


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"name": "Alice", "preferred_username": "al"}, "Alice"),
        ({"name": "  ", "preferred_username": " al "}, "al"),
        ({"name": "x" * 200}, "x" * LIMITS["displayNameLength"]),
        ({"email": EMAIL}, "user-0b0e7b1c"),
        ({}, "user-0b0e7b1c"),
    ],
)
def test_display_name_is_chosen_by_the_user_or_derived_from_the_id(attributes: dict[str, str], name: str) -> None:
    assert display_name({"sub": SUB, **attributes}) == name


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> MemoryDirectory:
    kept = MemoryDirectory()
    monkeypatch.setattr(entry, "_directory", lambda: kept)
    return kept


@pytest.mark.parametrize("source", ["PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"])
def test_handler_returns_the_event_and_logs_no_personal_data(
    directory: MemoryDirectory, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    event = confirmation(source, name="Alice Liddell")
    answer = entry.handler(event, Context())
    assert answer == confirmation(source, name="Alice Liddell")
    logged = stream.getvalue()
    assert json.loads(logged)["trigger"] == source
    assert not [secret for secret in (EMAIL, "Alice Liddell") if secret in logged]
    assert len(directory.profiles) == (1 if source.endswith("SignUp") else 0)


def test_handler_logs_only_sign_ins_that_create_a_profile(
    directory: MemoryDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    event = confirmation(SIGN_IN, name="Alice Liddell")
    for _ in range(2):
        assert entry.handler(event, Context()) == confirmation(SIGN_IN, name="Alice Liddell")
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["message"], line["trigger"]) == ("Profile created at sign-in", SIGN_IN)
    assert "Alice" not in stream.getvalue()
    assert list(directory.profiles) == [SUB]


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem"),
        ReadTimeoutError(endpoint_url="https://dynamodb.eu-central-1.amazonaws.com"),
    ],
)
def test_an_error_of_aws_does_not_refuse_a_sign_in(
    error: Exception, directory: MemoryDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cognito refuses a sign-in whose trigger fails; the next sign-in repeats the work."""
    counted: list[str] = []
    stream = StringIO()

    def fail(_user_id: str) -> None:
        raise error

    monkeypatch.setattr(directory, "display_name", fail)
    monkeypatch.setattr(entry, "count", counted.append)
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    event = confirmation(SIGN_IN, name="Alice Liddell")

    assert entry.handler(event, Context()) == confirmation(SIGN_IN, name="Alice Liddell")

    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["level"], line["message"]) == ("ERROR", "Signed in without group and profile")
    assert "Alice" not in stream.getvalue()
    assert counted == ["ProfilesFailed"]
    monkeypatch.undo()
    set_up_user(event, directory, NOW)
    assert directory.profiles[SUB].display_name == "Alice Liddell"


def test_an_error_of_aws_is_reported_at_a_sign_up(directory: MemoryDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_profile: Profile) -> bool:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")

    monkeypatch.setattr(directory, "create_profile", fail)

    with pytest.raises(ClientError):
        entry.handler(confirmation(), Context())


def test_handler_raises_errors_so_that_cognito_retries(directory: MemoryDirectory) -> None:
    directory.is_broken = True
    with pytest.raises(ConnectionError):
        entry.handler(confirmation(), Context())


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USERS_TABLE_NAME", raising=False)
    with pytest.raises(ValidationError, match="USERS_TABLE_NAME"):
        Settings.from_environment()
    monkeypatch.setenv("USERS_TABLE_NAME", "chat-users-test")
    settings = Settings.from_environment()
    assert (settings.users_table_name, settings.users_group_name) == ("chat-users-test", "Users")


@pytest.fixture
def stubs() -> Iterator[tuple[AwsDirectory, Stubber, Stubber]]:
    """Return AWS clients with fixed responses, which also check requests against the services' models."""
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    cognito, dynamodb = session.client("cognito-idp"), session.client("dynamodb")
    settings = Settings.model_validate({"USERS_TABLE_NAME": "chat-users-test"})
    with Stubber(cognito) as cognito_stub, Stubber(dynamodb) as dynamodb_stub:
        yield AwsDirectory(settings, cognito=cognito, dynamodb=dynamodb), cognito_stub, dynamodb_stub
        cognito_stub.assert_no_pending_responses()
        dynamodb_stub.assert_no_pending_responses()


def test_aws_directory_adds_to_the_group(stubs: tuple[AwsDirectory, Stubber, Stubber]) -> None:
    directory, cognito, _ = stubs
    expected = {"UserPoolId": "eu-central-1_pool", "Username": "alice", "GroupName": "Users"}
    cognito.add_response("admin_add_user_to_group", {}, expected)
    directory.add_to_group("eu-central-1_pool", "alice")


def test_aws_directory_writes_a_profile_only_if_none_exists(
    stubs: tuple[AwsDirectory, Stubber, Stubber],
) -> None:
    directory, _, dynamodb = stubs
    profile = Profile(SUB, "Alice", "2030-01-01T12:30:15.123Z")
    expected = {
        "TableName": "chat-users-test",
        "Item": {
            "userId": {"S": SUB},
            "displayName": {"S": "Alice"},
            "createdAt": {"S": "2030-01-01T12:30:15.123Z"},
        },
        "ConditionExpression": "attribute_not_exists(userId)",
    }
    dynamodb.add_response("put_item", {}, expected)
    assert directory.create_profile(profile) is True
    dynamodb.add_client_error("put_item", "ConditionalCheckFailedException", expected_params=expected)
    assert directory.create_profile(profile) is False
    dynamodb.add_client_error("put_item", "ResourceNotFoundException", expected_params=expected)
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        directory.create_profile(profile)


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ({}, None),
        ({"Item": {"userId": {"S": SUB}, "displayName": {"S": "Alice"}}}, "Alice"),
        ({"Item": {"userId": {"S": SUB}}}, ""),  # a deletion mark
    ],
)
def test_aws_directory_reads_the_name(
    stubs: tuple[AwsDirectory, Stubber, Stubber], response: dict[str, Any], name: str | None
) -> None:
    directory, _, dynamodb = stubs
    expected = {
        "TableName": "chat-users-test",
        "Key": {"userId": {"S": SUB}},
        "ProjectionExpression": "userId, displayName",
    }
    dynamodb.add_response("get_item", response, expected)
    assert directory.display_name(SUB) == name


def test_aws_directory_replaces_a_name_only_if_it_is_unchanged(stubs: tuple[AwsDirectory, Stubber, Stubber]) -> None:
    directory, _, dynamodb = stubs
    expected = {
        "TableName": "chat-users-test",
        "Key": {"userId": {"S": SUB}},
        "UpdateExpression": "SET displayName = :new",
        "ConditionExpression": "displayName = :old",
        "ExpressionAttributeValues": {":new": {"S": "Alice"}, ":old": {"S": "user-0b0e7b1c"}},
    }
    dynamodb.add_response("update_item", {}, expected)
    directory.rename(SUB, "user-0b0e7b1c", "Alice")
    dynamodb.add_client_error("update_item", "ConditionalCheckFailedException", expected_params=expected)
    directory.rename(SUB, "user-0b0e7b1c", "Alice")

"""Tests of the profiles of users whom an administrator creates, with the requests checked by the AWS SDK's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from common.commands import OperationError, RefusedError
from ops import profiles
from ops.profiles import RETRIES, Clients, create_profiles, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

POOL, TABLE = "us-east-1_pool", "chat-users-dev"


def user(
    user_id: str, status: str = "FORCE_CHANGE_PASSWORD", *, is_enabled: bool = True, **more: str
) -> dict[str, Any]:
    """Return a user as ListUsers has it."""
    attributes = {"sub": user_id, "email": f"{user_id}@example.com", **more}
    return {
        "Username": user_id,
        "Attributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        "UserStatus": status,
        "Enabled": is_enabled,
    }


class Aws:
    """Cognito and DynamoDB with expected requests and fixed responses."""

    def __init__(self) -> None:
        session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
        self.clients = Clients(session.client("cognito-idp"), session.client("dynamodb"), POOL, TABLE)
        self.cognito, self.dynamodb = Stubber(self.clients.cognito), Stubber(self.clients.dynamodb)

    def lists(self, *users: dict[str, Any], token: str = "", after: str = "", address: str = "") -> None:
        """Expect ListUsers."""
        request = {"UserPoolId": POOL, **({"Filter": f'email = "{address}"'} if address else {"Limit": 60})}
        response = {"Users": list(users), **({"PaginationToken": token} if token else {})}
        self.cognito.add_response("list_users", response, {**request, **({"PaginationToken": after} if after else {})})

    def has_profiles(self, of: list[str], existing: list[str], unprocessed: list[str] | None = None) -> None:
        """Expect BatchGetItem."""

        def request(ids: list[str]) -> dict[str, Any]:
            keys = [{"userId": {"S": user_id}} for user_id in ids]
            return {TABLE: {"Keys": keys, "ProjectionExpression": "userId", "ConsistentRead": True}}

        response: dict[str, Any] = {"Responses": {TABLE: [{"userId": {"S": user_id}} for user_id in existing]}}
        response["UnprocessedKeys"] = request(unprocessed) if unprocessed else {}
        self.dynamodb.add_response("batch_get_item", response, {"RequestItems": request(of)})

    def creates(self, user_id: str) -> None:
        """Expect the calls of the trigger's code."""
        self.dynamodb.add_response("get_item", {})
        self.cognito.add_response(
            "admin_add_user_to_group", {}, {"UserPoolId": POOL, "Username": user_id, "GroupName": "Users"}
        )
        self.dynamodb.add_response("put_item", {})


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Return the clients; every expected request must have been made."""
    made = Aws()
    with made.cognito, made.dynamodb:
        yield made
        made.cognito.assert_no_pending_responses()
        made.dynamodb.assert_no_pending_responses()


def test_only_users_without_a_profile_get_one(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    users = [
        user("ann", name="Ann"),
        user("ben", "CONFIRMED"),
        user("cleo", "UNCONFIRMED"),
        user("dan", is_enabled=False),
    ]
    aws.lists(*users, token="next")
    aws.has_profiles(["ann", "ben", "cleo", "dan"], ["ben"])
    aws.creates("ann")
    aws.lists(user("eve", "EXTERNAL_PROVIDER"), after="next")
    aws.has_profiles(["eve"], [])
    aws.creates("eve")

    outcomes = create_profiles(aws.clients)

    assert capsys.readouterr().out == "created: ann  Ann\ncreated: eve  user-eve\n"
    assert outcomes == {"created": 2, "existing": 1, "unconfirmed": 1, "disabled": 1}
    assert summary(outcomes) == "5 users: 2 profiles created, 1 existed, 1 unconfirmed, 1 disabled."


def test_a_dry_run_writes_nothing(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.lists(user("ann", name="Ann"))
    aws.has_profiles(["ann"], [])

    outcomes = create_profiles(aws.clients, is_dry_run=True)

    assert capsys.readouterr().out == "would create: ann  Ann\n"
    assert summary(outcomes, is_dry_run=True) == "1 user: 1 profile would be created, 0 existed."


def test_one_user_by_address(aws: Aws) -> None:
    aws.lists(user("ann"), address="ann@example.com")
    aws.has_profiles(["ann"], ["ann"])

    assert create_profiles(aws.clients, ["ann@example.com"]) == {"existing": 1}


def test_an_unknown_address_is_refused(aws: Aws) -> None:
    aws.lists(address="nobody@example.com")

    with pytest.raises(RefusedError, match=r"No user has the address nobody@example\.com"):
        create_profiles(aws.clients, ["nobody@example.com"])


def test_an_address_cannot_change_the_filter(aws: Aws) -> None:
    aws.lists(user("ann"), address='\\" or \\\\')
    aws.has_profiles(["ann"], ["ann"])

    create_profiles(aws.clients, ['" or \\'])


def test_keys_that_dynamodb_did_not_process_are_read_again(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_PAUSE", 0)
    aws.lists(user("ann"), user("ben"))
    aws.has_profiles(["ann", "ben"], ["ann"], unprocessed=["ben"])
    aws.has_profiles(["ben"], ["ben"])

    assert create_profiles(aws.clients) == {"existing": 2}


def test_a_user_who_is_deleted_during_the_run_is_skipped(aws: Aws) -> None:
    aws.lists(user("ann"))
    aws.has_profiles(["ann"], [])
    aws.dynamodb.add_response("get_item", {})
    aws.cognito.add_client_error("admin_add_user_to_group", "UserNotFoundException")

    assert summary(create_profiles(aws.clients)) == "1 user: 0 profiles created, 0 existed, 1 deleted during the run."


def test_the_clients_wait_while_aws_throttles_them() -> None:
    assert RETRIES.retries == {"mode": "adaptive", "total_max_attempts": 10}  # type: ignore[attr-defined] # set by botocore


class _Stack:
    region = "us-east-1"
    environment = "dev"

    def argument(self, address: str, name: str) -> str:
        return (
            {"aws_cognito_user_pool.pool": "chat-users-dev", "aws_dynamodb_table.users": TABLE}[address] if name else ""
        )


@pytest.mark.parametrize(
    ("pools", "message"),
    [([], "There is no user pool chat-users-dev: dev is not deployed"), (["a", "b"], "There are 2 user pools")],
)
def test_the_pool_must_exist_once(pools: list[str], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws()
    listed = [{"Id": f"us-east-1_{name}", "Name": "chat-users-dev"} for name in pools]
    aws.cognito.add_response("list_user_pools", {"UserPools": [*listed, {"Id": "us-east-1_c", "Name": "other"}]})
    monkeypatch.setattr(boto3, "client", lambda name, **_: getattr(aws.clients, name.partition("-")[0]))

    with aws.cognito, pytest.raises(OperationError, match=message):
        Clients.of(_Stack())  # type: ignore[arg-type] # a stack with the two names only

"""Tests of comparisons with an account that the local AWS does not support; botocore checks the responses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from ops import account_drift
from ops.account_drift import CHECKS, compare_account
from ops.account_drift.check import Account, Check, Difference
from tests.helpers.stacks import write_stack
from tools.documents.drift import DOCUMENT, document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from terraform.stack import Stack

API = "aws_appsync_graphql_api.chat"
STATE = {API: {"id": "a1"}}
CACHE = {"ttl": 60, "apiCachingBehavior": "FULL_REQUEST_CACHING", "type": "SMALL", "status": "AVAILABLE"}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    provider = {"provider": {"aws": [{"region": "us-east-1"}]}}
    return write_stack(tmp_path, provider | {"resource": {"aws_appsync_graphql_api": {"chat": {"schema": ""}}}}, "dev")


@pytest.fixture
def appsync(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> Iterator[Stubber]:
    """Return the stub of AppSync's client; only the check of the cache is made."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = Account(stack, STATE).client("appsync")
    monkeypatch.setattr(Account, "client", lambda _self, _service: client)
    monkeypatch.setattr(account_drift, "CHECKS", [check for check in CHECKS if check.compares == "cache of responses"])
    with Stubber(client) as stub:
        yield stub


def found(stack: Stack) -> list[Difference]:
    comparison = compare_account(stack, STATE)
    assert comparison.errors == []
    return comparison.differences


def test_an_added_cache_is_found(stack: Stack, appsync: Stubber) -> None:
    appsync.add_response("get_api_cache", {"apiCache": CACHE}, {"apiId": "a1"})

    (difference,) = found(stack)

    assert (difference.address, difference.attribute) == (API, "cache")
    assert difference.remedy.startswith("aws appsync delete-api-cache --api-id a1")


def test_an_api_without_a_cache_has_no_difference(stack: Stack, appsync: Stubber) -> None:
    appsync.add_client_error("get_api_cache", "NotFoundException", http_status_code=404)

    assert found(stack) == []


def test_a_refused_call_names_the_remedy_and_keeps_the_differences(
    stack: Stack, appsync: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = Difference(API, "cache", "was added", "account")
    others = [Check("aws_appsync_graphql_api", text, lambda *_: [added]) for text in ("earlier", "later")]
    monkeypatch.setattr(account_drift, "CHECKS", [others[0], *account_drift.CHECKS, others[1]])
    appsync.add_client_error("get_api_cache", "AccessDeniedException", "User: x is not authorized", 403)

    comparison = compare_account(stack, STATE)

    assert comparison.differences == [added]
    (error,) = comparison.errors
    assert error.startswith(f"cache of responses of {API}: ")
    assert "Apply the bootstrap again" in error


def test_an_invalid_schema_of_the_api_keeps_the_differences(
    stack: Stack, appsync: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = next(check for check in CHECKS if check.compares.startswith("the schema"))
    monkeypatch.setattr(account_drift, "CHECKS", [schema, *account_drift.CHECKS])
    sdl = StreamingBody(io.BytesIO(b"type {"), 6)
    monkeypatch.setattr(appsync.client, "get_introspection_schema", lambda **_: {"schema": sdl})
    appsync.add_response("get_api_cache", {"apiCache": CACHE}, {"apiId": "a1"})

    comparison = compare_account(stack, STATE)

    assert [difference.attribute for difference in comparison.differences] == ["cache"]
    (error,) = comparison.errors
    assert "A schema of the API a1 is not valid" in error


def compare(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    compares: str,
    service: str,
    resource: dict[str, Any],
    responses: dict[str, dict[str, Any]],
) -> list[Difference]:
    """Return what a check finds; `resource` has the type, the arguments and the attributes in the refreshed state."""
    kind, arguments, attributes = resource["type"], resource["arguments"], resource["attributes"]
    provider = {"provider": {"aws": [{"region": "us-east-1"}]}}
    stack = write_stack(tmp_path, provider | {"resource": {kind: {"x": arguments}}}, "dev")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = Account(stack, {}).client(service)
    monkeypatch.setattr(Account, "client", lambda _self, _service: client)
    monkeypatch.setattr(account_drift, "CHECKS", [check for check in CHECKS if check.compares == compares])
    with Stubber(client) as stub:
        for operation, response in responses.items():
            stub.add_response(operation, response)
        comparison = compare_account(stack, {f"{kind}.x": attributes})
    assert comparison.errors == []
    return comparison.differences


@pytest.mark.parametrize(
    ("arguments", "found"), [({}, ["version 1"]), ({"publish": True}, [])], ids=["unpublished", "published"]
)
def test_an_added_version_is_found_although_terraform_has_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: dict[str, Any], found: list[str]
) -> None:
    function = {
        "type": "aws_lambda_function",
        "arguments": arguments,
        "attributes": {"function_name": "chat-privacy-dev", "version": "1"},
    }
    versions = {"Versions": [{"Version": "$LATEST"}, {"Version": "1"}]}

    differences = compare(
        monkeypatch,
        tmp_path,
        "published versions, if the release publishes none",
        "lambda",
        function,
        {} if arguments else {"list_versions_by_function": versions},
    )

    assert [difference.attribute for difference in differences] == found


def test_a_policy_of_a_bucket_without_one_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bucket = {"type": "aws_s3_bucket", "arguments": {}, "attributes": {"bucket": "logs"}}

    (difference,) = compare(
        monkeypatch,
        tmp_path,
        "bucket policy, if the release has none",
        "s3",
        bucket,
        {"get_bucket_policy": {"Policy": '{"Statement": []}'}},
    )

    assert (difference.address, difference.attribute) == ("aws_s3_bucket.x", "bucket policy")
    assert difference.remedy.startswith("aws s3api delete-bucket-policy --bucket logs")


RECOVERY = "days of point-in-time recovery, if the release names none"


@pytest.mark.parametrize(
    ("days", "found"),
    [({"RecoveryPeriodInDays": 1}, ["is 1; deployed: 35"]), ({"RecoveryPeriodInDays": 35}, []), ({}, [])],
)
def test_a_shorter_recovery_period_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: dict[str, int], found: list[str]
) -> None:
    table = {
        "type": "aws_dynamodb_table",
        "arguments": {"point_in_time_recovery": {"enabled": True}},
        "attributes": {"name": "messages"},
    }
    recovery = {"PointInTimeRecoveryStatus": "ENABLED", **days}
    backups = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}

    differences = compare(
        monkeypatch,
        tmp_path,
        RECOVERY,
        "dynamodb",
        table,
        {"describe_continuous_backups": {"ContinuousBackupsDescription": backups}},
    )

    assert [difference.message for difference in differences] == found
    for difference in differences:
        assert difference.attribute == "point_in_time_recovery.recovery_period_in_days"
        assert difference.remedy.startswith("aws dynamodb update-continuous-backups --table-name messages ")


@pytest.mark.parametrize("recovery", [{"enabled": False}, {"enabled": True, "recovery_period_in_days": 7}])
def test_a_recovery_period_that_terraform_compares_is_not_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recovery: dict[str, Any]
) -> None:
    arguments = {"point_in_time_recovery": recovery}
    table = {"type": "aws_dynamodb_table", "arguments": arguments, "attributes": {"name": "messages"}}

    assert compare(monkeypatch, tmp_path, RECOVERY, "dynamodb", table, {}) == []


KEY_ARN = "arn:aws:kms:us-east-1:222222222222:key/k"


@pytest.mark.parametrize(
    ("arguments", "encryption", "manager", "is_found"),
    [
        ({"server_side_encryption": {"enabled": True}}, {"KMSMasterKeyArn": KEY_ARN}, "CUSTOMER", True),
        ({"server_side_encryption": {"enabled": True}}, {"KMSMasterKeyArn": KEY_ARN}, None, True),
        ({"server_side_encryption": {"enabled": True}}, {"KMSMasterKeyArn": KEY_ARN}, "AWS", False),
        (
            {"server_side_encryption": {"enabled": True}},
            {"KMSMasterKeyArn": "arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb"},
            "",
            False,
        ),
        ({}, {}, "", False),
        ({"server_side_encryption": {"enabled": True, "kms_key_arn": KEY_ARN}}, None, "", False),
    ],
    ids=[
        "another key",
        "a key that does not exist",
        "the key of AWS",
        "the alias of the key of AWS",
        "no KMS key",
        "Terraform compares it",
    ],
)
def test_another_encryption_key_is_found(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: dict[str, Any],
    encryption: dict[str, str] | None,
    manager: str | None,
    *,
    is_found: bool,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    provider = {"provider": {"aws": [{"region": "us-east-1"}]}}
    stack = write_stack(tmp_path, provider | {"resource": {"aws_dynamodb_table": {"x": arguments}}}, "dev")
    account = Account(stack, {"aws_dynamodb_table.x": {"name": "messages"}})
    (check,) = [check for check in CHECKS if check.compares == "encryption key, if the release names none"]
    with Stubber(account.client("dynamodb")) as tables, Stubber(account.client("kms")) as keys:
        if encryption is not None:
            tables.add_response("describe_table", {"Table": {"SSEDescription": encryption}}, {"TableName": "messages"})
        if manager is None:
            keys.add_client_error("describe_key", "NotFoundException", http_status_code=400)
        elif manager:
            keys.add_response("describe_key", {"KeyMetadata": {"KeyId": "k", "KeyManager": manager}})

        (table,) = account.of("aws_dynamodb_table")
        found = [difference.attribute for difference in check.find(account, table)]

    assert found == (["server_side_encryption.kms_key_arn"] if is_found else [])


OAUTH = {
    "AllowedOAuthFlows": ["implicit"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://rogue.example.com"],
    "DefaultRedirectURI": "https://rogue.example.com",
    "LogoutURLs": ["https://rogue.example.com"],
}
ARGUMENTS = {
    "allowed_oauth_flows",
    "allowed_oauth_flows_user_pool_client",
    "allowed_oauth_scopes",
    "callback_urls",
    "default_redirect_uri",
    "logout_urls",
}


@pytest.mark.parametrize("declared", [set(), {"callback_urls", "logout_urls"}, ARGUMENTS])
def test_settings_of_oauth_that_the_release_does_not_have_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, declared: set[str]
) -> None:
    client = {
        "type": "aws_cognito_user_pool_client",
        "arguments": {name: ["x"] for name in declared},
        "attributes": {"id": "client", "user_pool_id": "us-east-1_pool"},
    }

    differences = compare(
        monkeypatch,
        tmp_path,
        "settings of OAuth that the release does not have",
        "cognito-idp",
        client,
        {"describe_user_pool_client": {"UserPoolClient": OAUTH}},
    )

    assert {difference.attribute for difference in differences} == ARGUMENTS - declared


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, ["lambda_config.pre_token_generation", "lambda_config.pre_token_generation_config"]),
        ({"lambda_config": {"pre_token_generation": "arn"}}, []),
    ],
)
def test_triggers_of_tokens_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: dict[str, Any], found: list[str]
) -> None:
    arn = "arn:aws:lambda:us-east-1:222222222222:function:rogue"
    triggers = {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}, "PreTokenGeneration": arn}
    pool = {"type": "aws_cognito_user_pool", "arguments": arguments, "attributes": {"id": "us-east-1_pool"}}

    differences = compare(
        monkeypatch,
        tmp_path,
        "triggers of tokens, if the release has none",
        "cognito-idp",
        pool,
        {"describe_user_pool": {"UserPool": {"LambdaConfig": triggers}}},
    )

    assert [difference.attribute for difference in differences] == found


def test_the_tables_of_the_document_are_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert document() == text, "run: python -m tools.documents.drift"
    assert "| `aws_iam_role` | attached managed policies; inline policies |" in text

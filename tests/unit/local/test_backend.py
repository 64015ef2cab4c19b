"""Tests of the data plane's calls to the local AWS: policies are enforced, signatures verified, errors complete."""

# ruff: noqa: ANN401 - JSON values, and boto3 clients, whose types know literal names only

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from appsync_local.backend import AwsError, SignedRequest
from local.embedded.permissions import dynamodb_checks

if TYPE_CHECKING:
    from tests.unit.local.conftest import Embedded

REGION = "us-east-1"
ACCOUNT = "000000000000"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "appsync.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/backend"


async def _iam(embedded: Embedded, **parameters: str) -> bytes:
    from urllib.parse import urlencode  # noqa: PLC0415

    answer = await embedded.emulator.call(
        "iam",
        "POST",
        "/",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode({"Version": "2010-05-08", **parameters}).encode(),
        region=REGION,
    )
    assert answer.status == 200, answer.body
    return answer.body


async def _role(embedded: Embedded, name: str, statements: list[dict[str, Any]], trust: Any = TRUST) -> str:
    await _iam(embedded, Action="CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    await _allow(embedded, name, statements)
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


async def _allow(embedded: Embedded, name: str, statements: list[dict[str, Any]]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    await _iam(embedded, Action="PutRolePolicy", RoleName=name, PolicyName="own", PolicyDocument=document)


def _statement(*actions: str, resource: str = TABLE_ARN, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": [f"dynamodb:{action}" for action in actions], "Resource": resource}


@pytest.fixture(scope="module", autouse=True)
async def table(embedded: Embedded) -> None:
    await embedded.emulator.call_json(
        "dynamodb",
        "DynamoDB_20120810.CreateTable",
        {
            "TableName": "backend",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        },
        region=REGION,
    )


ITEM = {"id": {"S": "1"}, "n": {"N": "1"}}


@pytest.mark.conforms("dynamodb.role")
async def test_an_allowed_role_reads_and_writes(embedded: Embedded) -> None:
    role = await _role(embedded, "may", [_statement("PutItem", "GetItem")])
    await embedded.backend.dynamodb("PutItem", {"TableName": "backend", "Item": ITEM}, role_arn=role, region=REGION)
    answer = await embedded.backend.dynamodb(
        "GetItem", {"TableName": "backend", "Key": {"id": {"S": "1"}}}, role_arn=role, region=REGION
    )
    assert answer["Item"] == ITEM


@pytest.mark.conforms("dynamodb.role")
async def test_a_denied_role_gets_an_error_and_writes_nothing(embedded: Embedded) -> None:
    role = await _role(embedded, "reader", [_statement("GetItem")])
    item = {"id": {"S": "refused"}}
    with pytest.raises(AwsError, match="not authorized to perform: dynamodb:PutItem on resource") as refused:
        await embedded.backend.dynamodb("PutItem", {"TableName": "backend", "Item": item}, role_arn=role, region=REGION)
    assert refused.value.code == "AccessDeniedException"
    answer = await embedded.backend.dynamodb(
        "GetItem", {"TableName": "backend", "Key": item}, role_arn=role, region=REGION
    )
    assert "Item" not in answer


async def test_an_explicit_deny_wins(embedded: Embedded) -> None:
    role = await _role(embedded, "denied", [_statement("*"), _statement("GetItem", effect="Deny")])
    with pytest.raises(AwsError, match="explicit deny"):
        await embedded.backend.dynamodb(
            "GetItem", {"TableName": "backend", "Key": {"id": {"S": "1"}}}, role_arn=role, region=REGION
        )


async def test_a_changed_policy_takes_effect_immediately(embedded: Embedded) -> None:
    role = await _role(embedded, "changing", [_statement("GetItem")])
    get = {"TableName": "backend", "Key": {"id": {"S": "1"}}}
    await embedded.backend.dynamodb("GetItem", get, role_arn=role, region=REGION)
    await _allow(embedded, "changing", [_statement("PutItem")])
    with pytest.raises(AwsError, match="dynamodb:GetItem"):
        await embedded.backend.dynamodb("GetItem", get, role_arn=role, region=REGION)


@pytest.mark.conforms("dynamodb.role")
@pytest.mark.parametrize(
    ("name", "trust"),
    [
        ("lambda_s", {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}),
        ("nobody_s", {"Statement": []}),
    ],
)
async def test_refuses_a_role_that_appsync_may_not_assume(embedded: Embedded, name: str, trust: dict[str, Any]) -> None:
    role = await _role(embedded, name, [_statement("*")], trust)
    with pytest.raises(AwsError, match="cannot assume"):
        await embedded.backend.dynamodb("Scan", {"TableName": "backend"}, role_arn=role, region=REGION)


async def test_refuses_a_missing_role(embedded: Embedded) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/absent"
    with pytest.raises(AwsError, match="cannot assume the role"):
        await embedded.backend.dynamodb("Scan", {"TableName": "backend"}, role_arn=role, region=REGION)


async def test_returns_dynamodbs_errors_with_their_details(embedded: Embedded) -> None:
    role = await _role(embedded, "writer", [_statement("PutItem")])
    put = {"TableName": "backend", "Item": {"id": {"S": "once"}}, "ConditionExpression": "attribute_not_exists(id)"}
    await embedded.backend.dynamodb("PutItem", put, role_arn=role, region=REGION)
    again = {**put, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with pytest.raises(AwsError) as refused:
        await embedded.backend.dynamodb("PutItem", again, role_arn=role, region=REGION)
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.details["Item"] == {"id": {"S": "once"}}


def test_authorizes_a_transaction_by_item_and_a_batch_by_table() -> None:
    transaction = {
        "TransactItems": [
            {"Put": {"TableName": "a", "Item": {}}},
            {"ConditionCheck": {"TableName": "b", "Key": {}}},
            {"Update": {"TableName": "c", "Key": {}}},
            {"Delete": {"TableName": "d", "Key": {}}},
        ]
    }
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
    assert dynamodb_checks("TransactWriteItems", transaction, REGION, ACCOUNT) == [
        ("dynamodb:PutItem", f"{arn}/a"),
        ("dynamodb:ConditionCheckItem", f"{arn}/b"),
        ("dynamodb:UpdateItem", f"{arn}/c"),
        ("dynamodb:DeleteItem", f"{arn}/d"),
    ]
    assert dynamodb_checks("BatchGetItem", {"RequestItems": {"a": {}, "b": {}}}, REGION, ACCOUNT) == [
        ("dynamodb:BatchGetItem", f"{arn}/a"),
        ("dynamodb:BatchGetItem", f"{arn}/b"),
    ]
    assert dynamodb_checks("Query", {"TableName": "a", "IndexName": "i"}, REGION, ACCOUNT) == [
        ("dynamodb:Query", f"{arn}/a/index/i")
    ]


def _signed(secret: str, key: str = "test", body: bytes = b"{}") -> SignedRequest:
    request = AWSRequest("POST", "http://127.0.0.1:1/graphql", data=body, headers={"host": "127.0.0.1:1"})
    SigV4Auth(Credentials(key, secret), "appsync", REGION).add_auth(request)
    headers = tuple((name.lower().encode(), value.encode()) for name, value in request.headers.items())
    return SignedRequest("POST", "/graphql", "", headers, body)


async def _user_key(embedded: Embedded, name: str) -> tuple[str, str]:
    import re  # noqa: PLC0415

    await _iam(embedded, Action="CreateUser", UserName=name)
    body = (await _iam(embedded, Action="CreateAccessKey", UserName=name)).decode()
    found = [re.search(rf"<{tag}>([^<]+)</{tag}>", body) for tag in ("AccessKeyId", "SecretAccessKey")]
    assert all(found)
    key, secret = (match[1] for match in found if match)
    return key, secret


@pytest.mark.conforms("authorization.iam")
async def test_a_valid_signature_identifies_the_caller_and_its_permissions(embedded: Embedded) -> None:
    key, secret = await _user_key(embedded, "signer")
    field = f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/x/types/Mutation/fields/publish"
    policy = {"Statement": [{"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": field}]}
    await _iam(embedded, Action="PutUserPolicy", UserName="signer", PolicyName="own", PolicyDocument=json.dumps(policy))
    principal = await embedded.backend.authenticate(_signed(secret, key))
    assert principal.arn == f"arn:aws:iam::{ACCOUNT}:user/signer"
    assert await embedded.backend.may(principal, "appsync:GraphQL", field)
    assert not await embedded.backend.may(principal, "appsync:GraphQL", field.replace("publish", "other"))


@pytest.mark.parametrize("fault", ["secret", "body", "unknown key"])
async def test_refuses_an_invalid_signature(embedded: Embedded, fault: str) -> None:
    key, secret = await _user_key(embedded, f"forged-{fault.split(maxsplit=1)[0]}")
    good = _signed(secret, key)
    bad = {
        "secret": _signed("not the secret", key),
        "body": SignedRequest(good.method, good.raw_path, good.query_string, good.headers, b'{"other": 1}'),
        "unknown key": _signed(secret, "AKIA0000000000000000"),
    }[fault]
    with pytest.raises(AwsError):
        await embedded.backend.authenticate(bad)


async def test_refuses_a_request_without_a_signature(embedded: Embedded) -> None:
    with pytest.raises(AwsError) as refused:
        await embedded.backend.authenticate(SignedRequest("POST", "/graphql", "", (), b"{}"))
    assert refused.value.code == "MissingAuthenticationToken"


async def test_control_plane_errors_keep_their_name(embedded: Embedded) -> None:
    with pytest.raises(AwsError) as refused:
        await embedded.backend.read_control_plane("/v1/apis/absent", region=REGION)
    assert refused.value.code == "NotFoundException"


async def test_a_missing_pool_has_no_keys(embedded: Embedded) -> None:
    assert await embedded.backend.user_pool_keys("us-east-1_absent") == {"keys": []}


async def test_alarms_are_returned_complete_over_the_query_protocol(embedded: Embedded) -> None:
    from urllib.parse import urlencode  # noqa: PLC0415

    form = {"content-type": "application/x-www-form-urlencoded"}
    put = {
        "Action": "PutMetricAlarm",
        "AlarmName": "a<b",
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions.member.1.Name": "FunctionName",
        "Dimensions.member.1.Value": "f",
        "Period": "60",
        "EvaluationPeriods": "5",
        "Statistic": "Sum",
        "Threshold": "0",
        "ComparisonOperator": "GreaterThanThreshold",
    }
    describe = {"Action": "DescribeAlarms", "AlarmNames.member.1": "a<b"}
    for request in (put, describe):
        answer = await embedded.emulator.call(
            "monitoring", "POST", "/", headers=form, body=urlencode(request).encode(), region=REGION
        )
        assert answer.status == 200
    text = answer.body.decode()
    for part in (
        "<AlarmName>a&lt;b</AlarmName>",
        "<Period>60</Period>",
        "<Statistic>Sum</Statistic>",
        "<Value>f</Value>",
    ):
        assert part in text

"""Tests of a Lambda authorizer on the real backend: AppSync invokes it if the function's resource policy allows it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.api import GraphqlApi
from appsync_local.backend import AwsError
from appsync_local.errors import UnauthorizedError
from appsync_local.lambda_authorizer import LambdaAuthorizer
from tests.unit.local.functions import ACCOUNT, REGION, Cloud

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Embedded

API_ARN = f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/authorized"
CODE = """
def handler(event, context):
    allowed = event["authorizationToken"] == "open sesame"
    return {"isAuthorized": allowed, "resolverContext": {"api": event["requestContext"]["apiId"]}}
"""


def _api() -> GraphqlApi:
    return GraphqlApi("authorized", "test", API_ARN, REGION, ACCOUNT, "", (), (), {}, {}, {}, {})


async def _permit(cloud: Cloud, name: str, **statement: str) -> None:
    request = {"StatementId": "own", "Action": "lambda:InvokeFunction", **statement}
    answer = await cloud.function_api("POST", f"functions/{name}/policy", request)
    assert answer.status == 201, answer.body


async def _authorize(embedded: Embedded, name: str, token: str) -> Any:  # noqa: ANN401 - JSON
    config = {"authorizerUri": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}", "authorizerResultTtlInSeconds": 0}
    authorizer = LambdaAuthorizer(config, _api(), embedded.backend)
    operation: dict[str, Any] = {"query": "{ a }", "variables": {}, "operationName": None}
    caller = await authorizer.authorize(token, headers={}, operation=operation, is_default=True)
    return caller.identity


@pytest.mark.conforms("authorization.lambda-policy")
async def test_appsync_invokes_a_function_whose_policy_allows_it(embedded: Embedded, tmp_path: Path) -> None:
    cloud = Cloud(embedded.emulator, tmp_path)
    await cloud.function("authorizer", code=CODE)
    await _permit(cloud, "authorizer", Principal="appsync.amazonaws.com", SourceArn=API_ARN)
    assert await _authorize(embedded, "authorizer", "open sesame") == {"resolverContext": {"api": "authorized"}}
    with pytest.raises(UnauthorizedError):
        await _authorize(embedded, "authorizer", "knock knock")


@pytest.mark.conforms("authorization.lambda-policy")
@pytest.mark.parametrize(
    "statement",
    [
        None,
        {"Principal": "s3.amazonaws.com"},
        {"Principal": "appsync.amazonaws.com", "SourceArn": f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/other"},
        {"Principal": "appsync.amazonaws.com", "SourceAccount": "111111111111"},
        {"Principal": "appsync.amazonaws.com", "Action": "lambda:GetFunction"},
    ],
)
async def test_an_authorizer_without_permission_to_be_invoked_denies_access(
    embedded: Embedded, tmp_path: Path, statement: dict[str, str] | None
) -> None:
    cloud = Cloud(embedded.emulator, tmp_path)
    name = f"closed-{uuid.uuid4()}"
    await cloud.function(name, code=CODE)
    if statement is not None:
        await _permit(cloud, name, **statement)
    with pytest.raises(UnauthorizedError) as refused:
        await _authorize(embedded, name, "open sesame")
    assert isinstance(refused.value.__cause__, AwsError)
    assert refused.value.__cause__.code == "AccessDeniedException"


async def test_a_data_source_without_a_role_invokes_no_function(embedded: Embedded, tmp_path: Path) -> None:
    cloud = Cloud(embedded.emulator, tmp_path)
    await cloud.function("roleless", code=CODE)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:roleless"
    with pytest.raises(AwsError, match="resource policy"):
        await embedded.backend.invoke_function(arn, json.dumps({}).encode(), role_arn="", event=False)

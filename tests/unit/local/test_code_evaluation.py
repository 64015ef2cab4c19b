"""Tests of EvaluateCode with boto3: the data plane's runtime evaluates the code, after IAM allows it."""

# ruff: noqa: ANN401 - boto3 clients, whose types know literal names only

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
CODE = """
import { util, extensions } from '@aws-appsync/utils';
import { get } from '@aws-appsync/utils/dynamodb';
export function request(ctx) {
  console.log('asked for', ctx.args.id);
  ctx.stash.group = ctx.args.group.toUpperCase();
  util.appendError('careful', 'Warning', { n: 1 });
  return get({ key: { id: ctx.args.id } });
}
export function response(ctx) { util.error('broken', 'Broken'); }
"""
CONTEXT = json.dumps({"arguments": {"id": "1", "group": "a"}})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("evaluation") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def appsync(server: ServerProcess) -> Any:
    return server.client("appsync")


def _evaluate(client: Any, **changes: Any) -> Any:
    return client.evaluate_code(
        **{"runtime": RUNTIME, "code": CODE, "context": CONTEXT, "function": "request"} | changes
    )


@pytest.mark.conforms("javascript.evaluate-code")
def test_an_evaluation_returns_result_stash_logs_and_appended_errors(appsync: Any) -> None:
    answer = _evaluate(appsync)
    assert json.loads(answer["evaluationResult"]) == {"operation": "GetItem", "key": {"id": {"S": "1"}}}
    assert json.loads(answer["stash"]) == {"group": "A"}
    assert json.loads(answer["outErrors"]) == [{"message": "careful", "errorType": "Warning", "data": {"n": 1}}]
    assert "asked for" in answer["logs"][0]
    assert "error" not in answer


def test_an_error_of_the_handler_is_returned(appsync: Any) -> None:
    answer = _evaluate(appsync, function="response")
    assert answer["error"]["message"] == "broken"
    assert "evaluationResult" not in answer


@pytest.mark.conforms("javascript.evaluate-code")
def test_code_that_appsync_refuses_is_reported_with_line_and_column(appsync: Any) -> None:
    answer = _evaluate(
        appsync, code="export function request() {\n  while (true) {}\n}\nexport function response() {}\n"
    )
    (error,) = answer["error"]["codeErrors"]
    assert (error["location"]["line"], error["location"]["column"]) == (2, 3)


def test_an_invalid_request_is_refused_with_its_reason(appsync: Any) -> None:
    with pytest.raises(appsync.exceptions.BadRequestException, match="not JSON"):
        _evaluate(appsync, context="{x")


@pytest.mark.conforms("javascript.evaluate-code")
def test_a_user_without_permission_is_refused(server: ServerProcess) -> None:
    iam = server.client("iam")
    for name, action in (("may", "appsync:EvaluateCode"), ("may-not", "appsync:GetGraphqlApi")):
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)

    def client(name: str) -> Any:
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.client(
            "appsync",
            endpoint_url=server.url,
            region_name="us-east-1",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    assert "evaluationResult" in _evaluate(client("may"))
    refused = client("may-not")
    with pytest.raises(refused.exceptions.ClientError, match="AccessDenied"):
        _evaluate(refused)

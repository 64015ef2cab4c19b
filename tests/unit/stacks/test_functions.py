"""Tests of Lambda functions, and of the permissions of all roles."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from stacks.permissions import Statement, policy_document, trust_document
from stacks.synthesis import FUNCTIONS
from tests.unit.stacks.private_buckets import assert_private

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized

ANY_RESOURCE = {
    (function, action): "X-Ray's write actions know no resources"
    for function in FUNCTIONS
    for action in ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
}
"""(policy, action) that may name ``*`` as its resource, with the reason."""


def test_policies_have_no_unlisted_wildcards(stack: Synthesized) -> None:
    for policy, statements in stack.statements.items():
        for statement in statements:
            for action in statement["Action"]:
                assert "*" not in action, policy
                if "*" in statement["Resource"]:
                    assert (policy, action) in ANY_RESOURCE


def test_every_exception_is_needed(stacks: dict[str, Synthesized], hardened: Synthesized) -> None:
    used = {
        (policy, action)
        for stack in (*stacks.values(), hardened)
        for policy, statements in stack.statements.items()
        for statement in statements
        for action in statement["Action"]
        if "*" in statement["Resource"]
    }
    assert used == set(ANY_RESOURCE)


def test_no_role_may_scan(stack: Synthesized) -> None:
    actions = {action for statements in stack.statements.values() for entry in statements for action in entry["Action"]}
    assert "dynamodb:Scan" not in actions


def test_no_role_is_shared(stack: Synthesized) -> None:
    users = [resource["role"] for resource in stack.all("aws_lambda_function").values()]
    users += [
        resource["service_role_arn"]
        for resource in stack.all("aws_appsync_datasource").values()
        if resource["type"] != "NONE"
    ]
    users += [resource["target"]["role_arn"] for resource in stack.all("aws_scheduler_schedule").values()]
    users.append(stack.only("aws_appsync_graphql_api")["log_config"]["cloudwatch_logs_role_arn"])
    assert sorted(users) == sorted(f"${{aws_iam_role.{name}.arn}}" for name in stack.all("aws_iam_role"))


def test_every_role_trusts_one_service_and_appsync_only_for_this_account(stack: Synthesized) -> None:
    for name, role in stack.all("aws_iam_role").items():
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        assert statement["Action"] == "sts:AssumeRole"
        if statement["Principal"] == {"Service": "lambda.amazonaws.com"}:
            continue
        service = "scheduler" if name.endswith("_schedule") else "appsync"
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": stack.settings.account_id}
        if name.endswith("_data_source"):
            assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": "${aws_appsync_graphql_api.chat.arn}"}


def test_every_function_has_a_current_runtime_configured_tracing_and_limits(stack: Synthesized) -> None:
    for name, function in stack.all("aws_lambda_function").items():
        assert function["runtime"] == "python3.13"
        assert function["architectures"] == ["arm64"]
        assert function["handler"] == f"lambdas.{name}.handler.handler"
        assert function["tracing_config"] == {"mode": "Active" if stack.settings.enable_xray else "PassThrough"}
        assert function["timeout"] < (121 if name == "privacy" else 30)
        assert function["layers"] == [
            f"arn:aws:lambda:{stack.settings.region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:27"
        ]


def test_the_timeout_of_a_trigger_is_below_that_of_cognito(stack: Synthesized) -> None:
    assert stack.all("aws_lambda_function")["post_confirmation"]["timeout"] <= 5


def test_every_function_has_its_log_group_before_it_runs(stack: Synthesized) -> None:
    for name, function in stack.all("aws_lambda_function").items():
        group = stack.all("aws_cloudwatch_log_group")[name]
        assert group["name"] == f"/aws/lambda/{function['function_name']}"
        assert f"aws_cloudwatch_log_group.{name}" in function["depends_on"]
        logs = _statements_on(stack, name, f"${{aws_cloudwatch_log_group.{name}.arn}}:*")
        assert logs == [["logs:CreateLogStream", "logs:PutLogEvents"]]


def test_archives_exist_at_the_paths_and_with_the_hashes_in_the_stack(stack: Synthesized) -> None:
    for function in stack.all("aws_lambda_function").values():
        address = function["s3_key"].removeprefix("${").split(".")[1]
        stored = stack.all("aws_s3_object")[address]
        assert function["s3_bucket"] == f"${{aws_s3_object.{address}.bucket}}"
        digest = base64.b64encode(hashlib.sha256((stack.folder / stored["source"]).read_bytes()).digest()).decode()
        assert (function["source_code_hash"], stored["source_hash"]) == (digest, digest)


def test_the_code_is_in_a_private_bucket_without_other_objects(stack: Synthesized) -> None:
    assert_private(stack, "functions")
    assert set(stack.all("aws_s3_object")) == set(stack.all("aws_lambda_function"))
    assert {stored["bucket"] for stored in stack.all("aws_s3_object").values()} == {"${aws_s3_bucket.functions.id}"}


def test_statements_become_a_policy() -> None:
    document = json.loads(policy_document([Statement(("s3:PutObject", "s3:GetObject"), ("arn:aws:s3:::bucket/*",))]))
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::bucket/*"]}
        ],
    }


def test_a_trust_policy_without_a_source_has_no_condition() -> None:
    (statement,) = json.loads(trust_document("lambda.amazonaws.com"))["Statement"]
    assert "Condition" not in statement


def _statements_on(stack: Synthesized, policy: str, resource: str) -> list[Any]:
    return [entry["Action"] for entry in stack.statements[policy] if entry["Resource"] == [resource]]

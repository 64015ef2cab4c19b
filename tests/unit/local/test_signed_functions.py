"""Tests of a function that signs GraphQL requests to the local API by its AWS name, with its role's permissions."""

# ruff: noqa: ANN401 - boto3 clients, whose types know literal names only

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.local.functions import TRUST
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = """
type Query { nothing: String }
type Mutation { publish(text: String!): String other(text: String!): String }
schema { query: Query mutation: Mutation }
"""
RESOLVER = """
export function request(ctx) { return { payload: ctx.args.text + ' by ' + ctx.identity.userArn } }
export function response(ctx) { return ctx.result }
"""
CODE = """
import json, os, urllib.error, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

def handler(event, context):
    url = os.environ["GRAPHQL_URL"]
    body = json.dumps({"query": event["query"]}).encode()
    request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json"})
    SigV4Auth(Session().get_credentials(), "appsync", os.environ["AWS_REGION"]).add_auth(request)
    if event.get("tamper"):
        body = body.replace(b"hello", b"howdy")
    sent = urllib.request.Request(url, data=body, headers=dict(request.headers), method="POST")
    try:
        with urllib.request.urlopen(sent, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return {"url": url, "status": status, "body": json.loads(text)}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("signed") / "data") as server:
        _deploy(server)
        yield server


def _deploy(server: ServerProcess) -> None:
    appsync = server.client("appsync")
    api = appsync.create_graphql_api(name="signed", authenticationType="AWS_IAM")["graphqlApi"]
    appsync.start_schema_creation(apiId=api["apiId"], definition=SCHEMA.encode())
    while appsync.get_schema_creation_status(apiId=api["apiId"])["status"] == "PROCESSING":
        time.sleep(0.05)
    appsync.create_data_source(apiId=api["apiId"], name="none", type="NONE")
    for field in ("publish", "other"):
        appsync.create_resolver(
            apiId=api["apiId"],
            typeName="Mutation",
            fieldName=field,
            dataSourceName="none",
            runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
            code=RESOLVER,
        )
    iam = server.client("iam")
    role = iam.create_role(RoleName="publisher", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = f"{api['arn']}/types/Mutation/fields/publish"
    statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": allowed}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="publisher", PolicyName="own", PolicyDocument=policy)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("publisher.py", CODE)
    server.client("lambda").create_function(
        FunctionName="publisher",
        Runtime="python3.13",
        Handler="publisher.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"GRAPHQL_URL": api["uris"]["GRAPHQL"]}},
        Timeout=10,
    )


def _invoke(server: ServerProcess, **event: Any) -> Any:
    answer = server.client("lambda").invoke(FunctionName="publisher", Payload=json.dumps(event).encode())
    result = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, result
    return result


@pytest.mark.conforms("authorization.iam")
def test_a_field_that_the_role_allows(server: ServerProcess) -> None:
    result = _invoke(server, query='mutation { publish(text: "hello") }')
    assert result["status"] == 200
    assert result["url"].startswith(f"{server.url}/v1/apis/")
    who = "arn:aws:sts::000000000000:assumed-role/publisher/publisher"
    assert result["body"] == {"data": {"publish": f"hello by {who}"}}


@pytest.mark.conforms("authorization.iam")
def test_a_field_that_the_role_does_not_allow(server: ServerProcess) -> None:
    result = _invoke(server, query='mutation { publish(text: "hello") other(text: "hello") }')
    assert result["body"]["data"]["other"] is None
    assert result["body"]["data"]["publish"].startswith("hello")
    (error,) = result["body"]["errors"]
    assert (error["path"], error["errorType"]) == (["other"], "Unauthorized")


def test_a_request_that_was_changed_after_it_was_signed(server: ServerProcess) -> None:
    result = _invoke(server, query='mutation { publish(text: "hello") }', tamper=True)
    assert result["status"] in {401, 403}


def test_the_stored_configuration_keeps_the_aws_name(server: ServerProcess) -> None:
    stored = server.client("lambda").get_function_configuration(FunctionName="publisher")
    url = stored["Environment"]["Variables"]["GRAPHQL_URL"]
    assert url.endswith(".appsync-api.us-east-1.amazonaws.com/graphql")

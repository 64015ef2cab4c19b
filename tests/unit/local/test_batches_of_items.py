"""Tests of BatchInvoke with a real function: the items of a list in a GraphQL response share invocations."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.unit.local.functions import TRUST as LAMBDA_TRUST
from tests.unit.local.server_process import ServerProcess
from tests.unit.local.test_backend import TRUST

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = """
type Item { id: Int! together: Int }
type Query { items(count: Int!): [Item!]! }
schema { query: Query }
"""
LIST = """
export function request(ctx) { return { payload: { count: ctx.args.count } }; }
export function response(ctx) {
  const items = [];
  for (const id of '0123456789abcdefghij'.split('')) {
    if (items.length < ctx.result.count) { items.push({ id: items.length }); }
  }
  return items;
}
"""
BATCH = """
export function request(ctx) { return { operation: 'BatchInvoke', payload: { id: ctx.source.id } }; }
export function response(ctx) { return ctx.result.together; }
"""
CODE = """
def handler(events, context):
    return [{"id": event["id"], "together": len(events)} for event in events]
"""
RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("batches") / "data") as server:
        yield server


def _function(server: ServerProcess) -> tuple[str, str]:
    """Create the function, and the role with which AppSync invokes it; return both ARNs."""
    iam = server.client("iam")
    execution = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(LAMBDA_TRUST))["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("batch.py", CODE)
    arn = server.client("lambda").create_function(
        FunctionName="batch",
        Runtime="python3.13",
        Handler="batch.handler",
        Role=execution,
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    role = iam.create_role(RoleName="invoker", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="invoker", PolicyName="own", PolicyDocument=document)
    return arn, role


def _ask(server: ServerProcess, api_id: str, key: str, count: int) -> list[dict[str, Any]]:
    answer = requests.post(
        f"{server.url}/v1/apis/{api_id}/graphql",
        json={"query": f"{{ items(count: {count}) {{ id together }} }}"},
        headers={"x-api-key": key},
        timeout=300,
    )
    items: list[dict[str, Any]] = answer.json()["data"]["items"]
    return items


@pytest.mark.conforms("lambda.batch")
def test_items_of_a_list_share_invocations_up_to_the_batch_size(server: ServerProcess) -> None:
    function, role = _function(server)
    appsync = server.client("appsync")
    api_id = appsync.create_graphql_api(name="batches", authenticationType="API_KEY")["graphqlApi"]["apiId"]
    key = appsync.create_api_key(apiId=api_id, expires=int(time.time()) + 86_400)["apiKey"]["id"]
    appsync.start_schema_creation(apiId=api_id, definition=SCHEMA.encode())
    appsync.create_data_source(apiId=api_id, name="none", type="NONE")
    appsync.create_data_source(
        apiId=api_id,
        name="worker",
        type="AWS_LAMBDA",
        lambdaConfig={"lambdaFunctionArn": function},
        serviceRoleArn=role,
    )
    place = {"apiId": api_id, "runtime": RUNTIME}
    appsync.create_resolver(typeName="Query", fieldName="items", dataSourceName="none", code=LIST, **place)
    appsync.create_resolver(
        typeName="Item", fieldName="together", dataSourceName="worker", code=BATCH, maxBatchSize=10, **place
    )
    items = _ask(server, api_id, key, 12)
    assert [item["id"] for item in items] == list(range(12))
    assert sorted(item["together"] for item in items) == [2] * 2 + [10] * 10
    appsync.update_resolver(typeName="Item", fieldName="together", dataSourceName="worker", code=BATCH, **place)
    assert sorted(item["together"] for item in _ask(server, api_id, key, 12)) == [2] * 2 + [5] * 10

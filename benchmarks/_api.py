"""The API of the AppSync benchmark, deployed equally to both servers through the AWS APIs."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.clients import clients

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.embedded.credentials import RunCredentials

TABLE = "benchmark"
ITEM_ID = "item-1"
_ACCOUNT = "000000000000"
_RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
_PASSWORD = "Benchmark-1!"  # noqa: S105 - of a user who lives as long as the benchmark
_SCHEMA = """
type Item { id: ID! text: String count: Int }
type Query { item(id: ID!): Item pipeline(id: ID!): Item }
type Mutation { publish(id: ID!, text: String!): Item }
type Subscription { onPublish(id: ID): Item @aws_subscribe(mutations: ["publish"]) }
schema { query: Query mutation: Mutation subscription: Subscription }
"""
_GET = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) };
}
export function response(ctx) {
  if (ctx.error) { util.error(ctx.error.message, ctx.error.type); }
  return ctx.result;
}
"""
_AROUND = """
export function request(ctx) { return {}; }
export function response(ctx) { return ctx.prev.result; }
"""
_PUBLISH = """
export function request(ctx) { return { payload: { id: ctx.args.id, text: ctx.args.text, count: 1 } }; }
export function response(ctx) { return ctx.result; }
"""


@dataclass(frozen=True, slots=True)
class DeployedBenchmark:
    """The address of the API and its credentials."""

    port: int
    api_id: str
    token: str

    @property
    def path(self) -> str:
        """The path of its GraphQL endpoint."""
        return f"/v1/apis/{self.api_id}/graphql"

    @property
    def host(self) -> str:
        """The value of the Host header."""
        return f"127.0.0.1:{self.port}"


def deploy(port: int, credentials: RunCredentials) -> DeployedBenchmark:
    """Create table, role, user, API and resolvers on the server behind a port."""
    services = ("appsync", "cognito-idp", "dynamodb", "iam")
    aws = clients(services, f"http://127.0.0.1:{port}", credentials)
    _make_table(aws["dynamodb"])
    role = _make_role(aws["iam"])
    pool, token = _make_user(aws["cognito-idp"])
    appsync = aws["appsync"]
    api_id = appsync.create_graphql_api(
        name="benchmark",
        authenticationType="AMAZON_COGNITO_USER_POOLS",
        userPoolConfig={"userPoolId": pool, "awsRegion": "us-east-1", "defaultAction": "ALLOW"},
    )["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=api_id, definition=_SCHEMA.encode())
    while appsync.get_schema_creation_status(apiId=api_id)["status"] == "PROCESSING":
        time.sleep(0.05)
    table = {"tableName": TABLE, "awsRegion": "us-east-1"}
    appsync.create_data_source(
        apiId=api_id, name="table", type="AMAZON_DYNAMODB", dynamodbConfig=table, serviceRoleArn=role
    )
    appsync.create_data_source(apiId=api_id, name="none", type="NONE")
    _make_resolvers(appsync, api_id)
    return DeployedBenchmark(port, api_id, token)


def _make_table(dynamodb: Any) -> None:  # noqa: ANN401 - boto3's clients are typed by literal names
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    dynamodb.put_item(
        TableName=TABLE, Item={"id": {"S": ITEM_ID}, "text": {"S": "A text of usual length."}, "count": {"N": "7"}}
    )


def _make_role(iam: Any) -> str:  # noqa: ANN401 - as above
    principal = {"Service": "appsync.amazonaws.com"}
    trust = _policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="benchmark", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    table = f"arn:aws:dynamodb:us-east-1:{_ACCOUNT}:table/{TABLE}"
    allowed = _policy({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table})
    iam.put_role_policy(RoleName="benchmark", PolicyName="own", PolicyDocument=allowed)
    return str(arn)


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _make_user(cognito: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    pool = cognito.create_user_pool(PoolName="benchmark")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="benchmark", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ben", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ben", Password=_PASSWORD, Permanent=True)
    answer = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ben", "PASSWORD": _PASSWORD},
    )
    return pool, str(answer["AuthenticationResult"]["AccessToken"])


def _make_resolvers(appsync: Any, api_id: str) -> None:  # noqa: ANN401 - as above
    functions = [
        appsync.create_function(apiId=api_id, name=name, dataSourceName="table", runtime=_RUNTIME, code=_GET)[
            "functionConfiguration"
        ]["functionId"]
        for name in ("first", "second", "third")
    ]
    _resolver(appsync, api_id, "Query", "item", code=_GET, source="table")
    _resolver(appsync, api_id, "Mutation", "publish", code=_PUBLISH, source="none")
    _resolver(appsync, api_id, "Query", "pipeline", code=_AROUND, functions=functions)


def _resolver(
    appsync: Any,  # noqa: ANN401 - as above
    api_id: str,
    type_name: str,
    field: str,
    *,
    code: str,
    source: str = "",
    functions: Iterable[str] = (),
) -> None:
    kind: dict[str, Any] = (
        {"kind": "UNIT", "dataSourceName": source}
        if source
        else {"kind": "PIPELINE", "pipelineConfig": {"functions": list(functions)}}
    )
    appsync.create_resolver(apiId=api_id, typeName=type_name, fieldName=field, runtime=_RUNTIME, code=code, **kind)

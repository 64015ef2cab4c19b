"""Test that tokens of a deleted user pool are refused, although its keys and verified tokens were cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "Aa1!aaaaaaaa"
SDL = "type Query { hello: String }"


def _pool_and_token(server: ServerProcess) -> tuple[str, str]:
    cognito = server.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="short-lived")["UserPool"]["Id"]
    flow = "USER_PASSWORD_AUTH"
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=[f"ALLOW_{flow}"])
    cognito.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="alice", Password=PASSWORD, Permanent=True)
    answer = cognito.initiate_auth(
        ClientId=client["UserPoolClient"]["ClientId"],
        AuthFlow=flow,
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )
    return pool, answer["AuthenticationResult"]["AccessToken"]


def _api(server: ServerProcess, pool: str) -> str:
    appsync = server.client("appsync")
    config = {"userPoolId": pool, "awsRegion": "us-east-1", "defaultAction": "ALLOW"}
    api: str = appsync.create_graphql_api(
        name="short-lived", authenticationType="AMAZON_COGNITO_USER_POOLS", userPoolConfig=config
    )["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=api, definition=SDL.encode())
    return api


@pytest.mark.conforms("authorization.deleted-pool")
def test_tokens_of_a_deleted_pool_are_rejected(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server, requests.Session() as http:
        http.trust_env = False
        pool, token = _pool_and_token(server)
        address = f"{server.url}/v1/apis/{_api(server, pool)}/graphql"

        def ask() -> tuple[int, Any]:
            answer = http.post(address, json={"query": "{ hello }"}, headers={"Authorization": token}, timeout=300)
            return answer.status_code, answer.json()

        assert ask() == (200, {"data": {"hello": None}})
        server.client("cognito-idp").delete_user_pool(UserPoolId=pool)
        status, body = ask()
        assert (status, body["errors"][0]["errorType"]) == (401, "UnauthorizedException")

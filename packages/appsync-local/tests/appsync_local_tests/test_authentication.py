"""Tests of authentication: identities of accepted callers, and errors for all others."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import jwt
import pytest

from appsync_local_tests.fakes import (
    CLIENT,
    COGNITO,
    FOREIGN_KEY,
    ISSUER,
    KEY,
    POOL,
    REGION,
    FakeApi,
    FakeResolvers,
    Json,
    plane_for,
    post,
    token,
)

if TYPE_CHECKING:
    from appsync_local.fields import FieldRequest
    from appsync_local.server import AppSyncDataPlane
    from appsync_local_tests.fakes import FakeBackend

SDL = """
type Query { who: String both: String @aws_iam @aws_cognito_user_pools @aws_api_key @aws_lambda other: String @aws_iam }
"""
NO_HEADER = "Valid authorization header not provided."
NOT_AUTHORIZED = "You are not authorized to make this call."
EXPIRED = "Token has expired."
UNREADABLE = "Unable to parse JWT token."
AUTHORIZER = "arn:aws:lambda:us-east-1:000000000000:function:authorizer"
LAMBDA = {"authenticationType": "AWS_LAMBDA", "lambdaAuthorizerConfig": {"authorizerUri": AUTHORIZER}}
IAM = {"authenticationType": "AWS_IAM"}
API_KEY = {"authenticationType": "API_KEY"}
SIGNED = "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/appsync/aws4_request, SignedHeaders=host, Signature={}"


class World:
    """A data plane that records identities."""

    def __init__(self, authentication: dict[str, Json], *additional: dict[str, Json], **keys: int) -> None:
        self.identities: list[Json] = []
        resolvers = FakeResolvers()
        for name in ("who", "both", "other"):
            resolvers.on("Query", name)(self._who)
        self.api = FakeApi(
            SDL,
            authentication=authentication,
            additional=list(additional),
            keys={name.replace("_", "-"): expires for name, expires in keys.items()},
            resolvers=list(resolvers.functions),
        )
        self.plane: AppSyncDataPlane
        self.backend: FakeBackend
        self.plane, self.backend = plane_for(self.api, resolvers)

    def _who(self, request: FieldRequest) -> str:
        self.identities.append(request.identity)
        return "ok"

    async def ask(self, headers: dict[str, str], query: str = "{ who }") -> tuple[int, Json]:
        """Return the status and either the data or the message of the first error."""
        response = await post(self.plane, query, headers=headers)
        if response.status != 200:
            error = response.body["errors"][0]
            assert error["errorType"] == response.headers["x-amzn-errortype"] == "UnauthorizedException"
            assert set(response.body) == {"errors"}
            return response.status, error["message"]
        return 200, response.body


def _unsigned(claims: dict[str, Json]) -> str:
    def encoded(part: Json) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    return f"{encoded({'alg': 'none', 'kid': 'key-1'})}.{encoded(claims)}."


def _symmetric() -> str:
    """Return a token signed with the public key as an HMAC secret."""
    public = KEY.public_key().public_numbers().n.to_bytes(256, "big")
    claims = jwt.decode(token(), options={"verify_signature": False})
    return jwt.encode(claims, public, algorithm="HS256", headers={"kid": "key-1"})


@pytest.mark.conforms("authorization.cognito")
async def test_an_access_token_is_accepted_with_the_identity_of_appsync() -> None:
    world = World(COGNITO)
    access = token(groups=["Users"])
    assert await world.ask({"Authorization": access}) == (200, {"data": {"who": "ok"}})
    assert world.identities == [
        {
            "claims": jwt.decode(access, options={"verify_signature": False}),
            "defaultAuthStrategy": "ALLOW",
            "groups": ["Users"],
            "issuer": ISSUER,
            "sourceIp": ["127.0.0.1"],
            "sub": "alice-sub",
            "username": "alice",
        }
    ]


@pytest.mark.conforms("authorization.cognito")
async def test_an_id_token_is_accepted_with_and_without_bearer() -> None:
    world = World(COGNITO)
    claims: dict[str, Json] = {"token_use": "id", "aud": CLIENT, "cognito:username": "alice"}
    claims |= {"client_id": None, "username": None}
    for prefix in ("", "Bearer "):
        assert (await world.ask({"Authorization": prefix + token(**claims)}))[0] == 200
    assert {identity["username"] for identity in world.identities} == {"alice"}
    assert world.identities[0]["groups"] is None


@pytest.mark.conforms("authorization.cognito", "authorization.401")
@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, NO_HEADER),
        ("", NO_HEADER),
        ("nonsense", UNREADABLE),
        ("a.b.c", UNREADABLE),
        ("x" * 20_000, UNREADABLE),
        (token()[:-10], NOT_AUTHORIZED),
        (token(FOREIGN_KEY), NOT_AUTHORIZED),
        (token(kid="key-2"), NOT_AUTHORIZED),
        (token(exp=int(time.time()) - 1), EXPIRED),
        (token(FOREIGN_KEY, exp=int(time.time()) - 1), NOT_AUTHORIZED),
        (token(exp=None), NOT_AUTHORIZED),
        (token(iss=ISSUER[:-1] + "9"), NOT_AUTHORIZED),
        (token(iss=None), NOT_AUTHORIZED),
        (token(token_use="refresh"), NOT_AUTHORIZED),
        (token(token_use="id"), NOT_AUTHORIZED),
        (token(client_id=None), NOT_AUTHORIZED),
        (token(sub=None), NOT_AUTHORIZED),
        (
            _unsigned({"iss": ISSUER, "sub": "x", "token_use": "access", "client_id": CLIENT, "exp": 9e9}),
            NOT_AUTHORIZED,
        ),
        (_symmetric(), NOT_AUTHORIZED),
        (SIGNED.format("alice", "good"), NO_HEADER),
    ],
)
async def test_an_invalid_token_is_rejected(authorization: str | None, message: str) -> None:
    world = World(COGNITO)
    headers = {} if authorization is None else {"Authorization": authorization}
    status, said = await world.ask(headers)
    assert status == 401
    assert said == message
    assert not world.identities


@pytest.mark.conforms("authorization.cognito")
async def test_a_verified_token_is_rejected_once_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(COGNITO)
    short = token(exp=int(time.time()) + 100)
    assert (await world.ask({"Authorization": short}))[0] == 200
    later = time.time() + 101
    monkeypatch.setattr("appsync_local.tokens.time.time", lambda: later)
    assert await world.ask({"Authorization": short}) == (401, EXPIRED)


@pytest.mark.conforms("authorization.cognito")
async def test_only_clients_that_match_the_pattern_are_accepted() -> None:
    pool = {**COGNITO["userPoolConfig"], "appIdClientRegex": "web.*|" + CLIENT}  # type: ignore[dict-item]
    world = World({**COGNITO, "userPoolConfig": pool})
    assert (await world.ask({"Authorization": token()}))[0] == 200
    assert await world.ask({"Authorization": token(client_id="mobile")}) == (401, NOT_AUTHORIZED)
    assert await world.ask({"Authorization": token(client_id=CLIENT + "x")}) == (401, NOT_AUTHORIZED)


async def test_the_keys_of_the_pool_are_read_once() -> None:
    world = World(COGNITO)
    for _ in range(5):
        await world.ask({"Authorization": token()})
    for _ in range(5):
        await world.ask({"Authorization": token(kid="unknown")})
    assert world.backend.key_reads == 1


@pytest.mark.conforms("authorization.default-action")
async def test_default_action_deny_allows_only_fields_with_groups() -> None:
    pool = {"userPoolId": POOL, "awsRegion": REGION, "defaultAction": "DENY"}
    world = World({**COGNITO, "userPoolConfig": pool})
    _, body = await world.ask({"Authorization": token()})
    assert body["errors"][0]["errorType"] == "Unauthorized"


@pytest.mark.conforms("authorization.api-key")
async def test_an_api_key_is_accepted_until_it_expires() -> None:
    now = int(time.time())
    world = World(API_KEY, da2_good=now + 60, da2_old=now - 1)
    assert (await world.ask({"x-api-key": "da2-good"}))[0] == 200
    assert world.identities == [None]
    for key in ("da2-old", "da2-none"):
        assert await world.ask({"x-api-key": key}) == (401, NOT_AUTHORIZED)
    assert await world.ask({"Authorization": token()}) == (401, NO_HEADER)


@pytest.mark.conforms("authorization.api-key")
async def test_an_api_key_is_rejected_if_the_api_has_no_api_key_mode() -> None:
    world = World(COGNITO, da2_good=int(time.time()) + 60)
    assert await world.ask({"x-api-key": "da2-good"}) == (401, NO_HEADER)
    assert (await world.ask({"x-api-key": "da2-good", "Authorization": token()}))[0] == 200


@pytest.mark.conforms("authorization.iam")
async def test_a_signed_request_is_verified_and_authorized_per_field() -> None:
    world = World(IAM)
    world.backend.policies["carol"] = [f"{world.api.arn}/types/Query/fields/who"]
    headers = {"Authorization": SIGNED.format("carol", "good"), "Host": "h"}
    status, body = await world.ask(headers, "{ who other }")
    assert status == 200
    assert body["data"] == {"who": "ok", "other": None}
    assert body["errors"][0]["message"] == "Not Authorized to access other on type Query"
    identity = world.identities[0]
    assert (identity["accountId"], identity["userArn"]) == ("000000000000", "arn:aws:iam::000000000000:user/carol")
    signed = world.backend.signed[0]
    assert (signed.method, signed.raw_path) == ("POST", "/graphql")
    assert json.loads(signed.body)["query"] == "{ who other }"
    assert (await world.ask(headers, "{ other }")) == (401, "Permission denied")
    assert (await world.ask({"Authorization": SIGNED.format("carol", "bad")}))[0] == 401
    assert (await world.ask({"Authorization": SIGNED.format("mallory", "good")}))[0] == 401


@pytest.mark.conforms("authorization.lambda")
async def test_a_lambda_authorizer_is_invoked_once_and_its_decision_is_cached() -> None:
    world = World(LAMBDA)
    world.backend.functions[AUTHORIZER] = lambda event: {
        "isAuthorized": event["authorizationToken"] == "letmein",
        "resolverContext": {"tenant": "t1"},
        "deniedFields": [f"{world.api.arn}/types/Query/fields/other", "Query.who"],
    }
    for _ in range(3):
        status, body = await world.ask({"Authorization": "letmein", "X-A": "1"}, "query N { who both }")
        assert (status, body["data"]) == (200, {"who": None, "both": "ok"})
    assert len(world.backend.invocations) == 1
    event = world.backend.invocations[0]
    assert event["requestContext"] | {"requestId": ""} == {
        "apiId": world.api.id,
        "accountId": "000000000000",
        "requestId": "",
        "queryString": "query N { who both }",
        "operationName": None,
        "variables": {},
    }
    assert event["requestHeaders"]["x-a"] == "1"
    assert world.identities[0] == {"resolverContext": {"tenant": "t1"}}
    assert await world.ask({"Authorization": "other"}) == (401, NOT_AUTHORIZED)


@pytest.mark.conforms("authorization.lambda")
@pytest.mark.parametrize(
    "answer",
    [{}, {"isAuthorized": "yes"}, [], None, {"isAuthorized": True, "resolverContext": {"nested": {"a": 1}}}, 1 / 3],
)
async def test_an_invalid_response_of_an_authorizer_denies_access(answer: Json) -> None:
    world = World(LAMBDA)
    world.backend.functions[AUTHORIZER] = lambda _: answer
    assert await world.ask({"Authorization": "letmein"}) == (401, NOT_AUTHORIZED)


async def test_a_failed_authorizer_denies_access() -> None:
    assert await World(LAMBDA).ask({"Authorization": "letmein"}) == (401, NOT_AUTHORIZED)


@pytest.mark.conforms("authorization.lambda")
async def test_an_authorizer_result_is_cached_for_its_ttl() -> None:
    world = World(LAMBDA)
    world.backend.functions[AUTHORIZER] = lambda _: {"isAuthorized": True, "ttlOverride": 0}
    for _ in range(2):
        assert (await world.ask({"Authorization": "letmein"}))[0] == 200
    assert len(world.backend.invocations) == 2


@pytest.mark.conforms("authorization.lambda")
async def test_the_authorizer_is_not_called_for_a_token_that_does_not_match_the_expression() -> None:
    config = {"authorizerUri": AUTHORIZER, "identityValidationExpression": "tok-[0-9]+"}
    world = World({"authenticationType": "AWS_LAMBDA", "lambdaAuthorizerConfig": config})
    assert await world.ask({"Authorization": "letmein"}) == (401, NOT_AUTHORIZED)
    assert not world.backend.invocations


@pytest.mark.conforms("authorization.oidc-named")
async def test_openid_connect_is_rejected_by_name() -> None:
    issuer = "https://login.example.com"
    oidc = {"authenticationType": "OPENID_CONNECT", "openIDConnectConfig": {"issuer": issuer}}
    status, message = await World(COGNITO, oidc).ask({"Authorization": token(iss=issuer)})
    assert status == 401
    assert "OPENID_CONNECT is not run locally" in message


@pytest.mark.conforms("authorization.modes")
async def test_the_authorization_mode_is_recognized_by_headers() -> None:
    world = World(COGNITO, IAM, API_KEY, LAMBDA, da2_key=int(time.time()) + 60)
    world.backend.policies["carol"] = ["*"]
    world.backend.functions[AUTHORIZER] = lambda _: {"isAuthorized": True}
    for headers in (
        {"Authorization": token()},
        {"Authorization": SIGNED.format("carol", "good")},
        {"x-api-key": "da2-key"},
        {"Authorization": "custom-token"},
    ):
        assert await world.ask(headers, "{ both }") == (200, {"data": {"both": "ok"}})
    assert [type(identity).__name__ for identity in world.identities] == ["dict", "dict", "NoneType", "dict"]

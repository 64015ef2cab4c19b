"""An in-memory AWS with real RSA keys, resolvers as Python functions, and ASGI clients."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fnmatch
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from appsync_local.backend import AwsError, FunctionResult, IamPrincipal, LogLine, SignedRequest
from appsync_local.fields import FieldError, FieldOutcome, FieldRequest, Meter
from appsync_local.server import AppSyncDataPlane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.realtime.connection import RealtimeSettings
    from appsync_local.realtime.publication import Delivery

Json: TypeAlias = Any
"""Any JSON value."""

REGION = "us-east-1"
ACCOUNT = "000000000000"
POOL = f"{REGION}_Pool00001"
CLIENT = "client0000000000000000000a"
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}"

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

LOG_ROLE = f"arn:aws:iam::{ACCOUNT}:role/logs"

COGNITO = {
    "authenticationType": "AMAZON_COGNITO_USER_POOLS",
    "userPoolConfig": {"userPoolId": POOL, "awsRegion": REGION, "defaultAction": "ALLOW"},
}


def token(key: rsa.RSAPrivateKey = KEY, kid: str = "key-1", groups: list[str] | None = None, **claims: Json) -> str:
    """Return an access token of alice with changed claims; None omits a claim."""
    body = {
        "sub": "alice-sub",
        "iss": ISSUER,
        "client_id": CLIENT,
        "username": "alice",
        "token_use": "access",
        "jti": str(uuid.uuid4()),
        "iat": int(time.time()),
        "exp": int(time.time()) + 24 * 3600,  # longer than a test run: some are made when the tests are collected
        "cognito:groups": groups,
        **claims,
    }
    present = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(present, key, algorithm="RS256", headers={"kid": kid})


@dataclass
class FakeApi:
    """An API of the control plane."""

    sdl: str
    id: str = "api00000000000000000000001"
    authentication: dict[str, Any] = field(default_factory=lambda: dict(COGNITO))
    additional: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    resolvers: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The API's ARN."""
        return f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/{self.id}"

    def describe(self) -> dict[str, Any]:
        """Return ``graphqlApi`` of GetGraphqlApi's response."""
        return {
            "apiId": self.id,
            "name": "fake",
            "arn": self.arn,
            **self.authentication,
            "additionalAuthenticationProviders": self.additional,
            **self.settings,
        }


def _resolver(owner: str, name: str) -> dict[str, Any]:
    return {"typeName": owner, "fieldName": name, "kind": "UNIT", "dataSourceName": "none", "code": "-"}


class FakeBackend:
    """An in-memory AWS."""

    def __init__(self, *apis: FakeApi) -> None:
        self.apis = {api.id: api for api in apis}
        self.page_size = 100
        self.reads: list[str] = []
        self.key_reads = 0
        self.policies: dict[str, list[str]] = {}
        self.functions: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self.invocations: list[dict[str, Any]] = []
        self.signed: list[SignedRequest] = []
        self.logs: dict[str, list[str]] = {}
        self.log_refusal: AwsError | None = None

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        raise AwsError("NotImplemented", f"{action} {request} {role_arn} {region}")

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        assert role_arn == ""
        assert source_arn in {api.arn for api in self.apis.values()}
        assert not event
        self.invocations.append(json.loads(payload))
        try:
            return FunctionResult(json.dumps(self.functions[function_arn](json.loads(payload))).encode())
        except Exception as error:  # noqa: BLE001 - a Lambda function may fail in any way
            return FunctionResult(json.dumps({"errorMessage": str(error)}).encode(), "Unhandled")

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:
        assert region == REGION
        self.reads.append(path)
        parts = urlsplit(path)
        words = parts.path.removeprefix("/v1/apis").strip("/").split("/")
        if words == [""]:
            return {"graphqlApis": [api.describe() for api in self.apis.values()]}
        api = self.apis.get(words[0])
        if api is None:
            raise AwsError("NotFoundException", f"GraphQL API {words[0]} not found")
        return self._page(self._answer(api, words[1:]), parts.query)

    def _answer(self, api: FakeApi, words: list[str]) -> dict[str, Any]:
        answers: dict[str, dict[str, Any]] = {
            "": {"graphqlApi": api.describe()},
            "schema": {"schema": api.sdl},
            "apikeys": {"apiKeys": [{"id": key, "expires": expires} for key, expires in api.keys.items()]},
            "datasources": {"dataSources": [{"name": "none", "type": "NONE"}]},
            "functions": {"functions": []},
            "environmentVariables": {"environmentVariables": api.environment},
        }
        if words[:1] == ["types"]:
            return {"resolvers": [_resolver(owner, name) for owner, name in api.resolvers if owner == words[1]]}
        return answers["/".join(words)]

    def _page(self, answer: dict[str, Any], query: str) -> dict[str, Any]:
        for name, value in answer.items():
            if isinstance(value, list):
                start = int(query.removeprefix("nextToken=") or 0)
                end = start + self.page_size
                return {name: value[start:end], **({"nextToken": str(end)} if end < len(value) else {})}
        return answer

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:
        assert (role_arn, region) == (LOG_ROLE, REGION)
        if self.log_refusal is not None:
            raise self.log_refusal
        self.logs.setdefault(log_group, []).extend(line.message for line in lines)

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        self.key_reads += 1
        if user_pool_id != POOL:
            return {"keys": []}
        public = RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "key-1", "use": "sig", "alg": "RS256"}]}

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        self.signed.append(request)
        authorization = dict(request.headers).get(b"authorization", b"").decode()
        name = authorization.partition("Credential=")[2].partition("/")[0]
        if name not in self.policies or "Signature=good" not in authorization:
            raise AwsError("SignatureDoesNotMatch", "The request signature we calculated does not match.")
        return IamPrincipal(f"arn:aws:iam::{ACCOUNT}:user/{name}", f"AIDA{name}", ACCOUNT, name)

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:
        assert action == "appsync:GraphQL"
        return any(fnmatch.fnmatch(resource, pattern) for pattern in self.policies[principal.access_key_id])


class FakeResolvers:
    """Resolvers as Python functions of the FieldRequest, which return a result or a whole FieldOutcome."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], Callable[[FieldRequest], Any]] = {}
        self.requests: list[FieldRequest] = []

    def on(self, type_name: str, field_name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate the function that resolves a field."""

        def attach(function: Callable[..., Any]) -> Callable[..., Any]:
            self.functions[type_name, field_name] = function
            return function

        return attach

    async def __call__(self, api: GraphqlApi, resolver: Resolver, request: FieldRequest, meter: Meter) -> FieldOutcome:
        assert api.resolvers[resolver.type_name, resolver.field_name] is resolver
        self.requests.append(request)
        meter.round_trips += 1
        result = self.functions[resolver.type_name, resolver.field_name](request)
        if asyncio.iscoroutine(result):
            result = await result
        return result if isinstance(result, FieldOutcome) else FieldOutcome(result)


def failing(message: str, error_type: str | None = None, data: Json = None, info: Json = None) -> FieldOutcome:
    """Return the outcome of ``util.error``."""
    return FieldOutcome(errors=[FieldError(message, error_type, data, info)], failed=True)


@dataclass
class HttpResponse:
    """A response of the data plane."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401 - any JSON
        """The JSON of the response; None if it is empty."""
        return json.loads(self.text) if self.text else None


async def request_raw(
    plane: AppSyncDataPlane,
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    path: str = "/graphql",
    method: str = "POST",
) -> HttpResponse:
    """Send a request with any body."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("127.0.0.1", 1),
    }
    assert plane.handles(scope)
    events: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Json) -> None:
        events.append(event)

    await plane(scope, receive, send)
    content = b"".join(event.get("body", b"") for event in events)
    answer_headers = {name.decode(): value.decode() for name, value in events[0]["headers"]}
    return HttpResponse(events[0]["status"], answer_headers, content.decode())


async def post(
    plane: AppSyncDataPlane,
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    headers: dict[str, str] | None = None,
    path: str = "/graphql",
    operation: str | None = None,
) -> HttpResponse:
    """Send a GraphQL request, as alice unless the headers name another caller."""
    body = {"query": query, "variables": variables, "operationName": operation}
    sent = {"authorization": token()} if headers is None else headers
    return await request_raw(plane, json.dumps(body).encode(), sent, path=path)


class Socket:
    """A WebSocket client that is connected to the data plane without a network."""

    def __init__(
        self, plane: AppSyncDataPlane, protocols: list[str], *, path: str, query: str, headers: dict[str, str]
    ) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outgoing: asyncio.Queue[Any] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self._incoming.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "subprotocols": protocols,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
        }
        assert plane.handles(scope)
        self._task = asyncio.create_task(plane(scope, self._incoming.get, self._take))

    async def _take(self, event: Json) -> None:
        await self.reading.wait()
        self._outgoing.put_nowait(event)

    async def event(self) -> Json:
        """Return the next ASGI event of the server."""
        async with asyncio.timeout(60):
            return await self._outgoing.get()

    async def message(self, *, keep_alives: bool = False) -> Json:
        """Return the next message, by default without keep-alives."""
        while True:
            event = await self.event()
            assert event["type"] == "websocket.send", event
            message = json.loads(event["text"])
            if keep_alives or message["type"] != "ka":
                return message

    async def closed(self) -> tuple[int, str]:
        """Skip earlier messages and return the close code and reason."""
        while True:
            event = await self.event()
            if event["type"] == "websocket.close":
                await self._task
                return event["code"], event.get("reason", "")

    def nothing_waits(self) -> bool:
        """Return whether the server has sent nothing more."""
        return self._outgoing.empty()

    def send_text(self, text: str) -> None:
        """Send any text."""
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self.send_text(json.dumps(message))

    def start(
        self,
        subscription_id: str,
        query: str,
        variables: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Start a subscription, as alice unless the headers name another caller."""
        authorization = {"host": "localhost", "Authorization": token()} if headers is None else headers
        self.send(
            {
                "id": subscription_id,
                "type": "start",
                "payload": {
                    "data": json.dumps({"query": query, "variables": variables or {}}),
                    "extensions": {"authorization": authorization},
                },
            }
        )

    async def subscribe(self, subscription_id: str, query: str, variables: dict[str, Any] | None = None) -> None:
        """Subscribe and wait for the acknowledgement."""
        self.start(subscription_id, query, variables)
        assert await self.message() == {"type": "start_ack", "id": subscription_id}

    async def disconnect(self) -> None:
        """Disconnect without a close frame."""
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self._task


def header_protocol(headers: dict[str, str]) -> str:
    """Return the second subprotocol of current Amplify versions."""
    return "header-" + base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")


def open_socket(
    plane: AppSyncDataPlane,
    headers: dict[str, str] | None = None,
    *,
    path: str = "/graphql/realtime",
) -> Socket:
    """Open a WebSocket as current Amplify versions do, as alice unless the headers name another caller."""
    authorization = {"host": "localhost", "Authorization": token()} if headers is None else headers
    return Socket(plane, ["graphql-ws", header_protocol(authorization)], path=path, query="", headers={})


async def connected(plane: AppSyncDataPlane, headers: dict[str, str] | None = None) -> Socket:
    """Return a WebSocket with an acknowledged connection."""
    socket = open_socket(plane, headers)
    assert (await socket.event())["type"] == "websocket.accept"
    socket.send({"type": "connection_init"})
    assert (await socket.message())["type"] == "connection_ack"
    return socket


def plane_for(
    api: FakeApi,
    resolvers: FakeResolvers | None = None,
    settings: RealtimeSettings | None = None,
    delivery: Delivery = "field",
) -> tuple[AppSyncDataPlane, FakeBackend]:
    """Return a data plane with one API."""
    backend = FakeBackend(api)
    resolve = resolvers or FakeResolvers()
    return AppSyncDataPlane(backend, resolve, region=REGION, settings=settings, delivery=delivery), backend


@contextlib.asynccontextmanager
async def leaving_no_task() -> AsyncIterator[None]:
    """Verify that the tasks started in the block end.

    Needs an event loop of the test file (``loop_scope="module"``): on the session's loop, fixtures of other files
    start and end tasks at any time.

    Raises:
        AssertionError: some tasks are still running a minute later.
    """
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _ended, left = await asyncio.wait(left, timeout=60)
    assert not left

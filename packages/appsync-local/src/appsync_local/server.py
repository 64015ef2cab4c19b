"""The AppSync data plane as an ASGI application: GraphQL over HTTP, subscriptions over WebSocket."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING, Final

from appsync_local.authentication import Credentials
from appsync_local.backend import AwsError, SignedRequest
from appsync_local.deployed import DeployedApi
from appsync_local.endpoint import API_ID, PATH, answer_without_an_operation, is_beside_the_endpoint, is_endpoint
from appsync_local.errors import MalformedRequestError, RequestError
from appsync_local.execution import GraphqlRequest, run_operation
from appsync_local.http_exchange import (
    REQUEST_ID_HEADER,
    metered,
    parse_json,
    read_body,
    request_headers,
    resolvers_headers,
    respond,
)
from appsync_local.loading import list_api_ids, load_api
from appsync_local.log_delivery import LogDelivery
from appsync_local.realtime.connection import ConnectionContext, RealtimeSettings
from appsync_local.realtime.gateway import RealtimeGateway
from appsync_local.realtime.subscriptions import SubscriptionRegistry
from appsync_local.request_log import RequestRecord
from appsync_local.schema import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from appsync_local.asgi import Receive, Scope, Send
    from appsync_local.backend import Backend
    from appsync_local.execution import OperationResult
    from appsync_local.operation import FieldResolver
    from appsync_local.realtime.publication import Delivery

_REFUSED: Final = 1008
_LOGGED_BODY_BYTES: Final = 32 * 1024

_logger: Final = logging.getLogger(__name__)


class AppSyncDataPlane:
    """Serves GraphQL requests for every deployed API of a region.

    Args:
        backend: the AWS services.
        resolve: runs the resolver of a field.
        region: the region whose APIs are served.
        settings: timeouts and limits of the real-time endpoint.
        default_api: returns the id of the API that ``/graphql`` serves; called only if there are several APIs. If it
            returns None or the API does not exist, the oldest API is used.
        delivery: the name under which subscribers receive a field with an alias in the mutation.
    """

    def __init__(
        self,
        backend: Backend,
        resolve: FieldResolver,
        *,
        region: str = "us-east-1",
        settings: RealtimeSettings | None = None,
        default_api: Callable[[], str | None] | None = None,
        delivery: Delivery = "field",
    ) -> None:
        self._default_api = default_api
        self._backend = backend
        self._resolve = resolve
        self._region = region
        self._delivery = delivery
        self._apis: dict[str, asyncio.Task[DeployedApi]] = {}
        self._api_ids: list[str] = []
        self._registry = SubscriptionRegistry()
        self._logs = LogDelivery(backend)
        self._gateway = RealtimeGateway(
            ConnectionContext(backend, resolve, self._registry, settings or RealtimeSettings(), self._deployed)
        )

    async def start(self) -> None:
        """Start serving."""
        self._gateway.start()
        self._logs.start()

    async def close(self) -> None:
        """Close every WebSocket and finish pending work."""
        await self._gateway.close()
        for loading in self._apis.values():
            loading.cancel()
        await asyncio.gather(*self._apis.values(), return_exceptions=True)
        self._apis.clear()
        await self._logs.close()

    def handles(self, scope: Scope) -> bool:
        """Return whether a request is for the data plane. Other requests are for other AWS services."""
        path = scope.get("path", "")
        if PATH.fullmatch(path):
            return scope["type"] in {"http", "websocket"}
        return scope["type"] == "http" and is_beside_the_endpoint(path)

    def forget(self, api_id: str | None) -> None:
        """Invalidate an API (None: all) after a control plane change; it is read again before the next request."""
        self._api_ids = []
        if api_id is None:
            self._apis.clear()
        else:
            self._apis.pop(api_id, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request or serve one WebSocket."""
        if scope["type"] == "websocket":
            await self._serve_websocket(scope, receive, send)
        elif scope["method"] == "POST" and is_endpoint(scope["path"]):
            await self._serve_http(scope, receive, send)
        else:
            await answer_without_an_operation(scope, send)

    async def _deployed(self, api_id: str) -> DeployedApi:
        """Return the API. Concurrent callers share one read from the control plane."""
        loading = self._apis.get(api_id)
        if loading is None or (loading.done() and (loading.cancelled() or loading.exception() is not None)):
            loading = asyncio.create_task(self._load(api_id))
            self._apis[api_id] = loading
        return await asyncio.shield(loading)

    async def _load(self, api_id: str) -> DeployedApi:
        try:
            return DeployedApi(await load_api(self._backend, api_id, self._region), self._backend)
        except AwsError as error:
            if error.code == "NotFoundException":
                self._gateway.close_api(api_id)
            raise

    async def _api_id(self, scope: Scope) -> str:
        """Return the API id of a request: from the path, from the first label of the host, or the default."""
        match = PATH.fullmatch(scope["path"])
        if match is not None and match["api_id"]:
            if API_ID.fullmatch(match["api_id"]) is None:
                raise RequestError(404, "NotFoundException", "There is no API with this id.")
            return str(match["api_id"])
        if not self._api_ids:
            self._api_ids = await list_api_ids(self._backend, self._region)
        label = request_headers(scope).get("host", "").partition(".")[0].partition(":")[0]
        if label in self._api_ids:
            return label
        if not self._api_ids:
            raise RequestError(404, "NotFoundException", "No GraphQL API is deployed.")
        if len(self._api_ids) == 1 or self._default_api is None:
            return self._api_ids[0]
        preferred = self._default_api()
        return preferred if preferred in self._api_ids else self._api_ids[0]

    async def _serve_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = PATH.fullmatch(scope["path"])
        endpoint = match["endpoint"] if match is not None else "/graphql"
        try:
            api_id = await self._api_id(scope)
            await self._deployed(api_id)
        except (RequestError, AwsError, SchemaError) as error:
            _logger.info("A WebSocket was refused: %s", error)
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED, "reason": "There is no API here."})
            return
        await self._gateway.serve(scope, receive, send, api_id, endpoint)

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        started = time.perf_counter_ns()
        deployed: DeployedApi | None = None
        result: OperationResult | None = None
        headers = {REQUEST_ID_HEADER: request_id}
        body = b""
        try:
            body = await read_body(receive)
            deployed = await self._deployed_for(scope)
            result = await self._run(deployed, scope, body, resolvers_headers(scope, request_id))
            status, answer = 200, result.body
            headers |= result.headers
        except RequestError as error:
            status, answer = error.status, error.body()
            headers["x-amzn-errortype"] = error.error_type
        except Exception:
            _logger.exception("A GraphQL request failed")
            failure = RequestError(500, "InternalFailure", "Internal failure.")
            status, answer = failure.status, failure.body()
            headers["x-amzn-errortype"] = failure.error_type
        await respond(send, status, answer, headers)
        if deployed is not None:
            self._logs.take(
                RequestRecord(
                    api=deployed.api,
                    request_id=request_id,
                    timestamp=time.time_ns() // 1_000_000,
                    status=status,
                    duration=time.perf_counter_ns() - started,
                    errors=answer.get("errors", []),
                    traces=result.traces if result is not None else [],
                    body=body if len(body) <= _LOGGED_BODY_BYTES else b"",
                    request_headers=request_headers(scope),
                    response_headers=headers,
                )
            )

    async def _deployed_for(self, scope: Scope) -> DeployedApi:
        try:
            return await self._deployed(await self._api_id(scope))
        except AwsError as error:
            raise RequestError(404, error.code, error.message) from error
        except SchemaError as error:
            raise RequestError(400, "GraphQLSchemaException", str(error)) from error

    async def _run(
        self, deployed: DeployedApi, scope: Scope, body: bytes, headers: Mapping[str, str]
    ) -> OperationResult:
        """Authenticate, execute, publish. Events are sent to subscribers before the response to the caller."""
        content = _content(body)
        caller = await deployed.authenticator.authenticate(
            Credentials(headers, _signed(scope, body), _source_ip(scope), content if isinstance(content, dict) else {})
        )
        if isinstance(content, MalformedRequestError):
            raise content
        result = await run_operation(
            deployed,
            caller,
            GraphqlRequest.from_json(content),
            headers=headers,
            backend=self._backend,
            resolve=self._resolve,
            delivery=self._delivery,
        )
        self._publish(deployed, result)
        extensions = metered(headers, result.meter)
        if extensions is not None:
            result.body["extensions"] = extensions
        return result

    def _publish(self, deployed: DeployedApi, result: OperationResult) -> None:
        for publication in result.publications:
            self._registry.publish(deployed.api.id, publication)
        for invalidation in result.invalidations:
            field, payload = invalidation.get("subscriptionField"), invalidation.get("payload")
            self._registry.invalidate(deployed.api.id, str(field), payload if isinstance(payload, dict) else {})


def _content(body: bytes) -> object:
    """Return the parsed body or its error: AppSync checks credentials before it reports errors of the body."""
    try:
        return parse_json(body)
    except MalformedRequestError as error:
        return error


def _signed(scope: Scope, body: bytes) -> SignedRequest:
    return SignedRequest(
        method=scope["method"],
        raw_path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query_string=scope.get("query_string", b"").decode("latin-1"),
        headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
        body=body,
    )


def _source_ip(scope: Scope) -> str:
    return str((scope.get("client") or ("127.0.0.1",))[0])

"""A client's connection to the real-time endpoint.

The protocol is AppSync's variant of ``graphql-ws``: ``connection_init`` -> ``connection_ack``, ``ka`` periodically,
``start`` -> ``start_ack`` and then ``data``, ``stop`` -> ``complete`` ("Building a real-time WebSocket client" in the
AppSync developer guide).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from appsync_local import json_text
from appsync_local.backend import AwsError
from appsync_local.errors import RequestError
from appsync_local.execution import GraphqlRequest
from appsync_local.realtime.handshake import connection_headers, credentials, header_map
from appsync_local.realtime.outbox import Outbox
from appsync_local.realtime.registration import SubscriptionRefusedError, register
from appsync_local.realtime.subscriptions import Subscription
from appsync_local.schema import SchemaError
from appsync_local.tokens import EXPIRED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from appsync_local.asgi import Receive, Scope, Send
    from appsync_local.backend import Backend
    from appsync_local.deployed import DeployedApi
    from appsync_local.operation import FieldResolver
    from appsync_local.realtime.subscriptions import Registration, SubscriptionRegistry

_NORMAL: Final = 1000
_GOING_AWAY: Final = 1001
_POLICY: Final = 1008
_TOO_BIG: Final = 1009
_INTERNAL: Final = 1011
_BAD_REQUEST: Final = 400
_LAST_WORDS_SECONDS: Final = 2.0
_MAXIMUM_ID_CHARACTERS: Final = 128

_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """AppSync's timeouts and limits; tests shorten them."""

    connection_timeout_milliseconds: int = 300_000
    keep_alive_seconds: float = 60.0
    connection_init_seconds: float = 15.0
    connection_lifetime_seconds: float = 24 * 3600.0
    subscriptions_per_connection: int = 100
    message_bytes: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class ConnectionContext:
    """The shared objects of all connections."""

    backend: Backend
    resolve: FieldResolver
    registry: SubscriptionRegistry
    settings: RealtimeSettings
    deployed: Callable[[str], Awaitable[DeployedApi]]


class Connection:
    """A WebSocket of one API."""

    def __init__(self, scope: Scope, send: Send, api_id: str, path: str, context: ConnectionContext) -> None:
        self._scope = scope
        self._api_id = api_id
        self._path = path
        self._context = context
        self._source_ip = str((scope.get("client") or ("127.0.0.1",))[0])
        self._outbox = Outbox(send)
        self._subscriptions: dict[str, Subscription] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._timers: list[asyncio.TimerHandle] = []
        self._init_timer: asyncio.TimerHandle | None = None
        self._expiries: dict[str, asyncio.TimerHandle] = {}

    @property
    def api_id(self) -> str:
        """The API that the client is connected to."""
        return self._api_id

    def offer(self, message: str) -> None:
        """Queue a message for sending, without waiting."""
        self._outbox.offer(message)

    def keep_alive(self) -> None:
        """Send ``ka``."""
        self._outbox.offer('{"type":"ka"}')

    def close(self, code: int = _GOING_AWAY, reason: str = "The server is shutting down.") -> None:
        """Close the connection from the server side."""
        self._outbox.close(code, reason)

    def end(self, subscription_id: str) -> None:
        """Remove a subscription that the server ended, and notify the client."""
        self._forget(subscription_id)
        self._send("complete", subscription_id)

    async def run(self, receive: Receive) -> None:
        """Serve the client until one side closes."""
        sending = asyncio.create_task(self._outbox.run())
        closing = asyncio.create_task(self._outbox.closed())
        receiving: asyncio.Task[None] | None = None
        try:
            authorized = await self._authorize()
            receiving = asyncio.create_task(self._receive(receive) if authorized else self._hear_out(receive))
            await asyncio.wait({receiving, closing}, return_when=asyncio.FIRST_COMPLETED)
            disconnected = receiving.done() and not self._has_failed(receiving)
            if not disconnected:
                # Messages queued before the end are still sent, unless the client does not read.
                await asyncio.wait({sending}, timeout=_LAST_WORDS_SECONDS)
        finally:
            self._forget_everything()
            await _cancel(sending, closing, receiving, *self._starting.values())
        if not disconnected:
            with contextlib.suppress(TimeoutError, OSError, RuntimeError):
                await self._outbox.say_goodbye()

    def _has_failed(self, receiving: asyncio.Task[None]) -> bool:
        if receiving.exception() is None:
            return False
        _logger.error("A connection failed", exc_info=receiving.exception())
        self.close(_INTERNAL, "Internal failure.")
        return True

    def _forget_everything(self) -> None:
        for timer in (*self._timers, *self._expiries.values()):
            timer.cancel()
        for subscription in self._subscriptions.values():
            self._context.registry.remove(subscription)
        self._subscriptions.clear()

    def _forget(self, subscription_id: str) -> bool:
        timer = self._expiries.pop(subscription_id, None)
        if timer is not None:
            timer.cancel()
        task = self._starting.pop(subscription_id, None)
        if task is not None:
            task.cancel()
        subscription = self._subscriptions.pop(subscription_id, None)
        if subscription is not None:
            self._context.registry.remove(subscription)
        return subscription is not None or task is not None

    def _send(self, kind: str, subscription_id: str | None = None, payload: dict[str, Any] | None = None) -> None:
        message: dict[str, Any] = {"type": kind}
        if subscription_id is not None:
            message["id"] = subscription_id
        if payload is not None:
            message["payload"] = payload
        self._outbox.offer(json_text.dump(message))

    def _refuse(self, errors: list[dict[str, Any]], subscription_id: str | None = None) -> None:
        self._send("error", subscription_id, {"errors": errors})

    async def _authorize(self) -> bool:
        """Authorize the connection. If it is denied, send the reason to the client."""
        try:
            headers = connection_headers(self._scope)
            deployed = await self._context.deployed(self._api_id)
            caller = await deployed.authenticator.authenticate(
                credentials(headers, f"{self._path}/connect", "{}", self._source_ip, {})
            )
        except (RequestError, SchemaError, AwsError) as error:
            known = _as_request_error(error)
            entry = {"errorType": known.error_type, "message": known.message, "errorCode": known.status}
            self._send("connection_error", None, {"errors": [entry]})
            return False
        settings = self._context.settings
        self._init_timer = self._later(settings.connection_init_seconds, self._init_timed_out)
        self._later(settings.connection_lifetime_seconds, self.close, _NORMAL, "The connection is 24 hours old.")
        if caller.expires is not None:
            self._later(caller.expires - time.time(), self._expired)
        return True

    def _later(self, seconds: float, action: Callable[..., None], *arguments: object) -> asyncio.TimerHandle:
        timer = asyncio.get_running_loop().call_later(max(0.0, seconds), action, *arguments)
        self._timers.append(timer)
        return timer

    def _init_timed_out(self) -> None:
        entry = {"errorType": "ConnectionInitTimeout", "message": "connection_init was not received in time."}
        self._send("connection_error", None, {"errors": [entry | {"errorCode": 408}]})
        self.close(_POLICY, "connection_init was not received in time.")

    def _expired(self) -> None:
        self._refuse([{"errorType": "UnauthorizedException", "message": EXPIRED, "errorCode": 401}])
        self.close(_POLICY, EXPIRED)

    async def _hear_out(self, receive: Receive) -> None:
        """Read a rejected client's connection_init: closing before it is received would hide the reason."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
        self.close(_POLICY, "The connection was refused.")
        # Wait until run() has handled the close: the end of this task means that the client disconnected.
        await asyncio.Event().wait()

    async def _receive(self, receive: Receive) -> None:
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            if text is None:
                text = (event.get("bytes") or b"").decode("utf-8", "replace")
            if len(text) > self._context.settings.message_bytes:
                self.close(_TOO_BIG, "A message may have 256 KB.")
                continue
            self._take(text)

    def _take(self, text: str) -> None:
        """Process one message of the client."""
        try:
            message = json_text.load(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._refuse([{"errorType": "BadRequestException", "message": "A message must be a JSON object."}])
            return
        kind, subscription_id = message.get("type"), message.get("id")
        if kind == "connection_init":
            self._acknowledge()
        elif kind not in ("start", "stop"):
            self._refuse(_unsupported("unknown"))  # recorded in enisdenjo/graphql-ws#602, without the id
        elif not _is_id(subscription_id):
            self._refuse(
                [{"errorType": "BadRequestException", "message": f"{kind} needs an id of 1 to 128 characters."}]
            )
        elif kind == "start" and not _has_data(message.get("payload")):
            self._refuse(_unsupported("unknown"))  # recorded in apollographql/apollo-kotlin#2808, without the id
        elif kind == "start":
            self._start(subscription_id, message.get("payload"))
        else:
            self._stop(subscription_id)

    def _acknowledge(self) -> None:
        self._stop_waiting_for_init()
        timeout = self._context.settings.connection_timeout_milliseconds
        self._send("connection_ack", None, {"connectionTimeoutMs": timeout})
        self.keep_alive()

    def _stop_waiting_for_init(self) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()

    def _start(self, subscription_id: str, payload: object) -> None:
        self._stop_waiting_for_init()  # connection_init is optional according to AppSync's documentation
        limit = self._context.settings.subscriptions_per_connection
        if subscription_id in self._subscriptions or subscription_id in self._starting:
            entry = {
                "errorType": "DuplicatedOperationError",
                "message": f"Subscription {subscription_id} is live already.",
            }
            self._refuse([entry], subscription_id)
        elif len(self._subscriptions) + len(self._starting) >= limit:
            entry = {
                "errorType": "MaxSubscriptionsReachedError",
                "message": f"Max number of {limit} subscriptions reached",
            }
            self._refuse([entry], subscription_id)
        else:
            task = asyncio.create_task(self._establish(subscription_id, payload))
            self._starting[subscription_id] = task

    async def _establish(self, subscription_id: str, payload: object) -> None:
        """Start a subscription. Acknowledgement and registration are one step, so that no event precedes start_ack."""
        try:
            registration = await self._register(payload)
        except SubscriptionRefusedError as error:
            errors = error.errors
        except (RequestError, SchemaError, AwsError) as error:
            known = _as_request_error(error)
            errors = [{"errorType": known.error_type, "message": known.message}]
        except Exception:  # otherwise a bug would be lost with its task
            _logger.exception("A subscription could not be started")
            errors = [{"errorType": "InternalFailure", "message": "Internal failure."}]
        else:
            self._starting.pop(subscription_id, None)
            self._establish_registered(subscription_id, registration)
            return
        self._starting.pop(subscription_id, None)
        self._refuse(errors, subscription_id)

    async def _register(self, payload: object) -> Registration:
        body = payload if isinstance(payload, dict) else {}
        data, extensions = body.get("data"), body.get("extensions")
        authorization = extensions.get("authorization") if isinstance(extensions, dict) else None
        try:
            headers = header_map(authorization)
            content = json_text.load(data) if isinstance(data, str) else None
        except ValueError as error:
            raise RequestError(
                _BAD_REQUEST, "BadRequestException", "start needs payload.data and payload.extensions.authorization."
            ) from error
        request = GraphqlRequest.from_json(content)
        deployed = await self._context.deployed(self._api_id)
        operation = {"query": request.query, "variables": request.variables, "operationName": request.operation_name}
        caller = await deployed.authenticator.authenticate(
            credentials(headers, self._path, str(data), self._source_ip, operation)
        )
        return await register(
            deployed,
            caller,
            request,
            headers=headers,
            backend=self._context.backend,
            resolve=self._context.resolve,
        )

    def _establish_registered(self, subscription_id: str, registration: Registration) -> None:
        subscription = Subscription(subscription_id, self._api_id, registration, self)
        self._subscriptions[subscription_id] = subscription
        extensions = registration.extensions
        self._send("start_ack", subscription_id, None if extensions is None else {"extensions": extensions})
        self._context.registry.add(subscription)
        if registration.expires is not None:
            seconds = max(0.0, registration.expires - time.time())
            timer = asyncio.get_running_loop().call_later(seconds, self._subscription_expired, subscription_id)
            self._expiries[subscription_id] = timer

    def _subscription_expired(self, subscription_id: str) -> None:
        if self._forget(subscription_id):
            self._refuse([{"errorType": "UnauthorizedException", "message": EXPIRED}], subscription_id)

    def _stop(self, subscription_id: str) -> None:
        if self._forget(subscription_id):
            self._send("complete", subscription_id)
        else:
            entry = {"errorType": "UnknownOperationError", "message": f"Unknown operation id {subscription_id}"}
            self._refuse([entry], subscription_id)


def _is_id(subscription_id: object) -> TypeGuard[str]:
    return isinstance(subscription_id, str) and 0 < len(subscription_id) <= _MAXIMUM_ID_CHARACTERS


def _has_data(payload: object) -> bool:
    return isinstance(payload, dict) and isinstance(payload.get("data"), str)


def _unsupported(operation: str) -> list[dict[str, Any]]:
    message = f"{operation} not supported through the realtime channel"
    return [{"errorType": "UnsupportedOperation", "message": message}]


def _as_request_error(error: RequestError | SchemaError | AwsError) -> RequestError:
    if isinstance(error, RequestError):
        return error
    return RequestError(_BAD_REQUEST, "BadRequestException", str(error))


async def _cancel(*tasks: asyncio.Task[None] | None) -> None:
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)

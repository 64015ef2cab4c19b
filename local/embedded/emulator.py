"""MiniStack as a library: its service handlers, wrapped and called in-process, and its lifecycle.

Uses these internal names of MiniStack (pinned, see `environment.py`): ``app.SERVICE_HANDLERS``,
``app.SERVICE_REGISTRY``, ``app._state_map``, ``app._get_module``, ``app._s3_cors_target``,
``app._reaper_docker_client`` and ``core.responses.request_scope``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from appsync_local.backend import AwsError, HttpAnswer
from common.json_documents import parse_object
from local.embedded.environment import ACCOUNT_ID

if TYPE_CHECKING:
    from types import ModuleType

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

Response = tuple[int, dict[str, str], bytes | str]
"""Status, headers, body."""


@dataclass(frozen=True)
class ServiceCall:
    """A call of a service's handler."""

    method: str
    path: str
    headers: dict[str, str]
    """Header names are in lower case."""
    body: bytes = b""
    query: dict[str, Any] = field(default_factory=dict)
    """Values are lists."""

    @property
    def action(self) -> str:
        """The action in ``X-Amz-Target`` without the service; empty in protocols without this header."""
        return self.headers.get("x-amz-target", "").rsplit(".", 1)[-1]

    @cached_property
    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, parsed once; None if it is anything else. An empty body is an empty object."""
        return parse_object(self.body or b"{}")


Handler = Callable[[ServiceCall], Awaitable[Response]]
Wrapper = Callable[[ServiceCall, Handler], Awaitable[Response]]
"""A handler that wraps another, which it may call."""
_MiniStackHandler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

_STARTUP_SECONDS = 60


class Emulator:
    """The running MiniStack of this process; there can be only one, because its state is in its modules."""

    def __init__(self) -> None:
        from ministack import app  # noqa: PLC0415 - only now is the environment ready, see environment.prepare
        from ministack.core import responses  # noqa: PLC0415

        self._app: Any = app
        self._responses: Any = responses
        self._handlers: dict[str, Handler] = {}
        """The outermost wrapper of each wrapped service."""
        self._lifespan: asyncio.Task[None] | None = None
        self._to_lifespan: asyncio.Queue[Message] = asyncio.Queue()
        self._from_lifespan: asyncio.Queue[Message] = asyncio.Queue()
        # MiniStack removes containers that carry its label from any Docker daemon it finds, when it starts and stops.
        # This backend uses no containers and must not remove those of others.
        app._reaper_docker_client = lambda: None  # noqa: SLF001

    @property
    def application(self) -> Application:
        """The ASGI application, for all HTTP requests."""
        application: Application = self._app.app
        return application

    @property
    def services(self) -> tuple[str, ...]:
        """The names of all services, as used by the wrappers."""
        return tuple(self._app.SERVICE_HANDLERS)

    def has_bucket(self, scope: Scope) -> bool:
        """Return whether the host or path of a request names an existing S3 bucket."""
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
        return self._app._s3_cors_target(host, scope["path"]) is not None  # noqa: SLF001

    def module_of(self, service: str) -> ModuleType:
        """Return the module that implements a service, importing it if necessary."""
        return self.module_named(self.module_name(service))

    def module_named(self, name: str) -> ModuleType:
        """Return a module by a name from `module_name` or `state_sources`, importing it if necessary."""
        module: ModuleType = self._app._get_module(name)  # noqa: SLF001
        return module

    def module_name(self, service: str) -> str:
        """Return the short name of the module behind a service, for example ``lambda_svc`` for ``lambda``."""
        return str(self._app.SERVICE_REGISTRY[service]["module"])

    def state_sources(self) -> dict[str, str]:
        """Return the module of each state file: state key -> module name."""
        return dict(self._app._state_map)  # noqa: SLF001

    def forget_state_source(self, key: str) -> None:
        """Exclude a service from MiniStack's own loading and saving of state."""
        self._app._state_map.pop(key, None)  # noqa: SLF001

    def wrap(self, service: str, wrapper: Wrapper) -> None:
        """Wrap a service's handler and its earlier wrappers; the wrapper receives every call."""
        wrapped = self._wrapped_handler(service)

        async def handle(call: ServiceCall) -> Response:
            return await wrapper(call, wrapped)

        self._handlers[service] = handle

    def _wrapped_handler(self, service: str) -> Handler:
        """Return the outermost wrapper of a service, and install it in place of MiniStack's handler."""
        if service in self._handlers:
            return self._handlers[service]
        handlers: dict[str, _MiniStackHandler] = self._app.SERVICE_HANDLERS
        original = handlers[service]

        async def enter(
            method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
        ) -> Response:
            return await self._handlers[service](ServiceCall(method, path, headers, body, query))

        async def leave(call: ServiceCall) -> Response:
            return await original(call.method, call.path, call.headers, call.body, call.query)

        handlers[service] = enter
        return leave

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        query: dict[str, list[str]] | None = None,
        region: str,
        account_id: str = ACCOUNT_ID,
    ) -> HttpAnswer:
        """Call a service's handler as the account itself, without socket, signature and policy."""
        handler: _MiniStackHandler = self._app.SERVICE_HANDLERS[service]
        with self._responses.request_scope(account_id, region):
            status, answered, payload = await handler(method, path, headers or {}, body, query or {})
        content = payload if isinstance(payload, bytes) else str(payload).encode()
        return HttpAnswer(status=status, body=content, headers={k.lower(): str(v) for k, v in answered.items()})

    async def call_json(
        self, service: str, target: str, request: dict[str, Any], *, region: str, account_id: str = ACCOUNT_ID
    ) -> dict[str, Any]:
        """Call an action of a service that uses AWS's JSON protocol.

        Args:
            service: MiniStack's name, for example ``dynamodb``.
            target: the ``X-Amz-Target`` header, for example ``DynamoDB_20120810.GetItem``.
            request: the action's input.
            region: the region of the call.
            account_id: the account of the call.

        Raises:
            AwsError: the service refused.
        """
        answer = await self.call(
            service,
            "POST",
            "/",
            headers={"x-amz-target": target, "content-type": "application/x-amz-json-1.0"},
            body=json.dumps(request, separators=(",", ":")).encode(),
            region=region,
            account_id=account_id,
        )
        return decoded(answer)

    async def start(self) -> None:
        """Run MiniStack's startup; when this returns, its state is loaded and its pollers run."""

        async def send(message: Message) -> None:
            await self._from_lifespan.put(message)

        self._lifespan = asyncio.create_task(
            self.application({"type": "lifespan", "asgi": {"version": "3.0"}}, self._to_lifespan.get, send)
        )
        await self._to_lifespan.put({"type": "lifespan.startup"})
        await asyncio.wait_for(self._from_lifespan.get(), _STARTUP_SECONDS)

    async def stop(self) -> None:
        """Run MiniStack's shutdown: it saves unsaved state and ends Lambda workers."""
        if self._lifespan is None:
            return
        await self._to_lifespan.put({"type": "lifespan.shutdown"})
        with suppress(TimeoutError):
            await asyncio.wait_for(self._lifespan, _STARTUP_SECONDS)
        from ministack.core import lambda_runtime  # noqa: PLC0415 - see __init__

        await asyncio.to_thread(lambda_runtime.reset)


def decoded(answer: HttpAnswer) -> dict[str, Any]:
    """Return the JSON of a response.

    Raises:
        AwsError: the response is an error, in either of the two formats of AWS's JSON protocols.
    """
    content: dict[str, Any] = json.loads(answer.body) if answer.body else {}
    if answer.status < 400:  # noqa: PLR2004 - HTTP's own border
        return content
    code = str(content.pop("__type", "") or answer.headers.get("x-amzn-errortype", "") or "InternalFailure")
    message = str(content.pop("message", None) or content.pop("Message", None) or code)
    raise AwsError(code.rsplit("#", 1)[-1].split(":", 1)[0], message, content)

"""A client for AppSync's GraphQL over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import urllib3
from urllib3.exceptions import HTTPError

from chat_client.errors import GraphQLError, OperationError, TransportError

if TYPE_CHECKING:
    from ssl import SSLContext

Json: TypeAlias = Any
"""A decoded JSON value, or a part of one."""

Authorization: TypeAlias = Mapping[str, str] | Callable[[str, bytes], Mapping[str, str]]
"""Authorization headers, or a function that returns them for a URL and a request body.

The function is called for every request in a worker thread, so it can block, for example to renew a token.
"""

TIMEOUT_SECONDS = 40.0
"""AppSync ends a request after 30 seconds."""
_CONNECTIONS = 256
_OK = 200
_threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="graphql-client")


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response: its status, its headers in lower case and the decoded body."""

    status: int
    headers: dict[str, str]
    body: Json

    @property
    def data(self) -> Json:
        """The ``data`` part; None if there is none."""
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def errors(self) -> list[GraphQLError]:
        """The ``errors`` part, parsed."""
        found = self.body.get("errors") if isinstance(self.body, dict) else None
        return [GraphQLError.parse(error) for error in found or []]

    @property
    def error_types(self) -> list[str | None]:
        """The ``errorType`` of every error, in order."""
        return [error.type for error in self.errors]


class GraphQLClient:
    """A client of one GraphQL endpoint.

    Args:
        url: of the endpoint.
        authorization: of the caller, for example ``{"Authorization": token}``.
        timeout: seconds until a request without a response fails.
        ssl: trust for ``https://``, if it is not the system's.
        on_response: called after every response with the document and the duration in seconds, for measurements.
    """

    def __init__(
        self,
        url: str,
        authorization: Authorization | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        ssl: SSLContext | None = None,
        on_response: Callable[[str, float], None] | None = None,
    ) -> None:
        self.url = url
        self.authorization: Authorization = {} if authorization is None else authorization
        self.timeout = timeout
        self._ssl = ssl
        self._on_response = on_response

    async def execute(
        self, document: str, variables: Mapping[str, Any] | None = None, *, operation: str | None = None
    ) -> Json:
        """Run a query or mutation and return its data.

        Args:
            document: GraphQL.
            variables: of the operation.
            operation: name of the operation to run, if the document has several.

        Raises:
            OperationError: the response has errors.
            TransportError: no response came, or one without data and errors.
        """
        response = await self.attempt(document, variables, operation=operation)
        if response.errors:
            raise OperationError(response.errors, response.data)
        if response.status != _OK or response.data is None:
            raise TransportError(f"{self.url} answered HTTP {response.status}: {str(response.body)[:200]}")
        return response.data

    async def attempt(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Run a query or mutation and return the response, with or without errors.

        Raises:
            TransportError: no response came.
        """
        begun = time.perf_counter()
        response = await self.post(_body(document, variables, operation), headers=headers)
        if self._on_response is not None:
            self._on_response(document, time.perf_counter() - begun)
        return response

    async def post(self, body: bytes, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a request body unchanged.

        Raises:
            TransportError: no response came.
        """
        return await asyncio.get_running_loop().run_in_executor(_threads, self._send, body, headers or {})

    def request(
        self, document: str, variables: Mapping[str, Any] | None = None, *, operation: str | None = None
    ) -> Response:
        """Run `attempt` without an event loop, for scripts; blocks.

        Raises:
            TransportError: no response came.
        """
        return self._send(_body(document, variables, operation), {})

    def _send(self, body: bytes, headers: Mapping[str, str]) -> Response:
        authorization = authorization_headers(self.authorization, self.url, body)
        try:
            response = _pool(self._ssl).request(
                "POST",
                self.url,
                body=body,
                headers={"content-type": "application/json", **authorization, **headers},
                timeout=self.timeout,
            )
        except (HTTPError, OSError, ValueError) as error:  # ValueError: not a URL
            raise TransportError(f"{self.url} does not answer: {_reason(error)}") from error
        return Response(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=_decoded(response.data.decode(errors="replace")),
        )


def _body(document: str, variables: Mapping[str, Any] | None, operation: str | None) -> bytes:
    body: dict[str, Any] = {"query": document, "variables": dict(variables or {})}
    if operation is not None:
        body["operationName"] = operation
    return json.dumps(body).encode()


def _decoded(text: str) -> Json:
    """Return the parsed JSON, or the text if it is not JSON, for example the page of a proxy."""
    if text.startswith(("{", "[")):
        with suppress(ValueError):
            return json.loads(text)
    return text


def authorization_headers(authorization: Authorization, url: str, body: bytes) -> Mapping[str, str]:
    """Return the headers that authorize a request; may block."""
    return authorization(url, body) if callable(authorization) else authorization


@lru_cache(maxsize=8)
def _pool(ssl: SSLContext | None) -> urllib3.PoolManager:
    """Return the connection pool, which all clients of a process share. Proxies are not used."""
    return urllib3.PoolManager(maxsize=_CONNECTIONS, retries=False, ssl_context=ssl)


def _reason(error: BaseException) -> str:
    """Return the operating system's message if it is the cause, without names of library objects."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error)

"""GraphQL over HTTP as AppSync speaks it, with errors as values and as exceptions.

Independent of the code under test and of any GraphQL library, so that a test sees exactly what was on the wire.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import urllib3

from tests.helpers.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = Any
"""A decoded JSON value, or a part of one."""

_CONNECTIONS = 256
_pool = urllib3.PoolManager(maxsize=_CONNECTIONS, retries=False)
_threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="graphql-client")


@dataclass(frozen=True, slots=True)
class GraphQLError:
    """One entry of ``errors`` in AppSync's envelope."""

    type: str | None
    message: str
    path: list[str | int] | None
    raw: dict[str, Any]

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> GraphQLError:
        """Read one entry; AppSync calls the kind ``errorType`` in an answer and in a refused subscription."""
        return cls(raw.get("errorType"), str(raw.get("message", "")), raw.get("path"), raw)


class OperationError(Exception):
    """An operation came back with errors."""

    def __init__(self, errors: list[GraphQLError], data: Json = None) -> None:
        super().__init__("; ".join(f"{error.type}: {error.message}" for error in errors))
        self.errors = errors
        self.data = data

    @property
    def types(self) -> list[str | None]:
        """The kinds of all errors, in order."""
        return [error.type for error in self.errors]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: its status, its headers in lower case and the decoded body."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def data(self) -> Json:
        """The ``data`` part, None where there is none."""
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def errors(self) -> list[GraphQLError]:
        """The ``errors`` part, parsed."""
        found = self.body.get("errors") if isinstance(self.body, dict) else None
        return [GraphQLError.parse(error) for error in found or []]

    @property
    def error_types(self) -> list[str | None]:
        """The kinds of all errors, in order."""
        return [error.type for error in self.errors]

    @property
    def meter(self) -> Metered:
        """What the operation cost; only where the request asked for it."""
        return Metered.parse(self.body["extensions"]["meter"])


@dataclass(frozen=True, slots=True)
class Metered:
    """What one operation cost in DynamoDB units, Lambda invocations and rounds to a data source."""

    read_units: float
    write_units: float
    function_invocations: int
    round_trips: int

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Metered:
        """Read the data plane's own form."""
        return cls(raw["readUnits"], raw["writeUnits"], raw["functionInvocations"], raw["roundTrips"])


@dataclass(slots=True)
class GraphQLClient:
    """A caller of one endpoint with one set of headers, normally ``Authorization``."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    timeout: float = PATIENCE_SECONDS

    async def execute(self, document: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Run an operation and return its data.

        Raises:
            OperationError: the answer carries errors.
        """
        answer = await self.attempt(document, variables)
        if answer.errors:
            raise OperationError(answer.errors, answer.data)
        if answer.status != 200 or answer.data is None:
            raise AssertionError(f"Neither data nor errors: HTTP {answer.status} {answer.body!r}")
        return answer.data

    async def measure(self, document: str, variables: Mapping[str, Any] | None = None) -> tuple[Json, Metered]:
        """Run an operation that must succeed, and return its data and what it cost.

        Raises:
            OperationError: the answer carries errors.
        """
        answer = await self.attempt(document, variables, headers={"x-appsync-meter": "on"})
        if answer.errors:
            raise OperationError(answer.errors, answer.data)
        return answer.data, answer.meter

    async def attempt(
        self, document: str, variables: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Run an operation and return whatever came back."""
        body = json.dumps({"query": document, "variables": dict(variables or {})}).encode()
        return await self.post(body, headers=headers)

    async def post(self, body: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send bytes as they are, valid or not.

        Raises:
            urllib3.exceptions.HTTPError: no answer came, for example because the server was killed.
        """
        send = partial(
            _pool.request,
            "POST",
            self.url,
            body=body,
            headers={"content-type": "application/json", **self.headers, **(headers or {})},
            timeout=self.timeout,
        )
        response = await asyncio.get_running_loop().run_in_executor(_threads, send)
        text = response.data.decode()
        return Answer(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=json.loads(text) if text.startswith(("{", "[")) else text,
        )

"""A JavaScript runtime for all tests of this folder, and a function that resolves a field with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appsync_local.fields import FieldRequest, Meter
from appsync_local.javascript.runtime import JavaScriptRuntime
from appsync_local.resolver import resolve_field
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with, field_request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from appsync_local.api import GraphqlApi, Resolver
    from appsync_local.fields import FieldOutcome

    Resolve = Callable[..., Awaitable[FieldOutcome]]


@pytest.fixture(scope="session")
async def runtime() -> AsyncIterator[JavaScriptRuntime]:
    """Start a runtime."""
    async with JavaScriptRuntime() as started:
        yield started


@pytest.fixture
def resolve(runtime: JavaScriptRuntime) -> Resolve:
    """Resolve a field; by default of an API with all types of data sources, with an AWS without responses."""

    async def run(
        resolver: Resolver,
        backend: ScriptedBackend | None = None,
        *,
        api: GraphqlApi | None = None,
        request: FieldRequest | None = None,
        meter: Meter | None = None,
    ) -> FieldOutcome:
        return await resolve_field(
            api or api_with(),
            resolver,
            request or field_request(),
            runtime=runtime,
            backend=backend or ScriptedBackend(),
            meter=meter or Meter(),
        )

    return run

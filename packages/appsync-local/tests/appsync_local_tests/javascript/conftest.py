"""A JavaScript runtime for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.javascript.runtime import JavaScriptRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from appsync_local.javascript.evaluation import Evaluation

    Run = Callable[..., Awaitable[Evaluation]]
    Value = Callable[..., Awaitable[Any]]

IMPORTS = """import { util, runtime, extensions } from '@aws-appsync/utils';
import * as ddb from '@aws-appsync/utils/dynamodb';
"""


@pytest.fixture(scope="session")
async def runtime() -> AsyncIterator[JavaScriptRuntime]:
    """Start a runtime."""
    async with JavaScriptRuntime() as started:
        yield started


@pytest.fixture
def run(runtime: JavaScriptRuntime) -> Run:
    """Evaluate the body of a request handler."""

    async def evaluate(body: str, **context: object) -> Evaluation:
        code = (
            f"{IMPORTS}export function request(ctx) {{\n{body}\n}}\nexport function response(ctx) {{ return null; }}\n"
        )
        return await runtime.evaluate(code, "request", {"arguments": {}, **context})

    return evaluate


@pytest.fixture
def value(run: Run) -> Value:
    """Evaluate an expression and return its value; a failure fails the test."""

    async def evaluate(expression: str, **context: object) -> object:
        evaluation = await run(f"return {expression};", **context)
        assert evaluation.failure is None, evaluation.failure
        return evaluation.value

    return evaluate

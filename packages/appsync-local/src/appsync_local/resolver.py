"""Runs the resolver of a field: its handlers in the JavaScript runtime, and its data sources.

Consecutive handlers without a data source between them (the response of a function and the request of the next one;
both handlers of a NONE data source) run in one runtime call: a pipeline of n functions on tables needs n + 1 calls.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from appsync_local.batching import DEFAULT_SIZE
from appsync_local.datasources.call import call_data_source
from appsync_local.datasources.function import invoke_direct
from appsync_local.datasources.result import RequestProblemError, SourceResult
from appsync_local.fields import FieldError, FieldOutcome
from appsync_local.javascript.runtime import Position, to_json

if TYPE_CHECKING:
    from appsync_local.api import DataSource, Function, GraphqlApi, Resolver
    from appsync_local.backend import Backend
    from appsync_local.batching import Send
    from appsync_local.fields import FieldRequest, Meter
    from appsync_local.javascript.evaluation import Evaluation
    from appsync_local.javascript.runtime import JavaScriptRuntime

_LOG = logging.getLogger(__name__)


class DeploymentError(Exception):
    """The resolver refers to a function or a data source that does not exist."""


async def resolve_field(
    api: GraphqlApi,
    resolver: Resolver,
    request: FieldRequest,
    *,
    runtime: JavaScriptRuntime,
    backend: Backend,
    meter: Meter,
) -> FieldOutcome:
    """Resolve a field. Errors of code or a data source are in the outcome.

    ``errorType`` is the given type for ``util.error``, ``Unauthorized`` for ``util.unauthorized``, ``Code`` for an
    error in the code, ``MappingTemplate`` for a request that is not valid for its data source.
    """
    run = _FieldRun(api, resolver, request, runtime=runtime, backend=backend, meter=meter)
    try:
        await run.to_the_end()
    except RequestProblemError as problem:
        run.fail(FieldError(str(problem), type=problem.type))
    except DeploymentError as problem:
        run.fail(FieldError(str(problem), type="InternalFailure"))
    return run.outcome


class _FieldRun:
    def __init__(
        self,
        api: GraphqlApi,
        resolver: Resolver,
        request: FieldRequest,
        *,
        runtime: JavaScriptRuntime,
        backend: Backend,
        meter: Meter,
    ) -> None:
        self.outcome = FieldOutcome()
        self._api = api
        self._resolver = resolver
        self._runtime = runtime
        self._backend = backend
        self._meter = meter
        self._batches = request.batches
        self._return_type = request.return_type
        self._expected: set[int] = set()
        """The steps that this run has announced to ``_batches`` and not reached yet."""
        self._context: dict[str, Any] = {
            "arguments": request.arguments,
            "source": request.source,
            "identity": request.identity,
            "request": request.request,
            "info": request.info,
            "env": api.environment,
        }

    async def to_the_end(self) -> None:
        """Run all handlers and data sources."""
        functions = self._functions()
        self._expect_batches(functions)
        try:
            await self._run(functions)
        finally:
            self._withdraw_batches_before(len(functions) + 1)

    async def _run(self, functions: list[Function]) -> None:
        steps = [self._resolver.code, *(function.code or None for function in functions)]
        none_sources = self._none_sources(functions)
        context_text = to_json(self._context)
        position = Position()
        while True:
            evaluation = await self._runtime.advance(
                steps,
                position,
                context_text,
                is_pipeline=self._resolver.is_pipeline,
                none_sources=none_sources,
                return_type=self._return_type,
            )
            self._gather(evaluation)
            if evaluation.failure is not None:
                self.fail(evaluation.failure)
                return
            if evaluation.is_done:
                self.outcome.result = evaluation.value
                return
            answer = await self._call_source(evaluation, steps, functions)
            position = self._position_after(evaluation, answer)

    def fail(self, error: FieldError) -> None:
        """End the field with an error."""
        self.outcome.errors.append(error)
        self.outcome.failed = True

    def _functions(self) -> list[Function]:
        missing = [name for name in self._resolver.functions if name not in self._api.functions]
        if missing:
            raise DeploymentError(f"The pipeline has a function that is not there: {', '.join(missing)}.")
        return [self._api.functions[name] for name in self._resolver.functions]

    def _none_sources(self, functions: list[Function]) -> list[bool]:
        """Return for each step whether its data source is NONE. A pipeline's own step has no data source."""
        names = [self._resolver.data_source, *(function.data_source for function in functions)]
        sources = [self._api.data_sources.get(name or "") for name in names]
        return [source is not None and source.type == "NONE" for source in sources]

    def _source(self, at: int, functions: list[Function]) -> DataSource:
        name = functions[at - 1].data_source if self._resolver.is_pipeline else self._resolver.data_source
        source = self._api.data_sources.get(name or "")
        if source is None:
            raise DeploymentError(f"There is no data source {name}.")
        return source

    async def _call_source(
        self, evaluation: Evaluation, steps: list[str | None], functions: list[Function]
    ) -> SourceResult:
        at = evaluation.at
        source = self._source(at, functions)
        step = functions[at - 1] if self._resolver.is_pipeline else self._resolver
        is_direct = steps[at] is None
        is_batch = step.max_batch_size > 0 if is_direct else _is_batch(evaluation.value)
        self._withdraw_batches_before(at if is_batch else at + 1)

        async def gather(payload: object, send: Send) -> SourceResult:
            self._expected.discard(at)
            most = step.max_batch_size or DEFAULT_SIZE
            result: SourceResult = await self._batches.call(self._batch_key(at), payload, most=most, send=send)
            return result

        if not is_direct:
            return await call_data_source(
                self._api, source, evaluation.value, backend=self._backend, meter=self._meter, gather=gather
            )
        if source.type != "AWS_LAMBDA":
            raise DeploymentError(
                f"Without code, only a Lambda data source can resolve; {source.name} is {source.type}."
            )
        return await invoke_direct(
            source,
            self._direct_payload(evaluation),
            is_batch=is_batch,
            backend=self._backend,
            meter=self._meter,
            gather=gather,
        )

    def _expect_batches(self, functions: list[Function]) -> None:
        """Announce that this run can join the batches of the same resolver for other items of a list."""
        steps = range(1, len(functions) + 1) if self._resolver.is_pipeline else (0,)
        for at in steps:
            name = functions[at - 1].data_source if at else self._resolver.data_source
            source = self._api.data_sources.get(name or "")
            if source is not None and source.type == "AWS_LAMBDA":
                self._batches.expect(self._batch_key(at))
                self._expected.add(at)

    def _withdraw_batches_before(self, at: int) -> None:
        for earlier in [step for step in self._expected if step < at]:
            self._expected.discard(earlier)
            self._batches.withdraw(self._batch_key(earlier))

    def _batch_key(self, at: int) -> tuple[str, str, int]:
        return (self._resolver.type_name, self._resolver.field_name, at)

    def _direct_payload(self, evaluation: Evaluation) -> dict[str, Any]:
        """Return a direct Lambda resolver's payload: the context without ``env``, which AWS does not list for it."""
        context = {name: value for name, value in self._context.items() if name != "env"}
        return {**context, "prev": evaluation.prev, "stash": evaluation.stash}

    def _position_after(self, evaluation: Evaluation, answer: SourceResult) -> Position:
        return Position(
            at=evaluation.at,
            phase="response",
            stash=evaluation.stash,
            prev=evaluation.prev,
            result=answer.result,
            error=None if answer.error is None else asdict(answer.error),
            out_errors=[asdict(error) for error in self.outcome.errors],
        )

    def _gather(self, evaluation: Evaluation) -> None:
        """Collect the output of the handlers. A later filter replaces an earlier one, as in AppSync."""
        outcome = self.outcome
        outcome.errors += evaluation.errors
        outcome.response_headers.update(evaluation.response_headers)
        outcome.subscription_filter = evaluation.subscription_filter or outcome.subscription_filter
        outcome.invalidation_filter = evaluation.invalidation_filter or outcome.invalidation_filter
        outcome.invalidations += evaluation.invalidations
        for line in evaluation.logs:
            _LOG.info("%s.%s: %s", self._resolver.type_name, self._resolver.field_name, line)
        for eviction in evaluation.evictions:
            _LOG.info(
                "%s.%s: evictFromApiCache(%s) did nothing: there is no cache locally",
                self._resolver.type_name,
                self._resolver.field_name,
                eviction,
            )


def _is_batch(request: object) -> bool:
    return isinstance(request, dict) and request.get("operation") == "BatchInvoke"

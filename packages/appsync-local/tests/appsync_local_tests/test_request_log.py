"""Tests of the API's log group in CloudWatch Logs, and that failures of the log do not affect requests."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from appsync_local.backend import AwsError
from appsync_local_tests.fakes import LOG_ROLE, FakeApi, FakeBackend, FakeResolvers, failing, plane_for, post, token

SDL = "type Query { good(id: ID): String bad: String }"
GROUP = "/aws/appsync/apis/api00000000000000000000001"


async def _logged(level: str, *, exclude: bool, query: str = '{ good(id: "1") bad }') -> tuple[str, list[str]]:
    """Run a request; return its id and the written lines."""
    resolvers = FakeResolvers()
    resolvers.on("Query", "good")(lambda _: "result")
    resolvers.on("Query", "bad")(lambda _: failing("broken", "Broken"))
    settings: dict[str, Any] = {
        "logConfig": {
            "fieldLogLevel": level,
            "excludeVerboseContent": exclude,
            "cloudWatchLogsRoleArn": LOG_ROLE,
        }
    }
    plane, backend = plane_for(FakeApi(SDL, resolvers=list(resolvers.functions), settings=settings), resolvers)
    await plane.start()
    response = await post(plane, query)
    assert not backend.logs, "the request has waited for its log"
    await plane.close()
    return response.headers["x-amzn-requestid"], backend.logs[GROUP]


def _json_lines(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.conforms("operations.log-group")
async def test_every_line_contains_its_request_id() -> None:
    request_id, lines = await _logged("NONE", exclude=True)
    assert all(request_id in line for line in lines)
    assert lines[0] == f"{request_id} Begin Request"
    assert lines[-1] == f"{request_id} End Request"
    assert [line["logType"] for line in _json_lines(lines)] == ["ExecutionSummary", "RequestSummary"]
    assert _json_lines(lines)[-1]["statusCode"] == 200


@pytest.mark.conforms("operations.log-levels")
@pytest.mark.parametrize(("level", "traced"), [("ALL", ["good", "bad"]), ("INFO", ["good", "bad"]), ("ERROR", ["bad"])])
async def test_the_log_level_selects_fields(level: str, traced: list[str]) -> None:
    _, lines = await _logged(level, exclude=True)
    written = _json_lines(lines)
    assert [line["fieldName"] for line in written if line["logType"] == "Tracing"] == traced
    (failure,) = [line for line in written if line["logType"] == "ResponseFunctionEvaluation"]
    assert (failure["fieldInError"], failure["path"], failure["errors"]) == (True, ["bad"], ["Broken: broken"])


@pytest.mark.conforms("operations.verbose")
async def test_verbose_content_contains_document_variables_and_headers_but_no_credentials() -> None:
    bearer = token()
    request_id, lines = await _logged("ERROR", exclude=False)
    assert lines[0] == (f'{request_id} GraphQL Query: {{ good(id: "1") bad }}, Operation: None, Variables: {{}}')
    headers = json.loads(lines[1].removeprefix(f"{request_id} Request Headers: "))
    assert headers["authorization"] == "****"
    assert bearer not in "".join(lines)


@pytest.mark.conforms("operations.verbose")
async def test_verbose_content_can_be_excluded() -> None:
    _, lines = await _logged("ALL", exclude=True)
    assert not [line for line in lines if "good(id" in line or "Headers" in line]


async def test_a_role_without_permission_is_reported_once_and_requests_continue(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = {"logConfig": {"fieldLogLevel": "NONE", "cloudWatchLogsRoleArn": LOG_ROLE}}
    plane, backend = plane_for(FakeApi(SDL, settings=settings), FakeResolvers())
    assert isinstance(backend, FakeBackend)
    backend.log_refusal = AwsError("AccessDeniedException", "no")
    await plane.start()
    with caplog.at_level(logging.WARNING, "appsync"):
        for _ in range(60):
            assert (await post(plane, "{ good }")).status == 200
        await plane.close()
    assert len([record for record in caplog.records if "cannot write" in record.getMessage()]) == 1

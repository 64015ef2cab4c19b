"""A backend that returns scripted responses and records its calls."""

from __future__ import annotations

import json
from typing import Any

from appsync_local.api import DataSource, Function, GraphqlApi, Resolver
from appsync_local.backend import AwsError, FunctionResult, IamPrincipal, LogLine, SignedRequest
from appsync_local.fields import FieldRequest

ROLE = "arn:aws:iam::000000000000:role/source"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:worker"

Answer = dict[str, Any] | AwsError


class ScriptedBackend:
    """Implements `appsync_local.backend.Backend`; responses are used in order."""

    def __init__(self, *answers: Answer | FunctionResult) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.payloads: list[Any] = []

    async def dynamodb(self, action: str, request: dict[str, Any], *, role_arn: str, region: str) -> dict[str, Any]:
        """Return the next response."""
        assert (role_arn, region) == (ROLE, "us-east-1")
        assert request.pop("ReturnConsumedCapacity") == "TOTAL"
        self.asked.append((action, request))
        answer = self.answers.pop(0)
        if isinstance(answer, AwsError):
            raise answer
        assert isinstance(answer, dict)
        return answer

    async def invoke_function(
        self, function_arn: str, payload: bytes, *, role_arn: str, event: bool, source_arn: str = ""
    ) -> FunctionResult:
        """Return the next response."""
        assert (function_arn, role_arn, source_arn) == (FUNCTION_ARN, ROLE, "")
        self.payloads.append(json.loads(payload))
        if event:
            return FunctionResult(b"")
        answer = self.answers.pop(0)
        if isinstance(answer, AwsError):
            raise answer
        assert isinstance(answer, FunctionResult)
        return answer

    async def read_control_plane(self, path: str, *, region: str) -> dict[str, Any]:
        """Not used in these tests."""
        raise AssertionError(path, region)

    async def put_log_events(self, log_group: str, lines: list[LogLine], *, role_arn: str, region: str) -> None:
        """Not used in these tests."""
        raise AssertionError(log_group, lines, role_arn, region)

    async def user_pool_keys(self, user_pool_id: str) -> dict[str, Any]:
        """Not used in these tests."""
        raise AssertionError(user_pool_id)

    async def authenticate(self, request: SignedRequest) -> IamPrincipal:
        """Not used in these tests."""
        raise AssertionError(request)

    async def may(self, principal: IamPrincipal, action: str, resource: str) -> bool:
        """Not used in these tests."""
        raise AssertionError(principal, action, resource)


def api_with(*functions: Function, table: str = "t", **changes: Any) -> GraphqlApi:  # noqa: ANN401 - fields of GraphqlApi
    """Return an API with one data source of each type: table, worker, none, web."""
    sources = (
        DataSource("table", "AMAZON_DYNAMODB", ROLE, {"tableName": table, "awsRegion": "us-east-1"}),
        DataSource("worker", "AWS_LAMBDA", ROLE, {"lambdaFunctionArn": FUNCTION_ARN}),
        DataSource("none", "NONE", None),
        DataSource("web", "HTTP", None, {"endpoint": "https://example.com"}),
    )
    values: dict[str, Any] = {
        "id": "api",
        "name": "test",
        "arn": "arn:aws:appsync:us-east-1:000000000000:apis/api",
        "region": "us-east-1",
        "account_id": "000000000000",
        "sdl": "",
        "authentication": (),
        "api_keys": (),
        "data_sources": {source.name: source for source in sources},
        "functions": {function.id: function for function in functions},
        "resolvers": {},
        "environment": {"STAGE": "test"},
        **changes,
    }
    return GraphqlApi(**values)


def unit(source: str, code: str | None, max_batch_size: int = 0) -> Resolver:
    """Return a unit resolver."""
    return Resolver("Query", "field", source, (), code, max_batch_size)


def pipeline(code: str | None, *functions: str) -> Resolver:
    """Return a pipeline resolver."""
    return Resolver("Query", "field", None, functions, code)


def field_request(**changes: Any) -> FieldRequest:  # noqa: ANN401 - fields of FieldRequest
    """Return the request that execution passes for a field."""
    values: dict[str, Any] = {
        "arguments": {"id": "1"},
        "source": {"parent": True},
        "identity": {"sub": "alice"},
        "request": {"headers": {"x-a": "b"}, "domainName": None},
        "info": {"fieldName": "field", "parentTypeName": "Query", "variables": {}},
        **changes,
    }
    return FieldRequest(**values)

"""Tests that definitions which AppSync refuses are refused at deployment, with the responses that boto3 expects."""

# ruff: noqa: ANN401 - boto3 clients, whose types know literal names only

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.deployment.direct import described
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
CODE = "export function request(ctx) { return {}; }\nexport function response(ctx) { return ctx.result; }\n"
LOOP = CODE.replace("return {};", "\n  while (true) {}\n")
SDL = "type Query { a: Int b: Item piped: Int } type Item { id: ID } extend type Item { more: Int }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("checks") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def appsync(server: ServerProcess) -> Any:
    return server.client("appsync")


@pytest.fixture(scope="module")
def api(appsync: Any) -> str:
    """Create an API with a schema, a data source and a function."""
    made: str = appsync.create_graphql_api(name="checked", authenticationType="API_KEY")["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=made, definition=SDL.encode())
    appsync.create_data_source(apiId=made, name="none", type="NONE")
    return made


def _resolver(appsync: Any, api: str, field: str = "a", type_name: str = "Query", **changes: Any) -> Any:
    wanted = {"dataSourceName": "none", "code": CODE, "runtime": RUNTIME} | changes
    place = {"apiId": api, "typeName": type_name, "fieldName": field}
    return appsync.create_resolver(**place, **{name: value for name, value in wanted.items() if value is not None})


def _pipeline(functions: list[str]) -> dict[str, Any]:
    return {"kind": "PIPELINE", "dataSourceName": None, "pipelineConfig": {"functions": functions}}


def _function(appsync: Any, api: str, **changes: Any) -> str:
    wanted = {"name": "f", "dataSourceName": "none", "code": CODE, "runtime": RUNTIME} | changes
    made: str = appsync.create_function(apiId=api, **wanted)["functionConfiguration"]["functionId"]
    return made


def _refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    told = error.value.response["Error"]
    return told["Code"], told["Message"]


@pytest.mark.conforms("operations.checked")
@pytest.mark.parametrize("field", [("Query", "a"), ("Query", "b"), ("Item", "id"), ("Item", "more")])
def test_a_resolver_of_an_existing_field_is_accepted(appsync: Any, api: str, field: tuple[str, str]) -> None:
    type_name, name = field
    assert _resolver(appsync, api, name, type_name)["resolver"]["fieldName"] == name


@pytest.mark.conforms("operations.checked")
@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"field": "nothing"}, "NotFoundException", "No field named nothing found on type Query"),
        ({"type_name": "Nobody"}, "NotFoundException", "Type Nobody not found"),
        ({"dataSourceName": "nowhere"}, "NotFoundException", "No data source found named nowhere"),
        ({"code": LOOP}, "BadRequestException", "The code contains one or more errors."),
        ({"maxBatchSize": 2_001}, "BadRequestException", "maxBatchSize is 0 to 2000, not 2001"),
        (_pipeline(["nothing"]), "NotFoundException", "No function found with the id nothing"),
        (_pipeline(["f"] * 11), "BadRequestException", "at most 10 functions, this one has 11"),
    ],
)
def test_a_resolver_that_appsync_rejects_is_rejected(
    appsync: Any, api: str, changes: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(ClientError) as error:
        _resolver(appsync, api, **changes)
    assert _refused(error)[0] == code
    assert said in _refused(error)[1]


@pytest.mark.conforms("operations.checked")
def test_a_pipeline_of_existing_functions_is_accepted_and_may_repeat_one(appsync: Any, api: str) -> None:
    function = _function(appsync, api)
    made = _resolver(appsync, api, "piped", **_pipeline([function] * 10))
    assert made["resolver"]["pipelineConfig"]["functions"] == [function] * 10


@pytest.mark.conforms("operations.checked")
def test_positions_in_refused_code_are_in_the_response_and_in_the_deployment_error(appsync: Any, api: str) -> None:
    with pytest.raises(ClientError) as error:
        _resolver(appsync, api, code=LOOP)
    response: Any = error.value.response
    assert response["reason"] == "CODE_ERROR"
    (fault,) = response["detail"]["codeErrors"]
    assert fault == {
        "errorType": "LINT_ERROR",
        "value": "code.js(2,3): error @aws-appsync/no-while: While statements are not supported.",
        "location": {"line": 2, "column": 3, "span": len("while (true) {}")},
    }
    assert "line 2: code.js(2,3): error @aws-appsync/no-while: While statements are not supported." in described(
        error.value
    )


@pytest.mark.conforms("operations.checked")
def test_an_invalid_function_is_refused(appsync: Any, api: str) -> None:
    for changes, said in (
        ({"code": LOOP}, "The code contains one or more errors."),
        ({"maxBatchSize": 2_001}, "maxBatchSize"),
    ):
        with pytest.raises(ClientError) as error:
            _function(appsync, api, **changes)
        assert said in _refused(error)[1]


@pytest.mark.conforms("schema.refused")
def test_an_invalid_schema_fails_and_the_previous_one_is_kept(appsync: Any, api: str) -> None:
    appsync.start_schema_creation(apiId=api, definition=b"type Query { a: Nothing }")
    status = appsync.get_schema_creation_status(apiId=api)
    assert status["status"] == "FAILED"
    assert "Nothing" in status["details"]
    assert b"Item" in appsync.get_introspection_schema(apiId=api, format="SDL")["schema"].read()

"""Tests of signed requests to the API, of documents that select all fields, and of error handling."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import Credentials
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, build_schema, get_named_type, parse, validate

from appsync_local.provided import PROVIDED_SDL
from lambdas.common import publishing
from lambdas.common.graphql import GraphqlClient, GraphqlError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from graphql import GraphQLSchema, SelectionSetNode

DOCUMENTS = {name: text for name, text in vars(publishing).items() if name.startswith("PUBLISH_")}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(PROVIDED_SDL + (Path(__file__).parents[3] / "graphql" / "schema.graphql").read_text())


def assert_all_is_selected(type_: object, selections: SelectionSetNode | None) -> None:
    """Compare a selection with all fields of its type, recursively."""
    if not isinstance(type_, GraphQLObjectType):
        assert selections is None
        return
    assert selections is not None
    chosen = {node.name.value: node for node in selections.selections if isinstance(node, FieldNode)}
    assert set(chosen) == set(type_.fields), type_.name
    for name, node in chosen.items():
        assert_all_is_selected(get_named_type(type_.fields[name].type), node.selection_set)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_selects_all_fields_of_a_subscription(name: str, schema: GraphQLSchema) -> None:
    document = parse(DOCUMENTS[name])
    assert validate(schema, document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field_,) = operation.selection_set.selections
    assert isinstance(field_, FieldNode)
    assert schema.mutation_type is not None
    assert_all_is_selected(get_named_type(schema.mutation_type.fields[field_.name.value].type), field_.selection_set)


def test_every_mutation_of_the_backend_has_a_document(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    wanted = {name for name in schema.mutation_type.fields if name.startswith("publish")}
    assert {name.split("{")[1].split("(")[0].strip() for name in DOCUMENTS.values()} == wanted


@dataclass
class CannedAnswer:
    """A response of the API."""

    status_code: int
    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"x-amzn-requestid": "of-the-api"})


@dataclass
class RecordingHttp:
    """Returns a fixed response and records the requests."""

    answer: CannedAnswer
    requests: list[AWSPreparedRequest] = field(default_factory=list)

    def send(self, request: AWSPreparedRequest) -> CannedAnswer:
        self.requests.append(request)
        return self.answer


def client(status: int, body: Any) -> tuple[GraphqlClient, RecordingHttp]:  # noqa: ANN401 - any JSON
    http = RecordingHttp(CannedAnswer(status, json.dumps(body).encode()))
    url = "https://api.example.com/graphql"
    credentials = Credentials("AKIDEXAMPLE", "secret", "session")
    return GraphqlClient(url, region="eu-central-1", credentials=credentials, http=http), http


def test_a_request_is_signed_for_appsync_and_its_session() -> None:
    graphql, http = client(200, {"data": {"x": 1}})
    assert graphql.execute("mutation M { x }", {"a": "ä"}) == {"x": 1}
    (request,) = http.requests
    assert "/eu-central-1/appsync/aws4_request" in request.headers["Authorization"]
    assert request.headers["X-Amz-Security-Token"] == "session"
    assert isinstance(request.body, str)
    assert json.loads(request.body) == {"query": "mutation M { x }", "variables": {"a": "ä"}}


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, {"errors": [{"errorType": "UnauthorizedException"}]}, "status 401"),
        (500, {}, "status 500"),
        (200, {"data": None, "errors": [{"errorType": "Unauthorized", "message": "secret text"}]}, "Unauthorized$"),
    ],
)
def test_an_error_does_not_contain_message_content(status: int, body: object, says: str) -> None:
    graphql, _ = client(status, body)
    with pytest.raises(GraphqlError, match=says):
        graphql.execute("mutation M { x }", {})

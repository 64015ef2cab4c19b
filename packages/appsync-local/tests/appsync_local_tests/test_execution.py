"""Tests of queries and mutations: the context of resolvers, and the format of responses and errors."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.authentication import Credentials
from appsync_local.backend import SignedRequest
from appsync_local.documents import Document, DocumentCache
from appsync_local.execution import GraphqlRequest, run_operation
from appsync_local.fields import FieldError, FieldOutcome, FieldRequest
from appsync_local_tests.fakes import FakeApi, FakeResolvers, Json, failing, plane_for, post, request_raw, token

if TYPE_CHECKING:
    from appsync_local.server import AppSyncDataPlane

SDL = """
type Query {
  item(id: ID!, mood: Mood = GOOD, filter: AWSJSON, after: AWSDateTime): Item
  items: [Item]
  must: Item!
  nothing: Item
  node: Node
  slow: String
  plain: String
  pick(from: From, size: Int): String
}
input From { name: String! inner: Inner }
input Inner { sizes: [Int] }
type Mutation { first: Int second: Int third: Int }
interface Node { id: ID! }
type Item implements Node { id: ID! name: String! count: Int parent: Item tags: [String!] extra: AWSJSON mood: Mood }
type Room implements Node { id: ID! title: String }
enum Mood { GOOD BAD }
"""


class World:
    """A data plane with resolvers from the test."""

    def __init__(self, resolvers: FakeResolvers, **settings: Json) -> None:
        self.resolvers = resolvers
        api = FakeApi(SDL, resolvers=list(resolvers.functions), settings=settings)
        self.plane, self.backend = plane_for(api, resolvers)

    async def run(self, query: str, variables: dict[str, Any] | None = None) -> Json:
        """Return the body of the response to alice."""
        return (await post(self.plane, query, variables)).body


def _world(settings: dict[str, Json] | None = None, **functions: Json) -> World:
    resolvers = FakeResolvers()
    for name, function in functions.items():
        type_name, _, field_name = name.partition("_")
        resolvers.on(type_name, field_name)(function)
    return World(resolvers, **(settings or {}))


@pytest.mark.conforms("javascript.context")
async def test_a_resolver_gets_appsyncs_context() -> None:
    world = _world(Query_item=lambda _: {"id": "1", "name": "n"})
    query = """query Q($id: ID!, $filter: AWSJSON) {
      item(id: $id, filter: $filter) { id ...More parent { title: name @skip(if: false) } }
    } fragment More on Item { count ... on Item { mood } }"""
    headers = {"Authorization": token(), "X-Custom": "yes"}
    await post(world.plane, query, {"id": 5, "filter": '{"a":[1]}'}, headers=headers)
    request = world.resolvers.requests[0]
    assert request.arguments == {"id": "5", "mood": "GOOD", "filter": {"a": [1]}}
    assert request.source is None
    assert request.request["headers"]["x-custom"] == "yes"
    assert request.info["fieldName"] == "item"
    assert request.info["parentTypeName"] == "Query"
    assert request.info["variables"] == {"id": 5, "filter": '{"a":[1]}'}
    assert request.info["selectionSetList"] == ["id", "count", "mood", "parent", "parent/title"]
    assert request.info["selectionSetGraphQL"].startswith("{\n  id\n  ...More\n  parent {\n    title: name")


async def test_fields_without_a_resolver_read_the_source_and_nested_resolvers_get_it() -> None:
    def parent(request: FieldRequest) -> Json:
        return {"id": "p", "name": "of " + request.source["name"]}

    world = _world(Query_item=lambda _: {"id": "1", "name": "n", "ignored": 1}, Item_parent=parent)
    answer = await world.run('{ item(id: "1") { id n: name count parent { name } __typename } plain }')
    item = {"id": "1", "n": "n", "count": None, "parent": {"name": "of n"}, "__typename": "Item"}
    assert answer == {"data": {"item": item, "plain": None}}


@pytest.mark.conforms("execution.order")
async def test_query_fields_run_in_parallel_and_mutation_fields_in_series() -> None:
    running: list[str] = []
    most = {"now": 0}

    async def work(request: FieldRequest) -> int:
        running.append(request.info["fieldName"])
        most["now"] = max(most["now"], len(running))
        await asyncio.sleep(0.01)
        running.pop()
        return 1

    world = _world(Mutation_first=work, Mutation_second=work, Mutation_third=work, Query_item=work, Query_slow=work)
    await world.run("mutation { first second third }")
    assert most == {"now": 1}
    await world.run('{ a: item(id: "1") { id } b: slow c: slow }')
    assert most == {"now": 3}


@pytest.mark.conforms("execution.errors")
async def test_util_error_becomes_an_appsync_error_object() -> None:
    world = _world(Query_item=lambda _: failing("gone", "NotFound", {"id": "1"}, {"hint": 2}))
    answer = await world.run('{\n  it: item(id: "1") { id }\n}')
    error = {
        "path": ["it"],
        "data": {"id": "1"},
        "errorType": "NotFound",
        "errorInfo": {"hint": 2},
        "locations": [{"line": 2, "column": 3, "sourceName": None}],
        "message": "gone",
    }
    assert answer == {"data": {"it": None}, "errors": [error]}


@pytest.mark.conforms("execution.error-data")
@pytest.mark.parametrize("failed", [True, False])
async def test_error_data_contains_only_selected_fields(failed: bool) -> None:
    data = [{"id": "1", "name": "n", "count": 3, "secret": 4, "parent": {"id": "2", "name": "p"}}, None, "text"]
    outcome = FieldOutcome({"id": "1", "name": "n"}, [FieldError("no", "Mine", data, {"secret": 5})], failed=failed)
    query = """{ item(id: "1") { id ... on Item { parent { id } ...More } count @skip(if: true) } }
    fragment More on Item { title: name }"""
    (error,) = (await _world(Query_item=lambda _: outcome).run(query))["errors"]
    assert error["data"] == [{"id": "1", "parent": {"id": "2"}, "name": "n"}, None, "text"]
    assert error["errorInfo"] == {"secret": 5}


async def test_the_data_of_an_error_of_a_scalar_field_is_unchanged() -> None:
    outcome = FieldOutcome(errors=[FieldError("no", "Mine", {"a": 1})], failed=True)
    (error,) = (await _world(Query_plain=lambda _: outcome).run("{ plain }"))["errors"]
    assert error["data"] == {"a": 1}


@pytest.mark.conforms("execution.errors")
async def test_append_error_keeps_the_result() -> None:
    outcome = FieldOutcome({"id": "1", "name": "n"}, errors=[FieldError("careful", "Warning")])
    world = _world(Query_item=lambda _: outcome)
    answer = await world.run('{ item(id: "1") { id } }')
    assert answer["data"] == {"item": {"id": "1"}}
    assert [(error["message"], error["path"]) for error in answer["errors"]] == [("careful", ["item"])]


async def test_errors_before_the_fatal_one_are_reported() -> None:
    outcome = FieldOutcome(errors=[FieldError("one"), FieldError("two", "Fatal")], failed=True)
    answer = await _world(Query_item=lambda _: outcome).run('{ item(id: "1") { id } }')
    assert answer["data"] == {"item": None}
    assert {error["message"] for error in answer["errors"]} == {"one", "two"}


@pytest.mark.conforms("execution.nulls")
async def test_a_null_in_a_non_null_field_propagates() -> None:
    items = [{"id": "1", "name": "a"}, {"id": "2", "name": None}]
    answer = await _world(Query_items=lambda _: items).run("{ items { id name } }")
    assert answer["data"] == {"items": [{"id": "1", "name": "a"}, None]}
    message = "Cannot return null for non-nullable type: 'String' within parent 'Item' (/items[1]/name)"
    assert answer["errors"] == [{"path": ["items", 1, "name"], "locations": None, "message": message}]


@pytest.mark.conforms("execution.nulls")
async def test_a_null_root_is_null_data() -> None:
    answer = await _world(Query_must=lambda _: None).run("{ must { id } }")
    assert answer["data"] is None
    assert answer["errors"][0]["message"].startswith("Cannot return null for non-nullable type: 'Item'")


async def test_a_value_of_the_wrong_type_cannot_be_serialized() -> None:
    answer = await _world(Query_item=lambda _: {"id": "1", "count": "many"}).run('{ item(id: "1") { count } }')
    assert answer["data"] == {"item": {"count": None}}
    assert answer["errors"][0]["message"].startswith("Can't serialize value (/item/count) : ")


@pytest.mark.conforms("schema.json")
async def test_awsjson_is_returned_as_a_string() -> None:
    world = _world(Query_item=lambda request: {"id": "1", "extra": request.arguments["filter"]})
    for value in ({"a": 1}, [1, "x"], "text", 5, None):
        answer = await world.run("query ($f: AWSJSON) { item(id: 1, filter: $f) { extra } }", {"f": json.dumps(value)})
        assert json.loads(answer["data"]["item"]["extra"] or "null") == value


@pytest.mark.conforms("execution.abstract")
async def test_an_interface_is_resolved_by_typename() -> None:
    room = {"__typename": "Room", "id": "r", "title": "t"}
    query = "{ node { id ... on Room { title } ... on Item { name } __typename } }"
    answer = await _world(Query_node=lambda _: room).run(query)
    assert answer == {"data": {"node": {"id": "r", "title": "t", "__typename": "Room"}}}
    unknown = await _world(Query_node=lambda _: {"id": "r"}).run(query)
    assert unknown["data"] == {"node": None}
    assert len(unknown["errors"]) == 1


WITH_A_WRONG_FIELD = (
    "ObjectValue{objectFields=[ObjectField{name='name', value=VariableReference{name='n'}}, "
    "ObjectField{name='wrong', value=BooleanValue{value=true}}]}"
)
WRONG_TYPE = "WrongType: argument '{}' with value '{}' is not a valid '{}' @ 'item'"


@pytest.mark.conforms("execution.validation")
@pytest.mark.parametrize(
    ("query", "message", "columns"),
    [
        ("{ unknown }", "FieldUndefined: Field 'unknown' in type 'Query' is undefined @ 'unknown'", [3]),
        (
            '{ b: item(id: "1") { c: no } }',
            "FieldUndefined: Field 'no' in type 'Item' is undefined @ 'item/no'",
            [22],
        ),
        ('{ item(id: "1") }', "SubSelectionRequired: Sub selection required for type Item of field item @ 'item'", [3]),
        ("{ items }", "SubSelectionRequired: Sub selection required for type null of field items @ 'items'", [3]),
        (
            "{ plain { x } }",
            "SubSelectionNotAllowed: Sub selection not allowed on leaf type String of field plain @ 'plain'",
            [3],
        ),
        ("{ item { id } }", "MissingFieldArgument: Missing field argument id @ 'item'", [3]),
        ('{ item(id: "1", x: 1) { id } }', "UnknownArgument: Unknown field argument x @ 'item'", [17]),
        ("{ plain @skip(iff: true, if: true) }", "UnknownDirective: Unknown directive argument iff @ 'plain'", [15]),
        ("{ plain @skip }", "MissingDirectiveArgument: Missing directive argument if @ 'plain'", [9]),
        ('{ item(id: "1", mood: SAD) { id } }', WRONG_TYPE.format("mood", "EnumValue{name='SAD'}", "Mood"), [17]),
        (
            '{ item(id: "1", after: "yesterday") { id } }',
            WRONG_TYPE.format("after", "StringValue{value='yesterday'}", "AWSDateTime"),
            [17],
        ),
        ("{ item(id: 1.5) { id } }", WRONG_TYPE.format("id", "FloatValue{value=1.5}", "ID"), [8]),
        (
            "{ item(id: null) { id } }",
            "WrongType: argument 'id' with value 'NullValue{}' must not be null @ 'item'",
            [8],
        ),
        ("{ pick(from: 5) }", "WrongType: argument 'from' with value 'IntValue{value=5}' must be an object type", [8]),
        (
            "{ pick(from: {name: $n, wrong: true}) }",
            f"WrongType: argument 'from' with value '{WITH_A_WRONG_FIELD}' contains a field not in 'From': 'wrong'",
            [8],
        ),
        (
            '{ pick(from: {name: "x", inner: {sizes: [1, "2"]}}) }',
            "WrongType: argument 'from.inner.sizes[1]' with value 'StringValue{value='2'}' is not a valid 'Int'",
            [8],
        ),
        (
            'query ($a: Int = ["x"]) { pick(size: $a) }',
            "BadValueForDefaultArg: Bad default value ArrayValue{values=[StringValue{value='x'}]} for type Int",
            [8],
        ),
        (
            '{ item(id: "1") { ...F } } fragment F on Room { id }',
            "InvalidFragmentType: Fragment F cannot be spread here as objects of type Item can never be of type Room",
            [19],
        ),
        (
            '{ item(id: "1") { ... on Room { id } } }',
            "InvalidFragmentType: Fragment cannot be spread here as objects of type Item can never be of type Room",
            [19],
        ),
        ("{ ...F }", "UndefinedFragment: Undefined fragment F", [6]),
        ("{ plain } fragment F on Item { id }", "UnusedFragment: Unused fragment F", [11]),
        (
            '{ item(id: "1") { ...F } } fragment F on Mood { id }',
            "InlineFragmentTypeConditionInvalid: Fragment type condition is invalid, must be on Object/Interface/Union",
            [28],
        ),
        ("query ($a: Nothing) { pick(size: $a) }", "UnknownType: Unknown type Nothing", [12]),
        ("query ($a: Item) { pick(size: $a) }", "NonInputTypeOnVariable: Wrong type for a variable", [8]),
        ("query ($a: Int) { plain }", "UnusedVariable: Unused variable a", [8]),
        ("{ item(id: $a) { id } }", "UndefinedVariable: Undefined variable a @ 'item'", [12]),
        (
            "query ($a: Int) { item(id: $a) { id } }",
            "VariableTypeMismatch: Variable type 'Int' doesn't match expected type 'ID!' @ 'item'",
            [28],
        ),
        ("{ plain @nothing }", "UnknownDirective: Unknown directive nothing @ 'plain'", [9]),
        ("query @skip(if: true) { plain }", "MisplacedDirective: Directive skip not allowed here", [7]),
        ("{ a: plain a: slow }", "FieldsConflict: a: plain and slow are different fields", [3, 12]),
        (
            '{ item(id: "1") { id } item(id: "2") { id } }',
            "FieldsConflict: item: they have differing arguments",
            [3, 24],
        ),
        (
            '{ item(id: "1") { parent { a: id a: name } } }',
            "FieldsConflict: a: id and name are different fields @ 'item/parent'",
            [28, 34],
        ),
        (
            "{ node { ... on Item { x: count } ... on Room { x: title } } }",
            "FieldsConflict: x: they return differing types Int and String @ 'node'",
            [24, 49],
        ),
        (
            "{ node { ... on Item { x: name } ... on Room { x: title } } }",
            "FieldsConflict: x: fields have different nullability shapes",
            [24, 48],
        ),
        ("{ items { ...F } } fragment F on Item { ...F id }", "FragmentCycle: Fragment cycles not allowed @ 'F'", [41]),
        (
            "query A { plain } query A { plain }",
            "DuplicateOperationName: There can be only one operation named 'A'",
            [19],
        ),
        (
            "{ plain } query A { plain }",
            "LoneAnonymousOperationViolation: Anonymous operation with other operations.",
            [1],
        ),
        ("{ plain } type A { b: Int }", "NonExecutableDefinition: The A definition is not executable.", [11]),
    ],
)
async def test_an_invalid_document_is_rejected_with_the_message_of_graphql_java(
    query: str, message: str, columns: list[int]
) -> None:
    response = await post(_world().plane, query)
    assert response.status == 200
    assert response.body["data"] is None
    found = {error["message"]: error for error in response.body["errors"]}
    (error,) = (error for text, error in found.items() if text.startswith(f"Validation error of type {message}"))
    locations = [{"line": 1, "column": column, "sourceName": None} for column in columns]
    assert error == {"path": None, "locations": locations, "message": error["message"]}


NOT_A_MAP = "Variables for input objects must be an instance of type 'Map'."
ID = "query ($id: ID!) { item(id: $id) { id } }"
FROM = "query ($from: From!) { pick(from: $from) }"
SIZE = "query ($size: Int) { pick(size: $size) }"


@pytest.mark.conforms("execution.variables")
@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (ID, {}, "Variable 'id' has coerced Null value for NonNull type 'ID!'"),
        (ID, {"id": None}, "Variable 'id' has coerced Null value for NonNull type 'ID!'"),
        (ID, {"id": {"a": 1}}, "Variable 'id' has an invalid value. Expected type 'ID' but was 'LinkedHashMap'."),
        (ID, {"id": True}, "Variable 'id' has an invalid value. Expected type 'ID' but was 'Boolean'."),
        (ID, {"id": ["x"]}, "Variable 'id' has an invalid value. Expected type 'ID' but was 'ArrayList'."),
        (SIZE, {"size": 1.5}, "Variable 'size' has an invalid value. Expected type 'Int' but was 'Double'."),
        (
            "query ($mood: Mood) { item(id: 1, mood: $mood) { id } }",
            {"mood": "SAD"},
            "Variable 'mood' has an invalid value. Invalid input for Enum 'Mood'. No value found for name 'SAD'",
        ),
        (
            FROM,
            {"from": "x"},
            f"Variable 'from' has an invalid value. Expected type 'Map' but was 'String'. {NOT_A_MAP}",
        ),
        (
            FROM,
            {"from": {"name": "x", "inner": {"sizes": [1, None, "2"]}}},
            "Variable 'sizes' has an invalid value. Expected type 'Int' but was 'String'.",
        ),
    ],
)
async def test_an_invalid_variable_is_rejected_with_the_message_of_graphql_java(
    query: str, variables: dict[str, Any], message: str
) -> None:
    world = _world(Query_item=lambda _: {"id": "1"})
    locations = [{"line": 1, "column": 8, "sourceName": None}]
    entry = {"path": None, "locations": locations, "message": message}
    assert await world.run(query, variables) == {"data": None, "errors": [entry]}
    assert not world.resolvers.requests


@pytest.mark.conforms("execution.malformed")
@pytest.mark.parametrize("query", ["", "   ", "{", "query {", "type A { b: Int } {", "}{", "# nothing", "{" * 20_000])
async def test_a_request_that_is_not_graphql_is_malformed(query: str) -> None:
    response = await post(_world().plane, query)
    assert (response.status, response.headers["x-amzn-errortype"]) == (400, "MalformedHttpRequestException")


@pytest.mark.conforms("execution.malformed")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'[{"query": "{ plain }"}]',
        b"5",
        b"null",
        b'{"query": 5}',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"query": "{ plain }", "variables": [1]}',
        b'{"query": "{ plain }", "operationName": 5}',
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_not_a_request_is_malformed(body: bytes) -> None:
    response = await request_raw(_world().plane, body, {"authorization": token()})
    assert response.status == 400
    assert response.body["errors"][0]["errorType"] == "MalformedHttpRequestException"


@pytest.mark.conforms("execution.size")
async def test_a_body_larger_than_1_mb_is_rejected() -> None:
    response = await request_raw(_world().plane, b"x" * 1_000_001, {"authorization": token()})
    assert (response.status, response.body["errors"][0]["errorType"]) == (413, "RequestEntityTooLargeException")


@pytest.mark.conforms("execution.operations")
async def test_the_operation_is_selected_by_name() -> None:
    plane = _world(Query_plain=lambda _: "x").plane
    query = "query A { plain } query B { p: plain }"
    assert (await post(plane, query, operation="B")).body == {"data": {"p": "x"}}
    assert (await post(plane, query, operation="C")).body["errors"][0]["message"] == "Unknown operation named 'C'."
    assert (await post(plane, query)).status == 400


@pytest.mark.conforms("execution.directives")
async def test_directives_and_default_values_apply() -> None:
    world = _world(Query_item=lambda request: {"id": request.arguments.get("id"), "name": request.arguments["mood"]})
    query = """query ($id: ID = "d", $mood: Mood, $no: Boolean = false) {
      item(id: $id, mood: $mood) { id name @include(if: $no) title: name @skip(if: $no) }
    }"""
    assert await world.run(query) == {"data": {"item": {"id": "d", "title": "GOOD"}}}
    assert await world.run(query, {"id": 5, "mood": "BAD", "no": True}) == {
        "data": {"item": {"id": "5", "name": "BAD"}}
    }
    unset = '{ item(id: "1") { name } }'
    assert (await world.run(unset))["data"] == {"item": {"name": "GOOD"}}


@pytest.mark.conforms("execution.coercion")
async def test_input_and_output_values_are_coerced() -> None:
    world = _world(Query_items=lambda _: [{"id": 1, "name": "a", "tags": []}, None], Query_plain=lambda _: 7)
    assert await world.run("{ items { id tags } plain }") == {
        "data": {"items": [{"id": "1", "tags": []}, None], "plain": "7"}
    }
    bad = _world(Query_item=lambda _: {"id": "1", "name": "n", "count": 3_000_000_000, "mood": "SAD"})
    answer = await bad.run('{ item(id: "1") { count mood } }')
    assert answer["data"] == {"item": {"count": None, "mood": None}}
    assert [error["path"] for error in answer["errors"]] == [["item", "count"], ["item", "mood"]]
    assert [error["message"] for error in answer["errors"]] == [
        "Can't serialize value (/item/count) : Expected type 'Int' but was 'Long'.",
        "Can't serialize value (/item/mood) : Invalid input for Enum 'Mood'. Unknown value 'SAD'",
    ]


async def test_a_subscription_does_not_run_over_http() -> None:
    api = FakeApi("type Query { a: Int } type Subscription { onA: Int }")
    response = await post(plane_for(api)[0], "subscription { onA }")
    error = {"errorType": "BadRequestException", "message": "Subscriptions over MQTT is not supported."}
    assert (response.status, response.body) == (400, {"errors": [error]})


@pytest.mark.conforms("execution.introspection")
async def test_introspection_can_be_disabled() -> None:
    query = "{ __schema { queryType { name } } }"
    assert "errors" not in await _world().run(query)
    off = await _world({"introspectionConfig": "DISABLED"}).run(query)
    refused = "Validation error of type FieldUndefined: Field '__schema' in type 'Query' is undefined @ '__schema'"
    assert [error["message"] for error in off["errors"]] == [refused]
    assert (await _world({"introspectionConfig": "DISABLED"}).run("{ __typename }"))["data"] == {"__typename": "Query"}


@pytest.mark.conforms("execution.depth")
async def test_the_query_depth_limit_includes_fragments() -> None:
    world = _world({"queryDepthLimit": 3}, Query_item=lambda _: None)
    assert await world.run('{ item(id: "1") { parent { id } } }') == {"data": {"item": None}}
    deep = await world.run('{ item(id: "1") { ...F } } fragment F on Item { parent { parent { id } } }')
    assert deep["errors"][0]["message"] == "maximum query depth exceeded 4 > 3"


@pytest.mark.conforms("execution.fields")
async def test_a_document_that_expands_exponentially_is_rejected_at_once() -> None:
    doubling = "fragment F{} on Item {{ a: parent {{ ...F{} }} b: parent {{ ...F{} }} }}"
    fragments = " ".join(doubling.format(level, level + 1, level + 1) for level in range(60))
    world = _world(Query_item=lambda _: {"id": "1", "name": "n"})
    answer = await post(world.plane, f'{{ item(id: "1") {{ ...F0 }} }} {fragments} fragment F60 on Item {{ id }}')
    assert answer.status == 400
    assert answer.body["errors"][0]["message"].endswith("at most 10000 are run.")


@pytest.mark.conforms("execution.fields")
async def test_validating_a_long_document_does_not_block_other_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    validate = DocumentCache._prepare  # noqa: SLF001 - what takes seconds for a hostile document

    def slowly(self: DocumentCache, query: str) -> Document:
        if len(query) > 2_000:
            assert answered.wait(60)
        return validate(self, query)

    monkeypatch.setattr(DocumentCache, "_prepare", slowly)
    world = _world()
    long = asyncio.create_task(world.run("{" + "plain " * 500 + "}"))
    assert await world.run("{ plain }") == {"data": {"plain": None}}
    answered.set()
    assert await long == {"data": {"plain": None}}


@pytest.mark.conforms("execution.resolver-count")
async def test_the_number_of_resolvers_is_limited() -> None:
    world = _world({"resolverCountLimit": 3}, Query_slow=lambda _: "x")
    answer = await world.run("{ a: slow b: slow c: slow d: slow }")
    assert [name for name, value in answer["data"].items() if value is None] == ["d"]
    assert answer["errors"][0]["errorType"] == "ResolverExecutionLimitReached"


@pytest.mark.conforms("execution.time")
async def test_an_operation_that_times_out_is_cancelled() -> None:
    ended = asyncio.Event()

    async def sleep(_: FieldRequest) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    world = _world(Query_slow=sleep, Query_plain=lambda _: "at once")
    deployed = await _deployed(world.plane)
    result = await run_operation(
        deployed,
        await deployed.authenticator.authenticate(_alice()),
        GraphqlRequest("{ plain\n slow }", {}, None),
        headers={},
        backend=world.backend,
        resolve=world.resolvers,
        seconds=0.05,
    )
    (error,) = result.body["errors"]
    assert error == {
        "path": ["slow"],
        "data": None,
        "errorType": "ExecutionTimeout",
        "errorInfo": None,
        "locations": [{"line": 2, "column": 2, "sourceName": None}],
        "message": "Execution timed out.",
    }
    assert result.body["data"] == {"plain": "at once", "slow": None}
    assert ended.is_set()


async def test_resolvers_beside_a_fatal_null_are_stopped() -> None:
    stopped = asyncio.Event()

    async def sleep(_: FieldRequest) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async def fail(_: FieldRequest) -> None:
        await asyncio.sleep(0.01)

    world = _world(Query_slow=sleep, Query_must=fail)
    assert (await world.run("{ slow must { id } }"))["data"] is None
    async with asyncio.timeout(60):
        await stopped.wait()


async def test_a_bug_in_a_resolver_is_reported_without_details() -> None:
    def broken(_: FieldRequest) -> None:
        raise KeyError("secret detail")

    answer = await _world(Query_item=broken).run('{ item(id: "1") { id } }')
    assert answer["errors"][0]["errorType"] == "InternalFailure"
    assert "secret" not in json.dumps(answer)


async def test_lone_surrogates_are_returned_escaped() -> None:
    world = _world(Query_item=lambda request: {"id": request.arguments["id"]})
    body = b'{"query": "query ($i: ID!) { item(id: $i) { id } }", "variables": {"i": "\\ud800"}}'
    response = await request_raw(world.plane, body, {"authorization": token()})
    assert response.body == {"data": {"item": {"id": "\ud800"}}}


async def test_the_meter_is_returned_on_request() -> None:
    world = _world(Query_plain=lambda _: "x")
    response = await post(world.plane, "{ plain }", headers={"authorization": token(), "x-appsync-meter": "on"})
    meter = {"readUnits": 0.0, "writeUnits": 0.0, "functionInvocations": 0, "roundTrips": 1}
    assert response.body == {"data": {"plain": "x"}, "extensions": {"meter": meter}}


@pytest.mark.conforms("javascript.headers")
async def test_response_headers_of_resolvers_are_sent_and_harmless() -> None:
    outcome = FieldOutcome("x", response_headers={"X-Mine": "yes\r\nevil: 1", "bad name": "no"})
    response = await post(_world(Query_plain=lambda _: outcome).plane, "{ plain }")
    assert response.headers["x-mine"] == "yes  evil: 1"
    assert "bad name" not in response.headers


async def _deployed(plane: AppSyncDataPlane) -> Json:
    return await plane._deployed("api00000000000000000000001")  # noqa: SLF001 - to run one operation with a short limit


def _alice() -> Json:
    return Credentials({"authorization": token()}, SignedRequest("POST", "/graphql", "", (), b""), "127.0.0.1", {})

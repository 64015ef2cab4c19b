"""The request objects of @aws-appsync/utils/dynamodb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from appsync_local_tests.javascript.conftest import Run, Value

KEY = {"id": {"S": "1"}}

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("get({key: {id: '1'}})", {"operation": "GetItem", "key": KEY}),
    (
        "get({key: {id: '1'}, consistentRead: true, projection: ['id', 'a.b[0].c']})",
        {
            "operation": "GetItem",
            "key": KEY,
            "consistentRead": True,
            "projection": {
                "expression": "#expName_1, #expName_2.#expName_3[0].#expName_4",
                "expressionNames": {"#expName_1": "id", "#expName_2": "a", "#expName_3": "b", "#expName_4": "c"},
            },
        },
    ),
    (
        "put({key: {id: '1'}, item: {n: 10, gone: undefined}, condition: {id: {attributeExists: false}}})",
        {
            "operation": "PutItem",
            "key": KEY,
            "attributeValues": {"n": {"N": 10}},
            "condition": {"expression": "(attribute_not_exists(#id))", "expressionNames": {"#id": "id"}},
        },
    ),
    ("put({key: {id: '1'}, item: {}, condition: null})", {"operation": "PutItem", "key": KEY, "attributeValues": {}}),
    ("remove({key: {id: '1'}})", {"operation": "DeleteItem", "key": KEY}),
    ("scan({limit: 10, nextToken: 'abc'})", {"operation": "Scan", "limit": 10, "nextToken": "abc"}),
    (
        (
            "query({query: {id: {eq: '1'}, at: {between: [1, 2]}}, index: 'byId', limit: 5, nextToken: null, "
            "scanIndexForward: false, filter: {s: {eq: 'x'}}})"
        ),
        {
            "operation": "Query",
            "query": {
                "expression": "#id = :id_eq AND #at BETWEEN :at_between_start AND :at_between_end",
                "expressionNames": {"#id": "id", "#at": "at"},
                "expressionValues": {
                    ":id_eq": {"S": "1"},
                    ":at_between_start": {"N": 1},
                    ":at_between_end": {"N": 2},
                },
            },
            "index": "byId",
            "limit": 5,
            "scanIndexForward": False,
            "filter": {
                "expression": "(#s = :s_eq)",
                "expressionNames": {"#s": "s"},
                "expressionValues": {":s_eq": {"S": "x"}},
            },
        },
    ),
    ("sync({limit: 10, lastSync: 5})", {"operation": "Sync", "limit": 10, "lastSync": 5}),
    (
        "batchGet({tables: {t: {keys: [{id: '1'}], consistentRead: true}}})",
        {"operation": "BatchGetItem", "tables": {"t": {"keys": [KEY], "consistentRead": True}}},
    ),
    ("batchPut({tables: {t: [{id: '1'}]}})", {"operation": "BatchPutItem", "tables": {"t": [KEY]}}),
    ("batchDelete({tables: {t: [{id: '1'}]}})", {"operation": "BatchDeleteItem", "tables": {"t": [KEY]}}),
    (
        "transactGet({items: [{table: 't', key: {id: '1'}}]})",
        {"operation": "TransactGetItems", "transactItems": [{"table": "t", "key": KEY}]},
    ),
    (
        (
            "transactWrite({items: [{putItem: {table: 't', key: {id: '1'}, item: {n: 1}}}, "
            "{updateItem: {table: 't', key: {id: '1'}, update: {n: 1}}}, {deleteItem: {table: 't', key: {id: '1'}}}, "
            "{conditionCheck: {table: 't', key: {id: '1'}, condition: {id: {attributeExists: true}}}}]})"
        ),
        {
            "operation": "TransactWriteItems",
            "transactItems": [
                {"table": "t", "key": KEY, "operation": "PutItem", "attributeValues": {"n": {"N": 1}}},
                {
                    "table": "t",
                    "key": KEY,
                    "operation": "UpdateItem",
                    "update": {
                        "expression": "SET #expName_1 = :expValue_1",
                        "expressionNames": {"#expName_1": "n"},
                        "expressionValues": {":expValue_1": {"N": 1}},
                    },
                },
                {"table": "t", "key": KEY, "operation": "DeleteItem"},
                {
                    "table": "t",
                    "key": KEY,
                    "operation": "ConditionCheck",
                    "condition": {
                        "expression": "(attribute_exists(#id))",
                        "expressionNames": {"#id": "id"},
                        "returnValuesOnConditionCheckFailure": True,
                    },
                },
            ],
        },
    ),
]


@pytest.mark.conforms("javascript.helpers")
@pytest.mark.parametrize(("source", "request_object"), REQUESTS, ids=[case[0] for case in REQUESTS])
async def test_request_objects(value: Value, source: str, request_object: dict[str, Any]) -> None:
    assert await value(f"ddb.{source}") == request_object


UPDATES: list[tuple[str, str, dict[str, Any]]] = [
    ("{n: 1}", "SET #expName_1 = :expValue_1", {":expValue_1": {"N": 1}}),
    ("{n: null}", "SET #expName_1 = :expValue_1", {":expValue_1": {"NULL": None}}),
    ("{n: ddb.operations.add(10)}", "SET #expName_1 = :expValue_1", {":expValue_1": {"N": 10}}),
    ("{n: ddb.operations.replace({a: 1})}", "SET #expName_1 = :expValue_1", {":expValue_1": {"M": {"a": {"N": 1}}}}),
    ("{n: ddb.operations.increment()}", "SET #expName_1 = #expName_1 + :expValue_1", {":expValue_1": {"N": 1}}),
    ("{n: ddb.operations.decrement(3)}", "SET #expName_1 = #expName_1 - :expValue_1", {":expValue_1": {"N": 3}}),
    (
        "{n: ddb.operations.append([1])}",
        "SET #expName_1 = list_append(#expName_1, :expValue_1)",
        {":expValue_1": {"L": [{"N": 1}]}},
    ),
    (
        "{n: ddb.operations.prepend([1])}",
        "SET #expName_1 = list_append(:expValue_1, #expName_1)",
        {":expValue_1": {"L": [{"N": 1}]}},
    ),
    (
        "{n: [ddb.operations.updateListItem('x', 1), ddb.operations.updateListItem('y', 2)]}",
        "SET #expName_1[1] = :expValue_1, #expName_1[2] = :expValue_2",
        {":expValue_1": {"S": "x"}, ":expValue_2": {"S": "y"}},
    ),
    (
        "{a: {b: 1, c: ddb.operations.remove()}, d: ddb.operations.remove(), e: undefined}",
        "SET #expName_1.#expName_2 = :expValue_1 REMOVE #expName_1.#expName_3, #expName_4",
        {":expValue_1": {"N": 1}},
    ),
    ("{s: ddb.toStringSet(['a'])}", "SET #expName_1 = :expValue_1", {":expValue_1": {"SS": ["a"]}}),
]


@pytest.mark.conforms("javascript.helpers")
@pytest.mark.parametrize(("update", "expression", "values"), UPDATES, ids=[case[0] for case in UPDATES])
async def test_update_expressions(value: Value, update: str, expression: str, values: dict[str, Any]) -> None:
    answer = await value(f"ddb.update({{key: {{id: '1'}}, update: {update}}})")
    assert answer["operation"] == "UpdateItem"
    assert (answer["update"]["expression"], answer["update"]["expressionValues"]) == (expression, values)


async def test_an_update_with_only_removals_has_no_values(value: Value) -> None:
    answer = await value("ddb.update({key: {id: '1'}, update: {n: ddb.operations.remove()}}).update")
    assert answer == {"expression": "REMOVE #expName_1", "expressionNames": {"#expName_1": "n"}}


@pytest.mark.conforms("javascript.helpers")
@pytest.mark.parametrize(
    "source",
    [
        "ddb.query({query: {}})",
        "ddb.query({query: {id: {eq: null}}})",
        "ddb.query({query: {id: {contains: 'x'}}})",
        "ddb.put({key: {id: '1'}, item: {}, condition: {id: {like: 'x'}}})",
        "ddb.transactWrite({items: [{}]})",
    ],
)
async def test_invalid_requests_fail(run: Run, source: str) -> None:
    evaluation = await run(f"return {source};")
    assert evaluation.failure is not None
    assert evaluation.failure.type == "Code"


VALUES: list[tuple[str, Any]] = [
    (
        "toDynamoDB({s: 'a', n: 1.5, b: true, z: null, l: [1], m: {}, u: undefined})",
        {
            "M": {
                "s": {"S": "a"},
                "n": {"N": 1.5},
                "b": {"BOOL": True},
                "z": {"NULL": None},
                "l": {"L": [{"N": 1}]},
                "m": {"M": {}},
            }
        },
    ),
    ("toString('a')", {"S": "a"}),
    ("toStringSet(['a', 'b'])", {"SS": ["a", "b"]}),
    ("toNumber(12345)", {"N": 12345}),
    ("toNumberSet([1, 4.56])", {"NS": [1, 4.56]}),
    ("toBinary('Zm9v')", {"B": "Zm9v"}),
    ("toBinarySet(['Zm9v'])", {"BS": ["Zm9v"]}),
    ("toBoolean(false)", {"BOOL": False}),
    ("toNull()", {"NULL": None}),
    ("toList(['a', 1])", {"L": [{"S": "a"}, {"N": 1}]}),
    ("toMap({a: 1})", {"M": {"a": {"N": 1}}}),
    ("toMapValues({a: 1})", {"a": {"N": 1}}),
    ("toMapValues({a: util.dynamodb.toStringSet(['x'])})", {"a": {"SS": ["x"]}}),
    ("toString(null)", None),
    ("toS3Object('k', 'b', 'r')", {"S": '{"s3":{"key":"k","bucket":"b","region":"r"}}'}),
    ("toS3Object('k', 'b', 'r', 'v')", {"S": '{"s3":{"key":"k","bucket":"b","region":"r","version":"v"}}'}),
    ("fromS3ObjectJson(util.dynamodb.toS3Object('k', 'b', 'r').S)", {"key": "k", "bucket": "b", "region": "r"}),
]


@pytest.mark.parametrize(("source", "attribute_value"), VALUES, ids=[case[0] for case in VALUES])
async def test_attribute_values(value: Value, source: str, attribute_value: object) -> None:
    assert await value(f"util.dynamodb.{source}") == attribute_value

"""Tests the conversion of AppSync's DynamoDB requests to calls, and of responses to results."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from appsync_local.backend import AwsError
from appsync_local.datasources.call import call_data_source
from appsync_local.datasources.dynamodb.attribute_values import from_wire, to_wire
from appsync_local.datasources.result import RequestProblemError, SourceError, SourceResult
from appsync_local.fields import Meter
from appsync_local_tests.resolvers.scripted_backend import Answer, ScriptedBackend, api_with

KEY = {"id": {"S": "1"}}
ITEM = {"id": {"S": "1"}, "n": {"N": "2"}}
PLAIN = {"id": "1", "n": 2}
CONDITION = {"expression": "attribute_not_exists(id)"}
REFUSED = SourceError("The conditional request failed", "DynamoDB:ConditionalCheckFailedException")
ENDING = re.compile(r" \(Service: DynamoDb, Status Code: 400, Request ID: [0-9A-Z]{52}\)")


AS_APPSYNC_SAYS_IT = ("DynamoDB:UserIllegalArgumentException", "DynamoDB:ProvisionedThroughputExceededException")


def refusal(item: dict[str, Any] | None = None) -> AwsError:
    return AwsError("ConditionalCheckFailedException", REFUSED.message, {} if item is None else {"Item": item})


async def call(request: dict[str, Any], *answers: Answer) -> tuple[SourceResult, ScriptedBackend, Meter]:
    api, backend, meter = api_with(), ScriptedBackend(*answers), Meter()
    result = await call_data_source(api, api.data_sources["table"], request, backend=backend, meter=meter)
    return _without_ending(result), backend, meter


def _without_ending(result: SourceResult) -> SourceResult:
    """Return the result with DynamoDB's message, without the suffix, which contains a unique id."""
    if result.error is None or result.error.type in AS_APPSYNC_SAYS_IT:
        return result
    message, endings = ENDING.subn("", result.error.message)
    assert endings == 1
    return replace(result, error=replace(result.error, message=message))


@pytest.mark.conforms("dynamodb.values")
@pytest.mark.parametrize(
    ("loose", "wire"),
    [
        ({"N": 1}, {"N": "1"}),
        ({"N": "1.50"}, {"N": "1.50"}),
        ({"N": 0.1}, {"N": "0.1"}),
        ({"N": 1e21}, {"N": "1000000000000000000000"}),
        ({"N": 1e-7}, {"N": "0.0000001"}),
        ({"N": 9007199254740993}, {"N": "9007199254740993"}),
        ({"NULL": None}, {"NULL": True}),
        ({"S": ""}, {"S": ""}),
        ({"NS": [1, 2.5]}, {"NS": ["1", "2.5"]}),
        ({"M": {"a": {"L": [{"N": 1}]}}}, {"M": {"a": {"L": [{"N": "1"}]}}}),
    ],
)
def test_values_to_the_wire(loose: dict[str, Any], wire: dict[str, Any]) -> None:
    assert to_wire(loose) == wire


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {},
        {"S": "a", "N": 1},
        {"N": True},
        {"N": None},
        {"N": "x"},
        {"N": "1_0"},
        {"N": "NaN"},
        {"BOOL": "true"},
        {"L": {}},
        {"M": []},
        {"SS": [1]},
    ],
)
def test_invalid_values(value: object) -> None:
    with pytest.raises(RequestProblemError):
        to_wire(value)


@pytest.mark.conforms("dynamodb.values")
@pytest.mark.parametrize(
    ("wire", "plain"),
    [
        ({"N": "12"}, 12),
        ({"N": "12.0"}, 12),
        ({"N": "0.1"}, 0.1),
        ({"N": "123456789012345678901234567890"}, 123456789012345678901234567890),
        ({"NULL": True}, None),
        ({"B": "Zm9v"}, "Zm9v"),
        ({"SS": ["a"]}, ["a"]),
        ({"NS": ["1", "1.5"]}, [1, 1.5]),
        ({"M": {"a": {"BOOL": False}}}, {"a": False}),
    ],
)
def test_values_from_the_wire(wire: dict[str, Any], plain: object) -> None:
    assert from_wire(wire) == plain


@pytest.mark.conforms("dynamodb.single")
async def test_get_item() -> None:
    result, backend, meter = await call({"operation": "GetItem", "key": KEY, "consistentRead": True}, {"Item": ITEM})
    assert result == SourceResult(PLAIN)
    assert backend.asked == [("GetItem", {"TableName": "t", "Key": KEY, "ConsistentRead": True})]
    assert meter.read_units == 1.0


async def test_get_a_missing_item() -> None:
    result, _backend, meter = await call({"operation": "GetItem", "key": KEY}, {})
    assert (result, meter.read_units) == (SourceResult(), 0.5)


async def test_a_projection_does_not_reduce_the_cost() -> None:
    projection = {"expression": "#n", "expressionNames": {"#n": "n"}}
    large = {**ITEM, "text": {"S": "x" * 9000}}
    request = {"operation": "GetItem", "key": KEY, "projection": projection}
    result, backend, meter = await call(request, {"Item": {"n": {"N": "2"}}}, {"Item": large})
    assert (result, meter.read_units) == (SourceResult({"n": 2}), 1.5)
    assert backend.asked[0][1]["ProjectionExpression"] == "#n"
    assert backend.asked[0][1]["ExpressionAttributeNames"] == {"#n": "n"}


@pytest.mark.conforms("dynamodb.single")
async def test_put_item_returns_the_written_item() -> None:
    request = {"operation": "PutItem", "key": KEY, "attributeValues": {"n": {"N": 2}}}
    result, backend, meter = await call(request, {"ConsumedCapacity": {"CapacityUnits": 3.0}})
    assert (result, meter.write_units) == (SourceResult(PLAIN), 3.0)
    assert backend.asked == [("PutItem", {"TableName": "t", "Item": ITEM})]


@pytest.mark.conforms("dynamodb.conditions")
async def test_a_failed_conditional_put_returns_error_and_current_item() -> None:
    request = {"operation": "PutItem", "key": KEY, "attributeValues": {"n": {"N": 3}}, "condition": CONDITION}
    result, backend, meter = await call(request, refusal(ITEM))
    assert result == SourceResult(PLAIN, REFUSED)
    assert backend.asked[0][1]["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
    assert (meter.write_units, meter.read_units) == (1.0, 1.0)


@pytest.mark.conforms("dynamodb.conditions")
async def test_a_conditional_put_of_an_equal_item_succeeds() -> None:
    request = {"operation": "PutItem", "key": KEY, "attributeValues": {"n": {"N": 2}}, "condition": CONDITION}
    assert (await call(request, refusal(ITEM)))[0] == SourceResult(PLAIN)
    ignoring = {**request, "attributeValues": {"n": {"N": 9}}, "condition": {**CONDITION, "equalsIgnore": ["n"]}}
    assert (await call(ignoring, refusal(ITEM)))[0] == SourceResult(PLAIN)


async def test_an_eventually_consistent_read_of_the_item_costs_half() -> None:
    condition = {**CONDITION, "consistentRead": False}
    request = {"operation": "PutItem", "key": KEY, "attributeValues": {}, "condition": condition}
    assert (await call(request, refusal(ITEM)))[2].read_units == 0.5


async def test_custom_failure_handlers_are_not_run() -> None:
    condition = {**CONDITION, "conditionalCheckFailedHandler": {"strategy": "Custom", "lambdaArn": "arn"}}
    with pytest.raises(RequestProblemError, match="Custom"):
        await call({"operation": "PutItem", "key": KEY, "condition": condition})


@pytest.mark.conforms("dynamodb.single")
async def test_update_item() -> None:
    update = {"expression": "ADD n :n", "expressionValues": {":n": {"N": 1}}}
    condition = {"expression": "#i = :i", "expressionNames": {"#i": "id"}, "expressionValues": {":i": {"S": "1"}}}
    request = {"operation": "UpdateItem", "key": KEY, "update": update, "condition": condition}
    answer = {"Attributes": ITEM, "ConsumedCapacity": {"CapacityUnits": 1.0}}
    result, backend, meter = await call(request, answer)
    assert (result, meter.write_units) == (SourceResult(PLAIN), 1.0)
    assert backend.asked[0][1] == {
        "TableName": "t",
        "Key": KEY,
        "ReturnValues": "ALL_NEW",
        "ConditionExpression": "#i = :i",
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeNames": {"#i": "id"},
        "ExpressionAttributeValues": {":i": {"S": "1"}, ":n": {"N": "1"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


@pytest.mark.conforms("dynamodb.conditions")
async def test_a_refused_update_has_error_and_current_item() -> None:
    request = {"operation": "UpdateItem", "key": KEY, "update": {"expression": "SET a = b"}, "condition": CONDITION}
    assert (await call(request, refusal(ITEM)))[0] == SourceResult(PLAIN, REFUSED)
    assert (await call(request, refusal()))[0] == SourceResult(None, REFUSED)


async def test_a_placeholder_has_one_meaning() -> None:
    update = {"expression": "SET #a = :a", "expressionNames": {"#a": "a"}, "expressionValues": {":a": {"N": 1}}}
    condition = {"expression": "#a = :a", "expressionNames": {"#a": "b"}}
    request = {"operation": "UpdateItem", "key": KEY, "update": update, "condition": condition}
    with pytest.raises(RequestProblemError, match="#a"):
        await call(request)


@pytest.mark.conforms("dynamodb.single")
async def test_delete_item() -> None:
    result, backend, _meter = await call({"operation": "DeleteItem", "key": KEY}, {"Attributes": ITEM})
    assert result == SourceResult(PLAIN)
    assert backend.asked == [("DeleteItem", {"TableName": "t", "Key": KEY, "ReturnValues": "ALL_OLD"})]
    assert (await call({"operation": "DeleteItem", "key": KEY}, {}))[0] == SourceResult()


async def test_a_refused_delete_of_a_missing_item_succeeds() -> None:
    request = {"operation": "DeleteItem", "key": KEY, "condition": CONDITION}
    assert (await call(request, refusal()))[0] == SourceResult()
    assert (await call(request, refusal(ITEM)))[0] == SourceResult(PLAIN, REFUSED)


QUERY = {
    "operation": "Query",
    "query": {"expression": "id = :id", "expressionValues": {":id": {"S": "1"}}},
    "index": "byId",
    "limit": 2,
    "scanIndexForward": False,
    "select": "ALL_ATTRIBUTES",
}


@pytest.mark.conforms("dynamodb.query-scan")
async def test_query() -> None:
    result, backend, meter = await call(QUERY, {"Items": [ITEM, ITEM], "ScannedCount": 2, "LastEvaluatedKey": KEY})
    assert result.result["items"] == [PLAIN, PLAIN]
    assert result.result["scannedCount"] == 2
    assert result.result["nextToken"]
    assert backend.asked == [
        (
            "Query",
            {
                "TableName": "t",
                "IndexName": "byId",
                "Limit": 2,
                "ScanIndexForward": False,
                "Select": "ALL_ATTRIBUTES",
                "KeyConditionExpression": "id = :id",
                "ExpressionAttributeValues": {":id": {"S": "1"}},
            },
        )
    ]
    assert meter.read_units == 0.5
    last, _backend, _meter = await call(QUERY, {"Items": []})
    assert last.result == {"items": [], "nextToken": None, "scannedCount": 0}


@pytest.mark.conforms("dynamodb.tokens")
async def test_a_next_token_is_valid_only_for_its_query() -> None:
    first, _backend, _meter = await call(QUERY, {"Items": [], "LastEvaluatedKey": KEY})
    token = first.result["nextToken"]
    _result, backend, _meter = await call({**QUERY, "nextToken": token, "limit": 9}, {"Items": []})
    assert backend.asked[0][1]["ExclusiveStartKey"] == KEY
    other = {**QUERY, "query": {"expression": "id = :id", "expressionValues": {":id": {"S": "2"}}}}
    for request, given in (
        (other, token),
        ({**QUERY, "scanIndexForward": True}, token),
        ({**QUERY, "index": None}, token),
        ({"operation": "Scan"}, token),
        (QUERY, token[:-4] + "AAAA"),
        (QUERY, "x"),
        (QUERY, ""),
        (QUERY, "ü"),
        (QUERY, 5),
    ):
        refused, _backend, _meter = await call({**request, "nextToken": given})
        assert refused == SourceResult(
            error=SourceError(
                "com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: "
                "Invalid pagination token given.",
                "DynamoDB:UserIllegalArgumentException",
            )
        )


async def test_a_filter_does_not_reduce_the_cost() -> None:
    condition = {"expression": "n > :n", "expressionValues": {":n": {"N": 1}}}
    large = {"id": {"S": "1"}, "text": {"S": "x" * 9000}}
    result, backend, meter = await call(
        {**QUERY, "filter": condition}, {"Items": [], "ScannedCount": 2}, {"Items": [large, large]}
    )
    assert (result.result["items"], result.result["scannedCount"]) == ([], 2)
    assert meter.read_units == 2.5
    assert backend.asked[0][1]["ExpressionAttributeValues"] == {":id": {"S": "1"}, ":n": {"N": "1"}}
    assert backend.asked[1][1]["ExpressionAttributeValues"] == {":id": {"S": "1"}}
    assert "FilterExpression" not in backend.asked[1][1]


@pytest.mark.conforms("dynamodb.query-scan")
async def test_scan() -> None:
    request = {"operation": "Scan", "limit": 5, "segment": 0, "totalSegments": 2, "consistentRead": True}
    result, backend, meter = await call(request, {"Items": [ITEM]})
    assert result.result == {"items": [PLAIN], "nextToken": None, "scannedCount": 1}
    assert backend.asked == [
        ("Scan", {"TableName": "t", "Limit": 5, "ConsistentRead": True, "Segment": 0, "TotalSegments": 2})
    ]
    assert meter.read_units == 1.0


def key(value: str) -> dict[str, Any]:
    return {"id": {"S": value}}


@pytest.mark.conforms("dynamodb.batches")
async def test_batch_get_item_keeps_the_order_of_the_keys() -> None:
    request = {
        "operation": "BatchGetItem",
        "tables": {
            "t": {"keys": [key("1"), key("2"), key("3")]},
            "u": {"keys": [{"n": {"N": 1}}], "consistentRead": True},
        },
    }
    answer = {
        "Responses": {"t": [{**key("3"), "v": {"S": "c"}}, {**key("1"), "v": {"S": "a"}}], "u": [{"n": {"N": "1"}}]},
        "UnprocessedKeys": {},
    }
    result, backend, meter = await call(request, answer)
    assert result.result == {
        "data": {"t": [{"id": "1", "v": "a"}, None, {"id": "3", "v": "c"}], "u": [{"n": 1}]},
        "unprocessedKeys": {"t": [], "u": []},
    }
    assert backend.asked[0][1]["RequestItems"]["u"] == {"Keys": [{"n": {"N": "1"}}], "ConsistentRead": True}
    assert (meter.read_units, meter.round_trips) == (0.5 * 3 + 1, 1)


EXCEEDED = "DynamoDB:ProvisionedThroughputExceededException"


@pytest.mark.conforms("dynamodb.batches")
async def test_batch_get_item_returns_unprocessed_keys() -> None:
    request = {"operation": "BatchGetItem", "tables": {"t": {"keys": [key("1"), key("2")]}}}
    answer = {"Responses": {"t": [key("1")]}, "UnprocessedKeys": {"t": {"Keys": [key("2")]}}}
    again = {"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [key("2")]}}}
    result, backend, meter = await call(request, answer, again)
    assert result.result == {"data": {"t": [{"id": "1"}, None]}, "unprocessedKeys": {"t": [{"id": "2"}]}}
    assert result.error is not None
    assert result.error.type == EXCEEDED
    assert backend.asked[1][1] == {"RequestItems": {"t": {"Keys": [key("2")]}}}
    assert meter.read_units == 0.5


@pytest.mark.conforms("dynamodb.batches")
async def test_unprocessed_parts_of_a_batch_are_retried_once() -> None:
    request = {"operation": "BatchGetItem", "tables": {"t": {"keys": [key("1"), key("2")]}}}
    answer = {"Responses": {"t": [key("1")]}, "UnprocessedKeys": {"t": {"Keys": [key("2")]}}}
    result, _backend, meter = await call(request, answer, {"Responses": {"t": [key("2")]}})
    assert result == SourceResult({"data": {"t": [{"id": "1"}, {"id": "2"}]}, "unprocessedKeys": {"t": []}})
    assert meter.read_units == 1.0


@pytest.mark.conforms("dynamodb.batches")
async def test_batch_put_and_delete() -> None:
    put = {"operation": "BatchPutItem", "tables": {"t": [key("1"), key("2")]}}
    answer = {
        "UnprocessedItems": {"t": [{"PutRequest": {"Item": key("2")}}]},
        "ConsumedCapacity": [{"CapacityUnits": 1.0}],
    }
    result, backend, meter = await call(put, answer, answer)
    assert result.result == {"data": {"t": [{"id": "1"}, None]}, "unprocessedItems": {"t": [{"id": "2"}]}}
    assert result.error is not None
    assert result.error.type == EXCEEDED
    assert backend.asked == [
        (
            "BatchWriteItem",
            {"RequestItems": {"t": [{"PutRequest": {"Item": key("1")}}, {"PutRequest": {"Item": key("2")}}]}},
        ),
        ("BatchWriteItem", {"RequestItems": {"t": [{"PutRequest": {"Item": key("2")}}]}}),
    ]
    assert meter.write_units == 2.0
    delete = {"operation": "BatchDeleteItem", "tables": {"t": [key("1")]}}
    result, backend, _meter = await call(delete, {})
    assert result == SourceResult({"data": {"t": [{"id": "1"}]}, "unprocessedKeys": {"t": []}})
    assert backend.asked[0][1] == {"RequestItems": {"t": [{"DeleteRequest": {"Key": key("1")}}]}}


@pytest.mark.conforms("dynamodb.transactions")
async def test_transact_get_items() -> None:
    request = {
        "operation": "TransactGetItems",
        "transactItems": [{"table": "t", "key": key("1")}, {"table": "u", "key": key("2")}],
    }
    result, backend, meter = await call(request, {"Responses": [{"Item": ITEM}, {}]})
    assert result == SourceResult({"items": [PLAIN, None], "cancellationReasons": None})
    assert backend.asked[0][1]["TransactItems"][1] == {"Get": {"TableName": "u", "Key": key("2")}}
    assert meter.read_units == 4.0


TRANSACTION = {
    "operation": "TransactWriteItems",
    "transactItems": [
        {"table": "t", "operation": "PutItem", "key": KEY, "attributeValues": {"n": {"N": 2}}, "condition": CONDITION},
        {"table": "t", "operation": "UpdateItem", "key": key("2"), "update": {"expression": "SET a = b"}},
        {"table": "u", "operation": "DeleteItem", "key": key("3")},
        {
            "table": "u",
            "operation": "ConditionCheck",
            "key": key("4"),
            "condition": {**CONDITION, "returnValuesOnConditionCheckFailure": False},
        },
    ],
}


@pytest.mark.conforms("dynamodb.transactions")
async def test_transact_write_items() -> None:
    result, backend, meter = await call(
        TRANSACTION, {"ConsumedCapacity": [{"CapacityUnits": 6.0}, {"CapacityUnits": 2.0}]}
    )
    keys = [{"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4"}]
    assert result == SourceResult({"keys": keys, "cancellationReasons": None})
    expression = CONDITION["expression"]
    assert backend.asked == [
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {
                        "Put": {
                            "TableName": "t",
                            "Item": {"n": {"N": "2"}, **KEY},
                            "ConditionExpression": expression,
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        }
                    },
                    {"Update": {"TableName": "t", "Key": key("2"), "UpdateExpression": "SET a = b"}},
                    {"Delete": {"TableName": "u", "Key": key("3")}},
                    {"ConditionCheck": {"TableName": "u", "Key": key("4"), "ConditionExpression": expression}},
                ]
            },
        )
    ]
    assert meter.write_units == 8.0


@pytest.mark.conforms("dynamodb.transactions")
async def test_a_cancelled_transaction_has_reasons() -> None:
    cancelled = AwsError(
        "TransactionCanceledException",
        "Transaction cancelled",
        {
            "CancellationReasons": [
                {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": ITEM},
                {"Code": "None"},
            ]
        },
    )
    result, _backend, _meter = await call(TRANSACTION, cancelled)
    assert result.error == SourceError("Transaction cancelled", "DynamoDB:TransactionCanceledException")
    assert result.result == {
        "keys": None,
        "cancellationReasons": [
            {"type": "ConditionalCheckFailed", "message": "The conditional request failed", "item": PLAIN},
            {"type": "None", "message": None, "item": None},
        ],
    }


@pytest.mark.parametrize(
    "item",
    [
        {"table": "t", "key": KEY},
        {"table": "t", "operation": "GetItem", "key": KEY},
        {"operation": "PutItem", "key": KEY},
        5,
    ],
)
async def test_invalid_transaction_items(item: object) -> None:
    with pytest.raises(RequestProblemError):
        await call({"operation": "TransactWriteItems", "transactItems": [item]})


@pytest.mark.conforms("dynamodb.refusals")
@pytest.mark.parametrize(
    ("code", "error_type"),
    [
        ("ValidationException", "DynamoDB:DynamoDbException"),
        ("AccessDeniedException", "DynamoDB:DynamoDbException"),
        ("ResourceNotFoundException", "DynamoDB:ResourceNotFoundException"),
        ("ProvisionedThroughputExceededException", "DynamoDB:ProvisionedThroughputExceededException"),
    ],
)
async def test_dynamodb_errors_are_errors_of_the_data_source(code: str, error_type: str) -> None:
    for request in ({"operation": "GetItem", "key": KEY}, QUERY, {"operation": "PutItem", "key": KEY}):
        result, _backend, _meter = await call(request, AwsError(code, "no"))
        assert result.error is not None
        assert (result.error.message.split(" (")[0], result.error.type) == ("no", error_type)


EXPRESSION = {"expression": "a = :a", "expressionValues": {":a": {"N": 1}}}


@pytest.mark.conforms("dynamodb.elements")
@pytest.mark.parametrize(
    ("request_", "place"),
    [
        ({"operation": "GetItem", "key": KEY, "index": "i"}, "$[index]"),
        ({"operation": "GetItem", "key": KEY, "projection": EXPRESSION}, "$[projection][expressionValues]"),
        ({"operation": "PutItem", "key": KEY, "item": ITEM}, "$[item]"),
        ({"operation": "UpdateItem", "key": KEY, "update": {**EXPRESSION, "set": 1}}, "$[update][set]"),
        ({"operation": "UpdateItem", "key": KEY, "update": EXPRESSION, "returnValues": "ALL_OLD"}, "$[returnValues]"),
        ({"operation": "DeleteItem", "key": KEY, "attributeValues": {}}, "$[attributeValues]"),
        (
            {
                "operation": "DeleteItem",
                "key": KEY,
                "condition": {**EXPRESSION, "conditionalCheckFailedHandler": {"strategy": "Reject", "lambda": "x"}},
            },
            "$[condition][conditionalCheckFailedHandler][lambda]",
        ),
        ({**QUERY, "sort": "up"}, "$[sort]"),
        ({**QUERY, "query": {**EXPRESSION, "names": {}}}, "$[query][names]"),
        ({**QUERY, "filter": {**EXPRESSION, "names": {}}}, "$[filter][names]"),
        ({"operation": "Scan", "query": EXPRESSION}, "$[query]"),
        ({"operation": "Scan", "scanIndexForward": False}, "$[scanIndexForward]"),
        ({"operation": "BatchGetItem", "tables": {"t": {"keys": [KEY], "limit": 1}}}, "$[tables][t][limit]"),
        ({"operation": "BatchPutItem", "tables": {"t": [ITEM]}, "condition": {}}, "$[condition]"),
        ({"operation": "BatchDeleteItem", "tables": {"t": [KEY]}, "keys": []}, "$[keys]"),
        (
            {"operation": "TransactGetItems", "transactItems": [{"table": "t", "key": KEY, "consistentRead": True}]},
            "$[transactItems][0][consistentRead]",
        ),
        (
            {
                "operation": "TransactWriteItems",
                "transactItems": [
                    {"table": "t", "operation": "DeleteItem", "key": KEY},
                    {
                        "table": "t",
                        "operation": "PutItem",
                        "key": KEY,
                        "condition": {**EXPRESSION, "equalsIgnore": []},
                    },
                ],
            },
            "$[transactItems][1][condition][equalsIgnore]",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value["operation"],
)
async def test_an_unknown_element_of_an_operation_is_rejected_with_its_path(
    request_: dict[str, Any], place: str
) -> None:
    with pytest.raises(RequestProblemError) as refused:
        await call(request_)
    assert (str(refused.value), refused.value.type) == (f"Unsupported element '{place}'.", "MappingTemplate")


@pytest.mark.conforms("dynamodb.bad-requests")
@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"operation": "Scan", "limit": "x"}, "integer for '$[limit]' but"),
        ({"operation": "Scan", "limit": True}, "integer for '$[limit]' but"),
        ({"operation": "Query", "query": EXPRESSION, "limit": 1.5}, "integer for '$[limit]' but"),
        ({"operation": "Query", "query": EXPRESSION, "index": 1}, "string for '$[index]' but"),
        ({"operation": "Query", "query": EXPRESSION, "select": {}}, "string for '$[select]' but"),
        (
            {"operation": "Query", "query": EXPRESSION, "scanIndexForward": "no"},
            "boolean for '$[scanIndexForward]' but",
        ),
        ({"operation": "Query", "query": "a = b"}, "object for '$[query]' but"),
        ({"operation": "Query", "query": {"expression": 1}}, "string for '$[query][expression]' but"),
        (
            {"operation": "Query", "query": {**EXPRESSION, "expressionNames": {"#a": 1}}},
            "string for '$[query][expressionNames][#a]' but got a 'NUMBER'",
        ),
        ({"operation": "Scan", "segment": "0", "totalSegments": 1}, "integer for '$[segment]' but"),
        ({"operation": "Scan", "segment": 0, "totalSegments": []}, "integer for '$[totalSegments]' but"),
        ({"operation": "Scan", "filter": []}, "object for '$[filter]' but"),
        ({"operation": "Scan", "consistentRead": "true"}, "boolean for '$[consistentRead]' but"),
        ({"operation": "GetItem", "key": KEY, "consistentRead": 1}, "boolean for '$[consistentRead]' but"),
        (
            {"operation": "PutItem", "key": KEY, "condition": {**EXPRESSION, "equalsIgnore": [1]}},
            "string for '$[condition][equalsIgnore][0]' but got a 'NUMBER'",
        ),
        (
            {"operation": "PutItem", "key": KEY, "condition": {**EXPRESSION, "conditionalCheckFailedHandler": 1}},
            "object for '$[condition][conditionalCheckFailedHandler]' but",
        ),
        ({"operation": "BatchGetItem", "tables": {"t": "all"}}, "object for '$[tables][t]' but"),
        ({"operation": "TransactGetItems", "transactItems": ["a"]}, "object for '$[transactItems][0]' but"),
        ({"operation": "TransactWriteItems", "transactItems": [1]}, "object for '$[transactItems][0]' but"),
    ],
    ids=str,
)
async def test_a_value_of_the_wrong_type_is_rejected_with_its_path(request_: dict[str, Any], problem: str) -> None:
    with pytest.raises(RequestProblemError) as refused:
        await call(request_)
    assert str(refused.value).startswith(f"Expected JSON {problem} ")
    assert refused.value.type == "MappingTemplate"


@pytest.mark.parametrize("name", ["_version", "customPartitionKey", "populateIndexFields"])
async def test_elements_of_versioned_data_sources_are_refused_by_name(name: str) -> None:
    with pytest.raises(RequestProblemError, match=name) as refused:
        await call({"operation": "PutItem", "key": KEY, "attributeValues": {}, name: 1})
    assert refused.value.type == "NotRunLocally"

"""Tests of text that is not UTF-8 in requests to DynamoDB: refused before anything is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from appsync_local.backend import AwsError
from appsync_local.datasources.call import call_data_source
from appsync_local.fields import Meter
from appsync_local_tests.resolvers.scripted_backend import ScriptedBackend, api_with
from local.embedded.dynamodb_texts import is_utf8
from tests.unit.local.test_items import REGION, Dynamodb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.unit.local.conftest import Embedded

ODD = ["a\ud800b", "\udfff", "\udc00\ud800"]
TABLE = "items"


class _Connected(ScriptedBackend):
    """A backend that uses the embedded DynamoDB."""

    def __init__(self, call: Dynamodb) -> None:
        super().__init__()
        self._call = call

    async def dynamodb(self, action: str, request: dict[str, Any], **_: str) -> dict[str, Any]:
        return await self._call(action, **request)


@pytest.fixture
async def call(embedded: Embedded) -> AsyncIterator[Dynamodb]:
    call = Dynamodb(embedded)
    await call.table(TABLE)
    yield call
    await call("DeleteTable", TableName=TABLE)


def writes(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return writes with the text in a value, in a name, in a set, and nested."""
    put = {"TableName": TABLE, "Item": {"id": {"S": "1"}, "text": {"S": text}}}
    values: list[dict[str, Any]] = [
        {text: {"S": "x"}},
        {"a": {"SS": [text]}},
        {"a": {"L": [{"M": {text: {"S": "x"}}}]}},
    ]
    update = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": text}}}
    return [
        ("PutItem", put),
        *(("PutItem", {"TableName": TABLE, "Item": {"id": {"S": "1"}, **value}}) for value in values),
        ("UpdateItem", {"TableName": TABLE, "Key": {"id": {"S": "1"}}, **update}),
        ("BatchWriteItem", {"RequestItems": {TABLE: [{"PutRequest": {"Item": put["Item"]}}]}}),
        ("TransactWriteItems", {"TransactItems": [{"Put": put}]}),
    ]


@pytest.mark.conforms("dynamodb.text")
@pytest.mark.parametrize("text", ODD)
async def test_unpaired_surrogates_are_rejected_and_nothing_is_stored(call: Dynamodb, text: str) -> None:
    for action, request in writes(text):
        with pytest.raises(AwsError) as refused:
            await call(action, **request)
        assert refused.value.code == "SerializationException"
    assert (await call("Scan", TableName=TABLE))["Items"] == []


@pytest.mark.conforms("dynamodb.text")
@pytest.mark.parametrize("text", ODD)
async def test_a_resolver_receives_the_error_in_ctx_error(call: Dynamodb, text: str) -> None:
    api = api_with(table=TABLE)
    for request in (
        {"operation": "GetItem", "key": {"id": {"S": text}}},
        {"operation": "PutItem", "key": {"id": {"S": "1"}}, "attributeValues": {"a": {"S": text}}},
        {"operation": "Scan", "index": text},
    ):
        source = api.data_sources["table"]
        result = await call_data_source(api, source, request, backend=_Connected(call), meter=Meter())
        assert result.error is not None
        assert result.error.type == "DynamoDB:DynamoDbException"
    assert (await call("Scan", TableName=TABLE))["Items"] == []


@pytest.mark.parametrize("text", ["\U0001f600", "\\ud800", "\0", "\uffff", "\ue000 \ud7ff"])
async def test_all_other_text_is_stored(call: Dynamodb, text: str) -> None:
    item = {"id": {"S": "1"}, "text": {"S": text}}
    await call("PutItem", TableName=TABLE, Item=item)
    assert (await call("GetItem", TableName=TABLE, Key={"id": {"S": "1"}}))["Item"] == item


async def test_a_body_that_is_not_utf8_is_refused(embedded: Embedded) -> None:
    headers = {"x-amz-target": "DynamoDB_20120810.ListTables"}
    answer = await embedded.emulator.call("dynamodb", "POST", "/", headers=headers, body=b'"\xff"', region=REGION)
    assert (answer.status, json.loads(answer.body)["__type"].rpartition("#")[2]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'"\\ud83d\\ude00"', True),
        (b'"\\uD83D\\uDE00"', True),
        (b'"\\uD83D"', False),
        (b'"\\\\ud83d"', True),
        (b'"\\\\\\ud83d"', False),
        (b'"\\ud83d', True),
        (b"\xed\xa0\x80", False),
        (b"", True),
        (b'["\\ud83d\\ude00",' + b"[" * 100_000, True),
    ],
)
def test_only_text_without_an_encoding_is_refused(body: bytes, expected: bool) -> None:
    assert is_utf8(body) is expected

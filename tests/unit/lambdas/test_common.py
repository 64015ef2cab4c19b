"""Tests of the shared modules: items, times, settings, streams and tables."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from pydantic import ValidationError

from lambdas.common.items import plain, to_item, to_row
from lambdas.common.streams import change_of
from lambdas.common.tables import DynamoTable, IncompleteReadError
from lambdas.common.times import iso8601, parse_iso8601
from lambdas.notifications.aws import Settings
from tests.unit.lambdas.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = "chat-things-test"


def test_items_become_plain_rows_and_none_is_not_written() -> None:
    row = {"id": "x", "seq": 3, "flag": True, "list": ["a"], "map": {"n": 1}, "none": None}
    assert to_row(to_item(row)) == {key: value for key, value in row.items() if key != "none"}
    assert plain({"set": {Decimal(2), Decimal(1)}, "half": Decimal("0.5")}) == {"set": [1, 2], "half": 0.5}


def test_times_have_the_format_of_appsync() -> None:
    moment = datetime(2030, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert iso8601(moment) == "2030-01-01T12:00:00.123Z"
    assert parse_iso8601("2030-01-01T13:00:00.123+01:00") == parse_iso8601("2030-01-01T12:00:00.123Z")
    with pytest.raises(ValueError, match="time zone"):
        parse_iso8601("2030-01-01T12:00:00")


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("ROOMS", "MEMBERSHIPS", "MESSAGES", "NOTIFICATIONS")
    for name in names:
        monkeypatch.setenv(f"{name}_TABLE_NAME", f"chat-{name.lower()}-test")
    monkeypatch.setenv("GRAPHQL_URL", "https://api.example.com/graphql")
    assert Settings.from_environment().messages_table_name == "chat-messages-test"
    monkeypatch.delenv("MESSAGES_TABLE_NAME")
    with pytest.raises(ValidationError, match="MESSAGES_TABLE_NAME"):
        Settings.from_environment()


def test_a_record_has_its_table_and_the_changed_attributes() -> None:
    change = change_of(record("1", TABLE, old={"id": "x", "n": 1}, new={"id": "x", "n": 2}))
    assert (change.table, change.event_id, change.changed("n"), change.changed("id")) == (TABLE, "event-1", True, False)
    assert change_of(record("2", TABLE, old={"id": "x"})).current == {"id": "x"}


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DynamoTable, Stubber]]:
    """Return a table with fixed responses that checks requests against the service's model; waits take no time."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    dynamodb = session.client("dynamodb")
    with Stubber(dynamodb) as stub:
        yield DynamoTable(dynamodb, TABLE), stub
        stub.assert_no_pending_responses()


def batch(unread: list[dict[str, Any]], *rows: dict[str, Any]) -> dict[str, Any]:
    """Return a response of BatchGetItem."""
    keys = [to_item(key) for key in unread]
    return {
        "Responses": {TABLE: [to_item(row) for row in rows]},
        "UnprocessedKeys": {TABLE: {"Keys": keys}} if keys else {},
    }


def test_unprocessed_keys_are_read_again(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    stub.add_response("batch_get_item", batch([{"id": "b"}], {"id": "a"}))
    stub.add_response("batch_get_item", batch([], {"id": "b"}))
    assert table.get_many([{"id": "a"}, {"id": "b"}]) == [{"id": "a"}, {"id": "b"}]


def test_a_read_that_stays_incomplete_is_an_error(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    for _ in range(5):
        stub.add_response("batch_get_item", batch([{"id": "a"}]))
    with pytest.raises(IncompleteReadError):
        table.get_many([{"id": "a"}])


def test_a_failed_condition_is_a_result_and_other_failures_are_errors(stubbed: tuple[DynamoTable, Stubber]) -> None:
    table, stub = stubbed
    stub.add_response("put_item", {})
    assert table.put_new({"id": "a"}, key="id") is True
    stub.add_client_error("put_item", "ConditionalCheckFailedException")
    assert table.put_new({"id": "a"}, key="id") is False
    stub.add_client_error("put_item", "ResourceNotFoundException")
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        table.put_new({"id": "a"}, key="id")
    stub.add_client_error("update_item", "ConditionalCheckFailedException")
    assert table.update({"id": "a"}, "SET n = :n", condition="n < :n", values={":n": 1}) is None
    stub.add_response("update_item", {"Attributes": to_item({"id": "a", "n": 1})})
    assert table.update({"id": "a"}, "SET n = :n", condition="n < :n", values={":n": 1}) == {"id": "a", "n": 1}

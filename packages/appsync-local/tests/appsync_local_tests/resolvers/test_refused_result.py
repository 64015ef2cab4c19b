"""Tests of the three modes of ``ctx.result`` after a failed condition."""

from __future__ import annotations

from typing import Any

import pytest

from appsync_local.datasources.dynamodb.refusals import VARIABLE
from appsync_local.datasources.result import SourceResult
from appsync_local_tests.resolvers.test_dynamodb_source import CONDITION, ITEM, KEY, PLAIN, REFUSED, call, refusal

PUT = {"operation": "PutItem", "key": KEY, "attributeValues": {"n": {"N": 3}}, "condition": CONDITION}
UPDATE = {"operation": "UpdateItem", "key": KEY, "update": {"expression": "SET a = b"}, "condition": CONDITION}
DELETE = {"operation": "DeleteItem", "key": KEY, "condition": CONDITION}
CHANGED = {"id": {"S": "1"}, "n": {"N": "7"}}
"""The row after another call changed it between the failed condition and AppSync's read."""
WRITES = [PUT, UPDATE, DELETE]


@pytest.mark.parametrize("request_", WRITES, ids=lambda request: request["operation"])
async def test_absent_hides_the_row_and_reads_nothing(
    request_: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "absent")
    result, backend, meter = await call(request_, refusal(ITEM))
    assert result == SourceResult(None, REFUSED)
    assert [action for action, _ in backend.asked] == [request_["operation"]]
    assert (meter.write_units, meter.read_units) == (1.0, 0.0)


async def test_absent_does_not_compare_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "absent")
    same = {**PUT, "attributeValues": {"n": {"N": 2}}}
    assert (await call(same, refusal(ITEM)))[0] == SourceResult(None, REFUSED)
    assert (await call(DELETE, refusal()))[0] == SourceResult(None, REFUSED)


@pytest.mark.parametrize("request_", WRITES, ids=lambda request: request["operation"])
async def test_newer_reads_the_row_after_the_refusal(request_: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "newer")
    result, backend, meter = await call(request_, refusal(ITEM), {"Item": CHANGED})
    assert result == SourceResult({"id": "1", "n": 7}, REFUSED)
    assert backend.asked[1:] == [("GetItem", {"TableName": "t", "Key": KEY, "ConsistentRead": True})]
    assert (meter.write_units, meter.read_units) == (1.0, 1.0)


async def test_newer_compares_the_row_it_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "newer")
    same = {**PUT, "attributeValues": {"n": {"N": 7}}}
    assert (await call(same, refusal(ITEM), {"Item": CHANGED}))[0] == SourceResult({"id": "1", "n": 7})
    assert (await call(DELETE, refusal(ITEM), {}))[0] == SourceResult()


async def test_an_unknown_mode_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sometimes")
    with pytest.raises(ValueError, match="sometimes"):
        await call(UPDATE, refusal(ITEM))


async def test_the_default_mode_returns_the_row_of_the_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert (await call(UPDATE, refusal(ITEM)))[0] == SourceResult(PLAIN, REFUSED)

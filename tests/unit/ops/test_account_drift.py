"""Tests of comparisons with an account that the local AWS does not support; botocore checks the responses."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from ops import account_drift
from ops.account_drift import CHECKS, compare_account
from ops.account_drift.check import Account, Check, Difference, same_policy
from tests.helpers.stacks import write_stack
from tools.documents.drift import DOCUMENT, document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from terraform.stack import Stack

API = "aws_appsync_graphql_api.chat"
STATE = {API: {"id": "a1"}}
CACHE = {"ttl": 60, "apiCachingBehavior": "FULL_REQUEST_CACHING", "type": "SMALL", "status": "AVAILABLE"}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    provider = {"provider": {"aws": [{"region": "us-east-1"}]}}
    return write_stack(tmp_path, provider | {"resource": {"aws_appsync_graphql_api": {"chat": {"schema": ""}}}}, "dev")


@pytest.fixture
def appsync(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> Iterator[Stubber]:
    """Return the stub of AppSync's client; only the check of the cache is made."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = Account(stack, STATE).client("appsync")
    monkeypatch.setattr(Account, "client", lambda _self, _service: client)
    monkeypatch.setattr(account_drift, "CHECKS", [check for check in CHECKS if check.compares == "cache of responses"])
    with Stubber(client) as stub:
        yield stub


def found(stack: Stack) -> list[Difference]:
    comparison = compare_account(stack, STATE)
    assert comparison.errors == []
    return comparison.differences


def test_an_added_cache_is_found(stack: Stack, appsync: Stubber) -> None:
    appsync.add_response("get_api_cache", {"apiCache": CACHE}, {"apiId": "a1"})

    (difference,) = found(stack)

    assert (difference.address, difference.attribute) == (API, "cache")
    assert difference.remedy.startswith("aws appsync delete-api-cache --api-id a1")


def test_an_api_without_a_cache_has_no_difference(stack: Stack, appsync: Stubber) -> None:
    appsync.add_client_error("get_api_cache", "NotFoundException", http_status_code=404)

    assert found(stack) == []


def test_a_refused_call_names_the_remedy_and_keeps_the_differences(
    stack: Stack, appsync: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = Difference(API, "cache", "was added", "account")
    others = [Check("aws_appsync_graphql_api", text, lambda *_: [added]) for text in ("earlier", "later")]
    monkeypatch.setattr(account_drift, "CHECKS", [others[0], *account_drift.CHECKS, others[1]])
    appsync.add_client_error("get_api_cache", "AccessDeniedException", "User: x is not authorized", 403)

    comparison = compare_account(stack, STATE)

    assert comparison.differences == [added]
    (error,) = comparison.errors
    assert error.startswith(f"cache of responses of {API}: ")
    assert "Apply the bootstrap again" in error


def test_an_invalid_schema_of_the_api_keeps_the_differences(
    stack: Stack, appsync: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = next(check for check in CHECKS if check.compares.startswith("the schema"))
    monkeypatch.setattr(account_drift, "CHECKS", [schema, *account_drift.CHECKS])
    sdl = StreamingBody(io.BytesIO(b"type {"), 6)
    monkeypatch.setattr(appsync.client, "get_introspection_schema", lambda **_: {"schema": sdl})
    appsync.add_response("get_api_cache", {"apiCache": CACHE}, {"apiId": "a1"})

    comparison = compare_account(stack, STATE)

    assert [difference.attribute for difference in comparison.differences] == ["cache"]
    (error,) = comparison.errors
    assert "A schema of the API a1 is not valid" in error


@pytest.mark.parametrize(
    ("left", "right", "are_equal"),
    [
        ({"Action": ["b", "a"], "Effect": "Allow"}, {"Effect": "Allow", "Action": ["a", "b"]}, True),
        ({"Action": ["a"], "Effect": "Allow"}, {"Effect": "Allow", "Action": "a"}, True),
        ({"Action": "a", "Effect": "Allow"}, {"Effect": "Deny", "Action": "a"}, False),
        ({"Action": ["a", "b"], "Effect": "Allow"}, {"Effect": "Allow", "Action": "a"}, False),
    ],
)
def test_policies_are_equal_apart_from_order_and_lists(
    left: dict[str, Any], right: dict[str, Any], are_equal: bool
) -> None:
    documents = [json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (left, right)]

    assert same_policy(*documents) is are_equal


def test_the_tables_of_the_document_are_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert document() == text, "run: python -m tools.documents.drift"
    assert "| `aws_iam_role` | attached managed policies; inline policies |" in text

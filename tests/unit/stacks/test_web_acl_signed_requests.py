"""Tests of the web ACL's limits with real signed requests of the functions, and with requests that imitate them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from botocore.credentials import Credentials

from lambdas.common.graphql import GraphqlClient
from tests.helpers.web_acl import WebRequest, applies

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

    from tests.unit.stacks.synthesized import Synthesized

_LONGEST_PATTERN = 200  # AWS WAF quota "Characters in a regex"
_ADDRESS, _SIGNED = "requests-per-address", "signed-requests-per-address"
_REPUTATION = "AWSManagedRulesAmazonIpReputationList"


class _Answer:
    status_code = 200
    headers: ClassVar[dict[str, str]] = {}
    content = b'{"data": {"publish": true}}'


class _Recorder:
    """Records the last request."""

    request: AWSPreparedRequest

    def send(self, request: AWSPreparedRequest) -> _Answer:
        self.request = request
        return _Answer()


def signed(region: str) -> WebRequest:
    """Return the request that a function of the stack sends."""
    recorder = _Recorder()
    credentials = Credentials("ASIAIOSFODNN7EXAMPLE", "secret", "session")
    url = f"https://api.appsync-api.{region}.amazonaws.com/graphql"
    GraphqlClient(url, region=region, credentials=credentials, http=recorder).execute("mutation M { publish }", {})
    headers = {name.lower(): str(value) for name, value in recorder.request.headers.items()}
    return WebRequest(str(recorder.request.method), headers)


def evaluating(stack: Synthesized, request: WebRequest) -> set[str]:
    """Return the names of the rules that evaluate the request, of those that can be limited to some requests."""
    rules: dict[str, dict[str, Any]] = {rule["name"]: rule for rule in stack.only("aws_wafv2_web_acl")["rule"]}
    return {name for name in (_ADDRESS, _SIGNED, _REPUTATION) if applies(rules[name]["statement"], request)}


def test_calls_of_the_functions_do_not_count_against_an_address(hardened: Synthesized) -> None:
    assert evaluating(hardened, signed(hardened.settings.region)) == {_SIGNED}


def test_requests_of_users_count_against_their_address(hardened: Synthesized) -> None:
    assert evaluating(hardened, WebRequest(headers={"authorization": "eyJraWQiOi.eyJzdWIi.c2ln"})) == {
        _ADDRESS,
        _REPUTATION,
    }
    assert evaluating(hardened, WebRequest()) == {_ADDRESS, _REPUTATION}
    assert evaluating(hardened, WebRequest("GET")) == {_ADDRESS, _REPUTATION}


@pytest.mark.parametrize(
    "imitation",
    [
        pytest.param(lambda request: WebRequest("GET", request.headers), id="handshake of a WebSocket"),
        pytest.param(lambda request: WebRequest("post", request.headers), id="other method"),
        pytest.param(
            lambda request: WebRequest("POST", {**request.headers, "x-api-key": "da2-key"}),
            id="authorized by an API key",
        ),
        pytest.param(
            lambda request: WebRequest("POST", {**request.headers, "x-api-key": ""}), id="with an empty API key"
        ),
        pytest.param(
            lambda request: WebRequest(
                "POST", {"authorization": request.headers["authorization"].replace("/appsync/", "/s3/")}
            ),
            id="signed for another service",
        ),
        pytest.param(lambda _: signed("ap-southeast-2"), id="signed for another region"),
        pytest.param(
            lambda request: WebRequest("POST", {"authorization": f"eyJraWQiOi {request.headers['authorization']}"}),
            id="signature after a token",
        ),
        pytest.param(lambda _: WebRequest("POST", {"authorization": "AWS4-HMAC-SHA256 "}), id="prefix only"),
    ],
)
def test_requests_that_a_signature_does_not_authorize_count_against_their_address(
    imitation: Any,  # noqa: ANN401 - a function of the request
    hardened: Synthesized,
) -> None:
    request = imitation(signed(hardened.settings.region))
    assert evaluating(hardened, request) == {_ADDRESS, _REPUTATION}


def test_signed_requests_have_a_higher_limit_per_address(hardened: Synthesized) -> None:
    rules = {rule["name"]: rule for rule in hardened.only("aws_wafv2_web_acl")["rule"]}
    limit = rules[_SIGNED]["statement"]["rate_based_statement"]
    assert (limit["limit"], limit["aggregate_key_type"]) == (600_000, "IP")
    assert rules[_SIGNED]["action"] == {"block": {}}


def test_the_patterns_are_within_the_quota_and_valid(hardened: Synthesized) -> None:
    def patterns(value: Any) -> list[str]:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            found = [value["regex_string"]] if "regex_string" in value else []
            return found + [pattern for inner in value.values() for pattern in patterns(inner)]
        return [pattern for inner in value for pattern in patterns(inner)] if isinstance(value, list) else []

    found = patterns(hardened.only("aws_wafv2_web_acl")["rule"])
    assert found
    for pattern in found:
        assert len(pattern) <= _LONGEST_PATTERN
        re.compile(pattern)

"""Tests of the web ACL with logs and the API's custom domain, which are both disabled by default."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.web_acl_rules import at_most_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.stacks.synthesized import Synthesized

_KINDS = (
    "aws_wafv2_web_acl",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
    "aws_cloudwatch_log_resource_policy",
    "aws_appsync_domain_name",
    "aws_appsync_domain_name_api_association",
    "aws_route53_record",
)
_LONGEST_PATTERN = 200  # AWS WAF quota "Characters in a regex"


def rules(stack: Synthesized) -> dict[str, dict[str, Any]]:
    return {rule["name"]: rule for rule in stack.only("aws_wafv2_web_acl")["rule"]}


def test_web_acl_and_domain_are_disabled_by_default(stack: Synthesized) -> None:
    assert {kind: stack.all(kind) for kind in _KINDS} == {kind: {} for kind in _KINDS}


def test_the_web_acl_protects_the_api_and_allows_by_default(hardened: Synthesized) -> None:
    web_acl = hardened.only("aws_wafv2_web_acl")
    assert (web_acl["scope"], web_acl["default_action"]) == ("REGIONAL", {"allow": {}})
    association = hardened.only("aws_wafv2_web_acl_association")
    assert association["resource_arn"] == "${aws_appsync_graphql_api.chat.arn}"
    assert association["web_acl_arn"] == "${aws_wafv2_web_acl.api.arn}"


def test_rules_are_ordered_by_priority(hardened: Synthesized) -> None:
    listed = hardened.only("aws_wafv2_web_acl")["rule"]
    assert [rule["priority"] for rule in listed] == list(range(len(listed)))
    assert list(rules(hardened)) == [
        "requests-per-address",
        "requests-per-caller",
        "signed-requests-per-address",
        "body-size",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    for rule in listed:
        assert ("action" in rule) != ("override_action" in rule)
        assert rule["visibility_config"]["sampled_requests_enabled"] is False


def test_addresses_and_callers_have_separate_rate_limits(hardened: Synthesized) -> None:
    by_address = rules(hardened)["requests-per-address"]["statement"]["rate_based_statement"]
    by_caller = rules(hardened)["requests-per-caller"]["statement"]["rate_based_statement"]
    assert (by_address["limit"], by_address["aggregate_key_type"]) == (3000, "IP")
    assert (by_caller["limit"], by_caller["aggregate_key_type"]) == (1000, "CUSTOM_KEYS")
    assert by_caller["custom_key"][0]["header"]["name"] == "authorization"


def test_message_content_is_never_blocked(hardened: Synthesized) -> None:
    """A message may contain <script>, /etc/passwd or ${jndi:...}, and may be longer than the part that WAF inspects."""
    counting = {
        override["name"]
        for rule in rules(hardened).values()
        for override in rule["statement"].get("managed_rule_group_statement", {}).get("rule_action_override", [])
        if override["action_to_use"] == {"count": {}}
    }
    assert {"CrossSiteScripting_BODY", "GenericLFI_BODY", "Log4JRCE_BODY", "SizeRestrictions_BODY"} <= counting
    assert all(name.endswith("_BODY") for name in counting)


def test_a_partially_inspected_body_must_declare_an_allowed_size(hardened: Synthesized) -> None:
    larger, negated = rules(hardened)["body-size"]["statement"]["and_statement"]["statement"]
    size = larger["size_constraint_statement"]
    assert (size["comparison_operator"], size["size"]) == ("GT", 8192)
    assert size["field_to_match"] == {"body": {"oversize_handling": "MATCH"}}
    (small_enough,) = negated["not_statement"]["statement"]
    assert small_enough["regex_match_statement"]["field_to_match"] == {"single_header": {"name": "content-length"}}
    assert small_enough["regex_match_statement"]["regex_string"] == at_most_pattern(65_536)


@given(st.integers(8192, 1_048_576), st.integers(0, 20_000_000))
def test_the_pattern_matches_numbers_up_to_the_limit_only(largest: int, number: int) -> None:
    pattern = at_most_pattern(largest)
    assert len(pattern) <= _LONGEST_PATTERN
    for candidate in (number, largest - 1, largest, largest + 1):
        assert bool(re.fullmatch(pattern, str(candidate))) == (candidate <= largest)
    assert not re.fullmatch(pattern, "")
    assert not re.fullmatch(pattern, f"{largest}0")


def test_logs_contain_blocked_requests_without_tokens(hardened: Synthesized) -> None:
    logging = hardened.only("aws_wafv2_web_acl_logging_configuration")
    redacted = json.dumps(logging["redacted_fields"])
    for place in ("authorization", "x-api-key", "sec-websocket-protocol", "query_string"):
        assert place in redacted
    assert logging["logging_filter"]["default_behavior"] == "DROP"
    group = hardened.all("aws_cloudwatch_log_group")["web_acl"]
    assert group["name"] == "aws-waf-logs-chat-web-acl-prod"
    assert group["retention_in_days"] == hardened.settings.log_retention_days


def test_only_log_delivery_of_this_account_may_write_the_logs(hardened: Synthesized) -> None:
    policy = json.loads(hardened.only("aws_cloudwatch_log_resource_policy")["policy_document"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"] == "${aws_cloudwatch_log_group.web_acl.arn}:*"
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "333333333333"}


def test_the_domain_is_an_alias_of_the_api(hardened: Synthesized) -> None:
    association = hardened.only("aws_appsync_domain_name_api_association")
    assert association["api_id"] == "${aws_appsync_graphql_api.chat.id}"
    record = hardened.only("aws_route53_record")
    assert (record["name"], record["type"]) == ("api.chat.example.com", "A")
    assert record["alias"]["name"] == "${aws_appsync_domain_name.api.appsync_domain_name}"
    assert hardened.document["output"]["GraphQLDomainURL"]["value"].endswith("/graphql")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CHAT_EDGE__DOMAIN_NAME": "api.example.com"}, "edge.certificate_arn is missing"),
        (
            {"CHAT_EDGE__CERTIFICATE_ARN": "arn:aws:acm:us-east-1:111111111111:certificate/0a"},
            "edge.domain_name is missing",
        ),
        ({"CHAT_EDGE__HOSTED_ZONE_ID": "Z1"}, "edge.hosted_zone_id is set without edge.domain_name"),
        (
            {"CHAT_EDGE__CERTIFICATE_ARN": "arn:aws:acm:eu-west-1:111111111111:certificate/0a"},
            "which must be in us-east-1",
        ),
        ({"CHAT_EDGE__BODY_BYTES_MAXIMUM": "8191"}, "8192-1048576"),
    ],
)
def test_invalid_combinations_of_settings_are_refused(
    variables: dict[str, str], said: str, refused: Callable[..., list[str]]
) -> None:
    (line,) = refused(CHAT_ENVIRONMENTS="dev", **variables)
    assert said in line

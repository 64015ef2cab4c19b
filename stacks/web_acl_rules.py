"""The rules of the web ACL as Terraform's ``rule`` blocks, in the order of evaluation.

Messages of users may look like attacks: managed rules that inspect bodies only count. For AppSync, WAF inspects at most
8 KB of a body (AWS WAF developer guide, "Oversize web request components"); for larger bodies, the rule on body size
uses the header Content-Length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stacks.settings.access import EdgeSettings

Block = dict[str, Any]

INSPECTED_BYTES = 8192
_FIVE_MINUTES = 300
_TOKEN_HEADERS = ("authorization", "x-api-key", "x-amz-security-token", "sec-websocket-protocol")
"""Headers with tokens. Subscriptions have tokens in the query string or in the last of these."""

_REPUTATION = "AWSManagedRulesAmazonIpReputationList"
_MANAGED = {
    _REPUTATION: (),
    "AWSManagedRulesCommonRuleSet": (
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "SizeRestrictions_BODY",
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": ("JavaDeserializationRCE_BODY", "Log4JRCE_BODY"),
}
"""Managed rule groups -> rules that only count: those that inspect bodies."""


def web_acl_rules(edge: EdgeSettings, *, region: str) -> list[Block]:
    """Return the rules: rate limits first, which are cheapest, then the body size, then the managed rule groups.

    The stack's functions publish events through the API, from addresses of Lambda that carry the calls of all users and
    of other AWS customers. Limits for the address of a user therefore exclude signed requests, which have a limit of
    their own, and so does the list of addresses with a bad reputation.

    WAF cannot verify a signature, so anybody can send a request that looks signed. It gains nothing: the statement
    matches only requests that AppSync authorizes by their signature alone, and refuses before it runs any code. The
    handshake of a WebSocket (GET) has its token in the query string, and a request with an API key may be authorized by
    the key, so neither counts as signed. The limit for signed requests keeps refused requests from using up the
    request quota of the account. A secret header would be safe from imitation, but its value would be in the state.
    """
    signed, unsigned = _signed_and_other_requests(region)
    rules = [
        _rate("requests-per-address", edge.requests_per_address, {**_BY_ADDRESS, **_only(unsigned)}),
        _rate("requests-per-caller", edge.requests_per_caller, _BY_AUTHORIZATION),
        _rate("signed-requests-per-address", edge.signed_requests_per_address, {**_BY_ADDRESS, **_only(signed)}),
        _blocking("body-size", _larger_body(edge.body_bytes_maximum)),
        *(_managed(name, counting, unsigned) for name, counting in _MANAGED.items()),
    ]
    return [{**rule, "priority": priority} for priority, rule in enumerate(rules)]


def visibility(metric: str) -> Block:
    """Return the block that sets the metric's name. Requests are not sampled, because they have tokens."""
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": False}


def redacted_fields() -> list[Block]:
    """Return the fields to redact from the logs: all that may have a token."""
    return [*({"single_header": {"name": name}} for name in _TOKEN_HEADERS), {"query_string": {}}]


def logging_filter() -> Block:
    """Return the filter of the logs: only blocked and counted requests."""
    kept = [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")]
    return {
        "default_behavior": "DROP",
        "filter": [{"behavior": "KEEP", "requirement": "MEETS_ANY", "condition": kept}],
    }


def at_most_pattern(largest: int) -> str:
    """Return a regular expression of the numbers from 0 to ``largest``: WAF cannot compare numbers in headers."""
    digits = str(largest)
    smaller = [
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    shorter = f"[0-9]{{1,{len(digits) - 1}}}" if len(digits) > 1 else None
    return f"^({'|'.join([*([shorter] if shorter else []), *smaller, digits])})$"


_NO_TRANSFORMATION = [{"priority": 0, "type": "NONE"}]
_BY_ADDRESS: Block = {"aggregate_key_type": "IP"}
_BY_AUTHORIZATION: Block = {
    "aggregate_key_type": "CUSTOM_KEYS",
    "custom_key": [{"header": {"name": "authorization", "text_transformation": _NO_TRANSFORMATION}}],
}


def _rate(name: str, limit: int, aggregation: Block) -> Block:
    statement = {"limit": limit, "evaluation_window_sec": _FIVE_MINUTES, **aggregation}
    return _blocking(name, {"rate_based_statement": statement})


def _blocking(name: str, statement: Block) -> Block:
    return {
        "name": name,
        "action": {"block": {}},
        "statement": statement,
        "visibility_config": visibility(name),
    }


def _signed_and_other_requests(region: str) -> tuple[Block, Block]:
    """Return the statements of requests that only their signature (SigV4) can authorize, and of all other requests.

    The second is not the first negated, because the AWS provider limits the depth of nested statements.
    """
    is_post = {
        "byte_match_statement": {
            "positional_constraint": "EXACTLY",
            "search_string": "POST",
            "field_to_match": {"method": {}},
            "text_transformation": _NO_TRANSFORMATION,
        }
    }
    scope = f"[0-9]{{8}}/{region}/appsync/aws4_request"
    has_signature = {
        "regex_match_statement": {
            "regex_string": f"^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{{16,128}}/{scope}, ",
            "field_to_match": {"single_header": {"name": "authorization"}},
            "text_transformation": _NO_TRANSFORMATION,
        }
    }
    has_api_key = {
        "size_constraint_statement": {
            "comparison_operator": "GE",
            "size": 0,
            "field_to_match": {"single_header": {"name": "x-api-key"}},
            "text_transformation": _NO_TRANSFORMATION,
        }
    }
    signed = {"and_statement": {"statement": [is_post, has_signature, _not(has_api_key)]}}
    others = {"or_statement": {"statement": [_not(is_post), _not(has_signature), has_api_key]}}
    return signed, others


def _not(statement: Block) -> Block:
    return {"not_statement": {"statement": [statement]}}


def _only(statement: Block) -> Block:
    return {"scope_down_statement": statement}


def _larger_body(largest: int) -> Block:
    """Return the statement of a body that exceeds the inspected bytes, with a Content-Length above the maximum."""
    is_larger_than_seen = {
        "size_constraint_statement": {
            "comparison_operator": "GT",
            "size": INSPECTED_BYTES,
            "field_to_match": {"body": {"oversize_handling": "MATCH"}},
            "text_transformation": _NO_TRANSFORMATION,
        }
    }
    is_small_enough = {
        "regex_match_statement": {
            "regex_string": at_most_pattern(largest),
            "field_to_match": {"single_header": {"name": "content-length"}},
            "text_transformation": _NO_TRANSFORMATION,
        }
    }
    return {"and_statement": {"statement": [is_larger_than_seen, _not(is_small_enough)]}}


def _managed(name: str, counting: tuple[str, ...], unsigned: Block) -> Block:
    group: Block = {"name": name, "vendor_name": "AWS"}
    if name == _REPUTATION:
        group |= _only(unsigned)
    if counting:
        group["rule_action_override"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counting]
    return {
        "name": name,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": group},
        "visibility_config": visibility(name),
    }

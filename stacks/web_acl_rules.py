"""The rules of the web ACL, as Terraform's ``rule`` blocks, in the order in which WAF looks at them.

What people write to each other is content, not an attack: the managed rules that look into bodies only count. Of a
body WAF sees 8 KB at most in front of AppSync (AWS WAF developer guide, "Oversize web request components"); beyond that
the rule on body size goes by the header Content-Length, which is the length of the body as HTTP counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stacks.settings.access import EdgeSettings

Block = dict[str, Any]

INSPECTED_BYTES = 8192
_FIVE_MINUTES = 300
_TOKEN_HEADERS = ("authorization", "x-api-key", "x-amz-security-token", "sec-websocket-protocol")
"""Where callers carry their tokens; a subscription carries them in the query string or in the last of these."""

_MANAGED = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesCommonRuleSet": (
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "SizeRestrictions_BODY",
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": ("JavaDeserializationRCE_BODY", "Log4JRCE_BODY"),
}
"""Rule groups of AWS, and which of their rules only count: those that read bodies."""


def web_acl_rules(edge: EdgeSettings) -> list[Block]:
    """Return the rules: rates first, which are the cheapest, then the size, then what AWS maintains."""
    rules = [
        _rate("requests-per-address", edge.requests_per_address, {"aggregate_key_type": "IP"}),
        _rate("requests-per-caller", edge.requests_per_caller, _BY_AUTHORIZATION),
        _blocking("body-size", _larger_body(edge.body_bytes_maximum)),
        *(_managed(name, counting) for name, counting in _MANAGED.items()),
    ]
    return [{**rule, "priority": priority} for priority, rule in enumerate(rules)]


def visibility(metric: str) -> Block:
    """Return what makes WAF count under a metric's name. It keeps no samples of requests: they hold tokens."""
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": False}


def redacted_fields() -> list[Block]:
    """Return the blocks of what is left out of the logs: everything that may be a token."""
    return [*({"single_header": {"name": name}} for name in _TOKEN_HEADERS), {"query_string": {}}]


def what_is_logged() -> Block:
    """Return the filter of the logs: what was blocked or counted, and not every request."""
    kept = [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")]
    return {
        "default_behavior": "DROP",
        "filter": [{"behavior": "KEEP", "requirement": "MEETS_ANY", "condition": kept}],
    }


def at_most_pattern(largest: int) -> str:
    """Return the regular expression of the numbers from 0 to ``largest``: WAF cannot compare the number in a header."""
    digits = str(largest)
    smaller = [
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    shorter = f"[0-9]{{1,{len(digits) - 1}}}" if len(digits) > 1 else None
    return f"^({'|'.join([*([shorter] if shorter else []), *smaller, digits])})$"


_NO_TRANSFORMATION = [{"priority": 0, "type": "NONE"}]
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


def _larger_body(largest: int) -> Block:
    """Return the statement of a body that is larger than WAF sees, and is not said to be small enough."""
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
    return {"and_statement": {"statement": [is_larger_than_seen, {"not_statement": {"statement": [is_small_enough]}}]}}


def _managed(name: str, counting: tuple[str, ...]) -> Block:
    group: Block = {"name": name, "vendor_name": "AWS"}
    if counting:
        group["rule_action_override"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counting]
    return {
        "name": name,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": group},
        "visibility_config": visibility(name),
    }

"""What a resource costs by being there, whatever its use: from its type and arguments, in a plan or a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.cost.tally import Use
from stacks.function_metrics import FUNCTION_METRICS, service_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Arguments = Mapping[str, Any]

HOURS = 730
"""In a month, as AWS counts it."""
_HIGH_RESOLUTION_SECONDS = 60
METRICS_OF_RESOLVER = 3
METRICS_OF_DATA_SOURCE = 3
METRICS_OF_OPERATION = 2
"""Enhanced metrics of AppSync that are custom metrics: requests, errors and latency; of an operation no latency
(AppSync developer guide, "CloudWatch metrics"). CloudWatch charges for those that have data: this is the most."""


def fixed_uses(resources: Mapping[str, Arguments]) -> Iterator[tuple[str, Use]]:
    """Yield the address of each resource that has a fixed price, and what it uses in a month.

    Args:
        resources: arguments by Terraform address.
    """
    for address, arguments in resources.items():
        price_of = _FIXED.get(kind_of(address))
        if price_of is not None:
            for price, quantity in price_of(arguments):
                yield address, Use(address, price, quantity)
        if _has_enhanced_metrics(address, arguments):
            yield address, Use(address, "metrics", _enhanced_metrics(resources))


def kind_of(address: str) -> str:
    """Return the resource type of an address, which may begin with modules."""
    parts = address.split(".")
    while parts[0] == "module":
        parts = parts[2:]
    return parts[0]


def has_fixed_price(kind: str) -> bool:
    """Tell whether resources of a type cost something by being there."""
    return kind in _FIXED


def decides_price(kind: str) -> frozenset[str]:
    """Return the attributes of a type on which its fixed price depends."""
    return _DECISIVE.get(kind, frozenset())


def _alarm(arguments: Arguments) -> list[tuple[str, float]]:
    queries = arguments.get("metric_query") or []
    metrics = [query["metric"] for query in queries if query.get("metric")]
    periods = [_first(metric).get("period") for metric in metrics] or [arguments.get("period")]
    is_fast = any(period is not None and int(period) < _HIGH_RESOLUTION_SECONDS for period in periods)
    return [("alarms_high_resolution" if is_fast else "alarms", max(1, len(metrics)))]


def _web_acl(arguments: Arguments) -> list[tuple[str, float]]:
    return [("waf_acls", 1), ("waf_rules", len(arguments.get("rule") or []))]


def _table(arguments: Arguments) -> list[tuple[str, float]]:
    if arguments.get("billing_mode") == "PAY_PER_REQUEST":
        return []
    indexes = arguments.get("global_secondary_index") or []
    units = {
        "dynamodb_write_capacity": sum(one.get("write_capacity") or 0 for one in (arguments, *indexes)),
        "dynamodb_read_capacity": sum(one.get("read_capacity") or 0 for one in (arguments, *indexes)),
    }
    return [(price, capacity * HOURS) for price, capacity in units.items()]


def _function(arguments: Arguments) -> list[tuple[str, float]]:
    """What a function counts itself; metrics that are never written are not on the bill."""
    variables = _first(arguments.get("environment") or {}).get("variables") or {}
    if variables.get("POWERTOOLS_METRICS_DISABLED") != "false":
        return []
    services = {service_name(function): names for function, names in FUNCTION_METRICS.items()}
    return [("metrics", len(services.get(str(variables.get("POWERTOOLS_SERVICE_NAME")), ())))]


_FIXED: dict[str, Callable[[Arguments], list[tuple[str, float]]]] = {
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_cloudwatch_composite_alarm": lambda _: [("alarms_composite", 1)],
    "aws_cloudwatch_dashboard": lambda _: [("dashboards", 1)],
    "aws_cloudwatch_log_metric_filter": lambda _: [("metrics", 1)],
    "aws_dynamodb_table": _table,
    "aws_lambda_function": _function,
    "aws_kms_key": lambda _: [("kms_keys", 1)],
    "aws_wafv2_web_acl": _web_acl,
}


_DECISIVE = {
    "aws_cloudwatch_metric_alarm": frozenset({"metric_query", "period"}),
    "aws_dynamodb_table": frozenset({"billing_mode", "read_capacity", "write_capacity"}),
    "aws_wafv2_web_acl": frozenset({"rule"}),
}


def _has_enhanced_metrics(address: str, arguments: Arguments) -> bool:
    return kind_of(address) == "aws_appsync_graphql_api" and bool(arguments.get("enhanced_metrics_config"))


def _enhanced_metrics(resources: Mapping[str, Arguments]) -> int:
    resolvers = [arguments for address, arguments in resources.items() if kind_of(address) == "aws_appsync_resolver"]
    sources = sum(1 for address in resources if kind_of(address) == "aws_appsync_datasource")
    operations = sum(1 for one in resolvers if one.get("type") in {"Query", "Mutation"})
    return METRICS_OF_RESOLVER * len(resolvers) + METRICS_OF_DATA_SOURCE * sources + METRICS_OF_OPERATION * operations


def _first(block: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON: a block is a list in a plan and may be an object in configuration
    return (block[0] if block else {}) if isinstance(block, list) else block

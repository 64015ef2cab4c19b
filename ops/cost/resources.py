"""The price of each type of resource: a fixed monthly cost, a cost by usage, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.cost.text import unit_price
from ops.cost.usage import Use
from ops.plans import Action, nested
from ops.sanitize import sanitize
from stacks.function_metrics import FUNCTION_METRICS
from stacks.names import service_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ops.cost.prices import PriceList
    from ops.plans import ResourceChange

    Arguments = Mapping[str, Any]
    Attribute = tuple[str, Callable[[Any], object], str, str]

HOURS = 730
"""Hours per month, as AWS counts them."""
_HIGH_RESOLUTION_SECONDS = 60
METRICS_OF_RESOLVER = 3
METRICS_OF_DATA_SOURCE = 3
METRICS_OF_OPERATION = 2
"""AppSync's enhanced metrics that are custom metrics: requests, errors and latency; operations have no latency
(AppSync developer guide, "CloudWatch metrics"). CloudWatch charges for metrics with data, so this is the maximum."""

PAID_BY_USE = frozenset(
    {
        "aws_appsync_graphql_api",
        "aws_cloudwatch_log_group",
        "aws_cognito_user_pool",
        "aws_dynamodb_table",
        "aws_lambda_function",
        "aws_s3_bucket",
        "aws_scheduler_schedule",
        "aws_sns_topic",
        "aws_sqs_queue",
        "aws_wafv2_web_acl_association",
    }
)
"""Resource types that cost by usage only."""

FREE = frozenset(
    {
        "aws_appsync_api_key",
        "aws_appsync_datasource",
        "aws_appsync_function",
        "aws_appsync_resolver",
        "aws_budgets_budget",
        "aws_cloudwatch_log_resource_policy",
        "aws_cloudwatch_query_definition",
        "aws_kms_alias",
        "aws_lambda_event_source_mapping",
        "aws_lambda_permission",
        "aws_s3_object",
        "aws_scheduler_schedule_group",
        "aws_wafv2_web_acl_logging_configuration",
        "terraform_data",
    }
)
_FREE_PREFIXES = ("aws_cognito_", "aws_iam_", "aws_s3_bucket_", "aws_sns_topic_", "aws_sqs_queue_")
"""Types with these prefixes, except those in ``PAID_BY_USE``, are settings of other resources."""


def fixed_uses(resources: Mapping[str, Arguments]) -> Iterator[tuple[str, Use]]:
    """Yield the address and the monthly usage of each resource with a fixed cost.

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


def use_changes(change: ResourceChange, prices: PriceList) -> Iterator[str]:
    """Yield a sentence for each changed attribute that affects the cost by usage.

    Args:
        change: of one resource; only updates in place yield sentences, because new resources cost by usage only.
        prices: of the region.
    """
    if change.action is not Action.CHANGE:
        return
    for name, read, label, price in _ATTRIBUTES.get(change.type, ()):
        old, new = read(change.before.get(name)), read(change.after.get(name))
        if old != new and name not in change.unknown:
            item, quote = prices.item(price), prices.quote(price)
            values = sanitize(f"{old} -> {new}")
            yield f"`{change.address}` {label}: {values}; {unit_price(quote.dollars, item.per, item.unit)}"


def kind_of(address: str) -> str:
    """Return the resource type of an address, which may begin with modules."""
    parts = address.split(".")
    while parts[0] == "module":
        parts = parts[2:]
    return parts[0]


def has_price(kind: str) -> bool:
    """Return whether the cost of a resource type is known, including types that are free."""
    return kind in _FIXED or kind in PAID_BY_USE or kind in FREE or kind.startswith(_FREE_PREFIXES)


def price_attributes(kind: str) -> frozenset[str]:
    """Return the attributes of a resource type that decide its fixed cost."""
    return _PRICE_ATTRIBUTES.get(kind, frozenset())


def _alarm(arguments: Arguments) -> list[tuple[str, float]]:
    queries = arguments.get("metric_query") or []
    metrics = [query["metric"] for query in queries if query.get("metric")]
    periods = [nested(metric).get("period") for metric in metrics] or [arguments.get("period")]
    is_fast = any(period is not None and int(period) < _HIGH_RESOLUTION_SECONDS for period in periods)
    return [("alarms_high_resolution" if is_fast else "alarms", max(1, len(metrics)))]


def _web_acl(arguments: Arguments) -> list[tuple[str, float]]:
    return [("waf_acls", 1), ("waf_rules", len(arguments.get("rule") or []))]


def _table(arguments: Arguments) -> list[tuple[str, float]]:
    if arguments.get("billing_mode") == "PAY_PER_REQUEST":
        return []
    indexes = arguments.get("global_secondary_index") or []
    units = {
        "dynamodb_write_capacity": sum(block.get("write_capacity") or 0 for block in (arguments, *indexes)),
        "dynamodb_read_capacity": sum(block.get("read_capacity") or 0 for block in (arguments, *indexes)),
    }
    return [(price, capacity * HOURS) for price, capacity in units.items()]


def _function(arguments: Arguments) -> list[tuple[str, float]]:
    """Return the custom metrics of a function; disabled metrics are not charged."""
    variables = nested(arguments.get("environment") or {}).get("variables") or {}
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
_PRICE_ATTRIBUTES = {
    "aws_cloudwatch_metric_alarm": frozenset({"metric_query", "period"}),
    "aws_dynamodb_table": frozenset({"billing_mode", "read_capacity", "write_capacity"}),
    "aws_wafv2_web_acl": frozenset({"rule"}),
}


def _has_enhanced_metrics(address: str, arguments: Arguments) -> bool:
    return kind_of(address) == "aws_appsync_graphql_api" and bool(arguments.get("enhanced_metrics_config"))


def _enhanced_metrics(resources: Mapping[str, Arguments]) -> int:
    resolvers = [arguments for address, arguments in resources.items() if kind_of(address) == "aws_appsync_resolver"]
    sources = sum(1 for address in resources if kind_of(address) == "aws_appsync_datasource")
    operations = sum(1 for resolver in resolvers if resolver.get("type") in {"Query", "Mutation"})
    return METRICS_OF_RESOLVER * len(resolvers) + METRICS_OF_DATA_SOURCE * sources + METRICS_OF_OPERATION * operations


def _value(value: Any) -> object:  # noqa: ANN401 - JSON
    return "not set" if value is None else value


def _switch(value: Any) -> object:  # noqa: ANN401 - JSON
    return "on" if value else "off"


def _recovery(value: Any) -> object:  # noqa: ANN401 - JSON: a list of one block
    return "on" if any(block.get("enabled") for block in value or []) else "off"


def _indexes(value: Any) -> object:  # noqa: ANN401 - JSON: a list of blocks
    return len(value or [])


def _logging(value: Any) -> object:  # noqa: ANN401 - JSON: a list of at most one block
    blocks = value or []
    if not blocks:
        return "off"
    verbose = "" if blocks[0].get("exclude_verbose_content") else ", verbose"
    return f"{blocks[0].get('field_log_level')}{verbose}"


_ATTRIBUTES: dict[str, tuple[Attribute, ...]] = {
    "aws_appsync_graphql_api": (
        ("xray_enabled", _switch, "traces, 5 % of requests", "traces"),
        ("log_config", _logging, "log of every request", "logs_ingested"),
    ),
    "aws_cloudwatch_log_group": (("retention_in_days", _value, "log retention in days", "logs_stored"),),
    "aws_dynamodb_table": (
        ("point_in_time_recovery", _recovery, "point-in-time recovery", "dynamodb_recovery"),
        ("global_secondary_index", _indexes, "indexes, one more write each", "dynamodb_writes"),
        ("billing_mode", _value, "billing", "dynamodb_writes"),
    ),
    "aws_lambda_function": (
        ("memory_size", _value, "memory in MB, charged by duration", "lambda_arm"),
        ("architectures", _value, "architecture", "lambda_arm"),
    ),
    "aws_scheduler_schedule": (("schedule_expression", _value, "invocations", "scheduler_invocations"),),
    "aws_cognito_user_pool": (("user_pool_tier", _value, "feature plan", "cognito_users"),),
}

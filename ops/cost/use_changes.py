"""Changes whose price depends on use: no dollars can be told from a plan, but what is paid for, and how much it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.cost.tables import unit_price
from ops.plain_text import plain
from ops.plans import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.cost.prices import PriceList
    from ops.plans import ResourceChange

    Attribute = tuple[str, Callable[[Any], object], str, str]

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
"""Resources that cost when they are used and not before."""

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
_FREE_FAMILIES = ("aws_cognito_", "aws_iam_", "aws_s3_bucket_", "aws_sns_topic_", "aws_sqs_queue_")
"""Whose members, those of ``PAID_BY_USE`` aside, are settings of something else."""


def is_paid_by_use(kind: str) -> bool:
    """Tell whether resources of a type cost by use."""
    return kind in PAID_BY_USE


def is_free(kind: str) -> bool:
    """Tell whether resources of a type cost nothing."""
    return kind in FREE or kind.startswith(_FREE_FAMILIES)


def use_changes(change: ResourceChange, prices: PriceList) -> Iterator[str]:
    """Yield a sentence for each attribute that changes what use costs.

    Args:
        change: of one resource; only changes in place tell something: all of what is new is paid by use.
        prices: of the region.
    """
    if change.action is not Action.CHANGE:
        return
    for name, read, what, price in _ATTRIBUTES.get(change.type, ()):
        old, new = read(change.before.get(name)), read(change.after.get(name))
        if old != new and name not in change.unknown:
            item, quote = prices.item(price), prices.quote(price)
            values = plain(f"{old} -> {new}")
            yield f"`{change.address}` {what}: {values}; {unit_price(quote.dollars, item.per, item.unit)}"


def _plain(value: Any) -> object:  # noqa: ANN401 - JSON
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
    "aws_cloudwatch_log_group": (("retention_in_days", _plain, "days that logs are kept", "logs_stored"),),
    "aws_dynamodb_table": (
        ("point_in_time_recovery", _recovery, "point-in-time recovery", "dynamodb_recovery"),
        ("global_secondary_index", _indexes, "indexes, each a write more", "dynamodb_writes"),
        ("billing_mode", _plain, "billing", "dynamodb_writes"),
    ),
    "aws_lambda_function": (
        ("memory_size", _plain, "megabytes, paid while it runs", "lambda_arm"),
        ("architectures", _plain, "architecture", "lambda_arm"),
    ),
    "aws_scheduler_schedule": (("schedule_expression", _plain, "calls", "scheduler_invocations"),),
    "aws_cognito_user_pool": (("user_pool_tier", _plain, "feature plan", "cognito_users"),),
}

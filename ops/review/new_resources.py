"""The section of the review with new resources, by type, with the attributes that tell most about them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ops.plans import UNKNOWN, Action, nested
from ops.review.changed_values import redacted
from ops.review.differences import as_text
from ops.review.folded import Fold
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ops.plans import Plan, ResourceChange
    from ops.review.folded import Line

_NAMED = 8
_LONGEST = 100
_TELLING: Mapping[str, tuple[str, ...]] = {
    "aws_appsync_api_key": ("expires",),
    "aws_appsync_datasource": ("type",),
    "aws_appsync_function": ("data_source",),
    "aws_appsync_graphql_api": (
        "authentication_type",
        "additional_authentication_provider",
        "introspection_config",
        "query_depth_limit",
        "resolver_count_limit",
        "log_config.field_log_level",
        "xray_enabled",
    ),
    "aws_appsync_resolver": ("type", "kind", "data_source"),
    "aws_cloudwatch_log_group": ("retention_in_days",),
    "aws_cloudwatch_log_metric_filter": ("pattern",),
    "aws_cloudwatch_metric_alarm": ("metric_name", "threshold", "period"),
    "aws_cognito_identity_provider": ("provider_type", "provider_details.oidc_issuer", "provider_details.client_id"),
    "aws_cognito_user_group": ("precedence", "role_arn"),
    "aws_cognito_user_pool": (
        "mfa_configuration",
        "deletion_protection",
        "admin_create_user_config.allow_admin_create_user_only",
        "password_policy.minimum_length",
    ),
    "aws_cognito_user_pool_client": (
        "explicit_auth_flows",
        "callback_urls",
        "access_token_validity",
        "id_token_validity",
        "refresh_token_validity",
        "token_validity_units.access_token",
        "token_validity_units.id_token",
        "token_validity_units.refresh_token",
    ),
    "aws_dynamodb_table": (
        "hash_key",
        "range_key",
        "global_secondary_index",
        "ttl.attribute_name",
        "ttl.enabled",
        "stream_view_type",
        "billing_mode",
        "point_in_time_recovery.enabled",
        "deletion_protection_enabled",
    ),
    "aws_iam_role": ("permissions_boundary",),
    "aws_iam_role_policy": ("role",),
    "aws_kms_key": ("enable_key_rotation", "deletion_window_in_days"),
    "aws_lambda_event_source_mapping": ("starting_position", "batch_size", "maximum_retry_attempts"),
    "aws_lambda_function": ("runtime", "architectures", "memory_size", "timeout", "reserved_concurrent_executions"),
    "aws_lambda_permission": ("principal", "action"),
    "aws_s3_bucket": ("bucket", "force_destroy"),
    "aws_s3_bucket_cors_configuration": ("cors_rule.allowed_origins", "cors_rule.allowed_methods"),
    "aws_s3_bucket_lifecycle_configuration": ("rule",),
    "aws_s3_bucket_public_access_block": (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ),
    "aws_scheduler_schedule": ("schedule_expression",),
    "aws_sqs_queue": ("message_retention_seconds", "visibility_timeout_seconds"),
    "aws_wafv2_web_acl": ("scope", "rule", "default_action"),
}
_OTHERS = ("name", "bucket", "identifier", "domain", "arn")
"""Attributes of types that are not listed above."""


def new_resources(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the section; nothing if the plan adds no resource."""
    kinds: defaultdict[str, list[ResourceChange]] = defaultdict(list)
    for change in plan.changes:
        if change.action is Action.ADD:
            kinds[change.type].append(change)
    if not kinds:
        return
    yield from ("", "### New resources", "", "| type | number | names | common values |", "| --- | --- | --- | --- |")
    folds = []
    for kind, changes in sorted(kinds.items()):
        values = {change.address: _telling(plan, change) for change in changes}
        common = _common(list(values.values()))
        names = [change.address.split(".", maxsplit=1)[1] for change in changes]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        shown = ", ".join(_cell(quoted(name)) for name in names[:_NAMED]) + more
        yield f"| `{kind}` | {len(changes)} | {shown} | {_cell(_pairs(common))} |"
        rows = [_row(name, own, common) for name, own in zip(names, values.values(), strict=True)]
        if more or any(own != common for own in values.values()):
            folds.append(Fold(f"{len(changes)} x {kind}", tuple(rows)))
    yield from folds


def _telling(plan: Plan, change: ResourceChange) -> dict[str, str]:
    found = {}
    configured = plan.configured.get(change.address, {})
    for path in _TELLING.get(change.type, _OTHERS):
        value = _at(change.planned, path)
        if value == UNKNOWN:
            value = _at(configured, path)
        if value is not None and value not in ("", [], {}, -1):
            found[path] = redacted(_described(path, value), plan.secrets)
    return found


def _at(values: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return the value at a path; blocks that occur once are entered."""
    for name in path.split("."):
        inner = values[0] if isinstance(values, list) and values else values
        values = inner.get(name) if isinstance(inner, dict) else None
    return values


def _described(path: str, value: Any) -> str:  # noqa: ANN401 - JSON
    if path == "global_secondary_index":
        return "; ".join(
            f"{index['name']} ({', '.join(filter(None, (index.get('hash_key'), index.get('range_key'))))}, "
            f"{index.get('projection_type')})"
            for index in value
        )
    if path == "rule":
        return "; ".join(f"{rule.get('id') or rule.get('name')} {_expiry(rule)}".strip() for rule in value)
    if path == "default_action":
        return ", ".join(name for name, block in sorted(nested(value).items()) if block)
    if path == "additional_authentication_provider":
        return ", ".join(str(provider.get("authentication_type")) for provider in value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    text = " ".join(as_text(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _expiry(rule: dict[str, Any]) -> str:
    days = _at(rule, "expiration.days")
    return f"after {days} days" if days else ""


def _common(rows: Sequence[dict[str, str]]) -> dict[str, str]:
    return {name: value for name, value in rows[0].items() if all(row.get(name) == value for row in rows)}


def _row(name: str, own: Mapping[str, str], common: Mapping[str, str]) -> str:
    differing = _pairs({path: value for path, value in own.items() if path not in common})
    return f"- {quoted(name)}{f': {differing}' if differing else ''}"


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{path.removesuffix('.enabled')} {quoted(value)}" for path, value in values.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

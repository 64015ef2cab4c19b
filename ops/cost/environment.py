"""The settings of an environment that affect its cost, read from its synthesized stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.cost.profile import DAYS
from ops.cost.resources import kind_of
from ops.cost.usage import Footprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terraform.stack import Stack

LOG_BYTES = 520
"""Bytes that AppSync logs per request with ``fieldLogLevel`` ERROR and without verbose content: four lines, to each of
which CloudWatch adds 26 bytes (CloudWatch Logs user guide). A test counts them again."""
FUNCTION_LOG_BYTES = 1_300
"""Bytes per invocation, assumed: Lambda's start and report events in JSON (developer guide, "platform.start",
"platform.report"), and one line of the function."""
TRACED_SHARE = 0.05
"""X-Ray's default rule: the first request of each second and 5 % of the others (X-Ray developer guide, "Sampling")."""
_MEGABYTES = 1024


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment as synthesized.

    Attributes:
        name: for example ``prod``.
        region: the AWS region.
        resources: the synthesized arguments by Terraform address.
        footprint: the overhead of every operation.
        keeps_recovery: whether tables have point-in-time recovery.
        has_kms_key: whether data is encrypted with a customer managed key.
        sweeps: presence sweeps per month.
    """

    name: str
    region: str
    resources: Mapping[str, Mapping[str, Any]]
    footprint: Footprint
    keeps_recovery: bool
    has_kms_key: bool
    sweeps: float

    @classmethod
    def of(cls, stack: Stack) -> Environment:
        """Read a synthesized stack."""
        resources = stack.resources
        return cls(
            name=stack.environment,
            region=stack.region,
            resources=resources,
            footprint=_footprint(resources),
            keeps_recovery=any(map(_keeps_recovery, _of_kind(resources, "aws_dynamodb_table"))),
            has_kms_key=bool(_of_kind(resources, "aws_kms_key")),
            sweeps=60 * 24 * DAYS if _of_kind(resources, "aws_scheduler_schedule") else 0,
        )


def _of_kind(resources: Mapping[str, Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    return [arguments for address, arguments in resources.items() if kind_of(address) == kind]


def _footprint(resources: Mapping[str, Mapping[str, Any]]) -> Footprint:
    apis = _of_kind(resources, "aws_appsync_graphql_api")
    functions = _of_kind(resources, "aws_lambda_function")
    retentions = [group.get("retention_in_days") for group in _of_kind(resources, "aws_cloudwatch_log_group")]
    memory = max((function.get("memory_size") or 128 for function in functions), default=128)
    is_arm = all(function.get("architectures") == ["arm64"] for function in functions)
    return Footprint(
        log_bytes=LOG_BYTES if any(api.get("log_config") for api in apis) else 0,
        function_log_bytes=FUNCTION_LOG_BYTES,
        traced_share=TRACED_SHARE if any(api.get("xray_enabled") for api in apis) else 0,
        log_months=max((days / DAYS for days in retentions if days), default=0),
        function_gigabytes=memory / _MEGABYTES,
        function_price="lambda_arm" if is_arm else "lambda_x86",
        web_acl=bool(_of_kind(resources, "aws_wafv2_web_acl_association")),
    )


def _keeps_recovery(table: Mapping[str, Any]) -> bool:
    recovery = table.get("point_in_time_recovery") or {}
    block = recovery[0] if isinstance(recovery, list) else recovery
    return bool(block.get("enabled"))

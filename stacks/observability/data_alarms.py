"""Alarms of tables, of the user pool and of the web ACL: whether AWS refuses or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.observability.alarm import FIREWALL, TABLES, USER_POOLS, Alarm, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.bindings import DynamodbTable

_EVERY_MESSAGE = {"memberships": "BatchGetItem", "messages": "PutItem", "rooms": "UpdateItem"}
"""What sending a message does on each table that it touches; DynamoDB counts its own errors by operation. The other
tables follow the number of people, not of messages."""
_BLOCKED_A_MINUTE = 100


def table_alarms(tables: Mapping[str, DynamodbTable]) -> Iterator[Alarm]:
    """Yield what is watched where people depend on it: that the tables of every message take and give."""
    for key, operation in _EVERY_MESSAGE.items():
        for kind in ("Read", "Write"):
            yield Alarm(
                address=f"{key}_{kind.lower()}_throttles",
                section="table-throttles",
                description=f"The table {key} refuses to {kind.lower()}: one key is hotter than a partition can be",
                severity=Severity.CRITICAL,
                namespace=TABLES,
                metric=f"{kind}ThrottleEvents",
                dimensions={"TableName": tables[key].name},
            )
        yield Alarm(
            address=f"{key}_system_errors",
            section="table-system-errors",
            description=f"DynamoDB fails at {operation} on the table {key}",
            severity=Severity.CRITICAL,
            namespace=TABLES,
            metric="SystemErrors",
            dimensions={"TableName": tables[key].name, "Operation": operation},
        )


def sign_in_alarms(pool_id: str, client_id: str) -> Iterator[Alarm]:
    """Yield what is watched where people depend on it: that Cognito lets them in (its developer guide, "Metrics")."""
    for address, metric, description in (
        ("sign_in_throttles", "SignInThrottles", "Cognito refuses sign-ins: its quota is used up"),
        ("token_refresh_throttles", "TokenRefreshThrottles", "Cognito refuses to refresh tokens: its quota is used up"),
    ):
        yield Alarm(
            address=address,
            section="sign-in-throttles",
            description=description,
            severity=Severity.CRITICAL,
            namespace=USER_POOLS,
            metric=metric,
            dimensions={"UserPool": pool_id, "UserPoolClient": client_id},
        )


def web_acl_alarm(metric_name: str, region: str) -> Alarm:
    """Return what is watched where there is a web ACL: that it does not block more than a few.

    Args:
        metric_name: under which the web ACL counts.
        region: where it is.
    """
    return Alarm(
        address="web_acl_blocks",
        section="web-acl-blocks",
        description="The web ACL blocks more than a hundred requests a minute: an attack, or a rule that hits people",
        severity=Severity.WARNING,
        namespace=FIREWALL,
        metric="BlockedRequests",
        dimensions={"WebACL": metric_name, "Region": region, "Rule": "ALL"},
        threshold=_BLOCKED_A_MINUTE,
    )

"""Alarms of tables, user pool and web ACL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.observability.alarm import FIREWALL, TABLES, USER_POOLS, Alarm, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.bindings import DynamodbTable

_EVERY_MESSAGE = {"memberships": "BatchGetItem", "messages": "PutItem", "rooms": "UpdateItem"}
"""Table -> operation of sending a message; DynamoDB has its errors by operation. The load of the other tables depends
on the number of users, not of messages."""
_BLOCKED_PER_MINUTE = 100


def table_alarms(tables: Mapping[str, DynamodbTable]) -> Iterator[Alarm]:
    """Yield the alarms of the tables that every message uses, for detailed monitoring."""
    for key, operation in _EVERY_MESSAGE.items():
        for kind in ("Read", "Write"):
            yield Alarm(
                address=f"{key}_{kind.lower()}_throttles",
                section="table-throttles",
                description=f"{kind}s of the table {key} are throttled: one key exceeds the throughput of a partition",
                severity=Severity.CRITICAL,
                namespace=TABLES,
                metric=f"{kind}ThrottleEvents",
                dimensions={"TableName": tables[key].name},
            )
        yield Alarm(
            address=f"{key}_system_errors",
            section="table-system-errors",
            description=f"{operation} on the table {key} fails with server errors",
            severity=Severity.CRITICAL,
            namespace=TABLES,
            metric="SystemErrors",
            dimensions={"TableName": tables[key].name, "Operation": operation},
        )


def sign_in_alarms(pool_id: str, client_id: str) -> Iterator[Alarm]:
    """Yield the alarms of sign-in, for detailed monitoring (Cognito developer guide, "Metrics")."""
    for address, metric, description in (
        ("sign_in_throttles", "SignInThrottles", "Cognito throttles sign-ins: the quota is exhausted"),
        (
            "token_refresh_throttles",
            "TokenRefreshThrottles",
            "Cognito throttles token refreshes: the quota is exhausted",
        ),
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
    """Return the alarm of blocked requests.

    Args:
        metric_name: Name of the web ACL's metrics.
        region: Region of the web ACL.
    """
    return Alarm(
        address="web_acl_blocks",
        section="web-acl-blocks",
        description=f"The web ACL blocks more than {_BLOCKED_PER_MINUTE} requests per minute: an attack, or "
        "a rule that blocks users",
        severity=Severity.WARNING,
        namespace=FIREWALL,
        metric="BlockedRequests",
        dimensions={"WebACL": metric_name, "Region": region, "Rule": "ALL"},
        threshold=_BLOCKED_PER_MINUTE,
    )

"""Access to queues and logs that is not in the release."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ops.account_drift.check import Check, added, extra, short, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.account_drift.check import Account, Difference, Resource

_QUEUE_MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_MISSING = ("ResourceNotFoundException",)


def _queue_policy(account: Account, queue: Resource) -> Iterator[Difference]:
    url = queue["url"] or queue["id"]
    if "policy" in queue.arguments or url in account.values("aws_sqs_queue_policy", "queue_url"):
        return
    found = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
    if found.get("Policy"):
        what = f"queue policy {short(statements(found['Policy']))}"
        command = f"aws sqs set-queue-attributes --queue-url {url} --attributes Policy="
        yield extra(queue, what, command, "policy")


def _redrive_policy(account: Account, queue: Resource) -> Iterator[Difference]:
    url = queue["url"] or queue["id"]
    if "redrive_policy" in queue.arguments or url in account.values("aws_sqs_queue_redrive_policy", "queue_url"):
        return
    names = ["RedrivePolicy"]
    found = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
    if found.get("RedrivePolicy"):
        what = f"redrive policy {found['RedrivePolicy']}, which moves messages"
        command = f"aws sqs set-queue-attributes --queue-url {url} --attributes RedrivePolicy="
        yield extra(queue, what, command, "redrive_policy")


def _subscription_filters(account: Account, group: Resource) -> Iterator[Difference]:
    name = group["name"]
    filters = account.listed("logs", "describe_subscription_filters", "subscriptionFilters", logGroupName=name)
    found = [subscription["filterName"] for subscription in filters]
    declared = account.values("aws_cloudwatch_log_subscription_filter", "name", log_group_name=name)
    command = f"aws logs delete-subscription-filter --log-group-name {name} --filter-name {{}}"
    yield from added(group, "subscription filter", found, declared, command)


def _log_policies(account: Account, group: Resource) -> Iterator[Difference]:
    policies = account.listed_once("logs", "describe_resource_policies", "resourcePolicies")
    found = [
        policy["policyName"]
        for policy in policies
        if any(_concerns(statement, group["arn"]) for statement in statements(policy["policyDocument"]))
    ]
    declared = account.values("aws_cloudwatch_log_resource_policy", "policy_name")
    yield from added(group, "resource policy", found, declared, "aws logs delete-resource-policy --policy-name {}")


def _concerns(statement: Mapping[str, Any], group: str) -> bool:
    """Return whether a statement names a log group, or allows a principal other than a service an action in it."""
    patterns = statement.get("Resource", [])
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        if pattern.startswith((f"{group}:", f"{group}*")) or pattern == group:
            return True
        is_for_services = isinstance(statement.get("Principal"), dict) and statement["Principal"].keys() == {"Service"}
        if not is_for_services and fnmatchcase(f"{group}:log-stream:any", pattern):
            return True
    return False


CHECKS = (
    Check("aws_sqs_queue", "queue policy, if the release has none", _queue_policy, _QUEUE_MISSING),
    Check("aws_sqs_queue", "redrive policy, if the release has none", _redrive_policy, _QUEUE_MISSING),
    Check("aws_cloudwatch_log_group", "subscription filters", _subscription_filters, _MISSING),
    Check("aws_cloudwatch_log_group", "resource policies that apply to it", _log_policies, _MISSING),
)

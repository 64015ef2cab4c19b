"""Differences between an account and a release that Terraform does not detect.

Terraform compares the resources in its state. It does not detect what was added outside Terraform, such as a policy
that was attached to a role, and does not read all attributes. Each check here compares one of these with the AWS API.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError, Progress
from common.error_messages import sentence
from ops.account_drift import appsync, buckets, cognito, data, functions, iam, messaging
from ops.account_drift.check import WORKERS, Account, Check, Comparison, Difference, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from terraform.stack import Stack

CHECKS: tuple[Check, ...] = (
    *appsync.CHECKS,
    *iam.CHECKS,
    *functions.CHECKS,
    *cognito.CHECKS,
    *data.CHECKS,
    *buckets.CHECKS,
    *messaging.CHECKS,
)
"""All checks; docs/promotion.md lists them."""

NOT_COMPARED = {
    "users, members of groups, table items, objects of users, messages in queues, log lines": "they are data, and the "
    "role for plans cannot read them",
    "backups and exports of tables": "they are data in other places; AWS CloudTrail records who makes them",
    "roles, users and policies of other stacks and teams": "they belong to the account, and IAM Access Analyzer "
    "reports their access",
    "settings of the account: policies of log groups for the whole account, links to monitoring accounts, service "
    "control policies, the block of public access for the account, streams of metrics": "all stacks of the account "
    "share them",
    "subscriptions and policies of the topics that receive alarms": "the topics belong to the operators' team; the "
    "stack only names them (`monitoring.alarm_topic_arns`)",
    "custom domain names, merged APIs and identity pools that refer to the API or to the user pool": "they are "
    "separate resources; the API authorizes their requests like others",
    "environment variables of the API": "no resolver reads them, and the code of resolvers is compared",
    "web ACLs that are attached to an API or a user pool without one": "they only refuse requests; if the stack has a "
    "web ACL, Terraform compares the association",
    "delivery of the user pool's logs, and its risk configuration, if the stack has none": "they give no access to the "
    "pool; CloudTrail records their changes",
    "the user pool's settings of text messages and one-time codes, message texts and feature plan, and the length of a "
    "client's sign-in session, if the stack names none": "they give no access, and the stack sends no text messages",
    "acceleration and payer of requests of buckets; ephemeral storage and log levels of functions": "they give no "
    "access and change no stored data",
    "which queues may use a queue for failed messages": "AWS allows all queues of the account by default",
    "access control lists of objects": "they have no effect while the bucket owner owns all objects, which Terraform "
    "compares",
    "branding of the hosted sign-in pages": "it changes their appearance only",
    "access points, inventories, analytics and metrics of buckets": "an access point gives no other account access "
    "without the bucket's policy, which is compared; the others contain names of objects only",
    "runtime updates and loop detection of functions": "they are operational settings with a default of AWS",
    "pipes and rules that send to a queue or read a stream": "the queue's policy and the readers' roles decide; the "
    "policy is compared",
    "actions of budgets": "policies that they attach to the stack's roles are compared",
}
"""What no check compares, with the reason."""

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})


def compare_account(stack: Stack, state: Mapping[str, Mapping[str, Any]]) -> Comparison:
    """Compare an account with a stack; a check that fails does not end the others.

    Args:
        stack: the deployed stack.
        state: the attributes of the resources in the state, by address.
    """
    account = Account(stack, state)
    work = [(check, resource) for check in CHECKS for resource in account.of(check.kind)]
    progress = Progress(f"comparing {stack.environment} with the account")
    differences: set[Difference] = set()
    errors: set[str] = set()
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(_find, account, check, resource) for check, resource in work]
        try:
            for number, done in enumerate(as_completed(running), start=1):
                try:
                    differences.update(done.result())
                except OperationError as error:
                    errors.add(str(error))
                progress.tell(f"{number} of {len(work)} comparisons")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Comparison(sorted(differences), sorted(errors))


def _find(account: Account, check: Check, resource: Resource) -> list[Difference]:
    try:
        return list(check.find(account, resource))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in check.missing:
            return []  # Terraform reports the resource itself as missing.
        remedy = " Apply the bootstrap again: it updates the roles (docs/terraform.md)." if code in _DENIED else ""
        raise OperationError(f"{check.compares} of {resource.address}: {sentence(error)}{remedy}") from error
    except BotoCoreError as error:
        raise OperationError(f"{check.compares} of {resource.address}: {sentence(error)}") from error
    except OperationError as error:
        raise OperationError(f"{check.compares} of {resource.address}: {error}") from error

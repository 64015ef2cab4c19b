"""Differences between an account and a release that Terraform does not detect.

Terraform compares the resources in its state. It does not see what was added beside them, such as a policy that was
attached to a role, and not all of their attributes. Each check here lists one kind of additions by AWS's own API.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError, Progress
from common.error_messages import sentence
from ops.account_drift import appsync, buckets, cognito, data, functions, iam, messaging
from ops.account_drift.check import WORKERS, Account, Check, Difference, Resource

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
    "users, members of groups, table items, objects, messages": "data, not settings: the role for plans cannot read it",
    "policies of other roles and users of the account": "they do not belong to the stack: IAM "
    "Access Analyzer reports them",
    "policies of versions and aliases of functions": "the stack publishes none; nothing invokes them",
    "subscriptions and policies of the alarm topics": "the topics belong to the team: `monitoring.alarm_topic_arns`",
    "account-wide settings: log account policies, service control policies, account public access block": "they are "
    "shared by all stacks of the account",
    "the code inside a function's archive, while its digest is that of the release": "Terraform compares the digest",
}
"""What no check compares, with the reason."""

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})


def account_differences(stack: Stack, state: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Compare an account with a stack.

    Args:
        stack: the deployed stack.
        state: the attributes of the resources in the state, by address.

    Raises:
        OperationError: AWS returned an error.
    """
    account = Account(stack, state)
    work = [(check, resource) for check in CHECKS for resource in account.of(check.kind)]
    progress = Progress(f"comparing {stack.environment} with the account")
    found: list[Difference] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(_find, account, check, resource) for check, resource in work]
        try:
            for number, done in enumerate(as_completed(running), start=1):
                found += done.result()
                progress.tell(f"{number} of {len(work)} comparisons")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return sorted(set(found))


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

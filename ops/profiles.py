"""Creates the missing profiles of a user pool's users, so that they can be invited before their first sign-in.

Cognito invokes no trigger with the id of a user whom an administrator creates (Cognito developer guide, "Pre sign-up
Lambda trigger": it runs before the user exists; "Post confirmation Lambda trigger": not for these users). They get
group and profile at their first sign-in, or from here. The code that decides and writes is that of the trigger.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from common.commands import OperationError, RefusedError, counted, log
from contract.names import EVERYBODY_GROUP
from lambdas.post_confirmation.aws import AwsDirectory, Settings
from lambdas.post_confirmation.logic import SIGN_IN, display_name, set_up_user

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from terraform.stack import Stack

UNCONFIRMED = "UNCONFIRMED"
"""The status of a user whose address is not verified: the confirmation creates the profile."""
_DELETED = "deleted during the run"
_USERS_PER_CALL = 60  # Cognito's maximum of ListUsers
_BATCHES_PER_LINE = 20
"""Batches of users after which the progress is printed."""
_PAUSE = 0.2
"""Seconds before the keys that DynamoDB did not process are read again."""
RETRIES = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
"""Waits longer while Cognito throttles: ListUsers and AdminAddUserToGroup share their quotas with sign-ups."""


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3's clients, and the names of the deployed resources.

    Attributes:
        cognito: the client of Cognito user pools.
        dynamodb: the client of DynamoDB.
        user_pool_id: the id of the user pool.
        table: the name of the table of users.
    """

    cognito: Any
    dynamodb: Any
    user_pool_id: str
    table: str

    @classmethod
    def of(cls, stack: Stack) -> Clients:
        """Return the clients of a deployed stack.

        Raises:
            OperationError: the user pool does not exist.
        """
        import boto3  # noqa: PLC0415 - slow to import, and help does not need it

        cognito = boto3.client("cognito-idp", region_name=stack.region, config=RETRIES)
        dynamodb = boto3.client("dynamodb", region_name=stack.region, config=RETRIES)
        name = stack.argument("aws_cognito_user_pool.pool", "name")
        # The first call has the default retries: an endpoint that cannot be reached is reported within seconds.
        first = boto3.client("cognito-idp", region_name=stack.region)
        pages = first.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
        ids = [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == name]
        if not ids:
            message = f"There is no user pool {name}: {stack.environment} is not deployed in this account and region."
            raise OperationError(message)
        if len(ids) > 1:
            raise OperationError(
                f"There are {len(ids)} user pools {name}: {', '.join(sorted(ids))}. Delete the others."
            )
        return cls(cognito, dynamodb, ids[0], stack.argument("aws_dynamodb_table.users", "name"))

    def users(self, addresses: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
        """Yield users in batches: all, or those with the email addresses.

        Raises:
            RefusedError: no user has one of the addresses.
        """
        pages = self.cognito.get_paginator("list_users")
        wanted = tuple(addresses)
        if not wanted:
            for page in pages.paginate(UserPoolId=self.user_pool_id, PaginationConfig={"PageSize": _USERS_PER_CALL}):
                yield page["Users"]
        for address in wanted:
            quoted = address.replace("\\", "\\\\").replace('"', '\\"')
            found = pages.paginate(UserPoolId=self.user_pool_id, Filter=f'email = "{quoted}"').build_full_result()
            if not found["Users"]:
                message = f"No user has the address {address}. Is it right? A new user may not be listed yet."
                raise RefusedError(message)
            yield found["Users"]

    def with_profile(self, ids: Iterable[str]) -> set[str]:
        """Return the ids that have a row in the table: a profile, or the mark of a deleted account."""
        found: set[str] = set()
        keys = [{"userId": {"S": user_id}} for user_id in ids]
        request: dict[str, Any] = {self.table: {"Keys": keys, "ProjectionExpression": "userId", "ConsistentRead": True}}
        while keys and request:
            response = self.dynamodb.batch_get_item(RequestItems=request)
            found |= {row["userId"]["S"] for row in response["Responses"].get(self.table, [])}
            request = response.get("UnprocessedKeys") or {}
            if request:
                time.sleep(_PAUSE)
        return found


def create_profiles(clients: Clients, addresses: Iterable[str] = (), *, is_dry_run: bool = False) -> Counter[str]:
    """Create what users lack, and print the users on standard output; idempotent.

    Args:
        clients: the deployed user pool and table.
        addresses: email addresses of the users; empty for all.
        is_dry_run: whether to print only.

    Returns:
        The number of users by outcome.
    """
    settings = Settings.model_validate({"USERS_TABLE_NAME": clients.table, "USERS_GROUP_NAME": EVERYBODY_GROUP})
    directory = AwsDirectory(settings, cognito=clients.cognito, dynamodb=clients.dynamodb)
    outcomes: Counter[str] = Counter()
    for number, users in enumerate(clients.users(addresses), start=1):
        attributes = [_attributes(user) for user in users]
        existing = clients.with_profile(own["sub"] for own in attributes)
        for user, own in zip(users, attributes, strict=True):
            outcome = _outcome(user, has_profile=own["sub"] in existing)
            if outcome == "created":
                outcome = _create(clients, directory, user, own, is_dry_run=is_dry_run)
            outcomes[outcome] += 1
        if number % _BATCHES_PER_LINE == 0:
            log(f"{counted(outcomes.total(), 'user')} so far")
    return outcomes


def summary(outcomes: Mapping[str, int], *, is_dry_run: bool = False) -> str:
    """Return the numbers of users by outcome as one line."""
    created = "would be created" if is_dry_run else "created"
    parts = [
        f"{counted(outcomes.get('created', 0), 'profile')} {created}",
        f"{outcomes.get('existing', 0):,} existed",
        *(f"{outcomes[kind]:,} {kind}" for kind in ("unconfirmed", "disabled", _DELETED) if outcomes.get(kind)),
    ]
    return f"{counted(sum(outcomes.values()), 'user')}: {', '.join(parts)}."


def _attributes(user: Mapping[str, Any]) -> dict[str, str]:
    return {attribute["Name"]: attribute.get("Value", "") for attribute in user["Attributes"]}


def _outcome(user: Mapping[str, Any], *, has_profile: bool) -> str:
    if has_profile:
        return "existing"
    if user["UserStatus"] == UNCONFIRMED:
        return "unconfirmed"
    return "created" if user["Enabled"] else "disabled"


def _create(
    clients: Clients, directory: AwsDirectory, user: Mapping[str, Any], own: dict[str, str], *, is_dry_run: bool
) -> str:
    """Add the user to the group and create the profile, as the trigger does at a sign-in."""
    line = f"{own['sub']}  {display_name(own)}"
    if is_dry_run:
        print(f"would create: {line}")
        return "created"
    event = {
        "triggerSource": SIGN_IN,
        "userPoolId": clients.user_pool_id,
        "userName": user["Username"],
        "request": {"userAttributes": own},
    }
    try:
        is_new = set_up_user(event, directory, datetime.now(UTC))
    except clients.cognito.exceptions.UserNotFoundException:
        return _DELETED
    if is_new:
        print(f"created: {line}")
    return "created" if is_new else "existing"

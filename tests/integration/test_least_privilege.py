"""Least privilege, verified by IAM: every action on every resource of the backend is simulated for each role.

``SimulatePrincipalPolicy`` of the local AWS evaluates the deployed policies, in code that this project did not write.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.helpers.backend import LocalBackend

Pair = tuple[str, str]
"""Action and resource."""

NEVER = (
    "dynamodb:DeleteTable",
    "dynamodb:Scan",
    "dynamodb:UpdateTable",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "kms:Decrypt",
    "lambda:UpdateFunctionCode",
    "logs:CreateLogGroup",
    "logs:GetLogEvents",
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "sqs:ReceiveMessage",
    "sts:AssumeRole",
)
"""Actions that no role may perform on any resource."""


@pytest.fixture(scope="module")
def roles(backend: LocalBackend) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of every role of the backend, by role name."""
    iam = backend.client("iam")
    names = [role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    return {
        name: [
            statement
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
        ]
        for name in sorted(names)
        if name.startswith("chat-") and name.endswith("-local")
    }


def pairs(statements: Iterable[dict[str, Any]]) -> Iterator[Pair]:
    """Return every combination of an action and a resource in the statements."""
    for statement in statements:
        yield from itertools.product(statement["Action"], map(concrete, statement["Resource"]))


def concrete(resource: str) -> str:
    """Return a resource that matches a pattern."""
    return resource.replace("*", "any")


def allowed(backend: LocalBackend, role: str, actions: Sequence[str], resources: Sequence[str]) -> set[Pair]:
    """Return the combinations of these actions and resources that IAM allows for the role."""
    iam, account = backend.client("iam"), backend.client("sts").get_caller_identity()["Account"]
    found: set[Pair] = set()
    for resource in resources:  # MiniStack evaluates only the first resource of a call
        answer = iam.simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{account}:role/{role}", ActionNames=actions, ResourceArns=[resource]
        )
        results = answer["EvaluationResults"]
        assert [result["EvalActionName"] for result in results] == list(actions)
        found |= {(result["EvalActionName"], resource) for result in results if result["EvalDecision"] == "allowed"}
    return found


def test_every_role_has_exactly_its_intended_permissions(
    backend: LocalBackend, roles: dict[str, list[dict[str, Any]]]
) -> None:
    given = {name: set(pairs(statements)) for name, statements in roles.items()}
    everything = set().union(*given.values())
    resources = {resource for _, resource in everything}
    assert len(roles) >= 15

    for name, own in given.items():
        services = {action.split(":")[0] for action, _ in own}
        for service in services:
            used = {action for action, _ in everything}
            actions = [action for action in sorted(used | set(NEVER)) if action.startswith(f"{service}:")]
            places = [resource for resource in sorted(resources) if resource.split(":")[2] == service]
            expected = {(action, place) for action, place in own if action.startswith(f"{service}:")}

            assert allowed(backend, name, actions, places) == expected, name


def test_no_role_has_access_to_unrelated_services(
    backend: LocalBackend, roles: dict[str, list[dict[str, Any]]]
) -> None:
    table = backend.table("messages").table_arn
    for name, statements in roles.items():
        services = {action.split(":")[0] for statement in statements for action in statement["Action"]}
        foreign = [action for action in NEVER if action.split(":")[0] not in services]

        assert allowed(backend, name, foreign, [table, "*"]) == set(), name


@pytest.mark.parametrize(
    ("role", "action", "place"),
    [
        ("messages-data-source", "dynamodb:PutItem", "rooms"),
        ("messages-data-source", "dynamodb:Query", "memberships/index/byUser"),
        ("rooms-data-source", "dynamodb:Query", "rooms/index/byUser"),
        ("users-data-source", "dynamodb:PutItem", "memberships"),
        ("notifications", "dynamodb:PutItem", "messages"),
        ("notifications", "dynamodb:DeleteItem", "memberships"),
        ("presence-sweep", "dynamodb:GetItem", "messages"),
        ("room-events", "dynamodb:UpdateItem", "memberships"),
        ("post-confirmation", "dynamodb:GetItem", "messages"),
        ("attachments", "dynamodb:GetItem", "messages"),
    ],
)
def test_other_tables_indexes_and_actions_are_denied(
    role: str, action: str, place: str, backend: LocalBackend, roles: dict[str, list[dict[str, Any]]]
) -> None:
    table, _, index = place.partition("/")
    arn = backend.table(table).table_arn + (f"/{index}" if index else "")
    name = f"chat-{role}-local"
    assert name in roles

    assert allowed(backend, name, [action], [arn]) == set()

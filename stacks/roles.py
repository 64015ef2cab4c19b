"""Roles of services: one for each function and each data source, with the statements it was given and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.bindings import IamRole, IamRolePolicy, TerraformStack, add
from stacks.names import physical_name
from stacks.permissions import Statement, policy_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.settings import Settings


def add_service_role(
    stack: TerraformStack,
    settings: Settings,
    address: str,
    *,
    component: str,
    trust: str,
    description: str,
) -> Any:  # noqa: ANN401 - an IamRole
    """Add the role of one function, data source or API.

    Args:
        stack: The stack it belongs to.
        settings: The environment.
        address: Terraform address of the role.
        component: Middle part of the role's name.
        trust: Who may assume it, from ``trust_document``.
        description: What the role is for, as the AWS console shows it.
    """
    return add(
        stack,
        IamRole,
        address,
        name=physical_name(settings, component, "role"),
        description=description,
        assume_role_policy=trust,
    )


def allow(stack: TerraformStack, role: IamRole, address: str, statements: Iterable[Statement]) -> Any:  # noqa: ANN401
    """Give ``role`` an inline policy named ``address`` with ``statements``."""
    return add(stack, IamRolePolicy, address, name=address, role=role.id, policy=policy_document(statements))

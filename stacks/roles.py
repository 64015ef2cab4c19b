"""IAM roles of services: one for each function and data source, with exactly its statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import Construct, IamRole, IamRolePolicy, add
from stacks.encryption import key_statements
from stacks.names import physical_name
from stacks.permissions import Statement, policy_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.settings import Settings


class ServiceRole(Construct):
    """The role of a function, data source or API."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, component: str, trust: str, description: str
    ) -> None:
        """Add the role, without permissions.

        Args:
            scope: The parent construct.
            id_: Terraform address of the role.
            settings: Settings of the environment.
            component: Middle part of the role's name.
            trust: Trust policy, from ``trust_document``.
            description: Purpose, as shown in the AWS console.
        """
        super().__init__(scope, f"{id_}_role")
        self.resource = add(
            self,
            IamRole,
            id_,
            name=physical_name(settings, component, "role"),
            description=description,
            assume_role_policy=trust,
        )
        self.arn = self.resource.arn
        self._settings = settings

    def allow(self, address: str, statements: Iterable[Statement]) -> IamRolePolicy:
        """Add an inline policy named ``address`` with the statements, and the permissions on the key that they need."""
        given = list(statements)
        policy = policy_document([*given, *key_statements(self._settings, given)])
        return add(self, IamRolePolicy, address, name=address, role=self.resource.id, policy=policy)

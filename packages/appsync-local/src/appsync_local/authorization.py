"""Field authorization: AppSync's directives, the default mode, Cognito groups and a Lambda authorizer's denied fields.

Source: "Configuring authorization and authentication" in the AppSync developer guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from appsync_local.fields import FieldError

if TYPE_CHECKING:
    from appsync_local.api import AuthenticationType
    from appsync_local.backend import IamPrincipal
    from appsync_local.schema import FieldAccess


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller."""

    mode: AuthenticationType
    identity: dict[str, Any] | None
    """``ctx.identity`` in AppSync's shape for the mode; None for an API key."""
    groups: frozenset[str] = frozenset()
    default_action: str = "ALLOW"
    """The default action for fields without groups if a user pool is the default mode: ``ALLOW`` or ``DENY``."""
    is_default_mode: bool = True
    denied_fields: frozenset[str] = frozenset()
    """The fields that a Lambda authorizer denied, as ``Type.field``."""
    principal: IamPrincipal | None = None
    expires: float | None = None
    """Expiry of the credentials as a Unix timestamp in seconds, if they have one."""

    def may_read(self, type_name: str, field_name: str, access: FieldAccess) -> bool:
        """Return whether this caller may read a field."""
        if self.denied_fields and f"{type_name}.{field_name}" in self.denied_fields:
            return False
        if not access.modes:
            return self.is_default_mode and self.default_action == "ALLOW"
        if self.mode not in access.modes:
            return False
        groups = access.modes[self.mode]
        if groups is None:
            return self.default_action == "ALLOW"
        return not groups.isdisjoint(self.groups)


def not_authorized(type_name: str, field_name: str) -> FieldError:
    """Return the error of a field that the caller may not read."""
    return FieldError(f"Not Authorized to access {field_name} on type {type_name}", type="Unauthorized")

"""The attributes of a pool, and which of them an app client may read and write.

Errors and messages as recorded from AWS: "A client attempted to write unauthorized attribute" (aws/aws-sdk-js#1319,
#3603), "user.<name>: Attribute does not exist in the schema." (aws-amplify/amplify-flutter#1531), "user.<name>:
Attribute cannot be updated." (aws-amplify/amplify-js#3526, amplify-swift#3981), "user.<name>: Required attribute cannot
be deleted." (aws-amplify/aws-sdk-ios#4251).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from local.embedded.emulator import Response

Pool = dict[str, Any]
Client = dict[str, Any]

VERIFIED: Final = {"email": "email_verified", "phone_number": "phone_number_verified"}
"""The attributes that can be verified, and the attributes that hold the result."""
_ALWAYS_READABLE: Final = frozenset({"sub", "identities"})
_NEVER_WRITABLE: Final = frozenset({"sub", *VERIFIED.values()})


def declared(pool: Pool) -> dict[str, dict[str, Any]]:
    """Return the schema: all attributes by name, custom attributes with ``custom:``."""
    return {str(attribute["Name"]): attribute for attribute in pool.get("SchemaAttributes") or ()}


def _open_to_clients(pool: Pool) -> frozenset[str]:
    """Return what a client without its own lists may read; per CDK and the console, this includes custom attributes."""
    return frozenset(name for name, attribute in declared(pool).items() if not attribute.get("DeveloperOnlyAttribute"))


def readable(pool: Pool, client: Client) -> frozenset[str]:
    """Return the attributes that a client may read of its users."""
    return _ALWAYS_READABLE | (frozenset(client.get("ReadAttributes") or ()) or _open_to_clients(pool))


def refused_write(pool: Pool, client: Client, names: Collection[str]) -> Response | None:
    """Return the refusal of a write to attributes that do not exist or that the client may not write."""
    listed = frozenset(client.get("WriteAttributes") or ())
    if listed and not listed.issuperset(names):
        return _unauthorized()
    unknown = refused_unknown(pool, names)
    if unknown is not None:
        return unknown
    return None if listed or (_open_to_clients(pool) - _NEVER_WRITABLE).issuperset(names) else _unauthorized()


def _unauthorized() -> Response:
    return refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def refused_unknown(pool: Pool, names: Collection[str]) -> Response | None:
    """Return the refusal of attributes that are not in the schema."""
    known = declared(pool)
    return _invalid("Attribute does not exist in the schema.", [name for name in names if name not in known])


def refused_change(pool: Pool, changes: Mapping[str, str]) -> Response | None:
    """Return the refusal of changes to an existing user.

    Args:
        pool: the user pool.
        changes: new values by name; an empty value deletes the attribute.
    """
    schema = declared(pool)
    immutable = [name for name in changes if name in schema and not schema[name].get("Mutable")]
    required = [name for name, value in changes.items() if not value and schema.get(name, {}).get("Required")]
    return (
        refused_unknown(pool, changes)
        or _invalid("Attribute cannot be updated.", immutable)
        or _invalid("Required attribute cannot be deleted.", required)
    )


def refused_client(pool: Pool, client: Client, doing: str) -> Response | None:
    """Return the refusal of a client whose lists name unknown attributes (aws/aws-sdk-java#1395)."""
    for kind in ("read", "write"):
        listed = client.get(f"{kind.capitalize()}Attributes") or ()
        if not declared(pool).keys() >= set(listed):
            message = f"Invalid {kind} attributes specified while {doing} a client"
            return refusal("InvalidParameterException", message)
    return None


def _invalid(problem: str, names: Collection[str]) -> Response | None:
    message = "".join(f"user.{name}: {problem}\n" for name in names)
    return refusal("InvalidParameterException", message) if message else None

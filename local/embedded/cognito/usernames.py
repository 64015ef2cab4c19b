"""Case-insensitive user names and sign-in aliases, if the pool is configured so.

``UsernameConfiguration.CaseSensitive`` (Cognito developer guide, "User pool case sensitivity"), which MiniStack 1.5.33
stores but ignores: the stack's pool is not case sensitive. Uses these internal names of MiniStack (pinned):
``cognito._resolve_user``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import replace, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.embedded.emulator import Emulator

    Resolve = Callable[[dict[str, Any], str], tuple[dict[str, Any] | None, Any]]


class Usernames:
    """Wraps the function by which MiniStack finds a user by name."""

    def __init__(self, emulator: Emulator) -> None:
        replace(emulator.module_of("cognito-idp"), "_resolve_user", _regardless_of_case)


def is_case_sensitive(pool: dict[str, Any]) -> bool:
    """Return whether names and addresses are case sensitive; they are unless the pool is configured otherwise."""
    return (pool.get("UsernameConfiguration") or {}).get("CaseSensitive") is not False


def _regardless_of_case(resolve: Resolve) -> Resolve:
    def resolved(pool: dict[str, Any], username: str) -> tuple[dict[str, Any] | None, Any]:
        found = resolve(pool, username)
        if found[0] is not None or is_case_sensitive(pool) or not isinstance(username, str):
            return found
        wanted = username.lower()
        spelled = (name for name in _names(pool) if name.lower() == wanted)
        return next((match for match in (resolve(pool, name) for name in spelled) if match[0] is not None), found)

    return resolved


def _names(pool: dict[str, Any]) -> Iterator[str]:
    """Yield every name with which a user can sign in."""
    aliases = {*(pool.get("UsernameAttributes") or ()), *(pool.get("AliasAttributes") or ())}
    for user in pool["_users"].values():
        yield str(user["Username"])
        yield from (value for name, value in values(user["Attributes"]).items() if name in aliases)

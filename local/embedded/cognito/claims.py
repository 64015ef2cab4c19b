"""The claims of tokens: attributes that the client may read, and the user's groups.

Follows Cognito's documentation ("Understanding the identity (ID) token", "Pre token generation Lambda trigger"): a
trigger can change groups only by ``groupOverrideDetails``, and cannot change claims that identify the user or the
token. Uses these internal names of MiniStack (pinned): ``cognito._fake_token``, ``_apply_pretoken_trigger``,
``_extract_trigger_response`` and ``_get_pool_unscoped``.
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import replace
from local.embedded.cognito.schema import VERIFIED, declared, readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator

Made = dict[str, Any]
_OWNED: Final = frozenset(
    {
        *("acr", "amr", "at_hash", "auth_time", "azp", "exp", "iat", "iss", "jti", "nbf", "nonce", "origin_jti"),
        *("sub", "token_use", "aud", "identities", "username", "client_id", "scope", "device_key", "event_id"),
        "version",
    }
)
"""Claims that a trigger can neither set nor suppress; the same applies to claims that begin with ``cognito:``."""
_DETAILS: Final = {
    "claimsOverrideDetails": (),
    "claimsAndScopeOverrideDetails": ("idTokenGeneration", "accessTokenGeneration"),
}
"""The location of the claims in responses of version 1 and 2; MiniStack looks for groups in the same places."""


class Claims:
    """Wraps the creation of tokens."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        replace(module, "_fake_token", self._from_the_schema)
        replace(module, "_apply_pretoken_trigger", self._readable)
        replace(module, "_extract_trigger_response", _as_documented)

    def _pool(self, pool_id: str) -> dict[str, Any]:
        find = contextvars.copy_context().run  # the lookup changes the request's context variables
        return find(self._cognito._get_pool_unscoped, pool_id) or {}  # noqa: SLF001 - pinned

    def _from_the_schema(self, make: Callable[..., str]) -> Callable[..., str]:
        """Wrap the token creation so that only attributes of the schema can become claims."""

        def made(sub: str, pool_id: str, client_id: str, *rest: Any, **more: Any) -> str:  # noqa: ANN401
            known = {*declared(self._pool(pool_id)), "identities"}
            stored = more.get("user_attrs") or {}
            attributes = {name: value for name, value in stored.items() if name in known}
            return make(sub, pool_id, client_id, *rest, **{**more, "user_attrs": attributes})

        return made

    def _readable(self, apply: Callable[..., Made]) -> Callable[..., Made]:
        """Wrap the trigger so that it receives every attribute, and the ID token has those that its client may read."""

        def applied(**made: Any) -> Made:  # noqa: ANN401
            pool = self._pool(made["pool_id"])
            names = readable(pool, pool.get("_clients", {}).get(made["client_id"]) or {})
            attributes = made["user_attrs"]
            hidden = {*attributes, *VERIFIED.values()} - names
            claims = {name: value for name, value in made["claims"].items() if name not in hidden}
            if made["token_type"] == "id":  # noqa: S105 - not a password
                for name, verified in VERIFIED.items():
                    if name in attributes and verified in names:
                        claims[verified] = attributes.get(verified) == "true"
            return apply(**{**made, "claims": claims})

        return applied


def _as_documented(extract: Callable[[Any], Made | None]) -> Callable[[Any], Made | None]:
    def extracted(payload: Any) -> Made | None:  # noqa: ANN401 - whatever a function returns
        response = extract(payload)
        return {**response, **allowed(response)} if response else response

    return extracted


def allowed(response: Made) -> Made:
    """Return the details of a trigger's response, limited to permitted changes, in the places where MiniStack looks.

    Args:
        response: the ``response`` of the pre token generation trigger; that of other triggers has no such details.
    """
    found: Made = {}
    for name, sections in _DETAILS.items():
        details = response.get(name)
        if not isinstance(details, dict):
            continue
        groups = details.get("groupOverrideDetails")
        if sections:
            found[name] = {section: _allowed_section(details.get(section), groups) for section in sections}
        else:
            found[name] = _allowed_section(details, groups)
    return found


def _allowed_section(section: object, groups: object) -> Made:
    kept: Made = dict(section) if isinstance(section, dict) else {}
    changed, taken = kept.get("claimsToAddOrOverride"), kept.get("claimsToSuppress")
    if isinstance(changed, dict):
        kept["claimsToAddOrOverride"] = {name: value for name, value in changed.items() if not _is_owned(name)}
    if isinstance(taken, list):
        kept["claimsToSuppress"] = [name for name in taken if not _is_owned(str(name))]
    kept["groupOverrideDetails"] = groups if isinstance(groups, dict) else {}
    return kept


def _is_owned(name: str) -> bool:
    return name in _OWNED or name.startswith("cognito:")

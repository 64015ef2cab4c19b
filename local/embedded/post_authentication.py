"""The PostAuthentication trigger of Cognito user pools, which MiniStack 1.5.33 never fires.

It is invoked as by Cognito (Developer Guide, "Post authentication Lambda trigger"): synchronously, after every sign-in,
also after the challenge of a temporary password, and not when tokens are refreshed. If the trigger fails, the caller
gets ``UserLambdaValidationException`` and no tokens. Can be removed when MiniStack fires the trigger itself.
"""

from __future__ import annotations

import contextvars
import json
from typing import TYPE_CHECKING, Any, Final

import jwt

from local.embedded.triggers import fire, trigger_event

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_WITH_METADATA: Final = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
"""Actions whose ``ClientMetadata`` the trigger receives (InitiateAuth in Cognito's API reference)."""
_SIGN_INS: Final = _WITH_METADATA | {"InitiateAuth", "AdminInitiateAuth"}
_REFRESHES: Final = frozenset({"REFRESH_TOKEN", "REFRESH_TOKEN_AUTH"})


class PostAuthentication:
    """Wraps Cognito's handler and invokes the trigger for each response with tokens of a sign-in."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._cognito: Any = emulator.module_of("cognito-idp")
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        given = await forward(call)
        request = call.json or {}
        if call.action not in _SIGN_INS or request.get("AuthFlow") in _REFRESHES or given[0] != 200:  # noqa: PLR2004 - HTTP OK
            return given
        token = (json.loads(given[2]).get("AuthenticationResult") or {}).get("AccessToken")
        if not token:
            return given
        metadata = request.get("ClientMetadata") if call.action in _WITH_METADATA else None
        return await self._fire(token, metadata) or given

    async def _fire(self, token: str, metadata: dict[str, str] | None) -> Response | None:
        claims = jwt.decode(token, options={"verify_signature": False})
        find = contextvars.copy_context().run
        pool_id, pool, _client = find(self._cognito._find_pool_by_client_id, claims["client_id"])  # noqa: SLF001 - pinned
        if pool is None:
            return None
        user = self._cognito._resolve_user(pool, claims["username"])[0]  # noqa: SLF001 - pinned
        if user is None:
            return None
        event = trigger_event(
            "PostAuthentication_Authentication",
            pool_id,
            claims["client_id"],
            user,
            client_metadata=metadata,
            newDeviceUsed=False,
        )
        return await fire(self._emulator, "PostAuthentication", pool, event)

"""Refresh token rotation, a setting that MiniStack 1.5.33 does not store.

Cognito developer guide, "Refresh token rotation": GetTokensFromRefreshToken returns a new refresh token with the
remaining lifetime of the old one, the old one expires after the grace period, and the flow REFRESH_TOKEN_AUTH is
disabled. The error messages are not AWS's. Uses these internal names of MiniStack (pinned):
``cognito._create_user_pool_client``, ``_update_user_pool_client``, ``_get_tokens_from_refresh_token``,
``_auth_flow_error``, ``_user_pools``, ``_pool_for_client``, ``_token_claims``, ``_user_from_token`` and
``_signed_jwt``.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import Operation, Request, answer, refusal, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator, Response

_SETTING: Final = "RefreshTokenRotation"
_OK: Final = 200


class Rotation:
    """Wraps the actions that configure clients, and the action that accepts refresh tokens."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        for name in ("_create_user_pool_client", "_update_user_pool_client"):
            replace(module, name, self._keeping)
        replace(module, "_get_tokens_from_refresh_token", self._rotating)
        replace(module, "_auth_flow_error", self._closing)

    def _keeping(self, operation: Operation) -> Operation:
        def set_up(request: Request) -> Response:
            done = operation(request)
            if done[0] != _OK:
                return done
            shown = json.loads(done[2])["UserPoolClient"]
            client = self._cognito._user_pools[shown["UserPoolId"]]["_clients"][shown["ClientId"]]  # noqa: SLF001 - pinned
            for kept in (client, shown):
                kept.pop(_SETTING, None)
                kept.update({_SETTING: request[_SETTING]} if _SETTING in request else {})
            return answer({"UserPoolClient": shown})

        return set_up

    def _setting(self, client_id: object) -> dict[str, Any]:
        """Return the rotation setting of a client; empty if its tokens do not rotate."""
        pool, _id = self._cognito._pool_for_client(client_id)  # noqa: SLF001 - pinned
        setting = ((pool or {}).get("_clients", {}).get(client_id) or {}).get(_SETTING) or {}
        return setting if setting.get("Feature") == "ENABLED" else {}

    def _rotating(self, operation: Operation) -> Operation:
        def get_tokens(request: Request) -> Response:
            setting = self._setting(request.get("ClientId"))
            given = str(request.get("RefreshToken"))
            claims = self._cognito._token_claims(given)  # noqa: SLF001 - pinned
            ended = self._ended(request, given)
            if setting and ended.get(str(claims.get("jti")), float("inf")) < time.time():
                return refusal("RefreshTokenReuseException", "The refresh token has been rotated.")
            done = operation(request)
            if done[0] != _OK or not setting:
                return done
            ended.setdefault(str(claims["jti"]), time.time() + (setting.get("RetryGracePeriodSeconds") or 0))
            content = json.loads(done[2])
            content["AuthenticationResult"]["RefreshToken"] = self._next(claims)
            return answer(content)

        return get_tokens

    def _ended(self, request: Request, token: str) -> dict[str, float]:
        """Return when the rotated tokens of a user expire: token id -> Unix time."""
        pool, _id = self._cognito._pool_for_client(request.get("ClientId"))  # noqa: SLF001 - pinned
        user = self._cognito._user_from_token(token, pool) if pool else None  # noqa: SLF001 - pinned
        ended: dict[str, float] = user.setdefault("_rotated_tokens", {}) if user is not None else {}
        return ended

    def _next(self, claims: dict[str, Any]) -> str:
        pool_id = str(claims["iss"]).rsplit("/", 1)[-1]
        renewed = {**claims, "jti": str(uuid.uuid4()), "iat": int(time.time())}
        token: str = self._cognito._signed_jwt(renewed, pool_id, "access")  # noqa: SLF001 - signed as every refresh token
        return token

    def _closing(self, error: Callable[[str, Request], Response | None]) -> Callable[[str, Request], Response | None]:
        def flow_error(action: str, request: Request) -> Response | None:
            flow = request.get("AuthFlow")
            if flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN") and self._setting(request.get("ClientId")):
                message = f"{flow} is not enabled for the client: its refresh tokens rotate."
                return refusal("InvalidParameterException", message)
            return error(action, request)

        return flow_error

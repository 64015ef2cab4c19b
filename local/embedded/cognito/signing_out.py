"""Keeps a user signed in who signs in after a global sign-out while the clock is set back.

MiniStack 1.5.33 invalidates every refresh token that is dated before the last sign-out of its user. After the clock was
set back, these would be all new tokens until it has caught up. Therefore, no token is dated before the sign-out. Uses
these internal names of MiniStack (pinned): ``cognito._signed_jwt``, ``_user_pools`` and a user's ``_signout_at``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import replace, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator


class SigningOut:
    """Wraps the signing of tokens."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        replace(module, "_signed_jwt", self._dating)

    def _dating(self, sign: Callable[..., str]) -> Callable[..., str]:
        def sign_after_sign_out(claims: dict[str, Any], pool_id: str = "", use: str = "") -> str:
            if claims.get("token_use") == "refresh":
                claims = {**claims, "iat": max(int(claims["iat"]), self._signed_out_at(pool_id, claims.get("sub")))}
            return sign(claims, pool_id, use)

        return sign_after_sign_out

    def _signed_out_at(self, pool_id: str, sub: object) -> int:
        pool = self._cognito._user_pools.get(pool_id) or {}  # noqa: SLF001 - pinned
        users = (user for user in pool.get("_users", {}).values() if user.get("_signout_at"))
        return max(
            (int(user["_signout_at"]) for user in users if values(user.get("Attributes")).get("sub") == sub), default=0
        )

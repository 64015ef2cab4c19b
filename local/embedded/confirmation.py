"""The PostConfirmation trigger of Cognito user pools, which MiniStack 1.5.33 never fires.

It is invoked as by Cognito (Developer Guide, "Post confirmation Lambda trigger"): after ConfirmSignUp,
AdminConfirmSignUp and a SignUp that the PreSignUp trigger confirmed, and after ConfirmForgotPassword; synchronously,
after the user's status has changed. The user stays confirmed when the trigger fails; the caller gets
``UserLambdaValidationException``. Can be removed when MiniStack fires the trigger itself.
"""

from __future__ import annotations

import contextvars
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import refusal, values
from local.embedded.triggers import fire, trigger_event

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_SIGN_UP = "PostConfirmation_ConfirmSignUp"
_TRIGGER_SOURCES = {
    "ConfirmSignUp": _SIGN_UP,
    "AdminConfirmSignUp": _SIGN_UP,
    "SignUp": _SIGN_UP,
    "ConfirmForgotPassword": "PostConfirmation_ConfirmForgotPassword",
}


@dataclass(frozen=True, slots=True)
class _Confirmation:
    """A user whom a call is about to confirm or change."""

    pool_id: str
    pool: dict[str, Any]
    client_id: str
    username: str
    status: str | None
    """The status before the call; None if the user does not exist yet."""

    def user(self, cognito: Any) -> dict[str, Any] | None:  # noqa: ANN401 - MiniStack's own untyped module
        found: dict[str, Any] | None = cognito._resolve_user(self.pool, self.username)[0]  # noqa: SLF001 - pinned
        return found


class PostConfirmation:
    """Wraps Cognito's handler and compares users before and after each call that can confirm one."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._cognito: Any = emulator.module_of("cognito-idp")
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        action = call.action
        if action not in _TRIGGER_SOURCES:
            return await forward(call)
        before = self._before(call.json)
        if action == "AdminConfirmSignUp" and before is not None and before.status not in {None, "UNCONFIRMED"}:
            message = f"User cannot be confirmed. Current status is {before.status}"
            return refusal("NotAuthorizedException", message)
        answer = await forward(call)
        if before is None or answer[0] != 200:  # noqa: PLR2004 - HTTP OK
            return answer
        return await self._after(action, before, call.json or {}) or answer

    def _before(self, request: dict[str, Any] | None) -> _Confirmation | None:
        if request is None:
            return None
        find = contextvars.copy_context().run
        client_id, pool_id = str(request.get("ClientId") or ""), str(request.get("UserPoolId") or "")
        if client_id:
            pool_id, pool, _client = find(self._cognito._find_pool_by_client_id, client_id)  # noqa: SLF001 - pinned
        else:
            pool = find(self._cognito._get_pool_unscoped, pool_id)  # noqa: SLF001
        if pool is None:
            return None
        confirmation = _Confirmation(pool_id, pool, client_id, str(request.get("Username") or ""), None)
        user = confirmation.user(self._cognito)
        status = user.get("UserStatus") if user else None
        return _Confirmation(pool_id, pool, client_id, confirmation.username, status)

    async def _after(self, action: str, before: _Confirmation, request: dict[str, Any]) -> Response | None:
        user = before.user(self._cognito)
        if user is None or user.get("UserStatus") != "CONFIRMED":
            return None
        if action != "ConfirmForgotPassword" and before.status == "CONFIRMED":
            return None
        if action == "ConfirmSignUp":
            _verify_attributes(before.pool, user)
        source, metadata = _TRIGGER_SOURCES[action], request.get("ClientMetadata")
        event = trigger_event(source, before.pool_id, before.client_id, user, client_metadata=metadata)
        return await fire(self._emulator, "PostConfirmation", before.pool, event)


def _verify_attributes(pool: dict[str, Any], user: dict[str, Any]) -> None:
    """Mark the e-mail address verified, because the confirmation code was sent to it."""
    attributes = values(user["Attributes"])
    sent = [name for name in pool.get("AutoVerifiedAttributes") or () if name in attributes]
    attributes |= {f"{name}_verified": "true" for name in sent}
    user["Attributes"] = [{"Name": name, "Value": value} for name, value in attributes.items()]

"""Changes of attributes, and the codes that verify an e-mail address.

Follows Cognito's documentation ("Verifying updates to email addresses and phone numbers", UpdateUserAttributes,
AdminUpdateUserAttributes, VerifyUserAttribute): if the pool requires verification before the update, the address keeps
its value until the code is confirmed; otherwise it changes immediately and is unverified. Uses these internal names of
MiniStack (pinned): ``cognito._update_user_attributes``, ``_admin_update_user_attributes``, ``_user_pools``,
``_resolve_user``, ``_user_pool_for_access_token``, ``_token_claims``, ``_code_error``, ``_send_verification_email``,
``_masked_destination``, ``_now_epoch``, ``_run_idp_handler``, ``_UNSIGNED_IDP_ACTIONS`` and ``run_reentrant``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import TARGET, Operation, Request, answer, refusal, replace, values
from local.embedded.cognito.schema import VERIFIED, refused_change, refused_write
from local.embedded.cognito.usernames import is_case_sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

CODE: Final = "123456"
"""The only code, as at sign-up; nothing is delivered to a real mailbox."""
_BY_TEXT_MESSAGE: Final = "Text messages: not run locally, see docs/local-aws.md"
_ALIAS_EXISTS: Final = "An account with the given email already exists."

User = dict[str, Any]
Pool = dict[str, Any]


class Verification:
    """Implements the actions that change and verify attributes, replacing and extending MiniStack's."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        self._own: dict[str, Operation] = {
            "VerifyUserAttribute": self._verify,
            "GetUserAttributeVerificationCode": self._send_again,
            "DeleteUserAttributes": self._delete,
        }
        module._UNSIGNED_IDP_ACTIONS.update(self._own)  # noqa: SLF001 - pinned
        replace(module, "_update_user_attributes", lambda _operation: self._update)
        replace(module, "_admin_update_user_attributes", self._updating_by_admin)
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        action = call.headers.get("x-amz-target", "").removeprefix(TARGET)
        if action not in self._own:
            return await forward(call)
        if call.json is None:
            return refusal("SerializationException", "Invalid JSON")
        run = self._cognito._run_idp_handler  # noqa: SLF001 - checks the token, as for MiniStack's own
        done: Response = await self._cognito.run_reentrant(run, self._own[action], action, call.json)
        return done

    def _update(self, request: Request) -> Response:
        user, pool = self._signed_in(request)
        if user is None:
            return refusal("NotAuthorizedException", "Invalid Access Token")
        changes = values(request.get("UserAttributes"))
        client_id = self._cognito._token_claims(request["AccessToken"]).get("client_id")  # noqa: SLF001
        refused = refused_write(pool, pool["_clients"].get(client_id) or {}, changes) or refused_change(pool, changes)
        return refused or self._change(pool, user, changes)

    def _updating_by_admin(self, operation: Operation) -> Operation:
        def update(request: Request) -> Response:
            pool = self._cognito._user_pools.get(request.get("UserPoolId"))  # noqa: SLF001
            user = self._cognito._resolve_user(pool, request.get("Username"))[0] if pool else None  # noqa: SLF001
            if user is None:
                return operation(request)  # refuses unknown attributes
            changes = values(request.get("UserAttributes"))
            changed = refused_change(pool, changes) or self._change(pool, user, changes)
            return changed if changed[0] != 200 else answer({})  # noqa: PLR2004 - HTTP OK

        return update

    def _delete(self, request: Request) -> Response:
        names = request.get("UserAttributeNames") or []
        return self._update({**request, "UserAttributes": [{"Name": str(name), "Value": ""} for name in names]})

    def _change(self, pool: Pool, user: User, changes: Mapping[str, str]) -> Response:
        """Make immediate changes, and send codes for the others."""
        before = values(user["Attributes"])
        moved = {name: value for name, value in changes.items() if value != before.get(name, "")}
        if "email" in moved and self._is_taken(pool, user, moved["email"]):
            return refusal("AliasExistsException", _ALIAS_EXISTS)
        proven = {name for name, verified in VERIFIED.items() if changes.get(verified) == "true"}
        addresses = {name: value for name, value in moved.items() if name in VERIFIED and name not in proven and value}
        waiting = {name: value for name, value in addresses.items() if name in _proven_first(pool)}
        unproven = {VERIFIED[name]: "false" for name in addresses if name not in waiting}
        now = {name: value for name, value in changes.items() if name not in waiting}
        self._store(user, {**before, **now, **unproven})
        user.setdefault("_pending_attributes", {}).update(waiting)
        automatic = set(pool.get("AutoVerifiedAttributes") or ())
        sent = {name: to for name, to in addresses.items() if name in waiting or name in automatic}
        return answer({"CodeDeliveryDetailsList": [self._send(pool, user, name, to) for name, to in sent.items()]})

    def _store(self, user: User, attributes: Mapping[str, str]) -> None:
        gone = {verified for name, verified in VERIFIED.items() if not attributes.get(name)}
        kept = {name: value for name, value in attributes.items() if value and name not in gone}
        user["Attributes"] = [{"Name": name, "Value": value} for name, value in kept.items()]
        user["UserLastModifiedDate"] = self._cognito._now_epoch()  # noqa: SLF001

    def _send(self, pool: Pool, user: User, name: str, to: str) -> dict[str, str]:
        user.setdefault("_attribute_codes", {})[name] = CODE
        told = {**values(user["Attributes"]), "email": to}
        self._cognito._send_verification_email(pool, user["Username"], told, CODE, attribute_name=name)  # noqa: SLF001
        masked = self._cognito._masked_destination(to)  # noqa: SLF001
        return {"Destination": masked, "DeliveryMedium": "EMAIL", "AttributeName": name}

    def _send_again(self, request: Request) -> Response:
        user, pool = self._signed_in(request)
        name = str(request.get("AttributeName"))
        if user is None:
            return refusal("NotAuthorizedException", "Invalid Access Token")
        if name != "email":
            unknown = f"Invalid attribute name: {name}" if name not in VERIFIED else _BY_TEXT_MESSAGE
            return refusal("InvalidParameterException", unknown)
        to = user.get("_pending_attributes", {}).get(name) or values(user["Attributes"]).get(name)
        if not to:
            return refusal("InvalidParameterException", f"The user has no {name} to verify.")
        return answer({"CodeDeliveryDetails": self._send(pool, user, name, to)})

    def _verify(self, request: Request) -> Response:
        user, pool = self._signed_in(request)
        if user is None:
            return refusal("NotAuthorizedException", "Invalid Access Token")
        name = str(request.get("AttributeName"))
        codes = user.get("_attribute_codes", {})
        refused: Response | None = self._cognito._code_error(codes.get(name), request.get("Code"))  # noqa: SLF001
        if refused is not None:
            return refused
        waiting = user.get("_pending_attributes", {})
        if name in waiting and self._is_taken(pool, user, waiting[name]):
            return refusal("AliasExistsException", _ALIAS_EXISTS)
        before = values(user["Attributes"])
        self._store(user, {**before, name: waiting.get(name, before.get(name, "")), VERIFIED[name]: "true"})
        for state in (codes, waiting):
            state.pop(name, None)
        return answer({})

    def _is_taken(self, pool: Pool, user: User, address: str) -> bool:
        """Return whether the address is a sign-in alias of another user."""
        names = {*(pool.get("UsernameAttributes") or ()), *(pool.get("AliasAttributes") or ())}
        spelled: Callable[[str], str] = str if is_case_sensitive(pool) else str.lower
        others = (values(other["Attributes"]) for other in pool["_users"].values() if other is not user)
        return "email" in names and any(spelled(other.get("email", "")) == spelled(address) for other in others)

    def _signed_in(self, request: Request) -> tuple[User | None, Pool]:
        token = request.get("AccessToken") or ""
        user, pool = self._cognito._user_pool_for_access_token(token)  # noqa: SLF001
        return user, pool


def _proven_first(pool: Pool) -> frozenset[str]:
    """Return the attributes that the pool changes only after the new value is verified."""
    settings = pool.get("UserAttributeUpdateSettings") or {}
    return frozenset(settings.get("AttributesRequireVerificationBeforeUpdate") or ())

"""Settings of pools and clients that MiniStack 1.5.33 stores but ignores.

Messages as recorded from AWS: "SignUp is not permitted for this user pool" (pmill/aws-cognito#37), "Cannot reset
password ..." (amazon-archives/amazon-cognito-identity-js#678), "USER_SRP_AUTH is not enabled for the client."
(aws-samples/aws-serverless-workshops#277). Uses these internal names of MiniStack (pinned): ``cognito._sign_up``,
``_forgot_password``, ``_delete_user_pool``, ``_auth_flow_error``, ``_build_presignup_event``, ``_pool_for_client``,
``_user_pools`` and ``_resolve_user``.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.operation import Operation, Request, refusal, replace, values
from local.embedded.cognito.schema import VERIFIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator, Response

_NOBODY_TO_ASK: Final = "Cannot reset password for the user as there is no registered/verified email or phone_number"
_PROTECTED: Final = (
    "The user pool cannot be deleted because deletion protection is activated. "
    "Deletion protection must be inactivated first."
)
_SIGNING_UP: ContextVar[Request] = ContextVar("signing_up", default={})  # noqa: B039 - never changed


class PoolSettings:
    """Wraps the actions that these settings affect."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        replace(module, "_sign_up", self._signing_up)
        replace(module, "_build_presignup_event", _with_data_of_the_request)
        replace(module, "_forgot_password", self._forgetting)
        replace(module, "_delete_user_pool", self._deleting)
        replace(module, "_auth_flow_error", self._flows)

    def _signing_up(self, operation: Operation) -> Operation:
        """Wrap sign-up with ``AdminCreateUserConfig``; also store the request's data for the trigger."""

        def sign_up(request: Request) -> Response:
            pool, _id = self._cognito._pool_for_client(request.get("ClientId"))  # noqa: SLF001
            if ((pool or {}).get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly"):
                return refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")
            token = _SIGNING_UP.set(request)
            try:
                return operation(request)
            finally:
                _SIGNING_UP.reset(token)

        return sign_up

    def _forgetting(self, operation: Operation) -> Operation:
        """Wrap ForgotPassword: send codes to verified addresses only.

        See "Password, account recovery, and password policies" in the developer guide.
        """

        def forget(request: Request) -> Response:
            pool, _id = self._cognito._pool_for_client(request.get("ClientId"))  # noqa: SLF001
            user = self._cognito._resolve_user(pool, request.get("Username"))[0] if pool else None  # noqa: SLF001
            attributes = values(user["Attributes"]) if user is not None else {}
            if user is not None and not any(attributes.get(verified) == "true" for verified in VERIFIED.values()):
                return refusal("InvalidParameterException", _NOBODY_TO_ASK)
            return operation(request)

        return forget

    def _deleting(self, operation: Operation) -> Operation:
        def delete(request: Request) -> Response:
            pool = self._cognito._user_pools.get(request.get("UserPoolId")) or {}  # noqa: SLF001
            if pool.get("DeletionProtection") == "ACTIVE":
                return refusal("InvalidParameterException", _PROTECTED)
            return operation(request)

        return delete

    def _flows(self, error: Callable[[str, Request], Response | None]) -> Callable[[str, Request], Response | None]:
        """Wrap the check of ``ExplicitAuthFlows`` to refuse SRP if it is not listed."""

        def flow_error(action: str, request: Request) -> Response | None:
            if not action.endswith("InitiateAuth") or request.get("AuthFlow") != "USER_SRP_AUTH":
                return error(action, request)
            client_id = request.get("ClientId")
            pool, _id = self._cognito._pool_for_client(client_id)  # noqa: SLF001
            flows = ((pool or {}).get("_clients", {}).get(client_id) or {}).get("ExplicitAuthFlows") or []
            if any(flow.startswith("ALLOW_") for flow in flows) and "ALLOW_USER_SRP_AUTH" not in flows:
                return refusal("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.")
            return None

        return flow_error


def _with_data_of_the_request(build: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Wrap the creation of the PreSignUp event so that it has the data that the client sent for the trigger."""

    def built(**about: Any) -> dict[str, Any]:  # noqa: ANN401
        event = build(**about)
        sent = _SIGNING_UP.get()
        if sent.get("ValidationData"):
            event["request"]["validationData"] = values(sent["ValidationData"])
        if sent.get("ClientMetadata"):
            event["request"]["clientMetadata"] = sent["ClientMetadata"]
        return event

    return built

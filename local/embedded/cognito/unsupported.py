"""Refuses features of Cognito that the local implementation does not support, instead of ignoring them.

Settings that change no response are accepted and stored: threat protection and its context, analytics, e-mail texts,
and the sending account. ``docs/local-aws.md`` lists both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from local.embedded.cognito.operation import TARGET, Request, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_TEXT_MESSAGES: Final = "Text messages"
_TRIGGERS: Final = ("PreAuthentication", "UserMigration", "CustomEmailSender", "CustomSMSSender")


class UnsupportedByCognito:
    """Wraps Cognito's handler; only `RequestChecks` runs before it."""

    def __init__(self, emulator: Emulator) -> None:
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        target = call.headers.get("x-amz-target", "")
        if not target.startswith(TARGET):
            return await forward(call)
        action = target.removeprefix(TARGET)
        feature = unsupported_feature(action, call.json or {})
        if feature is None:
            given = await forward(call)
            if not _is_unknown(given):
                return given
            feature = action
        return refusal("InvalidParameterException", f"{feature}: not run locally, see docs/local-aws.md")


def unsupported_feature(action: str, request: Request) -> str | None:
    """Return the name of the unsupported feature that an action requests, or None."""
    return next(_LOOKS[action](request), None) if action in _LOOKS else None


def _pool(request: Request) -> Iterator[str]:
    for setting, feature in (
        ("DeviceConfiguration", "Device tracking"),
        ("KeyConfiguration", "KMS keys for user pools"),
        ("IssuerConfiguration", "Custom issuers"),
        ("SmsConfiguration", _TEXT_MESSAGES),
    ):
        if request.get(setting):
            yield feature
    updates = request.get("UserAttributeUpdateSettings") or {}
    for names in (request.get("AutoVerifiedAttributes"), updates.get("AttributesRequireVerificationBeforeUpdate")):
        if "phone_number" in (names or ()):
            yield _TEXT_MESSAGES
    triggers = request.get("LambdaConfig") or {}
    yield from (f"The trigger {name}" for name in _TRIGGERS if triggers.get(name))
    if ((request.get("Policies") or {}).get("PasswordPolicy") or {}).get("PasswordHistorySize"):
        yield "Password history"
    if (request.get("VerificationMessageTemplate") or {}).get("DefaultEmailOption") == "CONFIRM_WITH_LINK":
        yield "Confirmation by link"


def _client(request: Request) -> Iterator[str]:
    if request.get("ClientSecret"):
        yield "Custom client secrets"


def _factors(request: Request) -> Iterator[str]:
    for setting, feature in (
        ("SmsMfaConfiguration", _TEXT_MESSAGES),
        ("EmailMfaConfiguration", "One-time passwords by e-mail"),
        ("WebAuthnConfiguration", "Passkeys"),
    ):
        if request.get(setting):
            yield feature


def _preference(request: Request) -> Iterator[str]:
    for setting, feature in (
        ("SMSMfaSettings", _TEXT_MESSAGES),
        ("EmailMfaSettings", "One-time passwords by e-mail"),
        ("WebAuthnMfaSettings", "Passkeys"),
    ):
        if (request.get(setting) or {}).get("Enabled"):
            yield feature


def _alias(request: Request) -> Iterator[str]:
    if request.get("ForceAliasCreation"):
        yield "ForceAliasCreation"


def _new_user(request: Request) -> Iterator[str]:
    yield from _alias(request)
    if "SMS" in (request.get("DesiredDeliveryMediums") or ()):
        yield _TEXT_MESSAGES


def _sign_in(request: Request) -> Iterator[str]:
    if request.get("AuthFlow") == "USER_AUTH":
        yield "Choice-based sign-in (USER_AUTH)"
    if (request.get("AuthParameters") or {}).get("DEVICE_KEY"):
        yield "Device tracking"


def _response(request: Request) -> Iterator[str]:
    responses = request.get("ChallengeResponses") or {}
    if request.get("ChallengeName") == "SMS_MFA":
        yield _TEXT_MESSAGES
    if responses.get("DEVICE_KEY"):
        yield "Device tracking"


_LOOKS: Final[dict[str, Callable[[Request], Iterator[str]]]] = {
    "CreateUserPool": _pool,
    "UpdateUserPool": _pool,
    "CreateUserPoolClient": _client,
    "UpdateUserPoolClient": _client,
    "SetUserPoolMfaConfig": _factors,
    "SetUserMFAPreference": _preference,
    "AdminSetUserMFAPreference": _preference,
    "ConfirmSignUp": _alias,
    "AdminCreateUser": _new_user,
    "InitiateAuth": _sign_in,
    "AdminInitiateAuth": _sign_in,
    "RespondToAuthChallenge": _response,
    "AdminRespondToAuthChallenge": _response,
}


def _is_unknown(given: Response) -> bool:
    """Return whether MiniStack lacks the action."""
    status, _headers, body = given
    return status != 200 and json.loads(body or b"{}").get("__type") == "InvalidAction"  # noqa: PLR2004 - HTTP OK

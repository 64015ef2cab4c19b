"""Binds challenge responses to their session, and requires the setup of a mandatory second factor.

MiniStack 1.5.33 returns tokens for any user name in a response to NEW_PASSWORD_REQUIRED, SOFTWARE_TOKEN_MFA or
MFA_SETUP, and never issues MFA_SETUP. Cognito's flow: RespondToAuthChallenge, AssociateSoftwareToken and
VerifySoftwareToken in its API reference. Uses these internal names of MiniStack (pinned):
``cognito._password_auth_result``, ``_mfa_challenge_for_user``, ``_respond_to_auth_challenge``,
``_admin_respond_to_auth_challenge``, ``_associate_software_token``, ``_verify_software_token``, ``_pool_for_client``,
``_resolve_user`` and ``_validate_password``.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import TYPE_CHECKING, Any, Final

from local.embedded.cognito.new_passwords import CHALLENGE, refused_attributes, store_attributes, with_attributes
from local.embedded.cognito.operation import Operation, Request, refusal, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator, Response

_DEFAULT_MINUTES: Final = 3
_SETUP: Final = "MFA_SETUP"
_BOUND: Final = frozenset({CHALLENGE, "SOFTWARE_TOKEN_MFA", _SETUP})


@dataclass(frozen=True, slots=True)
class Session:
    """A challenge that waits for its response."""

    pool_id: str
    client_id: str
    username: str
    challenge: str
    ends: float
    """The expiry in Unix time."""
    secret: str = ""
    """The secret of the authenticator app that is being set up."""
    is_proven: bool = False
    """Whether a code of that app has been verified."""


class Challenges:
    """Wraps the actions that issue challenges and process responses."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        self._sessions: dict[str, Session] = {}
        replace(module, "_mfa_challenge_for_user", self._required)
        replace(module, "_password_auth_result", self._posing)
        for name in ("_respond_to_auth_challenge", "_admin_respond_to_auth_challenge"):
            replace(module, name, self._answering)
        replace(module, "_associate_software_token", self._associating)
        replace(module, "_verify_software_token", self._verifying)

    def _required(self, challenge: Callable[..., dict[str, Any] | None]) -> Callable[..., dict[str, Any] | None]:
        def required(pool: dict[str, Any], user: dict[str, Any], pool_id: str, username: str) -> dict[str, Any] | None:
            is_enrolled = "SOFTWARE_TOKEN_MFA" in user.get("_mfa_enabled", [])
            if pool.get("MfaConfiguration") != "ON" or is_enrolled:
                return challenge(pool, user, pool_id, username)
            parameters = {"USER_ID_FOR_SRP": username, "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}
            return {"ChallengeName": _SETUP, "Session": secrets.token_urlsafe(32), "ChallengeParameters": parameters}

        return required

    def _posing(self, operation: Callable[..., Response]) -> Callable[..., Response]:
        def pose(*details: Any, **more: Any) -> Response:  # noqa: ANN401 - passed on
            posed = operation(*details, **more)
            pool, _id, client_id, user, *_rest = details
            content = json.loads(posed[2])
            if content.get("ChallengeName") in _BOUND:
                self._keep(content["Session"], pool, client_id, user, content["ChallengeName"])
            return with_attributes(posed, pool, user) if content.get("ChallengeName") == CHALLENGE else posed

        return pose

    def _keep(self, token: str, pool: dict[str, Any], client_id: str, user: dict[str, Any], challenge: str) -> None:
        now = time.time()
        self._sessions = {name: session for name, session in self._sessions.items() if session.ends > now}
        minutes = pool["_clients"][client_id].get("AuthSessionValidity") or _DEFAULT_MINUTES
        self._sessions[token] = Session(pool["Id"], client_id, user["Username"], challenge, now + 60 * minutes)

    def _current(self, token: object) -> Session | None:
        session = self._sessions.get(token) if isinstance(token, str) else None
        return session if session is not None and session.ends > time.time() else None

    def _answering(self, operation: Operation) -> Operation:
        def respond(request: Request) -> Response:
            challenge = request.get("ChallengeName")
            if challenge not in _BOUND:
                return operation(request)
            session = self._current(request.get("Session"))
            user, pool = self._answerer(request)
            if session is None or session.client_id != request.get("ClientId") or session.challenge != challenge:
                return refusal("NotAuthorizedException", "Invalid session for the user.")
            if user is None or user["Username"] != session.username or pool["Id"] != session.pool_id:
                return refusal("NotAuthorizedException", "Invalid session for the user.")
            refused = self._refused(session, pool, user, request)
            if refused is not None:
                return refused
            if challenge == CHALLENGE:
                store_attributes(user, request)
            given = operation(request)
            if given[0] == 200:  # noqa: PLR2004 - HTTP OK
                self._sessions.pop(str(request.get("Session")), None)
                _enroll(user, session)
            return given

        return respond

    def _answerer(self, request: Request) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        pool = self._cognito._pool_for_client(request.get("ClientId"))[0]  # noqa: SLF001 - pinned
        if pool is None:
            return None, {}
        username = (request.get("ChallengeResponses") or {}).get("USERNAME")
        return self._cognito._resolve_user(pool, username)[0], pool  # noqa: SLF001 - pinned

    def _refused(
        self, session: Session, pool: dict[str, Any], user: dict[str, Any], request: Request
    ) -> Response | None:
        """Return the refusal of a response with a valid session; None if it is acceptable."""
        if session.challenge == _SETUP and not session.is_proven:
            return refusal("InvalidParameterException", "Software token MFA has not been verified for this session.")
        if session.challenge == CHALLENGE:
            password = (request.get("ChallengeResponses") or {}).get("NEW_PASSWORD")
            refused: Response | None = self._cognito._validate_password(pool, password or "")  # noqa: SLF001
            return refused or refused_attributes(pool, user, request)
        return None

    def _associating(self, operation: Operation) -> Operation:
        def associate(request: Request) -> Response:
            if request.get("AccessToken"):
                return operation(request)
            session = self._current(request.get("Session"))
            if session is None or session.challenge != _SETUP:
                return refusal("NotAuthorizedException", "Invalid session for the user.")
            made = operation(request)
            content = json.loads(made[2])
            self._sessions[content["Session"]] = changed(session, secret=content["SecretCode"])
            return made

        return associate

    def _verifying(self, operation: Operation) -> Operation:
        def verify(request: Request) -> Response:
            session = self._current(request.get("Session"))
            done = operation(request)
            content = json.loads(done[2])
            if done[0] == 200 and session is not None and session.secret:  # noqa: PLR2004 - HTTP OK
                self._sessions[content["Session"]] = changed(session, is_proven=True)
            return done

        return verify


def _enroll(user: dict[str, Any], session: Session) -> None:
    """Store the authenticator app that was set up during sign-in."""
    if session.challenge == _SETUP:
        enabled = [*user.get("_mfa_enabled", []), "SOFTWARE_TOKEN_MFA"]
        user.update(_totp_secret=session.secret, _mfa_enabled=enabled, _preferred_mfa="SOFTWARE_TOKEN_MFA")

"""Sign-in to a Cognito user pool with SRP, which does not send the password. Needs the extra ``cognito``."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from pycognito.aws_srp import AWSSRP

if TYPE_CHECKING:
    from collections.abc import Mapping

RENEWED_BEFORE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that Cognito issues to a user."""

    id_token: str
    access_token: str
    refresh_token: str


def cognito_client(region: str, endpoint: str | None = None) -> Any:  # noqa: ANN401 - a boto3 client
    """Return a client for Cognito's public operations, which need no AWS credentials.

    Args:
        region: of the user pool.
        endpoint: URL of Cognito, if it is not AWS's: ``CognitoEndpoint`` of a local AWS.
    """
    config = Config(signature_version=UNSIGNED)
    return boto3.client("cognito-idp", region_name=region, endpoint_url=endpoint, config=config)


def sign_in(cognito: Any, *, user_pool_id: str, client_id: str, username: str, password: str) -> Tokens:  # noqa: ANN401 - a boto3 client
    """Sign in; blocks.

    Args:
        cognito: a client of Cognito.
        user_pool_id: output ``UserPoolId`` of the stack.
        client_id: output ``UserPoolClientId``.
        username: the e-mail address, with which users of this pool sign in.
        password: of the user.

    Raises:
        botocore.exceptions.ClientError: sign-in failed, for example ``NotAuthorizedException`` for a wrong password.
        pycognito.exceptions.ForceChangePasswordException: the password is temporary: `replace_temporary_password`.
        pycognito.exceptions.WarrantException: Cognito requires more than a password.
    """
    proof = AWSSRP(username=username, password=password, pool_id=user_pool_id, client_id=client_id, client=cognito)
    result = proof.authenticate_user()["AuthenticationResult"]
    return Tokens(result["IdToken"], result["AccessToken"], result["RefreshToken"])


def replace_temporary_password(
    cognito: Any,  # noqa: ANN401 - a boto3 client
    *,
    user_pool_id: str,
    client_id: str,
    username: str,
    temporary_password: str,
    password: str,
) -> Tokens:
    """Replace the temporary password of a user whom an administrator created, and sign in with the new one; blocks.

    The second sign-in is necessary because AWS does not document whether Cognito invokes the backend's trigger, which
    creates the profile, after a temporary password. It invokes it at every other sign-in.

    Args:
        cognito: a client of Cognito.
        user_pool_id: output ``UserPoolId`` of the stack.
        client_id: output ``UserPoolClientId``.
        username: the e-mail address, with which users of this pool sign in.
        temporary_password: of the user.
        password: the new password.

    Raises:
        botocore.exceptions.ClientError: Cognito refused, for example ``InvalidPasswordException`` for a weak password.
        pycognito.exceptions.WarrantException: Cognito requires more than a password.
    """
    place = {"pool_id": user_pool_id, "client_id": client_id, "client": cognito}
    AWSSRP(username=username, password=temporary_password, **place).set_new_password_challenge(password)
    names = {"user_pool_id": user_pool_id, "client_id": client_id, "username": username}
    return sign_in(cognito, **names, password=password)


class CognitoSession:
    """The authorization of a signed-in user, renewed shortly before it expires.

    Args:
        cognito: a client of Cognito.
        client_id: output ``UserPoolClientId`` of the stack.
        tokens: of `sign_in`.
    """

    def __init__(self, cognito: Any, client_id: str, tokens: Tokens) -> None:  # noqa: ANN401 - a boto3 client
        self.tokens = tokens
        self._cognito = cognito
        self._client_id = client_id
        self._lock = threading.Lock()

    def __call__(self, _url: str, _body: bytes) -> Mapping[str, str]:
        """Return the authorization headers of a request; blocks while tokens are renewed.

        Raises:
            botocore.exceptions.ClientError: the session has ended: sign in again.
        """
        with self._lock:
            if claims(self.tokens.access_token)["exp"] - time.time() < RENEWED_BEFORE_SECONDS:
                self._renew()
            return {"Authorization": self.tokens.access_token}

    def _renew(self) -> None:
        result = self._cognito.initiate_auth(
            ClientId=self._client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": self.tokens.refresh_token},
        )["AuthenticationResult"]
        refresh_token = result.get("RefreshToken", self.tokens.refresh_token)
        self.tokens = Tokens(result["IdToken"], result["AccessToken"], refresh_token)


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a token without verification, which is done by the API."""
    part = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded

"""Verifies Cognito tokens: signature with the pool's keys, issuer, client, expiry and token use.

AppSync does not check whether a token was revoked or whether its user still exists: signing out revokes the refresh
token, and tokens issued with it are valid until they expire (Amplify's documentation, "Token Revocation"; upstream
issue aws/aws-appsync-community#298).
"""

from __future__ import annotations

import base64
import re
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

import jwt
from jwt.algorithms import RSAAlgorithm

from appsync_local import json_text
from appsync_local.errors import UnauthorizedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from appsync_local.backend import Backend

_KEYS_LIFETIME_SECONDS: Final = 300.0
_KEYS_RETRY_SECONDS: Final = 1.0
_VERIFIED_TOKENS: Final = 2_000
_MAXIMUM_TOKEN_CHARACTERS: Final = 16_384

UNREADABLE: Final = "Unable to parse JWT token."
EXPIRED: Final = "Token has expired."


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the claims of an unverified token, only to select its verifier.

    Raises:
        UnauthorizedError: the token is not a JSON Web Token.
    """
    if len(token) > _MAXIMUM_TOKEN_CHARACTERS:
        raise UnauthorizedError(UNREADABLE)
    _, _, rest = token.partition(".")
    payload = rest.partition(".")[0]
    try:
        claims = json_text.load(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError as error:
        raise UnauthorizedError(UNREADABLE) from error
    if not isinstance(claims, dict):
        raise UnauthorizedError(UNREADABLE)
    return claims


class UserPoolVerifier:
    """Verifies the tokens of one user pool for one API.

    Args:
        config: AppSync's ``userPoolConfig``: ``userPoolId``, ``awsRegion``, optionally ``appIdClientRegex``.
        backend: returns the pool's keys.
    """

    def __init__(self, config: dict[str, Any], backend: Backend) -> None:
        self._pool_id = str(config.get("userPoolId", ""))
        region = config.get("awsRegion") or self._pool_id.partition("_")[0]
        self.issuer = f"https://cognito-idp.{region}.amazonaws.com/{self._pool_id}"
        self._clients = re.compile(config["appIdClientRegex"]) if config.get("appIdClientRegex") else None
        self._backend = backend
        self._keys: dict[str, RSAPublicKey] = {}
        self._keys_read_at = float("-inf")
        self._verified: OrderedDict[str, dict[str, Any]] = OrderedDict()

    async def verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a valid token.

        Raises:
            UnauthorizedError: the token is forged, expired, or of another pool, client or token use.
        """
        claims = self._verified.get(token)
        if claims is None:
            claims = await self._decode(token)
            self._check_kind(claims)
            self._remember(token, claims)
        if claims["exp"] <= time.time():
            raise UnauthorizedError(EXPIRED)
        return claims

    async def _decode(self, token: str) -> dict[str, Any]:
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self.issuer,
                options={"require": ["exp", "iss", "sub", "token_use"], "verify_aud": False, "verify_iat": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise UnauthorizedError(EXPIRED) from error
        except jwt.InvalidSignatureError as error:
            raise UnauthorizedError from error
        except jwt.DecodeError as error:
            raise UnauthorizedError(UNREADABLE) from error
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise UnauthorizedError from error

    async def _key(self, key_id: object) -> RSAPublicKey:
        if not isinstance(key_id, str):
            raise UnauthorizedError(UNREADABLE)
        age = time.monotonic() - self._keys_read_at
        if age > _KEYS_LIFETIME_SECONDS or (key_id not in self._keys and age > _KEYS_RETRY_SECONDS):
            await self._read_keys()
        key = self._keys.get(key_id)
        if key is None:
            raise UnauthorizedError
        return key

    async def _read_keys(self) -> None:
        self._keys_read_at = time.monotonic()
        key_set = await self._backend.user_pool_keys(self._pool_id)
        keys: dict[str, RSAPublicKey] = {}
        for entry in key_set.get("keys", []):
            if entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig":
                keys[entry["kid"]] = RSAAlgorithm.from_jwk(entry)  # type: ignore[assignment]
        self._keys = keys

    def _check_kind(self, claims: dict[str, Any]) -> None:
        """Check the token use and the client: ``aud`` of an id token, ``client_id`` of an access token."""
        kind = claims["token_use"]
        client = claims.get("aud") if kind == "id" else claims.get("client_id") if kind == "access" else None
        if not isinstance(client, str):
            raise UnauthorizedError
        if self._clients is not None and self._clients.fullmatch(client) is None:
            raise UnauthorizedError

    def _remember(self, token: str, claims: dict[str, Any]) -> None:
        self._verified[token] = claims
        if len(self._verified) > _VERIFIED_TOKENS:
            self._verified.popitem(last=False)

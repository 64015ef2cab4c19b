"""Authenticates callers: selects the authorization mode from the headers and verifies the credentials.

Source: "Configuring authorization and authentication" in the AppSync developer guide. The error messages are those of
the service.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from appsync_local.authorization import Caller
from appsync_local.backend import AwsError, SignedRequest
from appsync_local.errors import UnauthorizedError
from appsync_local.lambda_authorizer import LambdaAuthorizer
from appsync_local.tokens import UserPoolVerifier, unverified_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appsync_local.api import AuthenticationProvider, GraphqlApi
    from appsync_local.backend import Backend, IamPrincipal

_NO_CREDENTIALS: Final = "Valid authorization header not provided."
_SIGNED: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials in a request."""

    headers: Mapping[str, str]
    """Lower-case names."""
    signed: SignedRequest
    """The same request in the form that SigV4 verification needs."""
    source_ip: str
    operation: Mapping[str, Any]
    """``{"query", "variables", "operationName"}``, for a Lambda authorizer's event."""


class Authenticator:
    """Authenticates the callers of one deployed API."""

    def __init__(self, api: GraphqlApi, backend: Backend) -> None:
        self._api = api
        self._backend = backend
        self._default = api.authentication[0].type
        self._modes = {provider.type for provider in api.authentication}
        self._pools = [
            (provider, UserPoolVerifier(provider.config, backend))
            for provider in api.authentication
            if provider.type == "AMAZON_COGNITO_USER_POOLS"
        ]
        self._issuers = {
            str(provider.config.get("issuer", "")).rstrip("/")
            for provider in api.authentication
            if provider.type == "OPENID_CONNECT"
        }
        self._lambda = next(
            (
                LambdaAuthorizer(provider.config, api, backend)
                for provider in api.authentication
                if provider.type == "AWS_LAMBDA"
            ),
            None,
        )

    async def authenticate(self, credentials: Credentials) -> Caller:
        """Return the caller.

        Raises:
            UnauthorizedError: the request has no credentials that a mode of this API accepts.
        """
        api_key = credentials.headers.get("x-api-key")
        if api_key and "API_KEY" in self._modes:
            return self._with_api_key(api_key)
        authorization = credentials.headers.get("authorization", "")
        if authorization.startswith(_SIGNED):
            return await self._with_signature(credentials)
        if authorization:
            return await self._with_token(authorization, credentials)
        raise UnauthorizedError(_NO_CREDENTIALS)

    def _with_api_key(self, api_key: str) -> Caller:
        for known in self._api.api_keys:
            if known.id == api_key and known.expires > time.time():
                return Caller("API_KEY", None, is_default_mode=self._default == "API_KEY", expires=float(known.expires))
        raise UnauthorizedError

    async def _with_signature(self, credentials: Credentials) -> Caller:
        if "AWS_IAM" not in self._modes:
            raise UnauthorizedError(_NO_CREDENTIALS)
        try:
            principal = await self._backend.authenticate(credentials.signed)
        except AwsError as error:
            raise UnauthorizedError(error.message) from error
        return Caller(
            "AWS_IAM",
            _iam_identity(principal, credentials.source_ip),
            is_default_mode=self._default == "AWS_IAM",
            principal=principal,
        )

    async def _with_token(self, authorization: str, credentials: Credentials) -> Caller:
        token = authorization.removeprefix("Bearer ").strip()
        if self._pools or self._issuers:
            try:
                issuer = unverified_claims(token).get("iss")
            except UnauthorizedError:
                if self._lambda is None:
                    raise
            else:
                for provider, pool in self._pools:
                    if issuer == pool.issuer:
                        return _cognito_caller(await pool.verify(token), provider, self._default, credentials.source_ip)
                if issuer in self._issuers:
                    raise UnauthorizedError("OPENID_CONNECT is not run locally: sign in with another mode.")
        if self._lambda is not None:
            return await self._lambda.authorize(
                authorization,
                headers=credentials.headers,
                operation=credentials.operation,
                is_default=self._default == "AWS_LAMBDA",
            )
        raise UnauthorizedError if self._pools else UnauthorizedError(_NO_CREDENTIALS)


def _cognito_caller(claims: dict[str, Any], provider: AuthenticationProvider, default: str, source_ip: str) -> Caller:
    is_default = default == "AMAZON_COGNITO_USER_POOLS"
    default_action = str(provider.config.get("defaultAction") or "ALLOW") if is_default else "ALLOW"
    groups = claims.get("cognito:groups")
    identity = {
        "claims": claims,
        "defaultAuthStrategy": default_action,
        "groups": groups,
        "issuer": claims["iss"],
        "sourceIp": [source_ip],
        "sub": claims["sub"],
        "username": claims.get("cognito:username") or claims.get("username"),
    }
    return Caller(
        "AMAZON_COGNITO_USER_POOLS",
        identity,
        groups=frozenset(group for group in groups or () if isinstance(group, str)),
        default_action=default_action,
        is_default_mode=is_default,
        expires=float(claims["exp"]),
    )


def _iam_identity(principal: IamPrincipal, source_ip: str) -> dict[str, Any]:
    return {
        "accountId": principal.account_id,
        "cognitoIdentityAuthProvider": None,
        "cognitoIdentityAuthType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "sourceIp": [source_ip],
        "userArn": principal.arn,
        "username": principal.user_id,
    }

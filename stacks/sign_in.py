"""Sign-in: the pool's public web client, and an optional OpenID Connect provider with Cognito's hosted pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    CognitoIdentityProvider,
    CognitoUserPool,
    CognitoUserPoolClient,
    CognitoUserPoolClientRefreshTokenRotation,
    CognitoUserPoolClientTokenValidityUnits,
    CognitoUserPoolDomain,
    Construct,
    TerraformVariable,
    add,
)
from stacks.names import physical_name

if TYPE_CHECKING:
    from stacks.settings import Settings
    from stacks.settings.access import OidcSettings

_TOKEN_UNITS = {"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}
_FLOWS_WITHOUT_ROTATION = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
_ROTATION_GRACE_SECONDS = 30  # a client that lost the response may retry; Cognito allows up to 60
_OIDC_ATTRIBUTES = {"username": "sub", "email": "email", "email_verified": "email_verified", "name": "name"}
"""Attribute of the user pool -> claim of the OpenID Connect provider."""
_WRITABLE = frozenset({"email", "name"})
OIDC_SECRET = "oidc_client_secret"  # noqa: S105 - the name of a variable


class SignIn(Construct):
    """The client of browsers and phones, and the OpenID Connect provider, if the settings have one."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, pool: CognitoUserPool) -> None:
        """Add client and provider.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            pool: The user pool.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._pool = pool
        oidc = settings.identity.oidc
        self.provider = None if oidc is None else self._build_provider(oidc)
        self.domain = None if oidc is None else self._build_domain(oidc)
        self.client = self._build_client(oidc)

    def _build_client(self, oidc: OidcSettings | None) -> CognitoUserPoolClient:
        """Add the client: public, without a secret, and with SRP only."""
        identity = self._settings.identity
        # Cognito does not allow the flow with token rotation (developer guide, "Refresh token rotation").
        flows = ["ALLOW_USER_SRP_AUTH"] if identity.refresh_token_rotation else _FLOWS_WITHOUT_ROTATION
        rotation = CognitoUserPoolClientRefreshTokenRotation(
            feature="ENABLED", retry_grace_period_seconds=_ROTATION_GRACE_SECONDS
        )
        return add(
            self,
            CognitoUserPoolClient,
            "web",
            name=physical_name(self._settings, "web", "user_pool"),
            user_pool_id=self._pool.id,
            generate_secret=False,
            explicit_auth_flows=flows,
            supported_identity_providers=["COGNITO", *([oidc.name] if oidc else [])],
            allowed_oauth_flows_user_pool_client=True if oidc else None,
            allowed_oauth_flows=["code"] if oidc else None,
            allowed_oauth_scopes=["email", "openid", "profile"] if oidc else None,
            callback_urls=list(oidc.callback_urls) if oidc else None,
            logout_urls=list(oidc.logout_urls) if oidc else None,
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            refresh_token_rotation=[rotation] if identity.refresh_token_rotation else None,
            read_attributes=["email", "email_verified", "name"],
            # Cognito refuses a sign-in that would update a mapped attribute without write access
            # (API reference, CreateUserPoolClient, WriteAttributes).
            write_attributes=sorted(_WRITABLE | (_OIDC_ATTRIBUTES.keys() - {"username"} if oidc else set())),
            access_token_validity=identity.access_token_validity_minutes,
            id_token_validity=identity.id_token_validity_minutes,
            refresh_token_validity=identity.refresh_token_validity_days,
            token_validity_units=[CognitoUserPoolClientTokenValidityUnits(**_TOKEN_UNITS)],
            depends_on=[self.provider] if self.provider else None,
        )

    def _build_provider(self, oidc: OidcSettings) -> CognitoIdentityProvider:
        """Add the provider. Its secret is a Terraform variable: it is in the encrypted state, not in a file."""
        secret = TerraformVariable(
            self,
            OIDC_SECRET,
            type="string",
            sensitive=True,
            nullable=False,
            description=f"Client secret of the OIDC provider {oidc.issuer}. Set TF_VAR_{OIDC_SECRET}.",
        )
        secret.override_logical_id(OIDC_SECRET)
        return add(
            self,
            CognitoIdentityProvider,
            "oidc",
            user_pool_id=self._pool.id,
            provider_name=oidc.name,
            provider_type="OIDC",
            provider_details={
                "client_id": oidc.client_id,
                "client_secret": secret.string_value,
                "attributes_request_method": "GET",
                "oidc_issuer": oidc.issuer,
                "authorize_scopes": " ".join(oidc.scopes),
            },
            attribute_mapping=_OIDC_ATTRIBUTES,
        )

    def _build_domain(self, oidc: OidcSettings) -> CognitoUserPoolDomain:
        return add(self, CognitoUserPoolDomain, "web", domain=oidc.domain_prefix, user_pool_id=self._pool.id)

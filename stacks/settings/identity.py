"""Settings of Cognito."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section

EmailDomain = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
ReturnUrl = Annotated[str, Field(pattern=r"^(https://[^\s#]+|http://localhost[^\s#]*|[a-z][a-z0-9.+-]*://[^\s#]*)$")]


class OidcSettings(Section):
    """An OpenID Connect provider whose people may sign in, and Cognito's pages that lead there."""

    name: str = Field(pattern=r"^[A-Za-z0-9-]{3,32}$", description="how clients call it: 3-32 letters, digits and '-'")
    issuer: str = Field(pattern=r"^https://[^\s?#]+[^\s?#/]$", description="its address, https, without / at the end")
    client_id: str = Field(
        min_length=1,
        max_length=255,
        description="the id that it gave to this chat; the secret that goes with it is Terraform's variable "
        "oidc_client_secret, TF_VAR_oidc_client_secret in the environment",
    )
    scopes: tuple[str, ...] = Field(
        default=("openid", "email", "profile"), strict=False, description="list of the scopes to ask for, with openid"
    )
    domain_prefix: str = Field(
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
        description="first part of the domain of Cognito's pages, taken in the whole region: 1-63 of a-z, 0-9 and '-'",
    )
    callback_urls: tuple[ReturnUrl, ...] = Field(
        strict=False, min_length=1, description="list of the clients' addresses to come back to after signing in"
    )
    logout_urls: tuple[ReturnUrl, ...] = Field(
        default=(), strict=False, description="list of the clients' addresses to come back to after signing out"
    )


class IdentitySettings(Section):
    """Cognito: who may sign up, how strong passwords are and how long tokens live."""

    self_sign_up: bool = Field(default=True, description="true or false: whether people may sign up by themselves")
    allowed_email_domains: tuple[EmailDomain, ...] = Field(
        default=(),
        strict=False,
        max_length=100,
        description='list of the e-mail domains that may sign up, for example ["example.com"]; empty for all',
    )
    mfa: Literal["off", "optional", "required"] = Field(
        default="off",
        description='"off", or authenticator apps (TOTP) as the second factor: "optional", or "required", when '
        "who has none is made to set one up",
    )
    threat_protection: Literal["off", "audit", "enforced"] = Field(
        default="off",
        description='"off", "audit" or "enforced": Cognito\'s adaptive authentication and check for leaked passwords, '
        "which need the feature plan Plus, 0.02 USD a month for each active person",
    )
    deletion_protection: bool = Field(
        default=True, description="true or false: whether the user pool refuses to be deleted"
    )
    password_minimum_length: int = Field(default=12, ge=8, le=99, description="8-99 characters")
    password_require_symbols: bool = Field(default=False, description="true or false")
    temporary_password_validity_days: int = Field(default=3, ge=1, le=365, description="1-365 days")
    access_token_validity_minutes: int = Field(
        default=15,
        ge=5,
        le=1440,
        description="5-1440 minutes: how long it may take that a sign-out, a disabled account or a lost group holds",
    )
    id_token_validity_minutes: int = Field(default=15, ge=5, le=1440, description="5-1440 minutes, likewise")
    refresh_token_validity_days: int = Field(default=30, ge=1, le=3650, description="1-3650 days")
    refresh_token_rotation: bool = Field(
        default=False,
        description="true or false: whether a refresh token is good for one use, and gives its successor. Clients then "
        "have to call GetTokensFromRefreshToken",
    )
    oidc: OidcSettings | None = Field(
        default=None,
        description="a table [identity.oidc] with name, issuer, client_id, domain_prefix, "
        "callback_urls and, if wanted, scopes and logout_urls: an OpenID Connect provider",
    )

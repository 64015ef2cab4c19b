"""Settings of access to the API: sign-in, limits, web ACL and domain."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from contract.limits import LIMITS
from stacks.settings.email import EmailSettings
from stacks.settings.section import Section

INTROSPECTION_DEPTH: Final = 15
"""Levels of graphql-js's deepest introspection query: schema, types, fields, args, type, 9 times ofType, and a name."""


class ApiSettings(Section):
    """The GraphQL API."""

    enable_introspection: bool = Field(default=False, description="true or false: whether clients may read the schema")
    query_depth_limit: int = Field(
        default=10,
        ge=1,
        le=75,
        description="maximum nesting depth of an operation: 1-75. With introspection, the limit is at least 15",
    )
    resolver_count_limit: int = Field(
        default=500, ge=1, le=10_000, description="maximum number of resolvers per operation: 1-10000"
    )
    enable_api_key: bool = Field(default=False, description="true or false: whether an API key is created")
    api_key_expires: date | None = Field(
        default=None,
        description="expiry day of the API key (UTC, at its start), for example 2027-03-31; at most 365 days ahead",
    )

    @property
    def deployed_query_depth_limit(self) -> int:
        """The limit of the deployed API.

        AWS does not document whether its limit applies to introspection. With introspection, the limit is therefore at
        least the depth of an introspection query. That is safe: the types of the schema have no cycles, and the deepest
        operation has fewer levels (`tests/unit/graphql/test_introspection.py`).
        """
        return max(self.query_depth_limit, INTROSPECTION_DEPTH) if self.enable_introspection else self.query_depth_limit


_LARGEST_REQUEST = 1024 * 1024  # AppSync quota "Request mapping size"


class EdgeSettings(Section):
    """The web ACL (AWS WAF) and the custom domain."""

    enable_waf: bool = Field(
        default=False,
        description="true or false: whether a web ACL is created for the API, which costs about 12 USD per month and "
        "0.60 USD per million requests",
    )
    requests_per_address: int = Field(
        default=3000,
        ge=10,
        le=2_000_000_000,
        description="maximum number of requests from one IP address in five minutes, before it is blocked: "
        "10-2000000000. Offices and mobile networks share addresses",
    )
    requests_per_caller: int = Field(
        default=1000,
        ge=10,
        le=2_000_000_000,
        description="maximum number of requests with one token in five minutes, before they are blocked: 10-2000000000",
    )
    signed_requests_per_address: int = Field(
        default=600_000,
        ge=10,
        le=2_000_000_000,
        description="maximum number of requests with an IAM signature from one IP address in five minutes, before they "
        "are blocked: 10-2000000000. The stack's functions publish events with such requests",
    )
    body_bytes_maximum: int = Field(
        default=65_536,
        ge=8192,
        le=_LARGEST_REQUEST,
        description="maximum size of a request body in bytes: 8192-1048576. A message of "
        f"{LIMITS['contentLength']:,} characters takes up to {6 * LIMITS['contentLength'] // 1000} KB",
    )
    domain_name: str | None = Field(
        default=None,
        max_length=253,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$",
        description='custom domain of the API, for example "api.chat.example.com"',
    )
    certificate_arn: str | None = Field(
        default=None,
        pattern=r"^arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$",
        description="ARN of the domain's ACM certificate, which must be in us-east-1",
    )
    hosted_zone_id: str | None = Field(
        default=None,
        pattern=r"^Z[A-Z0-9]{1,31}$",
        description="id of the Route 53 hosted zone for the domain's record; without it, no record is created",
    )


EmailDomain = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
ReturnUrl = Annotated[str, Field(pattern=r"^(https://[^\s#]+|http://localhost[^\s#]*|[a-z][a-z0-9.+-]*://[^\s#]*)$")]


class OidcSettings(Section):
    """An OpenID Connect provider, and Cognito's hosted sign-in pages."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9-]{3,32}$", description="provider name, as clients use it: 3-32 letters, digits and '-'"
    )
    issuer: str = Field(pattern=r"^https://[^\s?#]+[^\s?#/]$", description="issuer URL: https, without a trailing /")
    client_id: str = Field(
        min_length=1,
        max_length=255,
        description="client id issued by the provider; the client secret is the Terraform variable oidc_client_secret "
        "(TF_VAR_oidc_client_secret in the process environment)",
    )
    scopes: tuple[str, ...] = Field(
        default=("openid", "email", "profile"),
        strict=False,
        description="list of the requested scopes, including openid",
    )
    domain_prefix: str = Field(
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
        description="prefix of the domain of Cognito's sign-in pages, unique in the region: 1-63 of a-z, 0-9 and '-'",
    )
    callback_urls: tuple[ReturnUrl, ...] = Field(
        strict=False, min_length=1, description="list of the client URLs to return to after sign-in"
    )
    logout_urls: tuple[ReturnUrl, ...] = Field(
        default=(), strict=False, description="list of the client URLs to return to after sign-out"
    )


class IdentitySettings(Section):
    """Cognito: sign-up, passwords, second factor and lifetime of tokens."""

    self_sign_up: bool = Field(default=True, description="true or false: whether users may sign up themselves")
    allowed_email_domains: tuple[EmailDomain, ...] = Field(
        default=(),
        strict=False,
        max_length=100,
        description='list of the email domains that may sign up, for example ["example.com"]; empty for all',
    )
    mfa: Literal["off", "optional", "required"] = Field(
        default="off",
        description='"off", "optional" or "required": authenticator apps (TOTP) as the second factor; with "required", '
        "users must set one up",
    )
    threat_protection: Literal["off", "audit", "enforced"] = Field(
        default="off",
        description='"off", "audit" or "enforced": Cognito\'s adaptive authentication and check for leaked passwords, '
        "which require the feature plan Plus, 0.02 USD per monthly active user",
    )
    deletion_protection: bool = Field(
        default=True, description="true or false: whether the user pool is protected from deletion"
    )
    password_minimum_length: int = Field(
        default=12, ge=8, le=99, description="minimum password length: 8-99 characters"
    )
    password_require_symbols: bool = Field(
        default=False, description="true or false: whether passwords must contain a symbol"
    )
    temporary_password_validity_days: int = Field(
        default=3, ge=1, le=365, description="validity of temporary passwords: 1-365 days"
    )
    access_token_validity_minutes: int = Field(
        default=15,
        ge=5,
        le=1440,
        description="validity of access tokens: 5-1440 minutes, after which a sign-out, a disabled account or a "
        "removed group takes effect at the latest",
    )
    id_token_validity_minutes: int = Field(
        default=15, ge=5, le=1440, description="validity of ID tokens: 5-1440 minutes, with the same effect"
    )
    refresh_token_validity_days: int = Field(
        default=30, ge=1, le=3650, description="validity of refresh tokens: 1-3650 days"
    )
    refresh_token_rotation: bool = Field(
        default=False,
        description="true or false: whether a refresh token can be used once and is replaced by a new one; clients "
        "must then call GetTokensFromRefreshToken",
    )
    oidc: OidcSettings | None = Field(
        default=None,
        description="a table [identity.oidc] of an OpenID Connect provider: name, issuer, client_id, domain_prefix, "
        "callback_urls, and optionally scopes and logout_urls",
    )
    email: EmailSettings | None = Field(
        default=None,
        description="a table [identity.email] to send email by Amazon SES: sender, identity_arn, and optionally "
        "reply_to and configuration_set. Without it, Cognito sends at most 50 emails per day and account, from its own "
        "address",
    )

"""A deployed GraphQL API: an immutable snapshot of the AppSync control plane's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

AuthenticationType = Literal["API_KEY", "AMAZON_COGNITO_USER_POOLS", "AWS_IAM", "AWS_LAMBDA", "OPENID_CONNECT"]


@dataclass(frozen=True, slots=True)
class AuthenticationProvider:
    """An authorization mode of the API, with AppSync's configuration in the control plane's camelCase keys."""

    type: AuthenticationType
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key and its expiry as a Unix timestamp in seconds."""

    id: str
    expires: int


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data source. ``config`` is AppSync's, for example ``{"tableName": ..., "awsRegion": ...}``."""

    name: str
    type: str
    role_arn: str | None
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """A pipeline function: APPSYNC_JS code on one data source."""

    id: str
    name: str
    data_source: str
    code: str
    max_batch_size: int = 0


@dataclass(frozen=True, slots=True)
class Resolver:
    """A unit resolver (``data_source`` set) or a pipeline resolver (``functions`` set, in order, by id).

    ``code`` is None for a direct Lambda resolver.
    """

    type_name: str
    field_name: str
    data_source: str | None
    functions: tuple[str, ...]
    code: str | None
    max_batch_size: int = 0

    @property
    def is_pipeline(self) -> bool:
        """Whether this is a pipeline resolver."""
        return self.data_source is None


@dataclass(frozen=True, slots=True)
class GraphqlApi:
    """All data needed to answer a request."""

    id: str
    name: str
    arn: str
    region: str
    account_id: str
    sdl: str
    authentication: tuple[AuthenticationProvider, ...]
    """The default provider first, then the additional ones."""
    api_keys: tuple[ApiKey, ...]
    data_sources: dict[str, DataSource]
    functions: dict[str, Function]
    """By function id."""
    resolvers: dict[tuple[str, str], Resolver]
    """By (type name, field name)."""
    environment: dict[str, str]
    """``ctx.env``."""
    introspection: bool = True
    query_depth_limit: int = 0
    """0 means no limit, as in AppSync."""
    resolver_count_limit: int = 0
    log_config: dict[str, Any] = field(default_factory=dict)
    xray: bool = False

"""Reads an API from ``appsync.toml``, ``schema.graphql``, ``resolvers/`` and ``functions/`` of a folder.

README.md of the distribution explains the keys.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "appsync.toml"
NONE: Final = "NONE"
"""The name and the type of the data source that always exists."""
MODES: Final = ("API_KEY", "AWS_IAM", "AMAZON_COGNITO_USER_POOLS", "AWS_LAMBDA")
_KEYS: Final = {"name", "region", "authentication", "data_sources", "resolvers", "functions", "environment"}
_AUTHENTICATION_KEYS: Final = {"default", "additional", "api_keys", "user_pool", "iam_users", "lambda_authorizer"}
_SOURCE_KEYS: Final = {
    "AMAZON_DYNAMODB": {"type", "table", "endpoint", "region"},
    "AWS_LAMBDA": {"type", "handler", "url"},
}


class ConfigurationError(Exception):
    """The files do not define a valid API; the message names file and key."""


@dataclass(frozen=True, slots=True)
class LambdaTarget:
    """A Lambda function: ``file.py:name`` in the API's folder, or a URL that accepts the event by POST."""

    handler: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A data source of type ``AMAZON_DYNAMODB`` (with a table) or ``AWS_LAMBDA`` (with a function)."""

    name: str
    type: str
    table: str = ""
    endpoint: str | None = None
    """None: DynamoDB in AWS."""
    region: str = ""
    function: LambdaTarget = field(default_factory=LambdaTarget)


@dataclass(frozen=True, slots=True)
class IamUser:
    """A user who may sign requests, and the fields (``Mutation.*``) that the user may call."""

    name: str
    access_key_id: str
    secret_access_key: str
    allow: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class UserPool:
    """The pool whose tokens are accepted; without a file of keys, tokens signed by ``appsync-local token``."""

    id: str
    keys: Path | None = None


@dataclass(frozen=True, slots=True)
class ResolverFile:
    """A resolver (``Type.field``) or a function: its code, and its data source or its pipeline's functions."""

    name: str
    code: str | None
    """None for a direct Lambda resolver."""
    source: str | None
    pipeline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """One API."""

    folder: Path
    name: str
    region: str
    sdl: str
    modes: tuple[str, ...]
    """The default mode first."""
    api_keys: tuple[str, ...]
    user_pool: UserPool | None
    iam_users: tuple[IamUser, ...]
    authorizer: LambdaTarget | None
    sources: dict[str, Source]
    resolvers: tuple[ResolverFile, ...]
    functions: tuple[ResolverFile, ...]
    environment: dict[str, str]


def read_configuration(folder: Path) -> Configuration:
    """Read the files of an API.

    Raises:
        ConfigurationError: a key or a file is missing, unknown or of the wrong type.
    """
    table = _Table(_read_toml(folder / FILE), FILE)
    table.allow(_KEYS)
    region = table.text("region", "us-east-1")
    authentication = table.table("authentication")
    authentication.allow(_AUTHENTICATION_KEYS)
    modes = (authentication.text("default", "API_KEY"), *authentication.texts("additional"))
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        raise ConfigurationError(f"{FILE}: authentication: {unknown[0]} is not one of {', '.join(MODES)}")
    described = table.table("data_sources")
    sources = {name: _source(name, described.table(name), region) for name in described.values}
    direct = {source.name for source in sources.values() if source.type == "AWS_LAMBDA"}
    variables = table.table("environment")
    api = Configuration(
        folder=folder,
        name=table.text("name", folder.resolve().name),
        region=region,
        sdl=_read(folder / "schema.graphql"),
        modes=modes,
        api_keys=authentication.texts("api_keys"),
        user_pool=_user_pool(authentication, folder),
        iam_users=tuple(_iam_user(user) for user in authentication.tables("iam_users")),
        authorizer=_target(authentication.table("lambda_authorizer")) if "AWS_LAMBDA" in modes else None,
        sources=sources,
        resolvers=_files(folder / "resolvers", table.table("resolvers"), set(sources), direct),
        functions=_files(folder / "functions", table.table("functions"), set(sources), set()),
        environment={name: variables.text(name) for name in variables.values},
    )
    _check(api)
    return api


def _check(api: Configuration) -> None:
    if "AMAZON_COGNITO_USER_POOLS" in api.modes and api.user_pool is None:
        raise ConfigurationError(f"{FILE}: authentication.user_pool is missing, for example {{id = 'us-east-1_local'}}")
    known = {function.name for function in api.functions}
    for resolver in api.resolvers:
        missing = [name for name in resolver.pipeline if name not in known]
        if missing:
            raise ConfigurationError(f"{FILE}: resolvers.'{resolver.name}': there is no functions/{missing[0]}.js")


def _source(name: str, table: _Table, region: str) -> Source:
    kind = table.text("type")
    if kind not in _SOURCE_KEYS:
        raise ConfigurationError(f"{table.place}: type {kind} is not one of {', '.join(_SOURCE_KEYS)}")
    table.allow(_SOURCE_KEYS[kind])
    if kind == "AWS_LAMBDA":
        return Source(name, kind, region=region, function=_target(table))
    return Source(name, kind, table.text("table"), table.text("endpoint", "") or None, table.text("region", region))


def _target(table: _Table) -> LambdaTarget:
    target = LambdaTarget(table.text("handler", ""), table.text("url", ""))
    if bool(target.handler) == bool(target.url):
        raise ConfigurationError(f"{table.place}: name either a handler ('file.py:function') or a url")
    return target


def _user_pool(authentication: _Table, folder: Path) -> UserPool | None:
    if "user_pool" not in authentication.values:
        return None
    table = authentication.table("user_pool")
    table.allow({"id", "keys"})
    keys = table.text("keys", "")
    return UserPool(table.text("id"), folder / keys if keys else None)


def _iam_user(table: _Table) -> IamUser:
    table.allow({"name", "access_key_id", "secret_access_key", "allow"})
    return IamUser(
        table.text("name"),
        table.text("access_key_id"),
        table.text("secret_access_key"),
        table.texts("allow") or ("*",),
    )


def _files(folder: Path, table: _Table, sources: set[str], direct: set[str]) -> tuple[ResolverFile, ...]:
    codes = {path.stem: path for path in sorted(folder.glob("*.js"))} if folder.is_dir() else {}
    found = []
    for name in dict.fromkeys([*codes, *table.values]):
        pipeline: tuple[str, ...] = ()
        source: str | None = NONE
        if isinstance(table.values.get(name), dict):
            pipeline, source = table.table(name).texts("pipeline"), None
        elif name in table.values:
            source = table.text(name)
        if source not in {None, NONE, *sources}:
            raise ConfigurationError(f"{table.place}: '{name}': there is no data source {source}")
        if name not in codes and source not in direct:
            raise ConfigurationError(f"{table.place}: '{name}': there is no {folder.name}/{name}.js")
        found.append(ResolverFile(name, _read(codes[name]) if name in codes else None, source, pipeline))
    return tuple(found)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from error


class _Table:
    """A TOML table, with its path for messages."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        self.values = values
        self.place = place

    def allow(self, keys: set[str]) -> None:
        unknown = sorted(set(self.values) - keys)
        if unknown:
            raise ConfigurationError(f"{self.place}: {unknown[0]} is not one of {', '.join(sorted(keys))}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise ConfigurationError(f"{self.place}: {key} must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            raise ConfigurationError(f"{self.place}: {key} must be a list of texts")
        return tuple(value)

    def table(self, key: str) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise ConfigurationError(f"{self.place}: {key} must be a table")
        return _Table(value, f"{self.place}: {key}")

    def tables(self, key: str) -> list[_Table]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(member, dict) for member in value):
            raise ConfigurationError(f"{self.place}: {key} must be a list of tables ([[...{key}]])")
        return [_Table(member, f"{self.place}: {key}") for member in value]

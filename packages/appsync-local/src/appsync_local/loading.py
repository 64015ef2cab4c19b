"""Reads a deployed API from the AppSync control plane, through the REST API that Terraform uses."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from graphql import GraphQLError, ObjectTypeDefinitionNode, ObjectTypeExtensionNode, parse

from appsync_local.api import (
    ApiKey,
    AuthenticationProvider,
    DataSource,
    Function,
    GraphqlApi,
    Resolver,
)
from appsync_local.backend import AwsError

if TYPE_CHECKING:
    from appsync_local.backend import Backend

_PROVIDER_CONFIGS: Final = {
    "AMAZON_COGNITO_USER_POOLS": "userPoolConfig",
    "OPENID_CONNECT": "openIDConnectConfig",
    "AWS_LAMBDA": "lambdaAuthorizerConfig",
}
_DATA_SOURCE_CONFIGS: Final = {
    "AMAZON_DYNAMODB": "dynamodbConfig",
    "AWS_LAMBDA": "lambdaConfig",
    "HTTP": "httpConfig",
    "AMAZON_EVENTBRIDGE": "eventBridgeConfig",
    "AMAZON_OPENSEARCH_SERVICE": "openSearchServiceConfig",
    "AMAZON_ELASTICSEARCH": "elasticsearchConfig",
    "RELATIONAL_DATABASE": "relationalDatabaseConfig",
}


async def load_api(backend: Backend, api_id: str, region: str) -> GraphqlApi:
    """Read one API with its schema, data sources, functions, resolvers, keys and environment variables.

    Raises:
        AwsError: ``NotFoundException`` if the API does not exist. An API without a schema has an empty ``sdl``.
    """
    base = f"/v1/apis/{quote(api_id, safe='')}"
    described = (await backend.read_control_plane(base, region=region))["graphqlApi"]
    sdl, keys, sources, functions, variables = await asyncio.gather(
        _read_schema(backend, base, region),
        _read_all(backend, f"{base}/apikeys", "apiKeys", region),
        _read_all(backend, f"{base}/datasources", "dataSources", region),
        _read_all(backend, f"{base}/functions", "functions", region),
        backend.read_control_plane(f"{base}/environmentVariables", region=region),
    )
    resolvers = await asyncio.gather(
        *(_read_all(backend, f"{base}/types/{name}/resolvers", "resolvers", region) for name in _object_types(sdl))
    )
    return GraphqlApi(
        id=api_id,
        name=described.get("name", ""),
        arn=described["arn"],
        region=region,
        account_id=described["arn"].split(":")[4],
        sdl=sdl,
        authentication=_authentication(described),
        api_keys=tuple(ApiKey(key["id"], int(key["expires"])) for key in keys),
        data_sources={source["name"]: _data_source(source) for source in sources},
        functions={function["functionId"]: _function(function) for function in functions},
        resolvers={(r["typeName"], r["fieldName"]): _resolver(r) for group in resolvers for r in group},
        environment=dict(variables.get("environmentVariables") or {}),
        introspection=described.get("introspectionConfig", "ENABLED") != "DISABLED",
        query_depth_limit=int(described.get("queryDepthLimit") or 0),
        resolver_count_limit=int(described.get("resolverCountLimit") or 0),
        log_config=dict(described.get("logConfig") or {}),
        xray=bool(described.get("xrayEnabled")),
    )


async def list_api_ids(backend: Backend, region: str) -> list[str]:
    """Return the ids of all APIs of the region."""
    return [api["apiId"] for api in await _read_all(backend, "/v1/apis", "graphqlApis", region)]


def _object_types(sdl: str) -> list[str]:
    """Return the types that resolvers can be attached to, none if the schema is invalid."""
    try:
        document = parse(sdl, no_location=True)
    except (GraphQLError, RecursionError):
        return []
    kinds = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)
    return list(dict.fromkeys(node.name.value for node in document.definitions if isinstance(node, kinds)))


async def _read_all(backend: Backend, path: str, member: str, region: str) -> list[dict[str, Any]]:
    """Read all pages of a list."""
    found: list[dict[str, Any]] = []
    token: str | None = None
    while True:
        page = await backend.read_control_plane(
            f"{path}?{urlencode({'nextToken': token})}" if token else path, region=region
        )
        found += page.get(member) or []
        token = page.get("nextToken")
        if not token:
            return found


async def _read_schema(backend: Backend, base: str, region: str) -> str:
    try:
        answer = await backend.read_control_plane(f"{base}/schema?format=SDL", region=region)
    except AwsError as error:
        if error.code in {"GraphQLSchemaException", "NotFoundException"}:
            return ""
        raise
    return _schema_text(answer.get("schema"))


def _schema_text(schema: object) -> str:
    """Return the SDL in a response of GetIntrospectionSchema, which can be text, bytes or base64."""
    if isinstance(schema, (bytes, bytearray)):
        return schema.decode("utf-8")
    text = str(schema or "")
    if re.fullmatch(r"[A-Za-z0-9+/\s]+={0,2}", text):
        try:
            return base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return text
    return text


def _authentication(described: dict[str, Any]) -> tuple[AuthenticationProvider, ...]:
    providers = [described, *(described.get("additionalAuthenticationProviders") or [])]
    return tuple(
        AuthenticationProvider(
            type=provider["authenticationType"],
            config=dict(provider.get(_PROVIDER_CONFIGS.get(provider["authenticationType"], "")) or {}),
        )
        for provider in providers
    )


def _data_source(source: dict[str, Any]) -> DataSource:
    return DataSource(
        name=source["name"],
        type=source["type"],
        role_arn=source.get("serviceRoleArn"),
        config=dict(source.get(_DATA_SOURCE_CONFIGS.get(source["type"], "")) or {}),
    )


def _function(function: dict[str, Any]) -> Function:
    return Function(
        id=function["functionId"],
        name=function["name"],
        data_source=function["dataSourceName"],
        code=function.get("code") or "",
        max_batch_size=int(function.get("maxBatchSize") or 0),
    )


def _resolver(resolver: dict[str, Any]) -> Resolver:
    pipeline = resolver.get("kind") == "PIPELINE"
    return Resolver(
        type_name=resolver["typeName"],
        field_name=resolver["fieldName"],
        data_source=None if pipeline else resolver.get("dataSourceName"),
        functions=tuple((resolver.get("pipelineConfig") or {}).get("functions") or ()),
        code=resolver.get("code") or None,
        max_batch_size=int(resolver.get("maxBatchSize") or 0),
    )

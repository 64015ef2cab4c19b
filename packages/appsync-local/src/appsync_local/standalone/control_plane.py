"""Responses of the AppSync control plane for an API from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from appsync_local.standalone.configuration import NONE

if TYPE_CHECKING:
    from appsync_local.standalone.configuration import Configuration, ResolverFile, Source

API_ID: Final = "local"
ACCOUNT_ID: Final = "000000000000"
AUTHORIZER: Final = "authorizer"
"""The name of the authorizer's function."""
_NEVER: Final = 2**33
"""Expiry of API keys as a Unix timestamp in seconds."""


def function_arn(region: str, name: str) -> str:
    """Return the ARN of the function of a data source, or of the authorizer."""
    return f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:{name}"


def control_plane(api: Configuration) -> dict[str, dict[str, Any]]:
    """Return the responses by path below ``/v1/apis``."""
    answers: dict[str, dict[str, Any]] = {
        "": {"graphqlApis": [{"apiId": API_ID}]},
        f"/{API_ID}": {"graphqlApi": _described(api)},
        f"/{API_ID}/schema?format=SDL": {"schema": api.sdl},
        f"/{API_ID}/apikeys": {"apiKeys": [{"id": key, "expires": _NEVER} for key in api.api_keys]},
        f"/{API_ID}/datasources": {
            "dataSources": [{"name": NONE, "type": NONE}, *(_source(source) for source in api.sources.values())]
        },
        f"/{API_ID}/functions": {"functions": [_function(function) for function in api.functions]},
        f"/{API_ID}/environmentVariables": {"environmentVariables": api.environment},
    }
    for resolver in api.resolvers:
        path = f"/{API_ID}/types/{resolver.name.partition('.')[0]}/resolvers"
        answers.setdefault(path, {"resolvers": []})["resolvers"].append(_resolver(resolver))
    return answers


def _described(api: Configuration) -> dict[str, Any]:
    default, *additional = (_provider(api, mode) for mode in api.modes)
    return {
        "name": api.name,
        "arn": f"arn:aws:appsync:{api.region}:{ACCOUNT_ID}:apis/{API_ID}",
        **default,
        "additionalAuthenticationProviders": additional,
    }


def _provider(api: Configuration, mode: str) -> dict[str, Any]:
    provider: dict[str, Any] = {"authenticationType": mode}
    if mode == "AMAZON_COGNITO_USER_POOLS" and api.user_pool is not None:
        config = {"userPoolId": api.user_pool.id, "awsRegion": api.region, "defaultAction": "ALLOW"}
        provider["userPoolConfig"] = config
    if mode == "AWS_LAMBDA":
        uri = function_arn(api.region, AUTHORIZER)
        provider["lambdaAuthorizerConfig"] = {"authorizerUri": uri, "authorizerResultTtlInSeconds": 0}
    return provider


def _source(source: Source) -> dict[str, Any]:
    described = {"name": source.name, "type": source.type}
    if source.type == "AWS_LAMBDA":
        return {**described, "lambdaConfig": {"lambdaFunctionArn": function_arn(source.region, source.name)}}
    return {**described, "dynamodbConfig": {"tableName": source.table, "awsRegion": source.region}}


def _function(function: ResolverFile) -> dict[str, Any]:
    return {
        "functionId": function.name,
        "name": function.name,
        "dataSourceName": function.source,
        "code": function.code,
    }


def _resolver(resolver: ResolverFile) -> dict[str, Any]:
    type_name, _, field_name = resolver.name.partition(".")
    described = {"typeName": type_name, "fieldName": field_name, "code": resolver.code}
    if resolver.source is None:
        return {**described, "kind": "PIPELINE", "pipelineConfig": {"functions": list(resolver.pipeline)}}
    return {**described, "kind": "UNIT", "dataSourceName": resolver.source}

"""AppSync APIs, data sources, functions, resolvers and API keys."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from terraform.requests import DeploymentError, request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_API_RENAMES = {
    "additional_authentication_provider": "additionalAuthenticationProviders",
    "additional_authentication_provider.openid_connect_config": "openIDConnectConfig",
    "openid_connect_config": "openIDConnectConfig",
}
_SCHEMA_SECONDS = 30
_DESCRIPTION = "Managed by Terraform"
"""The provider's defaults."""


def _find_api(target: Target, arguments: Arguments) -> Attributes | None:
    pages = target.clients["appsync"].get_paginator("list_graphql_apis").paginate()
    found = next((api for page in pages for api in page["graphqlApis"] if api["name"] == arguments["name"]), None)
    return None if found is None else _api_attributes(found, arguments)


def _api_attributes(api: dict[str, Any], arguments: Arguments) -> Attributes:
    return {**arguments, "id": api["apiId"], "arn": api["arn"], "uris": api["uris"]}


def _api(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    found = _find_api(target, arguments)
    if found is None:
        wanted = request(appsync, "CreateGraphqlApi", arguments, renames=_API_RENAMES, without=["tags", "schema"])
        api = appsync.create_graphql_api(**_with_pool_defaults(wanted, target), tags=target.tagged(arguments))
    else:
        wanted = request(
            appsync, "UpdateGraphqlApi", arguments, renames=_API_RENAMES, without=["tags", "schema", "visibility"]
        )
        api = appsync.update_graphql_api(**_with_pool_defaults(wanted, target), apiId=found["id"])
        appsync.tag_resource(resourceArn=found["arn"], tags=target.tagged(arguments))
    described = api["graphqlApi"]
    if arguments.get("schema"):
        _schema(appsync, described["apiId"], arguments["schema"])
    return _api_attributes(described, arguments)


def _with_pool_defaults(wanted: dict[str, Any], target: Target) -> dict[str, Any]:
    """Add the default region of a user pool, as the provider does."""
    for provider in [wanted, *wanted.get("additionalAuthenticationProviders", [])]:
        if "userPoolConfig" in provider:
            provider["userPoolConfig"].setdefault("awsRegion", target.region)
    return wanted


def _schema(appsync: Any, api_id: str, definition: str) -> None:  # noqa: ANN401 - a boto3 client
    appsync.start_schema_creation(apiId=api_id, definition=definition.encode())
    deadline = time.monotonic() + _SCHEMA_SECONDS
    while time.monotonic() < deadline:
        answer = appsync.get_schema_creation_status(apiId=api_id)
        if answer["status"] == "FAILED":
            message = f"the schema is refused: {answer.get('details')}"
            raise DeploymentError(message)
        if answer["status"] not in {"PROCESSING", "DELETING"}:
            return
        time.sleep(0.1)
    message = f"the schema is still being processed after {_SCHEMA_SECONDS} s"
    raise DeploymentError(message)


def _remove_api(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_graphql_api(apiId=attributes["id"])


def _find_api_key(target: Target, arguments: Arguments) -> Attributes | None:
    api_id, description = arguments["api_id"], arguments.get("description", _DESCRIPTION)
    keys = target.clients["appsync"].list_api_keys(apiId=api_id)["apiKeys"]
    found = next((key for key in keys if key.get("description") == description), None)
    return None if found is None else {**arguments, "id": f"{api_id}:{found['id']}", "key": found["id"]}


def _api_key(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    api_id = arguments["api_id"]
    wanted = {"description": arguments.get("description", _DESCRIPTION)}
    if arguments.get("expires"):
        wanted["expires"] = int(dt.datetime.fromisoformat(arguments["expires"]).timestamp())
    found = _find_api_key(target, arguments)
    if found is not None:
        appsync.update_api_key(apiId=api_id, id=found["key"], **wanted)
        return found
    key = appsync.create_api_key(apiId=api_id, **wanted)["apiKey"]
    return {**arguments, "id": f"{api_id}:{key['id']}", "key": key["id"]}


def _remove_api_key(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_api_key(apiId=attributes["api_id"], id=attributes["key"])


def _find_data_source(target: Target, arguments: Arguments) -> Attributes | None:
    appsync = target.clients["appsync"]
    try:
        source = appsync.get_data_source(apiId=arguments["api_id"], name=arguments["name"])["dataSource"]
    except appsync.exceptions.NotFoundException:
        return None
    return {**arguments, "id": f"{arguments['api_id']}-{arguments['name']}", "arn": source["dataSourceArn"]}


def _data_source(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    wanted = request(
        appsync,
        "CreateDataSource",
        arguments,
        renames={
            "dynamodb_config.region": "awsRegion",
            "lambda_config.function_arn": "lambdaFunctionArn",
            "dynamodb_config.use_caller_credentials": "useCallerCredentials",
        },
    )
    if "dynamodbConfig" in wanted:
        wanted["dynamodbConfig"].setdefault("awsRegion", target.region)
    found = _find_data_source(target, arguments)
    if found is not None:
        appsync.update_data_source(**wanted)
        return found
    source = appsync.create_data_source(**wanted)["dataSource"]
    return {**arguments, "id": f"{arguments['api_id']}-{arguments['name']}", "arn": source["dataSourceArn"]}


def _remove_data_source(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_data_source(apiId=attributes["api_id"], name=attributes["name"])


def _find_function(target: Target, arguments: Arguments) -> Attributes | None:
    pages = target.clients["appsync"].get_paginator("list_functions").paginate(apiId=arguments["api_id"])
    found = next((each for page in pages for each in page["functions"] if each["name"] == arguments["name"]), None)
    return None if found is None else _function_attributes(found, arguments)


def _function_attributes(function: dict[str, Any], arguments: Arguments) -> Attributes:
    identity = function["functionId"]
    return {
        **arguments,
        "id": f"{arguments['api_id']}-{identity}",
        "function_id": identity,
        "arn": function["functionArn"],
    }


def _function(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    wanted = request(appsync, "CreateFunction", arguments, renames={"data_source": "dataSourceName"})
    found = _find_function(target, arguments)
    if found is not None:
        appsync.update_function(**wanted, functionId=found["function_id"])
        return found
    return _function_attributes(appsync.create_function(**wanted)["functionConfiguration"], arguments)


def _remove_function(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_function(apiId=attributes["api_id"], functionId=attributes["function_id"])


def _find_resolver(target: Target, arguments: Arguments) -> Attributes | None:
    appsync = target.clients["appsync"]
    place = {"apiId": arguments["api_id"], "typeName": arguments["type"], "fieldName": arguments["field"]}
    try:
        resolver = appsync.get_resolver(**place)["resolver"]
    except appsync.exceptions.NotFoundException:
        return None
    return _resolver_attributes(resolver, arguments)


def _resolver_attributes(resolver: dict[str, Any], arguments: Arguments) -> Attributes:
    identity = f"{arguments['api_id']}-{arguments['type']}-{arguments['field']}"
    return {**arguments, "id": identity, "arn": resolver["resolverArn"]}


def _resolver(target: Target, arguments: Arguments) -> Attributes:
    appsync = target.clients["appsync"]
    renames = {"type": "typeName", "field": "fieldName", "data_source": "dataSourceName"}
    wanted = request(appsync, "CreateResolver", arguments, renames=renames)
    wanted.setdefault("kind", "UNIT")
    found = _find_resolver(target, arguments)
    if found is not None:
        appsync.update_resolver(**wanted)
        return found
    return _resolver_attributes(appsync.create_resolver(**wanted)["resolver"], arguments)


def _remove_resolver(target: Target, attributes: Attributes) -> None:
    target.clients["appsync"].delete_resolver(
        apiId=attributes["api_id"], typeName=attributes["type"], fieldName=attributes["field"]
    )


KINDS = {
    "aws_appsync_graphql_api": Kind(_find_api, _api, _remove_api),
    "aws_appsync_api_key": Kind(_find_api_key, _api_key, _remove_api_key, tagged=False),
    "aws_appsync_datasource": Kind(_find_data_source, _data_source, _remove_data_source, tagged=False),
    "aws_appsync_function": Kind(_find_function, _function, _remove_function, tagged=False),
    "aws_appsync_resolver": Kind(_find_resolver, _resolver, _remove_resolver, tagged=False),
}

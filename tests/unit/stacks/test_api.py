"""Tests of AppSync: authentication, limits, and code, data source and permissions of each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import ObjectTypeDefinitionNode, parse

from stacks.bundling import LARGEST_CODE
from stacks.resolvers import FUNCTION_DATA_SOURCES, read_graphql

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

ROOT_TYPES = ("Query", "Mutation", "Subscription")


def test_every_operation_of_the_schema_has_a_resolver_and_every_resolver_a_field(
    stack: Synthesized, root: Path
) -> None:
    document = parse((root / "graphql/schema.graphql").read_text(encoding="utf-8"))
    fields = {
        (definition.name.value, field.name.value)
        for definition in document.definitions
        if isinstance(definition, ObjectTypeDefinitionNode)
        for field in definition.fields
    }
    resolved = {(entry["type"], entry["field"]) for entry in stack.all("aws_appsync_resolver").values()}
    assert {(kind, field) for kind, field in fields if kind in ROOT_TYPES} <= resolved <= fields


def test_people_authenticate_with_cognito_and_services_with_iam(stack: Synthesized) -> None:
    api = stack.only("aws_appsync_graphql_api")
    assert api["authentication_type"] == "AMAZON_COGNITO_USER_POOLS"
    assert api["user_pool_config"] == {
        "user_pool_id": "${aws_cognito_user_pool.pool.id}",
        "app_id_client_regex": "${aws_cognito_user_pool_client.web.id}",
        "default_action": "ALLOW",
    }
    additional = [provider["authentication_type"] for provider in api["additional_authentication_provider"]]
    assert additional == (["AWS_IAM", "API_KEY"] if stack.settings.api.enable_api_key else ["AWS_IAM"])


def test_operations_have_limits(stack: Synthesized) -> None:
    api = stack.only("aws_appsync_graphql_api")
    introspection = 15 if stack.settings.api.enable_introspection else 0
    assert api["query_depth_limit"] == max(stack.settings.api.query_depth_limit, introspection)
    assert api["resolver_count_limit"] == stack.settings.api.resolver_count_limit
    assert api["introspection_config"] == ("ENABLED" if stack.settings.api.enable_introspection else "DISABLED")


def test_logs_contain_errors_without_content_and_expire(stack: Synthesized) -> None:
    log_config = stack.only("aws_appsync_graphql_api")["log_config"]
    assert (log_config["field_log_level"], log_config["exclude_verbose_content"]) == ("ERROR", True)
    group = stack.all("aws_cloudwatch_log_group")["api"]
    assert group["name"] == "/aws/appsync/apis/${aws_appsync_graphql_api.chat.id}"
    actions = [action for statement in stack.statements["api_logs"] for action in statement["Action"]]
    assert "logs:CreateLogGroup" not in actions


def test_an_api_key_expires_on_a_literal_date_with_a_warning_before(stacks: dict[str, Synthesized]) -> None:
    local = stacks["local"]
    assert local.only("aws_appsync_api_key")["expires"] == f"{local.settings.api.api_key_expires}T00:00:00Z"
    assert "plantimestamp()" in local.document["check"]["api_key_expiry"]["assert"]["condition"]
    assert stacks["prod"].all("aws_appsync_api_key") == {}
    assert "check" not in stacks["prod"].document


def test_data_sources_have_the_permissions_that_their_code_requires(stack: Synthesized, root: Path) -> None:
    for name, accesses in read_graphql(root).accesses.items():
        if name in ("none", *FUNCTION_DATA_SOURCES):
            continue
        expected = {
            (action, f"${{aws_dynamodb_table.{access.table}.arn}}" + (f"/index/{access.index}" if access.index else ""))
            for access in accesses
            for action in access.actions
        }
        allowed = {
            (action, resource)
            for statement in stack.statements.get(f"{name}_data_source", [])
            for action in statement["Action"]
            for resource in statement["Resource"]
        }
        assert allowed == expected


def test_data_sources_access_the_table_of_their_name(stack: Synthesized) -> None:
    for name, source in stack.all("aws_appsync_datasource").items():
        assert source["name"] == name
        if name == "none":
            assert source["type"] == "NONE"
            assert "service_role_arn" not in source
        elif name in FUNCTION_DATA_SOURCES:
            assert source["type"] == "AWS_LAMBDA"
            arn = f"${{aws_lambda_function.{name}.arn}}"
            assert source["lambda_config"] == {"function_arn": arn}
            (statement,) = stack.statements[f"{name}_data_source"]
            assert (statement["Action"], statement["Resource"]) == (["lambda:InvokeFunction"], [arn])
        else:
            assert source["dynamodb_config"]["table_name"] == f"${{aws_dynamodb_table.{name}.name}}"
            assert source["dynamodb_config"]["region"] == stack.settings.region


def test_terraform_creates_schema_data_sources_functions_and_resolvers_in_this_order(stack: Synthesized) -> None:
    for name in stack.all("aws_appsync_datasource"):
        assert "aws_appsync_graphql_api.chat" in stack.stands_on(f"aws_appsync_datasource.{name}")
    for name in stack.all("aws_appsync_function"):
        assert _has_data_source(stack.references(f"aws_appsync_function.{name}"))
    for name, resolver in stack.all("aws_appsync_resolver").items():
        address = f"aws_appsync_resolver.{name}"
        assert _has_data_source(stack.stands_on(address))
        functions = resolver.get("pipeline_config", {}).get("functions", [])
        assert len(functions) == len([word for word in functions if word.startswith("${aws_appsync_function.")])
        assert (resolver["kind"] == "PIPELINE") == bool(functions) == ("data_source" not in resolver)


def test_code_is_bundled_for_its_environment_within_the_size_limit(stack: Synthesized) -> None:
    resources = [*stack.all("aws_appsync_function").values(), *stack.all("aws_appsync_resolver").values()]
    for resource in resources:
        assert resource["runtime"] == {"name": "APPSYNC_JS", "runtime_version": "1.0.0"}
        assert len(resource["code"].encode()) <= LARGEST_CODE
        assert "TABLES" not in resource["code"].replace("define:TABLES", "").replace("define_TABLES_default", "")
    physical = f'"{stack.settings.app_name}-rooms-{stack.settings.environment}"'
    assert any(physical in resource["code"] for resource in resources)


def test_code_is_not_interpreted_as_terraform(stack: Synthesized) -> None:
    """``${`` of a template literal must be escaped as ``$${``, because Terraform would interpolate it."""
    resources = [*stack.all("aws_appsync_function").values(), *stack.all("aws_appsync_resolver").values()]
    assert any("$${" in resource["code"] for resource in resources)
    for resource in resources:
        assert "${" not in resource["code"].replace("$${", "")
        assert "%{" not in resource["code"].replace("%%{", "")


def _has_data_source(addresses: set[str]) -> bool:
    return any(address.startswith("aws_appsync_datasource.") for address in addresses)

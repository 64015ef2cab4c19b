"""AppSync: the API, and the data sources, functions and resolvers that ``graphql/`` describes.

Terraform makes them in the order in which AppSync needs them because each names what it stands on: a data source the
API (whose schema is part of it), a function its data source, a resolver its functions or its data source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.bindings import (
    AppsyncApiKey,
    AppsyncDatasource,
    AppsyncDatasourceDynamodbConfig,
    AppsyncFunction,
    AppsyncFunctionRuntime,
    AppsyncGraphqlApi,
    AppsyncGraphqlApiAdditionalAuthenticationProvider,
    AppsyncGraphqlApiEnhancedMetricsConfig,
    AppsyncGraphqlApiLogConfig,
    AppsyncGraphqlApiUserPoolConfig,
    AppsyncResolver,
    AppsyncResolverPipelineConfig,
    AppsyncResolverRuntime,
    CloudwatchLogGroup,
    TerraformStack,
    add,
)
from stacks.names import physical_name
from stacks.permissions import Statement, trust_document
from stacks.resolvers import NO_DATA_SOURCE, Access, GraphqlSources, Resolver
from stacks.roles import add_service_role, allow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.identity import Identity
    from stacks.settings import Settings

_SERVICE = "appsync.amazonaws.com"
_RUNTIME = {"name": "APPSYNC_JS", "runtime_version": "1.0.0"}


@dataclass(frozen=True, slots=True)
class GraphqlApi:
    """What the outputs and the alarms need of the API."""

    resource: Any
    key: Any | None


def add_api(
    stack: TerraformStack,
    settings: Settings,
    *,
    sources: GraphqlSources,
    code: Mapping[str, str],
    tables: Mapping[str, Any],
    identity: Identity,
) -> GraphqlApi:
    """Add the API and everything in it.

    Args:
        stack: The stack it belongs to.
        settings: The environment.
        sources: What ``graphql/`` says.
        code: The bundled code by path below ``graphql/``.
        tables: The DynamoDB tables by key.
        identity: The user pool whose people the API admits.
    """
    api = _add_graphql_api(stack, settings, sources.schema, identity)
    data_sources = {
        name: _add_data_source(stack, settings, name, accesses, api=api, tables=tables)
        for name, accesses in sources.accesses.items()
    }
    functions = {
        function.name: add(
            stack,
            AppsyncFunction,
            function.name,
            api_id=api.id,
            name=function.name,
            data_source=data_sources[function.data_source].name,
            runtime=AppsyncFunctionRuntime(**_RUNTIME),
            code=_literal(code[function.file]),
        )
        for function in sources.functions
    }
    for resolver in sources.resolvers:
        _add_resolver(stack, resolver, api=api, data_sources=data_sources, functions=functions, code=code)
    return GraphqlApi(api, _add_key(stack, settings, api))


def _add_graphql_api(stack: TerraformStack, settings: Settings, schema: str, identity: Identity) -> Any:  # noqa: ANN401
    role = add_service_role(
        stack,
        settings,
        "api_logs",
        component="api-logs",
        trust=trust_document(_SERVICE, source_account=settings.account_id),
        description="Lets AppSync write the logs of the chat API",
    )
    api = add(
        stack,
        AppsyncGraphqlApi,
        "chat",
        name=physical_name(settings, "api", "api"),
        schema=_literal(schema),
        authentication_type="AMAZON_COGNITO_USER_POOLS",
        user_pool_config=AppsyncGraphqlApiUserPoolConfig(
            user_pool_id=identity.pool.id,
            default_action="ALLOW",
            # Tokens that the pool gave to another client are not for this API.
            app_id_client_regex=identity.client.id,
        ),
        additional_authentication_provider=[
            AppsyncGraphqlApiAdditionalAuthenticationProvider(authentication_type=kind)
            for kind in ("AWS_IAM", *(["API_KEY"] if settings.api.enable_api_key else []))
        ],
        introspection_config="ENABLED" if settings.api.enable_introspection else "DISABLED",
        query_depth_limit=settings.api.query_depth_limit,
        resolver_count_limit=settings.api.resolver_count_limit,
        xray_enabled=settings.enable_xray,
        # ERROR, and no content: logs are no place for what people write to each other.
        log_config=AppsyncGraphqlApiLogConfig(
            cloudwatch_logs_role_arn=role.arn, field_log_level="ERROR", exclude_verbose_content=True
        ),
        enhanced_metrics_config=_enhanced_metrics() if settings.enable_detailed_monitoring else None,
    )
    # The role may not create log groups, so AppSync cannot make one without retention before this one is there.
    log_group = add(
        stack,
        CloudwatchLogGroup,
        "api",
        name=f"/aws/appsync/apis/{api.id}",
        retention_in_days=settings.log_retention_days,
    )
    allow(stack, role, "api_logs", [Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{log_group.arn}:*",))])
    return api


def _enhanced_metrics() -> AppsyncGraphqlApiEnhancedMetricsConfig:
    return AppsyncGraphqlApiEnhancedMetricsConfig(
        data_source_level_metrics_behavior="FULL_REQUEST_DATA_SOURCE_METRICS",
        operation_level_metrics_config="ENABLED",
        resolver_level_metrics_behavior="FULL_REQUEST_RESOLVER_METRICS",
    )


def _add_data_source(
    stack: TerraformStack,
    settings: Settings,
    name: str,
    accesses: tuple[Access, ...],
    *,
    api: Any,  # noqa: ANN401 - an AppsyncGraphqlApi
    tables: Mapping[str, Any],
) -> Any:  # noqa: ANN401 - an AppsyncDatasource
    if name == NO_DATA_SOURCE:
        return add(stack, AppsyncDatasource, name, api_id=api.id, name=name, type="NONE")
    address = f"{name}_data_source"
    role = add_service_role(
        stack,
        settings,
        address,
        component=f"{name}-data-source",
        trust=trust_document(_SERVICE, source_account=settings.account_id, source_arn=api.arn),
        description=f"What resolvers on the data source {name} may do",
    )
    if accesses:
        allow(stack, role, address, [_statement(access, tables) for access in accesses])
    return add(
        stack,
        AppsyncDatasource,
        name,
        api_id=api.id,
        name=name,
        type="AMAZON_DYNAMODB",
        service_role_arn=role.arn,
        dynamodb_config=AppsyncDatasourceDynamodbConfig(table_name=tables[name].name, region=settings.region),
    )


def _statement(access: Access, tables: Mapping[str, Any]) -> Statement:
    arn = tables[access.table].arn
    return Statement(access.actions, (arn if access.index is None else f"{arn}/index/{access.index}",))


def _add_resolver(
    stack: TerraformStack,
    resolver: Resolver,
    *,
    api: Any,  # noqa: ANN401 - an AppsyncGraphqlApi
    data_sources: Mapping[str, Any],
    functions: Mapping[str, Any],
    code: Mapping[str, str],
) -> None:
    pipeline = [functions[name].function_id for name in resolver.pipeline]
    add(
        stack,
        AppsyncResolver,
        f"{resolver.type_name}_{resolver.field_name}",
        api_id=api.id,
        type=resolver.type_name,
        field=resolver.field_name,
        kind="UNIT" if resolver.data_source else "PIPELINE",
        data_source=data_sources[resolver.data_source].name if resolver.data_source else None,
        pipeline_config=None if resolver.data_source else AppsyncResolverPipelineConfig(functions=pipeline),
        runtime=AppsyncResolverRuntime(**_RUNTIME),
        code=_literal(code[resolver.file]),
    )


def _add_key(stack: TerraformStack, settings: Settings, api: Any) -> Any | None:  # noqa: ANN401
    """Add the API key, which ends on a day written in the settings.

    A lifetime counted from now would differ in every plan. AppSync rounds down to the hour, so a day's start is stable.
    Terraform's ``check`` warns in time and stops nothing.
    """
    expires = settings.api.api_key_expires
    if not settings.api.enable_api_key or expires is None:
        return None
    moment = f"{expires.isoformat()}T00:00:00Z"
    key = add(stack, AppsyncApiKey, "chat", api_id=api.id, description="Chat API", expires=moment)
    assertion = {
        "condition": f'${{timecmp({key.fqn}.expires, timeadd(plantimestamp(), "720h")) > 0}}',
        "error_message": f"The API key ends at {moment}, in less than 30 days: "
        f"set a later api.api_key_expires in environments/{settings.environment}.toml.",
    }
    # cdktf has no class for check blocks: https://github.com/open-constructs/cdk-terrain/issues/449
    stack.add_override("check.api_key_expiry", {"assert": assertion})
    return key


def _literal(text: str) -> str:
    """Keep Terraform from reading ``${`` and ``%{`` of another language as its own."""
    return text.replace("${", "$${").replace("%{", "%%{")

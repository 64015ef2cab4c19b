"""AppSync: the API, and the data sources, functions and resolvers of ``graphql/``.

References make Terraform create them in the order that AppSync needs: a data source refers to the API (which has the
schema), a function to its data source, a resolver to its functions or its data source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    AppsyncApiKey,
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
    Construct,
    DynamodbTable,
    TerraformStack,
    add,
)
from stacks.data_sources import APPSYNC, DataSources
from stacks.encryption import key_arn
from stacks.names import physical_name
from stacks.permissions import Statement, trust_document
from stacks.roles import ServiceRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.functions import Function as LambdaFunction
    from stacks.identity import Identity
    from stacks.resolvers import Function, GraphqlSources, Resolver
    from stacks.settings import Settings

_RUNTIME = "APPSYNC_JS"
_RUNTIME_VERSION = "1.0.0"


class Api(Construct):
    """The GraphQL API with data sources, functions and resolvers, and an optional API key."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        sources: GraphqlSources,
        code: Mapping[str, str],
        tables: Mapping[str, DynamodbTable],
        functions: Mapping[str, LambdaFunction],
        identity: Identity,
    ) -> None:
        """Add the API.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            sources: Schema, functions and resolvers of ``graphql/``.
            code: The bundled code by path below ``graphql/``.
            tables: The DynamoDB tables by key.
            functions: The Lambda functions that are data sources, by name.
            identity: The user pool whose tokens the API accepts.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._code = code
        logs_role = self._build_logs_role()
        self.graphql_api = self._build_graphql_api(sources.schema, identity, logs_role)
        self.log_group = self._build_log_group(logs_role)
        self.data_sources = DataSources(
            self,
            "data_sources",
            settings=settings,
            graphql_api=self.graphql_api,
            accesses=sources.accesses,
            tables=tables,
            functions=functions,
        )
        self.functions = {function.name: self._build_function(function) for function in sources.functions}
        self.resolvers = [self._build_resolver(resolver) for resolver in sources.resolvers]
        self.key = self._build_key()

    @property
    def url(self) -> str:
        """The GraphQL endpoint."""
        return self.graphql_api.uris.lookup("GRAPHQL")

    def publish_statement(self, *mutations: str) -> Statement:
        """Return the statement that allows these mutations."""
        arn = self.graphql_api.arn
        return Statement(("appsync:GraphQL",), tuple(f"{arn}/types/Mutation/fields/{field}" for field in mutations))

    def _build_logs_role(self) -> ServiceRole:
        return ServiceRole(
            self,
            "api_logs",
            settings=self._settings,
            component="api-logs",
            trust=trust_document(APPSYNC, source_account=self._settings.account_id),
            description="Allows AppSync to write the logs of the chat API",
        )

    def _build_graphql_api(self, schema: str, identity: Identity, logs_role: ServiceRole) -> AppsyncGraphqlApi:
        settings = self._settings
        return add(
            self,
            AppsyncGraphqlApi,
            "chat",
            name=physical_name(settings, "api", "api"),
            schema=_literal(schema),
            authentication_type="AMAZON_COGNITO_USER_POOLS",
            user_pool_config=AppsyncGraphqlApiUserPoolConfig(
                user_pool_id=identity.pool.id,
                default_action="ALLOW",
                # The API does not accept tokens of other clients of the pool.
                app_id_client_regex=identity.client.id,
            ),
            additional_authentication_provider=[
                AppsyncGraphqlApiAdditionalAuthenticationProvider(authentication_type=kind)
                for kind in ("AWS_IAM", *(["API_KEY"] if settings.api.enable_api_key else []))
            ],
            introspection_config="ENABLED" if settings.api.enable_introspection else "DISABLED",
            query_depth_limit=settings.api.deployed_query_depth_limit,
            resolver_count_limit=settings.api.resolver_count_limit,
            xray_enabled=settings.enable_xray,
            # ERROR without content: logs must not have messages of users.
            log_config=AppsyncGraphqlApiLogConfig(
                cloudwatch_logs_role_arn=logs_role.arn, field_log_level="ERROR", exclude_verbose_content=True
            ),
            enhanced_metrics_config=_enhanced_metrics() if settings.enable_detailed_monitoring else None,
        )

    def _build_log_group(self, logs_role: ServiceRole) -> CloudwatchLogGroup:
        """Add the log group with its retention. AppSync cannot create it first: the role may not create groups."""
        log_group = add(
            self,
            CloudwatchLogGroup,
            "api",
            name=f"/aws/appsync/apis/{self.graphql_api.id}",
            retention_in_days=self._settings.log_retention_days,
            kms_key_id=key_arn(self._settings),
        )
        logs_role.allow("api_logs", [Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{log_group.arn}:*",))])
        return log_group

    def _build_function(self, function: Function) -> AppsyncFunction:
        return add(
            self,
            AppsyncFunction,
            function.name,
            api_id=self.graphql_api.id,
            name=function.name,
            data_source=self.data_sources.by_name[function.data_source].name,
            runtime=AppsyncFunctionRuntime(name=_RUNTIME, runtime_version=_RUNTIME_VERSION),
            code=_literal(self._code[function.file]),
        )

    def _build_resolver(self, resolver: Resolver) -> AppsyncResolver:
        source = resolver.data_source
        pipeline = [self.functions[name].function_id for name in resolver.pipeline]
        return add(
            self,
            AppsyncResolver,
            f"{resolver.type_name}_{resolver.field_name}",
            api_id=self.graphql_api.id,
            type=resolver.type_name,
            field=resolver.field_name,
            kind="UNIT" if source else "PIPELINE",
            data_source=self.data_sources.by_name[source].name if source else None,
            pipeline_config=None if source else AppsyncResolverPipelineConfig(functions=pipeline),
            runtime=AppsyncResolverRuntime(name=_RUNTIME, runtime_version=_RUNTIME_VERSION),
            code=_literal(self._code[resolver.file]),
        )

    def _build_key(self) -> AppsyncApiKey | None:
        """Add the API key, which expires on a date from the settings.

        An expiry relative to the current time would differ in every plan. AppSync rounds down to the hour, so that the
        start of a day is stable. Terraform's ``check`` warns before the key expires, and does not fail the run.
        """
        expires = self._settings.api.api_key_expires
        if not self._settings.api.enable_api_key or expires is None:
            return None
        moment = f"{expires.isoformat()}T00:00:00Z"
        key = add(self, AppsyncApiKey, "chat", api_id=self.graphql_api.id, description="Chat API", expires=moment)
        assertion = {
            "condition": f'${{timecmp({key.fqn}.expires, timeadd(plantimestamp(), "720h")) > 0}}',
            "error_message": f"The API key ends at {moment}, in less than 30 days: "
            f"set a later api.api_key_expires in environments/{self._settings.environment}.toml.",
        }
        # cdktf has no class for check blocks: https://github.com/open-constructs/cdk-terrain/issues/449
        TerraformStack.of(self).add_override("check.api_key_expiry", {"assert": assertion})
        return key


def _enhanced_metrics() -> AppsyncGraphqlApiEnhancedMetricsConfig:
    return AppsyncGraphqlApiEnhancedMetricsConfig(
        data_source_level_metrics_behavior="FULL_REQUEST_DATA_SOURCE_METRICS",
        operation_level_metrics_config="ENABLED",
        resolver_level_metrics_behavior="FULL_REQUEST_RESOLVER_METRICS",
    )


def _literal(text: str) -> str:
    """Escape ``${`` and ``%{``, which Terraform would interpolate."""
    return text.replace("${", "$${").replace("%{", "%%{")

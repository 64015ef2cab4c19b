"""AppSync's data sources, each with a role that allows what its code in ``graphql/`` needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    AppsyncDatasource,
    AppsyncDatasourceDynamodbConfig,
    AppsyncDatasourceLambdaConfig,
    AppsyncGraphqlApi,
    Construct,
    DynamodbTable,
    add,
)
from stacks.permissions import Statement, trust_document
from stacks.resolvers import NO_DATA_SOURCE, Access
from stacks.roles import ServiceRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.functions import Function
    from stacks.settings import Settings

APPSYNC = "appsync.amazonaws.com"


class DataSources(Construct):
    """All data sources by name, each with its own role."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        graphql_api: AppsyncGraphqlApi,
        accesses: Mapping[str, tuple[Access, ...]],
        tables: Mapping[str, DynamodbTable],
        functions: Mapping[str, Function],
    ) -> None:
        """Add the data sources.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            graphql_api: The API they belong to.
            accesses: Table access of the code on each data source.
            tables: The DynamoDB tables by key.
            functions: The Lambda functions that are data sources, by name.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._graphql_api = graphql_api
        self._tables = tables
        self._functions = functions
        self.by_name = {name: self._build(name, accesses[name]) for name in accesses}

    def _build(self, name: str, accesses: tuple[Access, ...]) -> AppsyncDatasource:
        if name == NO_DATA_SOURCE:
            return self._build_none()
        if name in self._functions:
            return self._build_function_source(name, self._functions[name])
        return self._build_table_source(name, accesses)

    def _build_none(self) -> AppsyncDatasource:
        return add(
            self,
            AppsyncDatasource,
            NO_DATA_SOURCE,
            api_id=self._graphql_api.id,
            name=NO_DATA_SOURCE,
            type="NONE",
        )

    def _build_table_source(self, name: str, accesses: tuple[Access, ...]) -> AppsyncDatasource:
        role = self._build_role(name)
        if accesses:
            role.allow(f"{name}_data_source", [self._statement(access) for access in accesses])
        return add(
            self,
            AppsyncDatasource,
            name,
            api_id=self._graphql_api.id,
            name=name,
            type="AMAZON_DYNAMODB",
            service_role_arn=role.arn,
            dynamodb_config=AppsyncDatasourceDynamodbConfig(
                table_name=self._tables[name].name, region=self._settings.region
            ),
        )

    def _build_function_source(self, name: str, function: Function) -> AppsyncDatasource:
        role = self._build_role(name)
        role.allow(f"{name}_data_source", [Statement(("lambda:InvokeFunction",), (function.resource.arn,))])
        return add(
            self,
            AppsyncDatasource,
            name,
            api_id=self._graphql_api.id,
            name=name,
            type="AWS_LAMBDA",
            service_role_arn=role.arn,
            lambda_config=AppsyncDatasourceLambdaConfig(function_arn=function.resource.arn),
        )

    def _build_role(self, name: str) -> ServiceRole:
        return ServiceRole(
            self,
            f"{name}_data_source",
            settings=self._settings,
            component=f"{name}-data-source",
            trust=trust_document(APPSYNC, source_account=self._settings.account_id, source_arn=self._graphql_api.arn),
            description=f"Permissions of resolvers on the data source {name}",
        )

    def _statement(self, access: Access) -> Statement:
        arn = self._tables[access.table].arn
        return Statement(access.actions, (arn if access.index is None else f"{arn}/index/{access.index}",))

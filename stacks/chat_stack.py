"""The Terraform stack of an environment: provider, state, workspace guard, constructs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.api import Api
from stacks.attachments import ATTACHMENTS, Attachments
from stacks.background.construct import BackgroundFunction
from stacks.background.definition import SharedResources
from stacks.background.functions import BACKGROUND_FUNCTIONS
from stacks.bindings import (
    App,
    S3Backend,
    TerraformOutput,
    TerraformStack,
)
from stacks.edge import Edge
from stacks.encryption import Encryption
from stacks.function_code import FunctionCode
from stacks.identity import Identity
from stacks.imports import add_imports
from stacks.moves import add_moves
from stacks.observability import Observability
from stacks.storage import Storage
from stacks.terraform_settings import add_terraform_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.resolvers import GraphqlSources
    from stacks.settings import Settings


class ChatStack(TerraformStack):
    """The chat backend of an environment."""

    def __init__(
        self,
        scope: App,
        id_: str,
        *,
        settings: Settings,
        sources: GraphqlSources,
        code: Mapping[str, str],
        archives: Mapping[str, Archive],
    ) -> None:
        """Add the stack.

        Args:
            scope: The CDKTF application.
            id_: Name of the stack, and of its folder.
            settings: Settings of the environment.
            sources: Schema, functions and resolvers of ``graphql/``.
            code: The bundled code by path below ``graphql/``.
            archives: The Lambda functions' code by name.
        """
        super().__init__(scope, id_)
        self._settings = settings
        add_terraform_settings(self, settings, region=settings.region)
        self._build_state_backend()
        self._build_workspace_guard()
        add_moves(self)
        add_imports(self, settings)
        self.encryption = Encryption(self, "encryption", settings=settings)
        self.storage = Storage(self, "storage", settings=settings)
        tables = self.storage.tables
        function_code = FunctionCode(self, "function_code", settings=settings, archives=archives)
        self.identity = Identity(self, "identity", settings=settings, tables=tables, code=function_code)
        self.attachments = Attachments(self, "attachments", settings=settings, code=function_code)
        self.api = Api(
            self,
            "api",
            settings=settings,
            sources=sources,
            code=code,
            tables=tables,
            functions={ATTACHMENTS: self.attachments.function},
            identity=self.identity,
        )
        self.edge = Edge(self, "edge", settings=settings, api=self.api)
        resources = SharedResources(
            settings=settings,
            api=self.api,
            tables=tables,
            bucket=self.attachments.bucket,
            user_pool=self.identity.pool,
            code=function_code,
        )
        background = [BackgroundFunction(self, definition, resources) for definition in BACKGROUND_FUNCTIONS]
        self.observability = Observability(
            self,
            "observability",
            settings=settings,
            api=self.api,
            functions=[self.attachments.function, *self.identity.functions],
            background=background,
            tables=tables,
            identity=self.identity,
            web_acl=self.edge.web_acl,
        )
        self._build_outputs()

    def _build_state_backend(self) -> None:
        state = self._settings.state
        backend = S3Backend(
            self,
            bucket=state.bucket,
            region=state.region or self._settings.region,
            key=state.key,
            workspace_key_prefix=state.workspace_key_prefix,
            encrypt=True,
            kms_key_id=state.kms_key_id,
            allowed_account_ids=[self._settings.account_id],
        )
        # cdktf 0.21 does not have the argument: https://github.com/hashicorp/terraform-cdk/issues/3834. cdktn does.
        backend.add_override("use_lockfile", True)

    def _build_workspace_guard(self) -> None:
        """Fail a plan of this environment in another environment's workspace.

        Plain JSON, because cdktf's ``DataResource`` runs ``terraform version`` in every synthesis, 0.1 s per stack, and
        fails without terraform.
        """
        name = self._settings.environment
        precondition = {
            "condition": f'${{terraform.workspace == "{name}"}}',
            "error_message": f'{self._settings.stack_name} belongs in the workspace "{name}", and this is '
            f'"${{terraform.workspace}}". Run: terraform workspace select -or-create {name}',
        }
        self.add_override(
            "resource.terraform_data.workspace",
            {"input": {"environment": name}, "lifecycle": {"precondition": [precondition]}},
        )

    def _build_outputs(self) -> None:
        graphql_api, key = self.api.graphql_api, self.api.key
        self._build_output("Region", self._settings.region, "AWS region")
        self._build_output("GraphQLAPIId", graphql_api.id, "Id of the AppSync API")
        self._build_output("GraphQLAPIURL", self.api.url, "GraphQL endpoint")
        if key is not None:
            self._build_output("GraphQLAPIKey", key.key, "API key", sensitive=True)
        if self.edge.domain is not None:
            domain = self.edge.domain
            self._build_output(
                "GraphQLDomainURL", f"https://{domain.domain_name}/graphql", "GraphQL endpoint at the custom domain"
            )
            self._build_output(
                "GraphQLDomainTarget", domain.appsync_domain_name, "Target of the custom domain's DNS record"
            )
        self._build_output("UserPoolId", self.identity.pool.id, "Id of the Cognito user pool")
        self._build_output("UserPoolClientId", self.identity.client.id, "Id of the pool's public web client")
        if self.identity.sign_in.domain is not None:
            host = f"{self.identity.sign_in.domain.domain}.auth.{self._settings.region}.amazoncognito.com"
            self._build_output("SignInDomain", host, "Host of Cognito's sign-in pages")
        for name, table in self.storage.tables.items():
            self._build_output(f"{name.capitalize()}TableName", table.name, f"Name of the DynamoDB table of {name}")

    def _build_output(self, name: str, value: str, description: str, *, sensitive: bool = False) -> None:
        TerraformOutput(self, name, value=value, description=description, sensitive=sensitive or None)

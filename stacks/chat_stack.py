"""One environment as one Terraform stack: provider, state, workspace guard, the parts, and the outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.api import GraphqlApi, add_api
from stacks.bindings import (
    App,
    AwsProvider,
    AwsProviderDefaultTags,
    S3Backend,
    TerraformOutput,
    TerraformStack,
)
from stacks.identity import Identity, add_identity
from stacks.observability import add_observability
from stacks.storage import add_storage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.resolvers import GraphqlSources
    from stacks.settings import Settings

TERRAFORM_VERSION = ">= 1.11, < 2.0"
"""1.11 is the first with S3 state locking by lock file."""
AWS_PROVIDER_VERSION = ">= 5.100, < 7.0"
"""Two majors, so that a team keeps the one it has: nothing here uses what only one of them knows."""


def add_chat_stack(
    app: App, settings: Settings, *, sources: GraphqlSources, code: Mapping[str, str], archives: Mapping[str, Archive]
) -> TerraformStack:
    """Add the stack of one environment.

    Args:
        app: The CDKTF application.
        settings: The environment.
        sources: What ``graphql/`` says.
        code: The bundled code by path below ``graphql/``.
        archives: The Lambda functions' code by name.
    """
    stack = TerraformStack(app, settings.stack_name)
    _add_terraform_settings(stack, settings)
    tables = add_storage(stack, settings)
    identity = add_identity(stack, settings, tables=tables, archives=archives)
    api = add_api(stack, settings, sources=sources, code=code, tables=tables, identity=identity)
    add_observability(stack, settings, api=api, functions=identity.functions, tables=tables)
    _add_outputs(stack, settings, api=api, identity=identity, tables=tables)
    return stack


def _add_terraform_settings(stack: TerraformStack, settings: Settings) -> None:
    stack.add_override("terraform.required_version", TERRAFORM_VERSION)
    stack.add_override("terraform.required_providers.aws", {"source": "hashicorp/aws", "version": AWS_PROVIDER_VERSION})
    AwsProvider(
        stack,
        "aws",
        region=settings.region,
        allowed_account_ids=[settings.account_id],
        default_tags=[
            AwsProviderDefaultTags(
                tags={
                    **settings.tags,
                    "Application": settings.app_name,
                    "Environment": settings.environment,
                    "ManagedBy": "terraform",
                }
            )
        ],
    )
    _add_state_backend(stack, settings)
    _add_workspace_guard(stack, settings)


def _add_state_backend(stack: TerraformStack, settings: Settings) -> None:
    state = settings.state
    backend = S3Backend(
        stack,
        bucket=state.bucket,
        region=state.region or settings.region,
        key=state.key,
        workspace_key_prefix=state.workspace_key_prefix,
        encrypt=True,
        kms_key_id=state.kms_key_id,
        allowed_account_ids=[settings.account_id],
    )
    # cdktf 0.21 does not know the argument: https://github.com/hashicorp/terraform-cdk/issues/3834. cdktn does.
    backend.add_override("use_lockfile", True)


def _add_workspace_guard(stack: TerraformStack, settings: Settings) -> None:
    """Refuse, at plan time, to bring this environment into another environment's workspace.

    Written as JSON because cdktf's ``DataResource`` runs ``terraform version`` in every synthesis, 0.1 s a stack,
    and fails where there is no terraform.
    """
    name = settings.environment
    precondition = {
        "condition": f'${{terraform.workspace == "{name}"}}',
        "error_message": f'{settings.stack_name} belongs in the workspace "{name}", and this is '
        f'"${{terraform.workspace}}". Run: terraform workspace select -or-create {name}',
    }
    stack.add_override(
        "resource.terraform_data.workspace",
        {"input": {"environment": name}, "lifecycle": {"precondition": [precondition]}},
    )


def _add_outputs(
    stack: TerraformStack, settings: Settings, *, api: GraphqlApi, identity: Identity, tables: Mapping[str, Any]
) -> None:
    _add_output(stack, "Region", settings.region, "AWS region")
    _add_output(stack, "GraphQLAPIId", api.resource.id, "Id of the AppSync API")
    _add_output(stack, "GraphQLAPIURL", api.resource.uris.lookup("GRAPHQL"), "GraphQL endpoint")
    if api.key is not None:
        _add_output(stack, "GraphQLAPIKey", api.key.key, "API key", sensitive=True)
    _add_output(stack, "UserPoolId", identity.pool.id, "Id of the Cognito user pool")
    _add_output(stack, "UserPoolClientId", identity.client.id, "Id of the pool's public web client")
    for key, table in tables.items():
        _add_output(stack, f"{key.capitalize()}TableName", table.name, f"Name of the DynamoDB table of {key}")


def _add_output(stack: TerraformStack, name: str, value: str, description: str, *, sensitive: bool = False) -> None:
    TerraformOutput(stack, name, value=value, description=description, sensitive=sensitive or None)

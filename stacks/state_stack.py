"""The bootstrap stack of an environment: the bucket for Terraform's state, its key, and the roles of GitHub Actions.

An operator applies it once with local state; then its state moves to the new bucket: docs/terraform.md. Its resources
are HCL modules in ``modules/``, so that teams that stay on HCL can use them, too.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from stacks.bindings import LocalBackend, S3Backend, TerraformHclModule, TerraformOutput, TerraformStack
from stacks.names import physical_name
from stacks.partitions import partition_of
from stacks.terraform_settings import add_terraform_settings

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.bindings import App
    from stacks.settings import Settings

MODULES = ("state-backend", "github-oidc")
"""Folders below ``modules/`` that the stack uses."""


class StateStack(TerraformStack):
    """The resources that the chat stack of an environment needs before it can be applied."""

    def __init__(self, scope: App, id_: str, *, settings: Settings) -> None:
        """Add the stack.

        Args:
            scope: The CDKTF application.
            id_: Name of the stack, and of its folder.
            settings: Settings of the environment.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._region = settings.state.region or settings.region
        self._bucket_arn = f"arn:{partition_of(self._region).name}:s3:::{settings.state.bucket}"
        self._key_arn = settings.state.kms_key_id
        self._record_key_arn = settings.promotion.record_key_arn
        add_terraform_settings(self, settings, region=self._region)
        self._build_backend()
        if settings.state.create_bucket:
            self._build_bucket()
        if settings.github.repository is not None:
            self._build_github(settings.github.repository)

    def _build_backend(self) -> None:
        state = self._settings.state
        if state.bootstrap == "local":
            LocalBackend(self, path="terraform.tfstate")
            return
        backend = S3Backend(
            self,
            bucket=state.bucket,
            region=self._region,
            key=f"bootstrap/{self._settings.environment}/terraform.tfstate",
            encrypt=True,
            kms_key_id=state.kms_key_id,
            allowed_account_ids=[self._settings.account_id],
        )
        # cdktf 0.21 does not have the argument: https://github.com/hashicorp/terraform-cdk/issues/3834. cdktn does.
        backend.add_override("use_lockfile", True)

    def _build_bucket(self) -> None:
        state = self._settings.state
        variables = {
            "bucket": state.bucket,
            "require_key": state.kms_key_id is not None,
            "create_record_key": True,
            "record_verifier_account_ids": list(self._settings.promotion.record_verifier_account_ids),
        }
        module = self._add_module("state", "state-backend", variables)
        self._bucket_arn = module.get_string("bucket_arn")
        self._key_arn = module.get_string("kms_key_arn")
        record_key_arn = self._record_key_arn = module.get_string("record_key_arn")
        self._build_output("StateBucket", module.get_string("bucket"), "Bucket of the Terraform state")
        self._build_output("StateKeyArn", self._key_arn, "ARN of the bucket's KMS key: kms_key_id in [state]")
        self._build_output(
            "RecordKeyArn", record_key_arn, "ARN of the key that authenticates records: record_key_arn in [promotion]"
        )

    def _build_github(self, repository: str) -> None:
        settings, github = self._settings, self._settings.github
        state = {
            "bucket_arn": self._bucket_arn,
            "kms_key_arn": self._key_arn,
            "workspace_key_prefix": settings.state.workspace_key_prefix,
        }
        variables: dict[str, Any] = {
            "repository": repository,
            "repository_ids": github.repository_ids and github.repository_ids.model_dump(),
            "accept_names": github.accept_names,
            "default_branch": github.default_branch,
            "existing_provider_arn": github.existing_provider_arn,
            "permissions_boundary_arn": github.permissions_boundary_arn,
            "app_name": settings.app_name,
            "environments": [settings.environment],
            "plan_role_name": physical_name(settings, "plan", "role"),
            "pull_request_role_name": physical_name(settings, "pull-request", "role"),
            "record_key_arn": self._record_key_arn,
            "state": {name: value for name, value in state.items() if value is not None},
        }
        given = {name: value for name, value in variables.items() if value is not None}
        module = self._add_module("github", "github-oidc", given)
        self._build_output(
            "PlanRoleArn", module.get_string("plan_role_arn"), "ARN of the role for plans in GitHub Actions"
        )
        self._build_output(
            "PullRequestRoleArn",
            module.get_string("pull_request_role_arn"),
            "ARN of the role for plans of pull requests in GitHub Actions",
        )
        apply_role = f'${{module.{module.friendly_unique_id}.apply_role_arns["{settings.environment}"]}}'
        self._build_output("ApplyRoleArn", apply_role, "ARN of the role for applies in GitHub Actions")

    def _add_module(self, name: str, folder: str, variables: dict[str, Any]) -> TerraformHclModule:
        module = TerraformHclModule(
            self,
            name,
            source=f"./modules/{folder}",
            variables=variables,
            # write_modules copies it under its own name; cdktf would use a hash in the path.
            skip_asset_creation_from_local_modules=True,
        )
        module.override_logical_id(name)
        return module

    def _build_output(self, name: str, value: str, description: str) -> None:
        TerraformOutput(self, name, value=value, description=description)


def write_modules(root: Path, folder: Path) -> None:
    """Copy the HCL modules of the stack next to its JSON, so that the folder is complete for Terraform."""
    shutil.rmtree(folder / "modules", ignore_errors=True)
    for name in MODULES:
        for file in sorted((root / "modules" / name).glob("*.tf")):
            target = folder / "modules" / name / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())

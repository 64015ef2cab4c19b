"""Settings of the repository that deploys."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class GithubIds(Section):
    """GitHub's numbers, which stay when a name changes hands."""

    owner: int = Field(ge=1)
    repository: int = Field(ge=1)


class GithubSettings(Section):
    """The repository whose workflows may plan and apply; nothing is made for it without ``repository``."""

    repository: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$",
        description="the GitHub repository whose workflows may plan and apply, as owner/name",
    )
    repository_ids: GithubIds | None = Field(
        default=None,
        description="its numbers, for the immutable form of GitHub's sub claim: { owner = 42, repository = 4711 }",
    )
    accept_names: bool | None = Field(
        default=None, description="true or false: whether the form of names is accepted beside the numbers"
    )
    default_branch: str = Field(
        default="main", pattern=r"^[A-Za-z0-9._/-]+$", description="the branch that is deployed and watched for drift"
    )
    existing_provider_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com$",
        description="ARN of GitHub's OIDC provider where the account has one already",
    )
    permissions_boundary_arn: str | None = Field(
        default=None,
        pattern=r"^arn:[a-z-]+:iam::\d{12}:policy/.+$",
        description="ARN of the policy that bounds the roles, where the organization has one",
    )

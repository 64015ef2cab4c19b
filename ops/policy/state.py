"""Rules for Terraform: state, versions, account, tags and workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.policy.rule import STACK, Problem, Resources, Rule, block

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAGS = frozenset({"Application", "Environment", "ManagedBy"})


def _remote_state(resources: Resources) -> Iterator[Problem]:
    backend = resources.document.get("terraform", {}).get("backend", {}).get("s3")
    if backend is None:
        yield STACK, "the state is not in S3"
        return
    for name in ("use_lockfile", "encrypt"):
        if backend.get(name) is not True:
            yield STACK, f"backend.s3.{name} is not true"
    if not backend.get("allowed_account_ids"):
        yield (
            STACK,
            "backend.s3.allowed_account_ids is not set: credentials of another account would create a new state",
        )


def _versions(resources: Resources) -> Iterator[Problem]:
    terraform = resources.document.get("terraform", {})
    ranges = {"required_version": terraform.get("required_version", "")}
    ranges |= {name: provider.get("version", "") for name, provider in terraform.get("required_providers", {}).items()}
    for name, versions in ranges.items():
        if not (">" in versions and "<" in versions):
            yield STACK, f'{name} needs a lower and an upper limit: "{versions}"'


def _account(resources: Resources) -> Iterator[Problem]:
    for provider in resources.document.get("provider", {}).get("aws", []):
        if not provider.get("allowed_account_ids"):
            yield (
                STACK,
                "the provider's allowed_account_ids is not set: it works in the account of any credentials",
            )


def _tags(resources: Resources) -> Iterator[Problem]:
    for provider in resources.document.get("provider", {}).get("aws", []):
        tags = block(provider, "default_tags").get("tags", {})
        if missing := _TAGS - tags.keys():
            yield STACK, f"default_tags lack {', '.join(sorted(missing))}"


def _workspace(resources: Resources) -> Iterator[Problem]:
    guard = resources.of("terraform_data").get("terraform_data.workspace", {})
    conditions = str(block(block(guard, "lifecycle"), "precondition").get("condition", ""))
    if f'terraform.workspace == "{resources.stack.environment}"' not in conditions:
        yield STACK, "no precondition prevents the use of another environment's workspace"


RULES = (
    Rule("CHAT_TERRAFORM_1", "The state is in S3, encrypted, locked, and limited to one account", _remote_state),
    Rule("CHAT_TERRAFORM_2", "Versions have a lower and an upper limit", _versions),
    Rule("CHAT_TERRAFORM_3", "The provider is limited to one account", _account),
    Rule("CHAT_TERRAFORM_4", "All resources have the default tags", _tags),
    Rule("CHAT_TERRAFORM_5", "A stack cannot be applied in another workspace", _workspace),
)

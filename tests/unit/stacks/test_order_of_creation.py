"""Tests that Terraform creates resources after those that AWS checks, by a reference or ``depends_on``.

AWS checks a role when an event source mapping, a schedule or a function is created that will assume it, and refuses the
resource if the role does not have the permissions yet. Terraform derives a dependency on the role from a reference, but
not on the role's policies. So every resource that assumes a role must be created after the policies that grant the
permissions it needs.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.stacks.synthesized import Synthesized

ADDRESS = re.compile(r"\$\{(aws_\w+\.\w+)\.")


def addresses(value: object) -> set[str]:
    """Return the resources that a value refers to."""
    return set(ADDRESS.findall(json.dumps(value)))


def role_of(function: dict[str, Any]) -> str:
    """Return the address of a function's role."""
    (role,) = addresses(function["role"])
    return role


def acting(stack: Synthesized) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each resource that assumes a role at once: its address, the role, and the targets it accesses."""
    functions = stack.all("aws_lambda_function")
    for name, function in functions.items():
        yield f"aws_lambda_function.{name}", role_of(function), {f"aws_cloudwatch_log_group.{name}"}
    for name, mapping in stack.all("aws_lambda_event_source_mapping").items():
        (called,) = addresses(mapping["function_name"])
        targets = addresses([mapping["event_source_arn"], mapping["destination_config"]])
        assert len(targets) == 2, "a stream, and a queue for what fails"
        yield f"aws_lambda_event_source_mapping.{name}", role_of(functions[called.split(".")[1]]), targets
    for name, schedule in stack.all("aws_scheduler_schedule").items():
        (role,) = addresses(schedule["target"]["role_arn"])
        yield f"aws_scheduler_schedule.{name}", role, addresses(schedule["target"]["arn"])


def policies(stack: Synthesized, role: str, target: str) -> set[str]:
    """Return the policies of a role that name a target."""
    return {
        f"aws_iam_role_policy.{name}"
        for name, policy in stack.all("aws_iam_role_policy").items()
        if addresses(policy["role"]) == {role} and f"{target}." in policy["policy"]
    }


def check(stack: Synthesized) -> None:
    for address, role, targets in acting(stack):
        before = stack.stands_on(address)
        for target in targets:
            needed = policies(stack, role, target)
            assert needed, f"{role} has no policy for {target}, which {address} is for"
            assert needed <= before, f"{address} may be made before {sorted(needed - before)}"
            assert target in before, f"{address} may be made before {target}"


def test_resources_are_created_after_the_policies_that_they_need(stack: Synthesized) -> None:
    check(stack)


def test_the_order_holds_with_all_features(hardened: Synthesized) -> None:
    check(hardened)


def test_web_acl_logging_is_created_after_its_permission(hardened: Synthesized) -> None:
    for name, logging in hardened.all("aws_wafv2_web_acl_logging_configuration").items():
        before = hardened.stands_on(f"aws_wafv2_web_acl_logging_configuration.{name}")
        (group,) = addresses(logging["log_destination_configs"])
        allowing = {
            f"aws_cloudwatch_log_resource_policy.{name}"
            for name, policy in hardened.all("aws_cloudwatch_log_resource_policy").items()
            if f"{group}." in policy["policy_document"]
        }
        assert allowing
        assert allowing <= before


def test_a_client_is_created_after_its_identity_providers(hardened: Synthesized) -> None:
    providers = {
        provider["provider_name"]: f"aws_cognito_identity_provider.{name}"
        for name, provider in hardened.all("aws_cognito_identity_provider").items()
    }
    for name, client in hardened.all("aws_cognito_user_pool_client").items():
        named = {providers[provider] for provider in client["supported_identity_providers"] if provider != "COGNITO"}
        assert named
        assert named <= hardened.stands_on(f"aws_cognito_user_pool_client.{name}")


@pytest.mark.parametrize("kind", ["aws_lambda_event_source_mapping", "aws_scheduler_schedule", "aws_lambda_function"])
def test_a_missing_dependency_is_detected(hardened: Synthesized, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for resource in hardened.all(kind).values():
        monkeypatch.delitem(resource, "depends_on")
    with pytest.raises(AssertionError, match="may be made before"):
        check(hardened)

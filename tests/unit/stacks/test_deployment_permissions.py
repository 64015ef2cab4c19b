"""GitHub's roles may touch every service of a stack: what is added to a stack is added to modules/github-oidc."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

SERVICES = {
    "aws_acm": "acm",
    "aws_appsync": "appsync",
    "aws_cloudwatch_event": "events",
    "aws_cloudwatch_log": "logs",
    "aws_cloudwatch": "cloudwatch",
    "aws_cognito": "cognito-idp",
    "aws_dynamodb": "dynamodb",
    "aws_iam": "iam",
    "aws_kms": "kms",
    "aws_lambda": "lambda",
    "aws_route53": "route53",
    "aws_s3": "s3",
    "aws_scheduler": "scheduler",
    "aws_sns": "sns",
    "aws_sqs": "sqs",
    "aws_wafv2": "wafv2",
}
"""Beginning of a resource type -> the service in IAM's actions; the first that fits."""


def service_of(kind: str) -> str:
    """The service whose actions make a resource of a type."""
    return next(service for beginning, service in SERVICES.items() if kind.startswith(beginning))


def allowed(module: Path, document: str) -> set[str]:
    """The services in the actions of one policy document of the module, denials aside."""
    text = (module / "permissions.tf").read_text(encoding="utf-8")
    body = re.split(r'^data "aws_iam_policy_document" ', text, flags=re.MULTILINE)
    (found,) = (part for part in body if part.startswith(f'"{document}"'))
    statements = [statement for statement in found.split("statement {") if 'effect = "Deny"' not in statement]
    return {service for one in statements for service in re.findall(r'"([a-z0-9-]+):[A-Z*]', one)}


@pytest.mark.parametrize("document", ["read", "write"])
def test_a_role_knows_every_service_of_the_stack(document: str, stack: Synthesized, root: Path) -> None:
    kinds = stack.document["resource"].keys() - {"terraform_data"}

    assert kinds
    assert {service_of(kind) for kind in kinds} - allowed(root / "modules" / "github-oidc", document) == set()

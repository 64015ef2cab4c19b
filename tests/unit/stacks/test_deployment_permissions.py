"""Tests that GitHub's roles can deploy all resources: additions to a stack must be added to modules/github-oidc."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

READ_BY = {
    "aws_appsync_api_key": "appsync:ListApiKeys",
    "aws_appsync_datasource": "appsync:GetDataSource",
    "aws_appsync_domain_name": "appsync:GetDomainName",
    "aws_appsync_domain_name_api_association": "appsync:GetApiAssociation",
    "aws_appsync_function": "appsync:GetFunction",
    "aws_appsync_graphql_api": "appsync:GetGraphqlApi appsync:GetSchemaCreationStatus",
    "aws_appsync_resolver": "appsync:GetResolver",
    "aws_budgets_budget": "budgets:ViewBudget budgets:ListTagsForResource",
    "aws_cloudwatch_dashboard": "cloudwatch:GetDashboard",
    "aws_cloudwatch_event_rule": "events:DescribeRule events:ListTagsForResource",
    "aws_cloudwatch_event_target": "events:ListTargetsByRule",
    "aws_cloudwatch_log_group": "logs:DescribeLogGroups logs:ListTagsForResource",
    "aws_cloudwatch_log_metric_filter": "logs:DescribeMetricFilters",
    "aws_cloudwatch_metric_alarm": "cloudwatch:DescribeAlarms cloudwatch:ListTagsForResource",
    "aws_cloudwatch_log_resource_policy": "logs:DescribeResourcePolicies",
    "aws_cognito_identity_provider": "cognito-idp:DescribeIdentityProvider",
    "aws_cognito_user_pool_domain": "cognito-idp:DescribeUserPoolDomain",
    "aws_cognito_user_group": "cognito-idp:GetGroup",
    "aws_cognito_user_pool": "cognito-idp:DescribeUserPool cognito-idp:GetUserPoolMfaConfig",
    "aws_cognito_user_pool_client": "cognito-idp:DescribeUserPoolClient",
    "aws_dynamodb_table": "dynamodb:DescribeTable dynamodb:DescribeContinuousBackups dynamodb:DescribeTimeToLive "
    "dynamodb:ListTagsOfResource",
    "aws_iam_role": "iam:GetRole iam:ListRolePolicies iam:GetRolePolicy iam:ListAttachedRolePolicies",
    "aws_iam_role_policy": "iam:GetRolePolicy",
    "aws_kms_alias": "kms:ListAliases",
    "aws_kms_key": "kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags",
    "aws_lambda_event_source_mapping": "lambda:GetEventSourceMapping lambda:ListTags",
    "aws_lambda_function": "lambda:GetFunction lambda:ListVersionsByFunction lambda:GetFunctionCodeSigningConfig",
    "aws_lambda_permission": "lambda:GetPolicy",
    "aws_route53_record": "route53:GetHostedZone route53:ListResourceRecordSets",
    "aws_s3_bucket": "s3:ListBucket s3:GetBucketAcl s3:GetBucketLogging s3:GetBucketObjectLockConfiguration "
    "s3:GetBucketPolicy s3:GetBucketRequestPayment s3:GetBucketTagging s3:GetBucketVersioning s3:GetBucketWebsite "
    "s3:GetAccelerateConfiguration s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration "
    "s3:GetReplicationConfiguration",
    "aws_s3_bucket_cors_configuration": "s3:GetBucketCORS",
    "aws_s3_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "aws_s3_bucket_ownership_controls": "s3:GetBucketOwnershipControls",
    "aws_s3_bucket_policy": "s3:GetBucketPolicy",
    "aws_s3_bucket_public_access_block": "s3:GetBucketPublicAccessBlock",
    "aws_s3_bucket_server_side_encryption_configuration": "s3:GetEncryptionConfiguration",
    "aws_s3_bucket_versioning": "s3:GetBucketVersioning",
    "aws_s3_object": "s3:GetObject s3:GetObjectTagging",
    "aws_scheduler_schedule": "scheduler:GetSchedule",
    "aws_scheduler_schedule_group": "scheduler:GetScheduleGroup scheduler:ListTagsForResource",
    "aws_sns_topic": "sns:GetTopicAttributes sns:ListTagsForResource",
    "aws_sns_topic_policy": "sns:GetTopicAttributes",
    "aws_sqs_queue": "sqs:GetQueueAttributes sqs:ListQueueTags",
    "aws_sqs_queue_policy": "sqs:GetQueueAttributes",
    "aws_wafv2_web_acl": "wafv2:GetWebACL wafv2:ListTagsForResource",
    "aws_wafv2_web_acl_association": "wafv2:GetWebACLForResource",
    "aws_wafv2_web_acl_logging_configuration": "wafv2:GetLoggingConfiguration",
}
"""Resource type -> the actions with which the provider reads it (its source, ``internal/service/*``)."""


def allowed(module: Path, *documents: str) -> set[str]:
    """Return the allowed actions in policy documents of the module, with their wildcards."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("*.tf")))
    parts = re.split(r"^(?:data|resource) ", text, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(tuple(f'"aws_iam_policy_document" "{it}"' for it in documents))]
    assert len(found) == len(documents)
    statements = [one for part in found for one in part.split("statement {") if 'effect = "Deny"' not in one]
    return {action for one in statements for action in re.findall(r'"([a-z0-9-]+:[A-Z*][A-Za-z*]*)"', one)}


def needed(*stacks: Synthesized) -> set[str]:
    """Return the actions that read every resource of these stacks, except Terraform's own."""
    kinds = {kind for stack in stacks for kind in stack.document["resource"]} - {"terraform_data"}
    assert kinds
    return {action for kind in kinds for action in READ_BY[kind].split()}


def test_the_plan_role_reads_every_resource(stack: Synthesized, hardened: Synthesized, root: Path) -> None:
    patterns = allowed(root / "modules" / "github-oidc", "read", "plan")

    missing = {one for one in needed(stack, hardened) if not any(fnmatchcase(one, pattern) for pattern in patterns)}
    assert missing == set()


def test_the_apply_role_writes_in_every_service(stack: Synthesized, hardened: Synthesized, root: Path) -> None:
    written = {action.split(":")[0] for action in allowed(root / "modules" / "github-oidc", "write")}

    assert {action.split(":")[0] for action in needed(stack, hardened)} - written == set()

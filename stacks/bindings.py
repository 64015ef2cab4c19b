"""The only module that imports CDK for Terraform and the AWS bindings.

cdktf is archived; its maintained fork is CDK Terrain (``cdktn``, ``cdktn_provider_aws``, npm ``@cdktn/provider-aws``).
``CHAT_BINDINGS=cdktn`` synthesizes with it, if it is installed. To migrate, change the imports of this file. See
docs/adr/0001.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from stacks.environments import ConfigurationError
from stacks.fast_import import fast_import
from stacks.renamed_import import renamed_import

_CHOICES = {
    "cdktf": ("cdktf", "cdktf_cdktf_provider_aws", "@cdktf/provider-aws"),
    "cdktn": ("cdktn", "cdktn_provider_aws", "@cdktn/provider-aws"),
}
_CHOSEN = os.environ.get("CHAT_BINDINGS") or "cdktf"
if _CHOSEN not in _CHOICES:
    raise ConfigurationError(f'CHAT_BINDINGS = "{_CHOSEN}": must be one of {", ".join(_CHOICES)}')
_CORE, _PROVIDER, _NPM_PROVIDER = _CHOICES[_CHOSEN]
_RENAMED = {} if _CHOSEN == "cdktf" else {"cdktf": _CORE, "cdktf_cdktf_provider_aws": _PROVIDER}

with renamed_import(_RENAMED), fast_import(package=_PROVIDER, npm_package=_NPM_PROVIDER):
    from cdktf import (
        App,
        LocalBackend,
        S3Backend,
        TerraformElement,
        TerraformHclModule,
        TerraformOutput,
        TerraformResourceLifecycle,
        TerraformStack,
        TerraformVariable,
    )
    from cdktf_cdktf_provider_aws.appsync_api_key import AppsyncApiKey
    from cdktf_cdktf_provider_aws.appsync_datasource import (
        AppsyncDatasource,
        AppsyncDatasourceDynamodbConfig,
        AppsyncDatasourceLambdaConfig,
    )
    from cdktf_cdktf_provider_aws.appsync_domain_name import AppsyncDomainName
    from cdktf_cdktf_provider_aws.appsync_domain_name_api_association import AppsyncDomainNameApiAssociation
    from cdktf_cdktf_provider_aws.appsync_function import AppsyncFunction, AppsyncFunctionRuntime
    from cdktf_cdktf_provider_aws.appsync_graphql_api import (
        AppsyncGraphqlApi,
        AppsyncGraphqlApiAdditionalAuthenticationProvider,
        AppsyncGraphqlApiEnhancedMetricsConfig,
        AppsyncGraphqlApiLogConfig,
        AppsyncGraphqlApiUserPoolConfig,
    )
    from cdktf_cdktf_provider_aws.appsync_resolver import (
        AppsyncResolver,
        AppsyncResolverPipelineConfig,
        AppsyncResolverRuntime,
    )
    from cdktf_cdktf_provider_aws.budgets_budget import (
        BudgetsBudget,
        BudgetsBudgetCostFilter,
        BudgetsBudgetNotification,
    )
    from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
    from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
    from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
        CloudwatchLogMetricFilter,
        CloudwatchLogMetricFilterMetricTransformation,
    )
    from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
    from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
    from cdktf_cdktf_provider_aws.cognito_identity_provider import CognitoIdentityProvider
    from cdktf_cdktf_provider_aws.cognito_user_group import CognitoUserGroup
    from cdktf_cdktf_provider_aws.cognito_user_pool import (
        CognitoUserPool,
        CognitoUserPoolAccountRecoverySetting,
        CognitoUserPoolAccountRecoverySettingRecoveryMechanism,
        CognitoUserPoolAdminCreateUserConfig,
        CognitoUserPoolEmailConfiguration,
        CognitoUserPoolLambdaConfig,
        CognitoUserPoolPasswordPolicy,
        CognitoUserPoolSoftwareTokenMfaConfiguration,
        CognitoUserPoolUserAttributeUpdateSettings,
        CognitoUserPoolUsernameConfiguration,
        CognitoUserPoolUserPoolAddOns,
    )
    from cdktf_cdktf_provider_aws.cognito_user_pool_client import (
        CognitoUserPoolClient,
        CognitoUserPoolClientRefreshTokenRotation,
        CognitoUserPoolClientTokenValidityUnits,
    )
    from cdktf_cdktf_provider_aws.cognito_user_pool_domain import CognitoUserPoolDomain
    from cdktf_cdktf_provider_aws.dynamodb_table import (
        DynamodbTable,
        DynamodbTableAttribute,
        DynamodbTableGlobalSecondaryIndex,
        DynamodbTablePointInTimeRecovery,
        DynamodbTableServerSideEncryption,
        DynamodbTableTimeouts,
        DynamodbTableTtl,
    )
    from cdktf_cdktf_provider_aws.iam_role import IamRole
    from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
    from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
    from cdktf_cdktf_provider_aws.kms_key import KmsKey
    from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
        LambdaEventSourceMapping,
        LambdaEventSourceMappingDestinationConfig,
        LambdaEventSourceMappingDestinationConfigOnFailure,
        LambdaEventSourceMappingFilterCriteria,
        LambdaEventSourceMappingFilterCriteriaFilter,
    )
    from cdktf_cdktf_provider_aws.lambda_function import (
        LambdaFunction,
        LambdaFunctionEnvironment,
        LambdaFunctionLoggingConfig,
        LambdaFunctionTracingConfig,
    )
    from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
    from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
    from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
    from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
    from cdktf_cdktf_provider_aws.s3_bucket_cors_configuration import (
        S3BucketCorsConfiguration,
        S3BucketCorsConfigurationCorsRule,
    )
    from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
        S3BucketLifecycleConfiguration,
        S3BucketLifecycleConfigurationRule,
        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
        S3BucketLifecycleConfigurationRuleExpiration,
        S3BucketLifecycleConfigurationRuleFilter,
        S3BucketLifecycleConfigurationRuleFilterTag,
    )
    from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
        S3BucketOwnershipControls,
        S3BucketOwnershipControlsRule,
    )
    from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
    from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
    from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
        S3BucketServerSideEncryptionConfigurationA,
        S3BucketServerSideEncryptionConfigurationRuleA,
        S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
    )
    from cdktf_cdktf_provider_aws.s3_object import S3Object
    from cdktf_cdktf_provider_aws.scheduler_schedule import (
        SchedulerSchedule,
        SchedulerScheduleFlexibleTimeWindow,
        SchedulerScheduleTarget,
        SchedulerScheduleTargetRetryPolicy,
    )
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
    from cdktf_cdktf_provider_aws.wafv2_web_acl import (
        Wafv2WebAcl,
        Wafv2WebAclDefaultAction,
        Wafv2WebAclDefaultActionAllow,
        Wafv2WebAclVisibilityConfig,
    )
    from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
    from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import Wafv2WebAclLoggingConfiguration
    from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Callable


Arguments = ParamSpec("Arguments")
ElementT = TypeVar("ElementT", bound=TerraformElement)


def add(
    scope: Construct,
    kind: Callable[Concatenate[Construct, str, Arguments], ElementT],
    address: str,
    /,
    *positional: Arguments.args,
    **arguments: Arguments.kwargs,
) -> ElementT:
    """Add a resource whose Terraform address is ``<type>.<address>``, for example ``aws_dynamodb_table.rooms``.

    By default, cdktf derives the address from the construct path and a hash. This one is readable in plans, and does
    not change when a construct moves.

    Args:
        scope: The parent construct.
        kind: A resource class of this module.
        address: The second part of the Terraform address, unique in the stack among the resources of that type.
        positional: None; the bindings take all other arguments by name.
        arguments: Arguments of the resource, checked by mypy against the class.

    Raises:
        TypeError: A list contains a dict, whose optional snake_case keys jsii would silently drop.
    """
    name_of_kind = kind.__name__
    for name, value in arguments.items():
        if isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value):
            raise TypeError(f"{name_of_kind}.{address}: {name} contains a dict; use the struct class of the block")
    element = kind(scope, f"{name_of_kind}.{address}", *positional, **arguments)
    element.override_logical_id(address)
    return element

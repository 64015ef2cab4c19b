"""Translates calls of the AWS API to the actions, resources and condition keys that IAM authorizes.

The service authorization reference says which resource types an action has. What it does not say is here, with its
source: operations whose action has another name, where a request names its resource, and the actions that a call
needs in other services.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.provider_calls import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.provider_calls.provider_log import Call

ACTIONS: dict[str, tuple[str, ...]] = {
    # Billing and Cost Management user guide, "Managing access permissions for AWS Budgets"
    "budgets:CreateBudget": ("budgets:ModifyBudget",),
    "budgets:CreateNotification": ("budgets:ModifyBudget",),
    "budgets:CreateSubscriber": ("budgets:ModifyBudget",),
    "budgets:DeleteBudget": ("budgets:ModifyBudget",),
    "budgets:DeleteNotification": ("budgets:ModifyBudget",),
    "budgets:DeleteSubscriber": ("budgets:ModifyBudget",),
    "budgets:DescribeBudget": ("budgets:ViewBudget",),
    "budgets:DescribeNotificationsForBudget": ("budgets:ViewBudget",),
    "budgets:DescribeSubscribersForNotification": ("budgets:ViewBudget",),
    "budgets:UpdateBudget": ("budgets:ModifyBudget",),
    "budgets:UpdateNotification": ("budgets:ModifyBudget",),
    "budgets:UpdateSubscriber": ("budgets:ModifyBudget",),
    # Amazon S3 user guide, "Required permissions for Amazon S3 API operations"
    "s3:DeleteBucketCors": ("s3:PutBucketCORS",),
    "s3:DeleteBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3:DeleteBucketLifecycle": ("s3:PutLifecycleConfiguration",),
    "s3:DeleteBucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
    "s3:DeleteBucketTagging": ("s3:PutBucketTagging",),
    "s3:DeleteObjects": ("s3:DeleteObject",),
    "s3:DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3:GetBucketAccelerateConfiguration": ("s3:GetAccelerateConfiguration",),
    "s3:GetBucketCors": ("s3:GetBucketCORS",),
    "s3:GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3:GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "s3:GetBucketNotificationConfiguration": ("s3:GetBucketNotification",),
    "s3:GetBucketReplication": ("s3:GetReplicationConfiguration",),
    "s3:GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:HeadObject": ("s3:GetObject",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:PutBucketCors": ("s3:PutBucketCORS",),
    "s3:PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3:PutBucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
    "s3:PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
}
"""Operations whose actions have other names."""
FREE = frozenset({"sts:GetCallerIdentity"})
"""Operations that need no permission (STS API reference)."""
MEMBERS: dict[str, tuple[str, ...]] = {
    "appsync:DatasourceName": ("name",),
    "appsync:DomainName": ("domainName",),
    "appsync:FieldName": ("fieldName",),
    "appsync:FunctionId": ("functionId",),
    "appsync:GraphQLAPIId": ("apiId",),
    "appsync:TypeName": ("typeName",),
    "budgets:BudgetName": ("BudgetName", "Budget.BudgetName", "NewBudget.BudgetName"),
    "cloudwatch:AlarmName": ("AlarmName", "AlarmNames"),
    "cloudwatch:DashboardName": ("DashboardName", "DashboardNames"),
    "cognito-idp:UserPoolId": ("UserPoolId",),
    "dynamodb:TableName": ("TableName",),
    "iam:RoleNameWithPath": ("RoleName",),
    "kms:Alias": ("AliasName",),
    "kms:KeyId": ("KeyId", "TargetKeyId"),
    "lambda:FunctionName": ("FunctionName",),
    "lambda:UUID": ("UUID",),
    "logs:LogGroupName": ("logGroupName", "logGroupNamePrefix"),
    "route53:Id": ("Id", "HostedZoneId"),
    "s3:BucketName": ("Bucket",),
    "s3:ObjectName": ("Key",),
    "scheduler:GroupName": ("GroupName",),
    "scheduler:ScheduleName": ("Name",),
    "sqs:QueueName": ("QueueName", "QueueUrl"),
    "wafv2:Id": ("Id",),
    "wafv2:Name": ("Name",),
    "wafv2:Scope": ("Scope",),
}
"""Placeholder of an ARN -> the members of requests with its value."""
DEFAULTS = {"scheduler:GroupName": "default"}
GENERATED = frozenset(
    {
        *("appsync:ApiId", "appsync:FunctionId", "appsync:GraphQLAPIId", "wafv2:GraphQLAPIId", "wafv2:Id"),
        *("cognito-idp:UserPoolId", "kms:KeyId", "lambda:UUID"),
    }
)
"""Placeholders for ids that AWS generates: replaced by `ID` in the record, and in the ARN of what a call creates."""
ID = "ID"
PRINCIPALS = {
    "appsync": "appsync.amazonaws.com",
    "cognito-idp": "cognito-idp.amazonaws.com",
    "events": "events.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
}
"""Service that receives a role in a request -> its principal, ``iam:PassedToService``."""
_ROLE = re.compile(r"arn:[\w-]+:iam::\w*:role/.+")
_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]+:\w*:key/.+")
KEY_USES: dict[str, tuple[str, ...]] = {
    # DynamoDB developer guide, "Using a customer managed key": with the caller's permissions
    "dynamodb": ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    # AWS Lambda developer guide, "Securing environment variables"
    "lambda": ("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"),
}
"""Service -> what the caller needs of a customer managed key in a request. CloudWatch Logs, S3 and SQS use their own
permissions, from the key's policy, when data is written."""
TAGGING = {
    "iam": "iam:TagRole",
    "s3": "s3:PutBucketTagging",
    "s3:PutObject": "s3:PutObjectTagging",
    "sqs": "sqs:TagQueue",
}
"""Services and operations whose action for tags is not TagResource."""
CREATED_TYPES = {
    "appsync:CreateGraphqlApi": "graphqlapi",
    "cognito-idp:CreateUserPool": "userpool",
    "kms:CreateKey": "key",
    "lambda:CreateEventSourceMapping": "eventSourceMapping",
    "wafv2:CreateWebACL": "webacl",
}
"""Calls that create a resource with a generated id -> its type."""
LINKED_ROLES = {
    "cognito-idp:CreateUserPool": "email.cognito-idp.amazonaws.com",
    "cognito-idp:UpdateUserPool": "email.cognito-idp.amazonaws.com",
}
"""Calls that create a service-linked role without a dependent action in the reference -> its service: the first email
configuration with SES (Cognito developer guide, "Using service-linked roles for Amazon Cognito")."""
NOT_NEEDED = {
    "billing:GetBillingViewData": "for budgets of a billing view only (AWS Cost Management user guide)",
    "kms:CreateKey iam:CreateServiceLinkedRole": "for multi-Region keys only (KMS developer guide)",
    "lambda:PassCapacityProvider": "for functions with a capacity provider only (Lambda developer guide)",
}
"""Dependent actions of the reference, alone or after an operation, that the stack's calls do not need; with the reason.
"""
OTHER_TYPES = frozenset(
    {
        *("amplify", "apigateway", "apprunner", "cognito-idp", "ec2", "elasticloadbalancing"),  # protected by WAF
        *("firehose", "s3"),  # destinations of WAF's logs
    }
)
"""Services of dependent actions of WAF for resources that the stack does not connect with a web ACL."""


class UnknownRequestError(AssertionError):
    """A call whose authorization is not known here; the message names what to add."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A call with the ARNs that it names, as recorded.

    Attributes:
        name: ``<service>:<operation>``.
        arns: its resources.
        tags: the tags that it sets.
        tag_keys: the keys of the tags that it sets or removes.
        roles: the roles that it gives to its service.
        keys: the customer managed keys that it gives to its service.
    """

    name: str
    arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_keys: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """Return the prefix of the service's actions."""
        return self.name.partition(":")[0]

    @property
    def actions(self) -> tuple[str, ...]:
        """Return the actions with which IAM authorizes the operation."""
        return () if self.name in FREE else ACTIONS.get(self.name, (self.name,))


@dataclass(frozen=True, slots=True)
class Check:
    """What IAM decides: an action on a resource.

    Attributes:
        action: the action.
        resource: the ARN, or ``*``.
        context: condition keys and their values, without those of the resource's tags.
        is_created: whether the call creates the resource.
    """

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]]
    is_created: bool = False


# --- From a request to its resources -------------------------------------------------------------


def bind(call: Call, region: str, account: str) -> Bound:
    """Return a call with the ARNs of its resources.

    Raises:
        UnknownRequestError: the reference requires a resource that the request names in an unknown member.
    """
    bound = Bound(
        name=f"{call.service}:{call.operation}",
        tags=call.tags,
        tag_keys=tuple(sorted(call.tag_keys)),
        roles=tuple(sorted(filter(_ROLE.fullmatch, call.values))) if call.service in PRINCIPALS else (),
        keys=tuple(sorted({_anonymous("kms", "key", arn) for arn in filter(_KEY.fullmatch, call.values)}))
        if call.service in KEY_USES
        else (),
    )
    arns: set[str] = set()
    created = CREATED_TYPES.get(bound.name)
    for action in bound.actions:
        privilege = _privilege(action)
        found = {arn for kind in privilege.types for arn in _arns(call, kind, region, account)}
        if created in privilege.types:
            found.add(_any(call.service, created, region, account))
        if privilege.is_resource_required and not found:
            message = f"{bound.name}: add the member of {privilege.types} to MEMBERS of {__name__}"
            raise UnknownRequestError(message)
        arns |= found
    return Bound(bound.name, tuple(sorted(arns)), bound.tags, bound.tag_keys, bound.roles, bound.keys)


def _arns(call: Call, kind: str, region: str, account: str) -> Iterator[str]:
    """Yield the ARNs of one resource type that a request names, by ARN or by name."""
    template = reference.arn_format(call.service, kind)
    given = [value for values in call.members.values() for value in values if value.startswith("arn:")]
    by_arn = [parsed for value in given if (parsed := reference.parse_arn(template, value)) is not None]
    if by_arn:
        yield from (_filled(call.service, template, names, region, account) for names in by_arn)
        return
    wanted = reference.placeholders(template)
    values = {name: _named(call, name) for name in wanted}
    if wanted and all(values.values()):
        for value in values[wanted[-1]]:
            names = {name: own[0] for name, own in values.items()} | {wanted[-1]: value}
            yield _filled(call.service, template, names, region, account)


def _named(call: Call, placeholder: str) -> tuple[str, ...]:
    key = f"{call.service}:{placeholder}"
    if key == "cognito-idp:UserPoolId" and "UserPoolId" not in call.members:
        return ()
    for member in MEMBERS.get(key, ()):
        values = [_simple(value) for value in call.members.get(member, ()) if value]
        if values:
            return tuple(values)
    return (DEFAULTS[key],) if key in DEFAULTS else ()


def _simple(value: str) -> str:
    """Return the name in a queue's URL, an alias or an ARN."""
    if value.startswith("http"):
        return value.rpartition("/")[2]
    if value.startswith("arn:"):
        return re.split(r"[:/]", value)[-1]
    return value.removeprefix("alias/").removeprefix("/hostedzone/")


def _filled(service: str, template: str, names: Mapping[str, str], region: str, account: str) -> str:
    known = {"Partition": "aws", "Region": region, "Account": account}

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if f"{service}:{name}" in GENERATED:
            return ID
        found = known.get(name) or names[name]
        return found.lower() if name == "Scope" else found

    return re.sub(r"\$\{(\w+)\}", value, template)


def _anonymous(service: str, kind: str, arn: str) -> str:
    """Return an ARN with `ID` instead of a generated id."""
    names = reference.parse_arn(reference.arn_format(service, kind), arn)
    return arn if names is None else f"{arn.rpartition('/')[0]}/{ID}"


# --- From resources to what IAM checks -----------------------------------------------------------


def checks(bound: Bound, region: str, account: str) -> list[Check]:
    """Return everything that IAM must allow for a call.

    Raises:
        UnknownRequestError: the reference has a dependent action that is not known here.
    """
    context: dict[str, str | tuple[str, ...]] = {f"aws:RequestTag/{key}": value for key, value in bound.tags.items()}
    if bound.tag_keys:
        context["aws:TagKeys"] = bound.tag_keys
    found: list[Check] = []
    is_created = bound.name in CREATED_TYPES
    for action in bound.actions:
        privilege = _privilege(action)
        places = [arn for arn in bound.arns if _is_of(privilege, arn)] if privilege.types else ["*"]
        found += [Check(action, place, context, is_created=is_created) for place in places or ["*"]]
        for dependent in sorted(privilege.dependent_actions):
            found += _dependent(bound, dependent, context, region, account)
    if bound.name in LINKED_ROLES:
        found.append(_linked_role(LINKED_ROLES[bound.name], account))
    if bound.tags:
        found += _tagging(bound, context, region, account)
    passed: dict[str, str | tuple[str, ...]] = {"iam:PassedToService": PRINCIPALS.get(bound.service, "")}
    found += [Check("iam:PassRole", role, passed) for role in bound.roles]
    via: dict[str, str | tuple[str, ...]] = {"kms:ViaService": f"{bound.service}.{region}.amazonaws.com"}
    found += [Check(action, key, via) for key in bound.keys for action in KEY_USES[bound.service]]
    return found


def _is_of(privilege: reference.Privilege, arn: str) -> bool:
    service = privilege.action.partition(":")[0]
    formats = [reference.arn_format(service, kind) for kind in privilege.types]
    return any(reference.parse_arn(template, arn) is not None for template in formats)


def _tagging(bound: Bound, context: Mapping[str, str | tuple[str, ...]], region: str, account: str) -> Iterator[Check]:
    """Yield the checks of tags in a call that creates something: IAM authorizes the service's tagging action, too."""
    action = TAGGING.get(bound.name, TAGGING.get(bound.service, f"{bound.service}:TagResource"))
    if action in bound.actions or not reference.has_action(action):
        return
    kind = CREATED_TYPES.get(bound.name)
    places = (_any(bound.service, kind, region, account),) if kind else bound.arns
    for place in places:
        yield Check(action, place, context, is_created=True)


def _any(service: str, kind: str, region: str, account: str) -> str:
    """Return the ARN of a resource of this type whose names and ids are not known: only a wildcard matches it."""
    template = reference.arn_format(service, kind)
    names = {name: "regional" if name == "Scope" else ID for name in reference.placeholders(template)}
    return _filled(service, template, names, region, account)


def _dependent(
    bound: Bound, action: str, context: Mapping[str, str | tuple[str, ...]], region: str, account: str
) -> Iterator[Check]:
    """Yield the checks of a dependent action of the reference."""
    service = action.partition(":")[0]
    if NOT_NEEDED.keys() & {action, f"{bound.name} {action}"} or (bound.service == "wafv2" and service in OTHER_TYPES):
        return
    if not reference.has_action(action) or action == "iam:PassRole":
        return  # a name that the reference mentions only here; in `checks`, for the roles in the request
    if action == "iam:CreateServiceLinkedRole":
        yield _linked_role(f"{bound.service}.amazonaws.com", account)
    elif service in {bound.service, "logs", "appsync"}:
        yield from _beside(bound, action, context, region, account)
    else:
        message = f"{bound.name} depends on {action}: add it to {__name__}"
        raise UnknownRequestError(message)


def _linked_role(host: str, account: str) -> Check:
    """Return the check of the creation of a service-linked role."""
    role = f"arn:aws:iam::{account}:role/aws-service-role/{host}/AWSServiceRole"
    return Check("iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": host})


def _beside(
    bound: Bound, action: str, context: Mapping[str, str | tuple[str, ...]], region: str, account: str
) -> Iterator[Check]:
    """Yield the check of a dependent action on the resource of the call, or on any of the action's type."""
    privilege = reference.privilege(action)
    service = action.partition(":")[0]
    is_created = bound.name in CREATED_TYPES
    places = [arn for arn in bound.arns if _is_of(privilege, arn)]
    kind = CREATED_TYPES.get(bound.name, next(iter(privilege.types), None))
    if not places:
        places = ["*"] if kind is None else [_any(service, kind, region, account)]
    for place in places:
        yield Check(action, place, context if is_created else {}, is_created=is_created)


def _privilege(action: str) -> reference.Privilege:
    try:
        return reference.privilege(action)
    except KeyError:
        message = f"{action} is not an action of the reference: add its action to ACTIONS of {__name__}"
        raise UnknownRequestError(message) from None

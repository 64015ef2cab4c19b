"""Encryption at rest, optionally with a customer managed key.

The key policy allows CloudWatch Logs to use the key for this stack's log groups, and principals with IAM permissions to
use it only through the services that store the data. No principal can use it directly, not even an administrator of the
key. Topics of alarms do not belong to this stack, and neither does their encryption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.bindings import Construct, KmsAlias, KmsKey, TerraformResourceLifecycle, add
from stacks.names import physical_name
from stacks.partitions import partition_of
from stacks.permissions import Statement, document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings import Settings

_KEY = "data"
_SERVICES = ("dynamodb", "s3", "sqs")
"""Services that use the key on behalf of their caller (KMS developer guide, "kms:ViaService")."""
_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""The actions that DynamoDB needs (developer guide, "Encryption at rest: usage notes"); the others need fewer."""
_DELETION_DAYS = 30


def key_arn(settings: Settings) -> str | None:
    """Return the ARN of the customer managed key, or None if there is none."""
    return f"${{aws_kms_key.{_KEY}.arn}}" if settings.encryption.customer_managed_key else None


def key_statements(settings: Settings, statements: Sequence[Statement]) -> list[Statement]:
    """Return the permissions on the key that a role needs for ``statements``.

    The service that stores the data encrypts it on behalf of its caller. The role may therefore use the key through
    these services only.
    """
    arn = key_arn(settings)
    used = {action.split(":")[0] for statement in statements for action in statement.actions} & set(_SERVICES)
    if arn is None or not used:
        return []
    return [Statement(_USE, (arn,), _only_through(settings, sorted(used)))]


class Encryption(Construct):
    """The customer managed key and its alias, if the settings enable them."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        """Add the key, if the settings enable it.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
        """
        super().__init__(scope, id_)
        self.key: KmsKey | None = None
        if not settings.encryption.customer_managed_key:
            return
        is_protected = settings.storage.deletion_protection
        self.key = add(
            self,
            KmsKey,
            _KEY,
            description=f"Data and logs of {physical_name(settings, 'data', 'key_alias')}",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_DAYS,
            policy=document(_policy(settings)),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if is_protected else None,
        )
        add(
            self,
            KmsAlias,
            _KEY,
            name=f"alias/{physical_name(settings, 'data', 'key_alias')}",
            target_key_id=self.key.key_id,
        )


def _policy(settings: Settings) -> list[dict[str, Any]]:
    """Return the statements of the key policy. In a key policy, the resource "*" is the key (KMS developer guide)."""
    partition = partition_of(settings.region)
    account = {"AWS": f"arn:{partition.name}:iam::{settings.account_id}:root"}
    through_services = _only_through(settings, _SERVICES)
    return [
        _statement("AdministrationByIam", account, _ADMINISTRATION),
        _statement("UseThroughServicesByIam", account, _USE, through_services),
        _statement(
            "GrantsToTheServices",
            account,
            ("kms:CreateGrant",),
            {**through_services, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
        _statement("Logs", {"Service": f"logs.{settings.region}.{partition.dns_suffix}"}, _USE, _own_logs(settings)),
    ]


def _statement(
    sid: str, principal: dict[str, str], actions: Sequence[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": sorted(actions), "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def _only_through(settings: Settings, services: Sequence[str]) -> dict[str, Any]:
    suffix = partition_of(settings.region).dns_suffix
    hosts = [f"{service}.{settings.region}.{suffix}" for service in services]
    return {"StringEquals": {"kms:ViaService": hosts, "kms:CallerAccount": settings.account_id}}


def _own_logs(settings: Settings) -> dict[str, Any]:
    """Return the condition that the encryption context names a log group of this stack.

    The name of the API's log group has the API's id, which is not known here: the API depends on the key.
    """
    place = f"arn:{partition_of(settings.region).name}:logs:{settings.region}:{settings.account_id}:log-group"
    names = (
        f"/aws/lambda/{settings.app_name}-*-{settings.environment}",
        "/aws/appsync/apis/*",
        f"aws-waf-logs-{settings.app_name}-*-{settings.environment}",
    )
    return {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": [f"{place}:{name}" for name in names]}}

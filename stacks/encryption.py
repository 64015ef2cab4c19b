"""Encryption at rest with a key of the account's own, where the settings want one; with the services' own otherwise.

Two may use the key: CloudWatch Logs for this stack's log groups, and whoever IAM lets, but only through the services
that hold the data. Nobody can use it directly, not even an administrator who may change it. Topics of alarms are not of
this stack, and neither is their encryption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.bindings import Construct, KmsAlias, KmsKey, TerraformResourceLifecycle, add
from stacks.names import physical_name
from stacks.permissions import Statement, document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.settings import Settings

_KEY = "data"
_SERVICES = ("dynamodb", "s3", "sqs")
"""What encrypts with the key on behalf of who calls it (KMS developer guide, "kms:ViaService")."""
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
"""What DynamoDB asks for (developer guide, "Encryption at rest: usage notes"), and the others a part of."""
_DELETION_DAYS = 30


def key_arn(settings: Settings) -> str | None:
    """Return the key's ARN, None where everything is encrypted with the services' own keys."""
    return f"${{aws_kms_key.{_KEY}.arn}}" if settings.encryption.customer_managed_key else None


def key_statements(settings: Settings, statements: Sequence[Statement]) -> list[Statement]:
    """Return what a role needs of the key in order to do what ``statements`` allow.

    Data are encrypted by the service that holds them, in the name of who calls it, and so the role is let use the key
    through these services and in no other way.
    """
    arn = key_arn(settings)
    used = {action.split(":")[0] for statement in statements for action in statement.actions} & set(_SERVICES)
    if arn is None or not used:
        return []
    return [Statement(_USE, (arn,), _only_through(settings, sorted(used)))]


class Encryption(Construct):
    """The key and its name."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        """Add the key where the settings want one.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
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
    """Return who may do what with the key. In a key's policy the resource "*" is the key (KMS developer guide)."""
    account = {"AWS": f"arn:aws:iam::{settings.account_id}:root"}
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
        _statement("Logs", {"Service": f"logs.{settings.region}.amazonaws.com"}, _USE, _own_logs(settings)),
    ]


def _statement(
    sid: str, principal: dict[str, str], actions: Sequence[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": sorted(actions), "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def _only_through(settings: Settings, services: Sequence[str]) -> dict[str, Any]:
    hosts = [f"{service}.{settings.region}.amazonaws.com" for service in services]
    return {"StringEquals": {"kms:ViaService": hosts, "kms:CallerAccount": settings.account_id}}


def _own_logs(settings: Settings) -> dict[str, Any]:
    """Return the condition that what is encrypted is a log group of this stack, which Logs names in its context.

    The API's id is part of its group's name and is not known here: the pool, and so the API, stands on the key.
    """
    place = f"arn:aws:logs:{settings.region}:{settings.account_id}:log-group"
    names = (
        f"/aws/lambda/{settings.app_name}-*-{settings.environment}",
        "/aws/appsync/apis/*",
        f"aws-waf-logs-{settings.app_name}-*-{settings.environment}",
    )
    return {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": [f"{place}:{name}" for name in names]}}

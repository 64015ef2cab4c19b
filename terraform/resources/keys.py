"""KMS keys and aliases. Removed keys are scheduled for deletion, as in Terraform."""

from __future__ import annotations

from typing import Any

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_LATER = ("deletion_window_in_days", "enable_key_rotation", "rotation_period_in_days", "is_enabled", "tags")
_RENAMES = {
    "customer_master_key_spec": "KeySpec",
    "bypass_policy_lockout_safety_check": "BypassPolicyLockoutSafetyCheck",
}
_DEFAULT_WINDOW_DAYS = 30


def _find_key(target: Target, arguments: Arguments) -> Attributes | None:
    """Find an enabled key by its description, because keys have no names."""
    kms, description = target.clients["kms"], arguments.get("description")
    if not description:
        return None
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            there = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if there.get("Description") == description and there["KeyState"] == "Enabled":
                return _key_attributes(there, arguments)
    return None


def _key_attributes(key: dict[str, Any], arguments: Arguments) -> Attributes:
    return {**arguments, "id": key["KeyId"], "key_id": key["KeyId"], "arn": key["Arn"]}


def _key(target: Target, arguments: Arguments) -> Attributes:
    kms = target.clients["kms"]
    tags = [{"TagKey": key, "TagValue": value} for key, value in sorted(target.tagged(arguments).items())]
    found = _find_key(target, arguments)
    if found is None:
        wanted = request(kms, "CreateKey", arguments, renames=_RENAMES, without=_LATER)
        found = _key_attributes(kms.create_key(**wanted, Tags=tags)["KeyMetadata"], arguments)
    else:
        if arguments.get("policy"):
            kms.put_key_policy(KeyId=found["key_id"], PolicyName="default", Policy=arguments["policy"])
        kms.tag_resource(KeyId=found["key_id"], Tags=tags)
    if arguments.get("enable_key_rotation"):
        period = arguments.get("rotation_period_in_days")
        kms.enable_key_rotation(KeyId=found["key_id"], **({"RotationPeriodInDays": int(period)} if period else {}))
    else:
        kms.disable_key_rotation(KeyId=found["key_id"])
    return found


def _remove_key(target: Target, attributes: Attributes) -> None:
    days = int(attributes.get("deletion_window_in_days") or _DEFAULT_WINDOW_DAYS)
    target.clients["kms"].schedule_key_deletion(KeyId=attributes["key_id"], PendingWindowInDays=days)


def _find_alias(target: Target, arguments: Arguments) -> Attributes | None:
    pages = target.clients["kms"].get_paginator("list_aliases").paginate()
    there = next(
        (alias for page in pages for alias in page["Aliases"] if alias["AliasName"] == arguments["name"]), None
    )
    return None if there is None else _alias_attributes(target, arguments)


def _alias_attributes(target: Target, arguments: Arguments) -> Attributes:
    place = f"arn:aws:kms:{target.region}:{target.account_id}"
    key = str(arguments["target_key_id"])
    return {
        **arguments,
        "id": arguments["name"],
        "arn": f"{place}:{arguments['name']}",
        "target_key_arn": key if key.startswith("arn:") else f"{place}:key/{key}",
    }


def _alias(target: Target, arguments: Arguments) -> Attributes:
    kms = target.clients["kms"]
    change = kms.create_alias if _find_alias(target, arguments) is None else kms.update_alias
    change(AliasName=arguments["name"], TargetKeyId=arguments["target_key_id"])
    return _alias_attributes(target, arguments)


def _remove_alias(target: Target, attributes: Attributes) -> None:
    target.clients["kms"].delete_alias(AliasName=attributes["name"])


KINDS = {
    "aws_kms_alias": Kind(_find_alias, _alias, _remove_alias, tagged=False),
    "aws_kms_key": Kind(_find_key, _key, _remove_key),
}

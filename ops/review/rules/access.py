"""Changes of settings that decide who may use the backend, from where and how much: sign-in, origins, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.plans import Action
from ops.review.differences import ABSENT, as_text, differences
from ops.review.rules.finding import Finding
from ops.review.rules.graphql_schema import API
from ops.sanitize import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.plans import Plan, ResourceChange
    from ops.review.differences import Difference

KIND = "access"
WATCHED = {
    API: (
        "authentication_type",
        "additional_authentication_provider",
        "user_pool_config",
        "openid_connect_config",
        "lambda_authorizer_config",
        "visibility",
        "introspection_config",
        "query_depth_limit",
        "resolver_count_limit",
    ),
    "aws_appsync_api_key": ("expires",),
    "aws_cognito_identity_provider": (
        "provider_type",
        "provider_details",
        "attribute_mapping",
        "idp_identifiers",
    ),
    "aws_cognito_user_group": ("role_arn", "precedence"),
    "aws_cognito_user_pool": (
        "account_recovery_setting",
        "admin_create_user_config",
        "auto_verified_attributes",
        "lambda_config",
        "mfa_configuration",
        "password_policy",
        "user_attribute_update_settings",
        "user_pool_add_ons",
    ),
    "aws_cognito_user_pool_client": (
        "access_token_validity",
        "allowed_oauth_flows",
        "allowed_oauth_scopes",
        "callback_urls",
        "default_redirect_uri",
        "enable_token_revocation",
        "explicit_auth_flows",
        "id_token_validity",
        "logout_urls",
        "prevent_user_existence_errors",
        "read_attributes",
        "refresh_token_rotation",
        "refresh_token_validity",
        "supported_identity_providers",
        "token_validity_units",
        "write_attributes",
    ),
    "aws_cognito_user_pool_domain": ("domain", "certificate_arn"),
    "aws_kms_grant": ("grantee_principal", "operations"),
    "aws_lambda_function_url": ("authorization_type", "cors"),
    "aws_s3_bucket_acl": ("acl", "access_control_policy"),
    "aws_s3_bucket_cors_configuration": ("cors_rule",),
    "aws_s3_bucket_ownership_controls": ("rule",),
    "aws_s3_bucket_public_access_block": (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ),
    "aws_wafv2_web_acl": ("default_action", "rule"),
}
"""The attributes of each type that are reported with their values."""
_ADDED = {
    "aws_appsync_api_key": "is a new API key",
    "aws_cognito_identity_provider": "is a new identity provider",
    "aws_cognito_user_pool_client": "is a new client of the user pool",
    "aws_kms_grant": "is a new grant of a key",
    "aws_lambda_function_url": "is a new URL that calls a function without the API",
    "aws_s3_bucket_acl": "is a new access control list",
    "aws_s3_bucket_cors_configuration": "allows web pages of other origins to use the bucket",
}
_REMOVED = {
    "aws_cognito_identity_provider": "is removed: its users can no longer sign in",
    "aws_s3_bucket_ownership_controls": "is removed: access control lists may apply again",
    "aws_s3_bucket_public_access_block": "is removed: a policy or access control list can make the bucket public",
    "aws_s3_bucket_cors_configuration": "is removed: web pages can no longer use the bucket",
    "aws_wafv2_web_acl": "is removed: requests are no longer filtered",
    "aws_wafv2_web_acl_association": "is removed: requests are no longer filtered",
}
_SHOWN = 6


def access_findings(plan: Plan) -> Iterator[Finding]:
    """Yield the watched settings that change, and resources that give or limit access and are added or removed."""
    for change in plan.changes:
        if change.action is Action.ADD and change.type in _ADDED:
            if not plan.is_first or change.type == "aws_appsync_api_key":
                yield Finding(KIND, change.address, f"{_ADDED[change.type]}{_described(change)}")
        elif change.action in {Action.DESTROY, Action.FORGET} and change.type in _REMOVED:
            yield Finding(KIND, change.address, _REMOVED[change.type])
        elif change.action in {Action.CHANGE, Action.REPLACE}:
            yield from _changed(plan, change)


def _changed(plan: Plan, change: ResourceChange) -> Iterator[Finding]:
    watched = WATCHED.get(change.type, ())
    for difference in differences(change, plan.configured.get(change.address, {})):
        name = difference.path.split(".")[0].split("[")[0]
        if name in watched:
            yield Finding(KIND, change.address, f"{quoted(difference.path)} {_values(difference)}")
    for name in watched:
        if name in change.unknown and name in change.attributes and name not in plan.configured.get(change.address, {}):
            yield Finding(KIND, change.address, f"{quoted(name)} changes (known after apply)")


def _values(difference: Difference) -> str:
    if difference.before == ABSENT:
        return f"adds {quoted(difference.after)}"
    if difference.after == ABSENT:
        return f"removes {quoted(difference.before)}"
    return f"changes from {quoted(difference.before)} to {quoted(difference.after)}"


def _described(change: ResourceChange) -> str:
    """Return the watched values of a new resource."""
    values = [
        f"{quoted(name)} {quoted(text)}" for name in WATCHED.get(change.type, ()) if (text := _text(change, name))
    ]
    shown = values[:_SHOWN]
    return f": {', '.join(shown)}" if shown else ""


def _text(change: ResourceChange, name: str) -> str:
    text = as_text(change.planned.get(name))
    return "" if text == ABSENT else text

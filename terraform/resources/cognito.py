"""Cognito user pools, clients and groups. User pools are never removed, because they contain accounts."""

from __future__ import annotations

from typing import Any

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_POOL_RENAMES = {
    "name": "PoolName",
    "password_policy": "Policies.PasswordPolicy",
    "sign_in_policy": "Policies.SignInPolicy",
    "account_recovery_setting.recovery_mechanism": "RecoveryMechanisms",
    "admin_create_user_config.invite_message_template": "InviteMessageTemplate",
    "email_configuration.from_email_address": "From",
    "schema": "Schema",
}
_SET_APART = ("tags", "mfa_configuration", "software_token_mfa_configuration")
_ONLY_AT_CREATION = ("alias_attributes", "username_attributes", "username_configuration", "schema")


def _find_pool(target: Target, arguments: Arguments) -> Attributes | None:
    cognito = target.clients["cognito-idp"]
    found = _find(cognito.get_paginator("list_user_pools").paginate(MaxResults=60), "UserPools", arguments["name"])
    if found is None:
        return None
    return {
        **arguments,
        "id": found["Id"],
        "arn": f"arn:aws:cognito-idp:{target.region}:{target.account_id}:userpool/{found['Id']}",
        "endpoint": f"cognito-idp.{target.region}.amazonaws.com/{found['Id']}",
    }


def _pool(target: Target, arguments: Arguments) -> Attributes:
    cognito = target.clients["cognito-idp"]
    made = _find_pool(target, arguments)
    if made is None:
        wanted = request(cognito, "CreateUserPool", arguments, renames=_POOL_RENAMES, without=_SET_APART)
        pool = cognito.create_user_pool(**wanted, UserPoolTags=target.tagged(arguments))["UserPool"]
        endpoint = f"cognito-idp.{target.region}.amazonaws.com/{pool['Id']}"
        made = {**arguments, "id": pool["Id"], "arn": pool["Arn"], "endpoint": endpoint}
    else:
        without = [*_SET_APART, *_ONLY_AT_CREATION]
        wanted = request(cognito, "UpdateUserPool", arguments, renames=_POOL_RENAMES, without=without)
        cognito.update_user_pool(**wanted, UserPoolId=made["id"], UserPoolTags=target.tagged(arguments))
    _set_second_factor(target, arguments, made["id"])
    return made


def _set_second_factor(target: Target, arguments: Arguments, pool_id: str) -> None:
    """Set the MFA configuration in a separate call, as the provider does, because CreateUserPool lacks parts of it."""
    factor = arguments.get("software_token_mfa_configuration")
    target.clients["cognito-idp"].set_user_pool_mfa_config(
        UserPoolId=pool_id,
        MfaConfiguration=arguments.get("mfa_configuration", "OFF"),
        **({"SoftwareTokenMfaConfiguration": {"Enabled": bool(factor["enabled"])}} if factor else {}),
    )


def _find_client(target: Target, arguments: Arguments) -> Attributes | None:
    cognito = target.clients["cognito-idp"]
    paginator = cognito.get_paginator("list_user_pool_clients")
    pages = paginator.paginate(UserPoolId=arguments["user_pool_id"], MaxResults=60)
    found = _find(pages, "UserPoolClients", arguments["name"], key="ClientName")
    return None if found is None else {**arguments, "id": found["ClientId"]}


def _client(target: Target, arguments: Arguments) -> Attributes:
    cognito = target.clients["cognito-idp"]
    found = _find_client(target, arguments)
    renames = {"name": "ClientName", "callback_urls": "CallbackURLs", "logout_urls": "LogoutURLs"}
    if found is None:
        wanted = request(cognito, "CreateUserPoolClient", arguments, renames=renames)
        client = cognito.create_user_pool_client(**wanted)["UserPoolClient"]
    else:
        wanted = request(cognito, "UpdateUserPoolClient", arguments, renames=renames, without=["generate_secret"])
        client = cognito.update_user_pool_client(**wanted, ClientId=found["id"])["UserPoolClient"]
    return {**arguments, "id": client["ClientId"], "client_secret": client.get("ClientSecret", "")}


def _remove_client(target: Target, attributes: Attributes) -> None:
    target.clients["cognito-idp"].delete_user_pool_client(
        UserPoolId=attributes["user_pool_id"], ClientId=attributes["id"]
    )


def _find_group(target: Target, arguments: Arguments) -> Attributes | None:
    cognito = target.clients["cognito-idp"]
    try:
        cognito.get_group(UserPoolId=arguments["user_pool_id"], GroupName=arguments["name"])
    except cognito.exceptions.ResourceNotFoundException:
        return None
    return {**arguments, "id": f"{arguments['user_pool_id']}/{arguments['name']}"}


def _group(target: Target, arguments: Arguments) -> Attributes:
    cognito = target.clients["cognito-idp"]
    wanted = request(cognito, "CreateGroup", arguments, renames={"name": "GroupName"})
    try:
        cognito.create_group(**wanted)
    except cognito.exceptions.GroupExistsException:
        cognito.update_group(**wanted)
    return {**arguments, "id": f"{arguments['user_pool_id']}/{arguments['name']}"}


def _remove_group(target: Target, attributes: Attributes) -> None:
    target.clients["cognito-idp"].delete_group(UserPoolId=attributes["user_pool_id"], GroupName=attributes["name"])


def _find(pages: Any, member: str, name: str, *, key: str = "Name") -> dict[str, Any] | None:  # noqa: ANN401 - boto3's
    return next((item for page in pages for item in page[member] if item[key] == name), None)


KINDS = {
    "aws_cognito_user_pool": Kind(_find_pool, _pool),
    "aws_cognito_user_pool_client": Kind(
        _find_client,
        _client,
        _remove_client,
        tagged=False,
        import_id=lambda client: f"{client['user_pool_id']}/{client['id']}",
    ),
    "aws_cognito_user_group": Kind(_find_group, _group, _remove_group, tagged=False),
}

"""Cognito: the user pool, its public web client, the groups, and the trigger that admits confirmed people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.bindings import (
    CognitoUserGroup,
    CognitoUserPool,
    CognitoUserPoolAccountRecoverySetting,
    CognitoUserPoolAccountRecoverySettingRecoveryMechanism,
    CognitoUserPoolAdminCreateUserConfig,
    CognitoUserPoolClient,
    CognitoUserPoolClientTokenValidityUnits,
    CognitoUserPoolLambdaConfig,
    CognitoUserPoolPasswordPolicy,
    CognitoUserPoolUserAttributeUpdateSettings,
    CognitoUserPoolUsernameConfiguration,
    LambdaPermission,
    TerraformResourceLifecycle,
    TerraformStack,
    add,
)
from stacks.functions import Function, FunctionDefinition, add_function
from stacks.names import physical_name
from stacks.permissions import Statement
from stacks.roles import allow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.settings import IdentitySettings, Settings

POST_CONFIRMATION = "post_confirmation"

EVERYBODY = "Users"
GROUPS = {
    "Admins": "May act in any room and administer the chat",
    "Moderators": "May act in any room",
    EVERYBODY: "Everybody who has confirmed an account",
}
"""Group names and descriptions, the most powerful first: that order is their precedence."""

_TOKEN_UNITS = {"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What the API and the outputs need of the user pool."""

    pool: Any
    client: Any
    functions: tuple[Function, ...]


def add_identity(
    stack: TerraformStack, settings: Settings, *, tables: Mapping[str, Any], archives: Mapping[str, Archive]
) -> Identity:
    """Add the pool and all that belongs to it.

    Args:
        stack: The stack it belongs to.
        settings: The environment.
        tables: The DynamoDB tables by key; the trigger writes profiles to ``users``.
        archives: The functions' code by name.
    """
    trigger = add_function(stack, settings, post_confirmation(tables["users"]), archives[POST_CONFIRMATION])
    pool = _add_pool(stack, settings, trigger)
    # A policy of its own: the pool needs the function, and this one needs the pool.
    allow(
        stack,
        trigger.role,
        f"{POST_CONFIRMATION}_groups",
        [Statement(("cognito-idp:AdminAddUserToGroup",), (pool.arn,))],
    )
    add(
        stack,
        LambdaPermission,
        POST_CONFIRMATION,
        statement_id="AllowCognito",
        action="lambda:InvokeFunction",
        function_name=trigger.resource.function_name,
        principal="cognito-idp.amazonaws.com",
        source_arn=pool.arn,
    )
    for precedence, (group, description) in enumerate(GROUPS.items(), start=1):
        add(
            stack,
            CognitoUserGroup,
            group,
            name=group,
            user_pool_id=pool.id,
            description=description,
            precedence=precedence,
        )
    return Identity(pool, _add_client(stack, settings, pool), (trigger,))


def post_confirmation(users: Any) -> FunctionDefinition:  # noqa: ANN401 - a DynamodbTable
    """Return the trigger that puts a confirmed person into the group Users and creates the profile."""
    return FunctionDefinition(
        name=POST_CONFIRMATION,
        description="Cognito PostConfirmation: group Users and the profile of a new person",
        environment={"USERS_TABLE_NAME": users.name, "USERS_GROUP_NAME": EVERYBODY},
        statements=(Statement(("dynamodb:PutItem",), (users.arn,)),),
        timeout_seconds=5,  # Cognito waits no longer for a trigger (Cognito developer guide, Lambda triggers)
    )


def _add_pool(stack: TerraformStack, settings: Settings, trigger: Function) -> Any:  # noqa: ANN401 - a CognitoUserPool
    identity = settings.identity
    return add(
        stack,
        CognitoUserPool,
        "pool",
        name=physical_name(settings, "users", "user_pool"),
        username_attributes=["email"],
        username_configuration=CognitoUserPoolUsernameConfiguration(case_sensitive=False),
        auto_verified_attributes=["email"],
        user_attribute_update_settings=CognitoUserPoolUserAttributeUpdateSettings(
            attributes_require_verification_before_update=["email"]
        ),
        account_recovery_setting=CognitoUserPoolAccountRecoverySetting(
            recovery_mechanism=[
                CognitoUserPoolAccountRecoverySettingRecoveryMechanism(name="verified_email", priority=1)
            ]
        ),
        admin_create_user_config=CognitoUserPoolAdminCreateUserConfig(
            allow_admin_create_user_only=not identity.self_sign_up
        ),
        password_policy=_password_policy(identity),
        lambda_config=CognitoUserPoolLambdaConfig(post_confirmation=trigger.resource.arn),
        deletion_protection="ACTIVE" if identity.deletion_protection else "INACTIVE",
        lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if identity.deletion_protection else None,
    )


def _password_policy(identity: IdentitySettings) -> CognitoUserPoolPasswordPolicy:
    return CognitoUserPoolPasswordPolicy(
        minimum_length=identity.password_minimum_length,
        require_lowercase=True,
        require_uppercase=True,
        require_numbers=True,
        require_symbols=identity.password_require_symbols,
        temporary_password_validity_days=identity.temporary_password_validity_days,
    )


def _add_client(stack: TerraformStack, settings: Settings, pool: Any) -> Any:  # noqa: ANN401 - pool and client
    """Add the client of browsers and phones: without a secret, which they could not keep, and with SRP only."""
    identity = settings.identity
    return add(
        stack,
        CognitoUserPoolClient,
        "web",
        name=physical_name(settings, "web", "user_pool"),
        user_pool_id=pool.id,
        generate_secret=False,
        explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        supported_identity_providers=["COGNITO"],
        prevent_user_existence_errors="ENABLED",
        enable_token_revocation=True,
        read_attributes=["email", "email_verified", "name"],
        write_attributes=["email", "name"],
        access_token_validity=identity.access_token_validity_minutes,
        id_token_validity=identity.id_token_validity_minutes,
        refresh_token_validity=identity.refresh_token_validity_days,
        token_validity_units=[
            CognitoUserPoolClientTokenValidityUnits(**_TOKEN_UNITS),
        ],
    )

"""Cognito: the user pool, its public web client, the groups, and the trigger that admits confirmed people."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    Construct,
    DynamodbTable,
    LambdaPermission,
    TerraformResourceLifecycle,
    add,
)
from stacks.functions import Function, FunctionDefinition
from stacks.names import physical_name
from stacks.permissions import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.archives import Archive
    from stacks.settings import Settings
    from stacks.settings.identity import IdentitySettings

POST_CONFIRMATION = "post_confirmation"

EVERYBODY = "Users"
GROUPS = {
    "Admins": "May act in any room and administer the chat",
    "Moderators": "May act in any room",
    EVERYBODY: "Everybody who has confirmed an account",
}
"""Group names and descriptions, the most powerful first: that order is their precedence."""

_TOKEN_UNITS = {"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}


class Identity(Construct):
    """The user pool, its public web client, the groups, and the function that admits confirmed people."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        tables: Mapping[str, DynamodbTable],
        archives: Mapping[str, Archive],
    ) -> None:
        """Add the pool and all that belongs to it.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            tables: The DynamoDB tables by key; the trigger writes profiles to ``users``.
            archives: The functions' code by name.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self.post_confirmation = Function(
            self,
            POST_CONFIRMATION,
            settings=settings,
            definition=post_confirmation(tables["users"]),
            archive=archives[POST_CONFIRMATION],
        )
        self.pool = self._build_pool()
        self._build_trigger()
        for precedence, group in enumerate(GROUPS, start=1):
            self._build_group(group, precedence)
        self.client = self._build_client()

    def _build_pool(self) -> CognitoUserPool:
        identity = self._settings.identity
        return add(
            self,
            CognitoUserPool,
            "pool",
            name=physical_name(self._settings, "users", "user_pool"),
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
            lambda_config=CognitoUserPoolLambdaConfig(post_confirmation=self.post_confirmation.resource.arn),
            deletion_protection="ACTIVE" if identity.deletion_protection else "INACTIVE",
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if identity.deletion_protection else None,
        )

    def _build_trigger(self) -> None:
        """Let the function add people to groups, and Cognito call the function.

        The policy is one of its own: the pool needs the function, and this one needs the pool.
        """
        self.post_confirmation.role.allow(
            f"{POST_CONFIRMATION}_groups", [Statement(("cognito-idp:AdminAddUserToGroup",), (self.pool.arn,))]
        )
        add(
            self,
            LambdaPermission,
            POST_CONFIRMATION,
            statement_id="AllowCognito",
            action="lambda:InvokeFunction",
            function_name=self.post_confirmation.resource.function_name,
            principal="cognito-idp.amazonaws.com",
            source_arn=self.pool.arn,
        )

    def _build_group(self, group: str, precedence: int) -> None:
        add(
            self,
            CognitoUserGroup,
            group,
            name=group,
            user_pool_id=self.pool.id,
            description=GROUPS[group],
            precedence=precedence,
        )

    def _build_client(self) -> CognitoUserPoolClient:
        """Add the client of browsers and phones: without a secret, which they could not keep, and with SRP only."""
        identity = self._settings.identity
        return add(
            self,
            CognitoUserPoolClient,
            "web",
            name=physical_name(self._settings, "web", "user_pool"),
            user_pool_id=self.pool.id,
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
            token_validity_units=[CognitoUserPoolClientTokenValidityUnits(**_TOKEN_UNITS)],
        )


def post_confirmation(users: DynamodbTable) -> FunctionDefinition:
    """Return the trigger that puts a confirmed person into the group Users and creates the profile."""
    return FunctionDefinition(
        name=POST_CONFIRMATION,
        description="Cognito PostConfirmation: group Users and the profile of a new person",
        environment={"USERS_TABLE_NAME": users.name, "USERS_GROUP_NAME": EVERYBODY},
        statements=(Statement(("dynamodb:PutItem",), (users.arn,)),),
        timeout_seconds=5,  # Cognito waits no longer for a trigger (Cognito developer guide, Lambda triggers)
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

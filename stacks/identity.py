"""Cognito: the user pool, its groups, and the triggers before and after sign-up and after sign-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from contract.names import ADMIN_GROUP, EVERYBODY_GROUP, MODERATOR_GROUP
from stacks.bindings import (
    CognitoUserGroup,
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
    Construct,
    DynamodbTable,
    LambdaPermission,
    TerraformResourceLifecycle,
    add,
)
from stacks.functions import Function, FunctionDefinition
from stacks.names import physical_name
from stacks.permissions import Statement
from stacks.sign_in import SignIn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.function_code import FunctionCode
    from stacks.settings import Settings
    from stacks.settings.access import IdentitySettings
    from stacks.settings.email import EmailSettings

POST_CONFIRMATION = "post_confirmation"
PRE_SIGN_UP = "pre_sign_up"

GROUPS = {
    ADMIN_GROUP: "May act in any room, also as an owner",
    MODERATOR_GROUP: "May act in any room",
    EVERYBODY_GROUP: "All confirmed users",
}
"""Group name -> description, in order of precedence."""

_TRIGGER_SECONDS = 5  # Cognito's limit (Cognito developer guide, "Lambda triggers")
_MFA = {"off": "OFF", "optional": "OPTIONAL", "required": "ON"}


class Identity(Construct):
    """The user pool with client, groups and triggers."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        tables: Mapping[str, DynamodbTable],
        code: FunctionCode,
    ) -> None:
        """Add the pool, client, groups and triggers.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            tables: The DynamoDB tables by key; the trigger writes profiles to ``users``.
            code: The archives of the functions in S3.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self.post_confirmation = Function(
            self,
            POST_CONFIRMATION,
            settings=settings,
            definition=post_confirmation(tables["users"]),
            archive=code.stored(POST_CONFIRMATION),
        )
        self.pre_sign_up = self._build_pre_sign_up(code)
        self.pool = self._build_pool()
        for function in self.functions:
            self._build_permission(function)
        self._allow_groups()
        for precedence, group in enumerate(GROUPS, start=1):
            self._build_group(group, precedence)
        self.sign_in = SignIn(self, "sign_in", settings=settings, pool=self.pool)
        self.client = self.sign_in.client

    @property
    def functions(self) -> list[Function]:
        """The triggers."""
        return [self.post_confirmation, *([self.pre_sign_up] if self.pre_sign_up else [])]

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
            email_configuration=_email(identity.email),
            password_policy=_password_policy(identity),
            lambda_config=CognitoUserPoolLambdaConfig(
                post_confirmation=self.post_confirmation.resource.arn,
                # Cognito does not confirm users that an administrator creates or imports.
                post_authentication=self.post_confirmation.resource.arn,
                pre_sign_up=self.pre_sign_up.resource.arn if self.pre_sign_up else None,
            ),
            mfa_configuration=_MFA[identity.mfa],
            software_token_mfa_configuration=_second_factor(identity),
            user_pool_tier="PLUS" if identity.threat_protection != "off" else None,
            user_pool_add_ons=_threat_protection(identity),
            deletion_protection="ACTIVE" if identity.deletion_protection else "INACTIVE",
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if identity.deletion_protection else None,
        )

    def _build_pre_sign_up(self, code: FunctionCode) -> Function | None:
        """Add the function that restricts sign-up to e-mail domains, if the settings have any."""
        domains = self._settings.identity.allowed_email_domains
        if not domains:
            return None
        definition = FunctionDefinition(
            name=PRE_SIGN_UP,
            description="Cognito pre sign-up trigger: rejects addresses of other email domains",
            environment={"ALLOWED_EMAIL_DOMAINS": json.dumps(domains)},
            statements=(),
            timeout_seconds=_TRIGGER_SECONDS,
        )
        return Function(
            self, PRE_SIGN_UP, settings=self._settings, definition=definition, archive=code.stored(PRE_SIGN_UP)
        )

    def _allow_groups(self) -> None:
        """Allow the trigger to add users to groups, with a separate policy: the pool depends on the function."""
        self.post_confirmation.role.allow(
            f"{POST_CONFIRMATION}_groups", [Statement(("cognito-idp:AdminAddUserToGroup",), (self.pool.arn,))]
        )

    def _build_permission(self, function: Function) -> None:
        """Allow Cognito to invoke a trigger, for this pool only."""
        add(
            self,
            LambdaPermission,
            function.name,
            statement_id="AllowCognito",
            action="lambda:InvokeFunction",
            function_name=function.resource.function_name,
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


def post_confirmation(users: DynamodbTable) -> FunctionDefinition:
    """Return the trigger that adds a user without a profile to the group Users and creates the profile."""
    return FunctionDefinition(
        name=POST_CONFIRMATION,
        description="Cognito post confirmation trigger: adds a new user to the group Users and creates the profile",
        environment={"USERS_TABLE_NAME": users.name, "USERS_GROUP_NAME": EVERYBODY_GROUP},
        statements=(Statement(("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"), (users.arn,)),),
        timeout_seconds=_TRIGGER_SECONDS,
    )


def _email(email: EmailSettings | None) -> CognitoUserPoolEmailConfiguration:
    """Return the sender: Cognito, or Amazon SES, for which Cognito creates its service-linked role.

    The default is explicit, because the AWS provider ignores the removal of the block.
    """
    if email is None:
        return CognitoUserPoolEmailConfiguration(email_sending_account="COGNITO_DEFAULT")
    return CognitoUserPoolEmailConfiguration(
        email_sending_account="DEVELOPER",
        from_email_address=email.sender,
        source_arn=email.identity_arn,
        reply_to_email_address=email.reply_to,
        configuration_set=email.configuration_set,
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


def _second_factor(identity: IdentitySettings) -> CognitoUserPoolSoftwareTokenMfaConfiguration | None:
    """Allow authenticator apps as the only second factor: text messages can be intercepted, and cost money."""
    return None if identity.mfa == "off" else CognitoUserPoolSoftwareTokenMfaConfiguration(enabled=True)


def _threat_protection(identity: IdentitySettings) -> CognitoUserPoolUserPoolAddOns | None:
    if identity.threat_protection == "off":
        return None
    return CognitoUserPoolUserPoolAddOns(advanced_security_mode=identity.threat_protection.upper())

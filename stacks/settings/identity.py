"""Settings of Cognito."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class IdentitySettings(Section):
    """Cognito: who may sign up, how strong passwords are and how long tokens live."""

    self_sign_up: bool = Field(default=True, description="true or false: whether people may sign up by themselves")
    deletion_protection: bool = Field(
        default=True, description="true or false: whether the user pool refuses to be deleted"
    )
    password_minimum_length: int = Field(default=12, ge=8, le=99, description="8-99 characters")
    password_require_symbols: bool = Field(default=False, description="true or false")
    temporary_password_validity_days: int = Field(default=3, ge=1, le=365, description="1-365 days")
    access_token_validity_minutes: int = Field(default=60, ge=5, le=1440, description="5-1440 minutes")
    id_token_validity_minutes: int = Field(default=60, ge=5, le=1440, description="5-1440 minutes")
    refresh_token_validity_days: int = Field(default=30, ge=1, le=3650, description="1-3650 days")

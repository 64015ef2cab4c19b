"""What the function needs to know from its environment."""

from __future__ import annotations

from pydantic import Field, Json

from lambdas.common.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """The function's environment variables, by name in capitals."""

    allowed_email_domains: Json[tuple[str, ...]] = Field(alias="ALLOWED_EMAIL_DOMAINS")

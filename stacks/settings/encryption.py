"""Settings of encryption at rest."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section


class EncryptionSettings(Section):
    """Whose key it is. Everything is encrypted either way."""

    customer_managed_key: bool = Field(
        default=False,
        description="true or false: whether tables, attachments, queues and logs are encrypted with a key of this "
        "account, 1 USD a month and 0.03 USD for 10,000 uses, instead of the services' own",
    )

"""Settings of the email that Cognito sends: verification codes, invitations and password resets."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section

_LOCAL_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
_ADDRESS = rf"{_LOCAL_PART}@{_DOMAIN}"
_NAME = r'[^\x00-\x1f\x7f"<>@,;:\\()\[\]]{1,128}'

Address = Annotated[str, Field(max_length=320, pattern=rf"^{_ADDRESS}$")]
Sender = Annotated[str, Field(max_length=450, pattern=rf'^({_ADDRESS}|({_NAME}|"{_NAME}") <{_ADDRESS}>)$')]
IdentityArn = Annotated[
    str, Field(pattern=rf"^arn:aws[a-z-]*:ses:[a-z0-9-]+:\d{{12}}:identity/({_ADDRESS}|{_DOMAIN})$")
]


class EmailSettings(Section):
    """Email by Amazon SES, from an identity that is verified in the environment's account."""

    sender: Sender = Field(description='name and address, or address, for example "Chat <no-reply@example.com>"')
    identity_arn: IdentityArn = Field(
        description="ARN of the verified SES identity: the sender's address, its domain or a parent domain, for "
        'example "arn:aws:ses:us-east-1:111122223333:identity/example.com"'
    )
    reply_to: Address | None = Field(default=None, description="address for replies, if it is not the sender's")
    configuration_set: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9_-]{1,64}$",
        description="name of an SES configuration set, for example to record bounces",
    )

    @property
    def address(self) -> str:
        """The sender's address, without the name."""
        return self.sender.rpartition("<")[2].removesuffix(">")

    @property
    def identity(self) -> str:
        """The verified address or domain."""
        return self.identity_arn.rpartition("/")[2]

    @property
    def identity_region(self) -> str:
        """The region of the identity."""
        return self.identity_arn.split(":")[3]

    @property
    def identity_account(self) -> str:
        """The account of the identity."""
        return self.identity_arn.split(":")[4]

    def identity_covers_sender(self) -> bool:
        """Return whether the sender's address is the identity, or in its domain or a subdomain."""
        identity = self.identity.lower()
        address = self.address.lower()
        if "@" in identity:
            return address == identity
        return re.search(rf"[@.]{re.escape(identity)}$", address) is not None

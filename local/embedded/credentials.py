"""The credentials of one run of the local AWS: random, and readable only by users with access to its data directory."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

_ID_BYTES = 10
_SECRET_BYTES = 30


@dataclass(frozen=True, slots=True)
class RunCredentials:
    """An access key of the account's root, valid until its server stops."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    @classmethod
    def generate(cls) -> RunCredentials:
        """Return new credentials in AWS's format: 20 and 40 characters, 80 and 240 random bits."""
        key = base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode("ascii")
        return cls(f"AKIA{key}", base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii"))

    def variables(self) -> dict[str, str]:
        """Return the environment variables from which AWS clients and Terraform read them."""
        return {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key}

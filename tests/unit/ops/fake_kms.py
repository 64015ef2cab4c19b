"""KMS in memory: the two operations on HMAC keys."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    import pytest

KEY = "arn:aws:kms:eu-west-1:222222222222:key/one"
MESSAGE_BYTES = 4096
"""The longest message that GenerateMac accepts (KMS API reference)."""


@dataclass
class FakeKms:
    """The two operations of KMS, with a key per ARN.

    Attributes:
        refusal: the error that every call raises.
        calls: (operation, whether it is a dry run) of each call.
    """

    refusal: Exception | None = None
    calls: list[tuple[str, bool]] = field(default_factory=list)

    def code(self, arn: str, message: bytes) -> bytes:
        assert len(message) <= MESSAGE_BYTES
        return hmac.digest(arn.encode(), message, hashlib.sha256)

    def generate_mac(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's request
        self.calls.append(("generate", request.get("DryRun", False)))
        if self.refusal:
            raise self.refusal
        if request.get("DryRun"):
            raise error("DryRunOperationException", "GenerateMac")
        return {"Mac": self.code(request["KeyId"], request["Message"])}

    def verify_mac(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's request
        self.calls.append(("verify", False))
        if self.refusal:
            raise self.refusal
        if request["Mac"] != self.code(request["KeyId"], request["Message"]):
            raise error("KMSInvalidMacException", "VerifyMac")
        return {"MacValid": True}


def replace_kms(monkeypatch: pytest.MonkeyPatch) -> FakeKms:
    """Replace KMS in the region of `KEY`, and return the replacement."""
    fake = FakeKms()

    def client(service: str, *, region_name: str) -> FakeKms:
        assert (service, region_name) == ("kms", "eu-west-1")
        return fake

    monkeypatch.setattr("ops.record_key.boto3.client", client)
    return fake


def error(code: str, operation: str = "GenerateMac") -> ClientError:
    """Return an error response of KMS."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

"""Authentication of records with the HMAC key of an environment, which never leaves KMS.

The key is in the account of the state: the stack ``state-<environment>`` creates it. Roles with ``kms:GenerateMac``
sign records that `promote` accepts; roles with ``kms:VerifyMac`` verify them.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from common.commands import OperationError, RefusedError, log
from common.error_messages import sentence
from ops.records import Authentication, MacAlgorithm

if TYPE_CHECKING:
    from ops.order import Environment
    from ops.records import Record

RecordT = TypeVar("RecordT", bound="Record")
_SETTING = "promotion.record_key_arn"
_REMEDIES = {
    "AccessDeniedException": "The plan role of the default branch and the apply role may sign records "
    "(kms:GenerateMac); they and the apply role of the next environment may verify them (kms:VerifyMac), in another "
    "account with promotion.record_verifier_account_ids. A plan that is only reviewed needs neither: "
    "python -m ops plan --review-only.",
    "DisabledException": "Enable the key again, or set the ARN of another key and plan again.",
    "InvalidKeyUsageException": "The key must be an HMAC key: use the output RecordKeyArn of the stack state-{name}.",
    "KMSInvalidStateException": "If the key is pending deletion, cancel the deletion (aws kms cancel-key-deletion).",
    "NotFoundException": "Compare the ARN with the output RecordKeyArn of the stack state-{name}.",
}
"""The remedy for each error code of KMS."""


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The key of an environment's records, or the setting that it has none.

    Attributes:
        environment: the environment, with its table ``[promotion]``.
    """

    environment: Environment

    def check(self) -> None:
        """Check that records can be signed, without signing.

        Raises:
            RefusedError: the environment requires a key and has none.
            OperationError: KMS refused, or cannot be reached.
        """
        if self._arn() is None:
            return
        try:
            self._call("generate_mac", Message=b"check", DryRun=True)
        except ClientError as error:
            if error.response["Error"]["Code"] != "DryRunOperationException":
                raise self._error("signed", error) from error
        except BotoCoreError as error:
            raise self._error("signed", error) from error

    def sign(self, record: RecordT) -> RecordT:
        """Return a record with its authentication; without a key, the record itself.

        Raises:
            RefusedError: the environment requires a key and has none.
            OperationError: KMS refused, or cannot be reached.
        """
        arn = self._arn()
        if arn is None:
            log(f"  The record is not authenticated: {self.environment.name} has no {_SETTING}.")
            return record
        try:
            mac = self._call("generate_mac", Message=record.message())["Mac"]
        except (ClientError, BotoCoreError) as error:
            raise self._error("signed", error) from error
        return record.model_copy(
            update={"authentication": Authentication(key_arn=arn, mac=base64.b64encode(mac).decode())}
        )

    def verify(self, record: Record, place: str, *, target: Environment | None = None) -> None:
        """Check that a record was signed with the key of the environment and has not changed.

        Args:
            record: the record.
            place: its place, as messages name it.
            target: the environment that takes the release of this environment. If it requires authenticated records,
                so does this check.

        Raises:
            RefusedError: it was not, or a key is required and the environment has none.
            OperationError: KMS refused, or cannot be reached.
        """
        arn, found = self._arn(), record.authentication
        if arn is None:
            if found is not None:
                raise RefusedError(
                    f"{place} is authenticated with {found.key_arn}, but {self.environment.file} names no key. "
                    f"Set {_SETTING} to the key of {self.environment.name}."
                )
            if target is not None and target.require_record_key:
                raise RefusedError(
                    f"{place} is not authenticated, because {self.environment.name} has no {_SETTING}, but "
                    f"{target.name} requires authenticated records (promotion.require_record_key in {target.file}). "
                    f"{_set_key(self.environment)} {self._again(record)}"
                )
            log(f"  {place} is not authenticated: {self.environment.name} has no {_SETTING}.")
            return
        if found is None:
            raise RefusedError(
                f"{place} is not authenticated, but {self.environment.name} accepts only records that were signed with "
                f"{arn} ({_SETTING} in {self.environment.file}). {self._again(record)}"
            )
        if found.key_arn != arn:
            raise RefusedError(
                f"{place} is authenticated with {found.key_arn}, which is not the key of {self.environment.name}: "
                f"{arn} ({_SETTING} in {self.environment.file}). {self._again(record)}"
            )
        try:
            self._call("verify_mac", Message=record.message(), Mac=base64.b64decode(found.mac, validate=True))
        except (ClientError, BotoCoreError, binascii.Error) as error:
            if not _is_invalid(error):
                raise self._error("verified", error) from error
            raise RefusedError(
                f"{place} was modified after signing with {arn}: its authentication code is invalid. "
                f"Find out how it was modified. {self._again(record)}"
            ) from error

    def verify_stored(self, record: Record, place: str, *, remedy: str = "") -> None:
        """Check a record that is stored next to the state.

        A record without authentication is accepted unless the environment requires authentication: it may be older
        than the record key.

        Args:
            record: the record.
            place: its place, as messages name it.
            remedy: what to do without a required authentication; by default, to make the record again.

        Raises:
            RefusedError: it is not authentic.
            OperationError: KMS refused, or cannot be reached.
        """
        environment = self.environment
        if record.authentication is not None:
            self.verify(record, place)
        elif environment.require_record_key:
            raise RefusedError(
                f"{place} is not authenticated, but {environment.name} requires authenticated records "
                f"(promotion.require_record_key in {environment.file}). It is older than the record key, could not be "
                f"signed after its apply, or was modified. {remedy or self._again(record)}"
            )
        elif environment.record_key_arn is not None:
            log(f"  {place} is not authenticated; it is accepted, because it is stored next to the state.")

    def _arn(self) -> str | None:
        """Return the ARN of the key, or None if the environment needs none."""
        environment = self.environment
        if environment.record_key_arn is None and environment.require_record_key:
            raise RefusedError(
                f"{environment.name} requires authenticated records (promotion.require_record_key in "
                f"{environment.file}), but has no {_SETTING}. {_set_key(environment)}"
            )
        return environment.record_key_arn

    def _call(self, operation: str, **arguments: Any) -> Any:  # noqa: ANN401 - boto3's request and response
        arn = self.environment.record_key_arn or ""
        kms: Any = boto3.client("kms", region_name=arn.split(":")[3])
        return getattr(kms, operation)(KeyId=arn, MacAlgorithm=MacAlgorithm.HMAC_SHA_256, **arguments)

    def _error(self, done: str, error: Exception) -> OperationError:
        environment = self.environment
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        remedy = _REMEDIES.get(code, "").format(name=environment.name)
        return OperationError(
            f"The record of {environment.name} could not be {done} with the key {environment.record_key_arn} "
            f"({_SETTING} in {environment.file}). {sentence(error)} {remedy}".rstrip()
        )

    def _again(self, record: Record) -> str:
        name = self.environment.name
        if record.kind == "review":
            return f"Create and review a new plan: python -m ops plan --environment {name} ..."
        return f"Deploy the release to {name} again, which makes a new record even if nothing changes."


def _set_key(environment: Environment) -> str:
    return (
        f"Set {_SETTING} in {environment.file} to the output RecordKeyArn of the stack state-{environment.name} "
        "(docs/terraform.md, Bootstrap)."
    )


def _is_invalid(error: Exception) -> bool:
    """Return whether the error means that the authentication code does not belong to the record."""
    if isinstance(error, binascii.Error):
        return True
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "KMSInvalidMacException"

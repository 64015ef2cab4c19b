"""Records are authenticated with keys of the real module, made by Terraform in the local AWS.

The roles' permissions are evaluated in test_deploy_roles.py; test_promotion.py promotes with authenticated records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from common.commands import OperationError, RefusedError
from ops.order import Environment
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, ReviewRecord, read_record, write_record
from tests.helpers.applied_modules import applied_modules
from tests.unit.ops.test_promotion_checks import deployment, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.terraform

REGION = "us-east-1"
ENVIRONMENTS = ("staging", "prod")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of two environments.

    Attributes:
        arns: the ARNs of the keys of records by environment.
        state: the ARN of a key of states.
        variables: the variables with which commands reach the local AWS.
    """

    arns: dict[str, str]
    state: str
    variables: Mapping[str, str]

    def of(self, environment: str, arn: str | None = None) -> RecordKey:
        """Return the key of an environment, or another key in its place."""
        file = f"environments/{environment}.toml"
        return RecordKey(Environment(environment, file, record_key_arn=arn or self.arns[environment]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    """Create a state bucket with its keys for each environment, by the module."""
    with applied_modules(tmp_path_factory.mktemp("keys"), "state-backend", configuration()) as applied:
        outputs: Any = applied.stack.outputs()
        assert applied.stack.plan().changes == []
        arns = {name: str(outputs[name]["record_key_arn"]) for name in ENVIRONMENTS}
        yield Keys(arns, str(outputs["staging"]["kms_key_arn"]), applied.variables)


@pytest.fixture
def keys(made: Keys, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Return the keys, and let the commands of this process reach them."""
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    return made


def configuration() -> dict[str, Any]:
    """Return a configuration with the module for each environment."""
    module = {
        name: {
            "source": "./state-backend",
            "bucket": f"states-of-{name}",
            "create_record_key": True,
            "record_verifier_account_ids": ["222222222222"],
        }
        for name in ENVIRONMENTS
    }
    provider = {"aws": {"region": REGION, "s3_use_path_style": True}}
    output = {name: {"value": f"${{module.{name}}}"} for name in ENVIRONMENTS}
    return {"provider": provider, "module": module, "output": output}


def kms() -> Any:  # noqa: ANN401 - boto3-stubs has no client of KMS here
    return boto3.client("kms", region_name=REGION)


def test_terraform_makes_hmac_keys(keys: Keys) -> None:
    for arn in keys.arns.values():
        described = kms().describe_key(KeyId=arn)["KeyMetadata"]
        policy = json.loads(kms().get_key_policy(KeyId=arn, PolicyName="default")["Policy"])

        assert (described["KeySpec"], described["KeyUsage"]) == ("HMAC_256", "GENERATE_VERIFY_MAC")
        others = [statement for statement in policy["Statement"] if statement["Sid"] == "OtherAccountsVerifyRecords"]
        assert [(statement["Action"], statement["Principal"]) for statement in others] == [
            ("kms:VerifyMac", {"AWS": "arn:aws:iam::222222222222:root"})
        ]


@pytest.mark.parametrize("unsigned", [record(), deployment()], ids=["review", "deployment"])
def test_records_are_authentic_after_writing_and_reading(
    keys: Keys, tmp_path: Path, unsigned: ReviewRecord | DeploymentRecord
) -> None:
    keys.of("staging").check()
    write_record(keys.of("staging").sign(unsigned), tmp_path / "record.json")

    keys.of("staging").verify(read_record(tmp_path / "record.json", type(unsigned)), "record.json")


def test_a_modified_record_is_refused(keys: Keys) -> None:
    signed = keys.of("staging").sign(record())

    with pytest.raises(RefusedError, match=r"record\.json was modified after signing with"):
        keys.of("staging").verify(signed.model_copy(update={"plan_sha256": "9" * 64}), "record.json")


def test_the_key_of_another_environment_is_refused(keys: Keys) -> None:
    signed = keys.of("prod").sign(record())

    with pytest.raises(RefusedError, match="which is not the key of staging"):
        keys.of("staging").verify(signed, "record.json")
    assert signed.authentication is not None
    pretended = signed.authentication.model_copy(update={"key_arn": keys.arns["staging"]})
    with pytest.raises(RefusedError, match="its authentication code is invalid"):
        keys.of("staging").verify(signed.model_copy(update={"authentication": pretended}), "record.json")


def test_a_disabled_key_neither_signs_nor_verifies(keys: Keys) -> None:
    arn = keys.arns["prod"]
    signed = keys.of("prod").sign(record())
    kms().disable_key(KeyId=arn)
    try:
        for act in (
            keys.of("prod").check,
            lambda: keys.of("prod").sign(record()),
            lambda: keys.of("prod").verify(signed, "record.json"),
        ):
            with pytest.raises(OperationError, match=f"{arn} .promotion.record_key_arn.*Enable the key again"):
                act()
    finally:
        kms().enable_key(KeyId=arn)
    keys.of("prod").verify(signed, "record.json")


def test_a_key_that_is_to_be_deleted_neither_signs_nor_verifies(keys: Keys) -> None:
    arn = keys.arns["prod"]
    kms().schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    try:
        with pytest.raises(OperationError, match="cancel the deletion"):
            keys.of("prod").check()
    finally:
        kms().cancel_key_deletion(KeyId=arn)
        kms().enable_key(KeyId=arn)


def test_a_missing_key_is_reported_with_the_remedy(keys: Keys) -> None:
    missing = f"{keys.arns['staging'].rpartition('/')[0]}/11111111-2222-3333-4444-555555555555"

    with pytest.raises(OperationError, match=f"{missing}.*output RecordKeyArn of the stack state-staging"):
        keys.of("staging", missing).check()


def test_the_key_of_the_state_signs_no_records(keys: Keys) -> None:
    with pytest.raises(OperationError, match="The key must be an HMAC key"):
        keys.of("staging", keys.state).check()

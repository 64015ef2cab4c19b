"""Tests that only records that were signed with the key of their environment, and not modified, are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from common.commands import OperationError, RefusedError
from ops.order import Environment
from ops.record_key import RecordKey
from ops.records import DeploymentRecord, ReviewRecord, read_record, write_record
from tests.unit.ops.fake_kms import KEY, FakeKms, error, replace_kms
from tests.unit.ops.test_promotion_checks import deployment, record

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "arn:aws:kms:eu-west-1:222222222222:key/two"


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> FakeKms:
    return replace_kms(monkeypatch)


def key(**changes: Any) -> RecordKey:  # noqa: ANN401 - fields of an environment
    given = {"name": "staging", "file": "environments/staging.toml", "after": "dev", "record_key_arn": KEY}
    return RecordKey(Environment(**{**given, **changes}))


@pytest.mark.usefixtures("kms")
@pytest.mark.parametrize("made", [record(), deployment()], ids=["review", "deployment"])
def test_a_record_is_authentic_after_writing_and_reading(made: ReviewRecord | DeploymentRecord, tmp_path: Path) -> None:
    signed = key().sign(made)
    write_record(signed, tmp_path / "record.json")

    again = read_record(tmp_path / "record.json", type(made))
    key().verify(again, "record.json")
    assert again.authentication is not None
    assert again.authentication.key_arn == KEY


CHANGES: dict[str, object] = {
    "environment": "prod",
    "commit": "d" * 40,
    "plan_sha256": "9" * 64,
    "json_sha256": "9" * 64,
    "stack_sha256": "9" * 64,
    "release_sha256": "9" * 64,
    "lock_sha256": "9" * 64,
    "state": {"url": "s3://bucket/key", "serial": 5, "lineage": "abc"},
    "review_only": True,
    "rollback_of": "9" * 64,
}


@pytest.mark.usefixtures("kms")
@pytest.mark.parametrize("name", CHANGES)
def test_a_modified_record_is_refused(name: str) -> None:
    signed = key().sign(record())
    changed = ReviewRecord.model_validate({**signed.model_dump(), name: CHANGES[name]})

    with pytest.raises(RefusedError, match=r"record\.json was modified after signing with .* python -m ops plan"):
        key().verify(changed, "record.json")


@pytest.mark.usefixtures("kms")
@pytest.mark.parametrize("code", ["AAAA", "not Base64!", ""])
def test_an_invented_code_is_refused(code: str) -> None:
    signed = key().sign(record())
    assert signed.authentication is not None
    invented = signed.model_copy(update={"authentication": signed.authentication.model_copy(update={"mac": code})})

    with pytest.raises(RefusedError, match="its authentication code is invalid"):
        key().verify(invented, "record.json")


@pytest.mark.usefixtures("kms")
def test_the_code_of_a_review_is_not_that_of_a_deployment() -> None:
    assert record().message() != deployment().message()
    assert (
        deployment().message() != DeploymentRecord.model_validate({**deployment().model_dump(), "serial": 6}).message()
    )


@pytest.mark.usefixtures("kms")
def test_a_record_without_authentication_is_refused() -> None:
    with pytest.raises(RefusedError, match=f"is not authenticated, but staging accepts only .* {KEY}"):
        key().verify(record(), "record.json")
    with pytest.raises(RefusedError, match="Deploy the release to staging again"):
        key().verify(deployment(), "record.json")


@pytest.mark.usefixtures("kms")
def test_a_record_of_another_key_is_refused() -> None:
    signed = key(record_key_arn=OTHER).sign(record())

    with pytest.raises(RefusedError, match=f"{OTHER}, which is not the key of staging: {KEY}"):
        key().verify(signed, "record.json")
    assert signed.authentication is not None
    pretended = signed.authentication.model_copy(update={"key_arn": KEY})
    with pytest.raises(RefusedError, match="its authentication code is invalid"):
        key().verify(signed.model_copy(update={"authentication": pretended}), "record.json")


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (error("AccessDeniedException"), r"AccessDeniedException.*plan role of the default branch.*--review-only"),
        (error("DisabledException"), "Enable the key again"),
        (error("KMSInvalidStateException"), "cancel the deletion"),
        (error("NotFoundException"), "output RecordKeyArn of the stack state-staging"),
        (error("InvalidKeyUsageException"), "must be an HMAC key"),
        (EndpointConnectionError(endpoint_url="https://kms"), "AWS cannot be reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_error_of_kms_names_the_key_and_the_remedy(kms: FakeKms, refusal: Exception, says: str) -> None:
    signed = key().sign(record())
    kms.refusal = refusal

    for act in (key().check, lambda: key().sign(record()), lambda: key().verify(signed, "record.json")):
        with pytest.raises(OperationError, match=says) as raised:
            act()
        assert f"{KEY} (promotion.record_key_arn in environments/staging.toml)" in str(raised.value)


def test_a_check_makes_no_code(kms: FakeKms) -> None:
    key().check()

    assert kms.calls == [("generate", True)]


def test_without_a_key_records_are_accepted_and_reported(kms: FakeKms, capsys: pytest.CaptureFixture[str]) -> None:
    without = key(record_key_arn=None)
    without.check()

    made = without.sign(record())
    without.verify(made, "record.json")

    assert made.authentication is None
    assert kms.calls == []
    told = capsys.readouterr().err
    assert "The record is not authenticated: staging has no promotion.record_key_arn" in told
    assert "record.json is not authenticated" in told


@pytest.mark.usefixtures("kms")
def test_an_authenticated_record_is_not_accepted_without_a_key() -> None:
    with pytest.raises(RefusedError, match=r"environments/staging\.toml names no key\. Set promotion\.record_key_arn"):
        key(record_key_arn=None).verify(key().sign(record()), "record.json")


@pytest.mark.usefixtures("kms")
def test_a_required_key_is_not_optional() -> None:
    required = key(record_key_arn=None, require_record_key=True)

    for act in (required.check, lambda: required.sign(record()), lambda: required.verify(record(), "record.json")):
        with pytest.raises(RefusedError, match=r"requires authenticated records .* RecordKeyArn of the stack"):
            act()


def test_records_remain_valid_when_fields_are_added() -> None:
    class LaterRecord(ReviewRecord):
        further: str | None = None

    before = record()

    assert LaterRecord.model_validate(before.model_dump()).message() == before.message()

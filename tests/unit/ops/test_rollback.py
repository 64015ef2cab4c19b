"""Tests of the choice of a deployment for a rollback: its record is authentic, or stored from before the key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from common.commands import RefusedError
from ops.record_key import RecordKey
from ops.records import write_record
from ops.rollback import target_of
from tests.unit.ops.fake_kms import KEY, replace_kms
from tests.unit.ops.test_promotion_checks import ORDER, deployment

if TYPE_CHECKING:
    from pathlib import Path

    from ops.history import History
    from ops.records import DeploymentRecord

DEV = replace(ORDER.steps["dev"], record_key_arn=KEY)


class FakeHistory:
    """A history with one deployment."""

    def __init__(self, record: DeploymentRecord) -> None:
        self.record = record

    def read(self, _name: str) -> DeploymentRecord:
        return self.record


def stored(record: DeploymentRecord) -> History:
    return cast("History", FakeHistory(record))


@pytest.fixture(autouse=True)
def _kms(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_kms(monkeypatch)


def test_an_authentic_deployment_is_returned(tmp_path: Path) -> None:
    signed = RecordKey(DEV).sign(deployment())
    file = tmp_path / "deployment.json"
    write_record(signed, file)

    assert target_of(stored(signed), "name", DEV) == signed
    assert target_of(stored(deployment()), str(file), DEV) == signed


def test_a_stored_deployment_from_before_the_key_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert target_of(stored(deployment()), "name", DEV) == deployment()
    assert "name is not authenticated" in capsys.readouterr().err


def test_a_stored_deployment_without_authentication_is_refused_if_it_is_required() -> None:
    required = replace(DEV, require_record_key=True)
    signed = RecordKey(DEV).sign(deployment())
    stripped = signed.model_copy(update={"authentication": None})

    assert target_of(stored(signed), "name", required) == signed
    with pytest.raises(RefusedError, match=r"name is not authenticated, but dev requires .* python -m ops history"):
        target_of(stored(stripped), "name", required)


def test_a_changed_deployment_is_refused() -> None:
    changed = RecordKey(DEV).sign(deployment()).model_copy(update={"serial": 7})

    with pytest.raises(RefusedError, match="name was modified after signing"):
        target_of(stored(changed), "name", DEV)


def test_a_file_without_authentication_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deployment.json"
    write_record(deployment(), file)

    with pytest.raises(RefusedError, match="is not authenticated, but dev accepts only"):
        target_of(stored(deployment()), str(file), DEV)


def test_the_deployment_of_another_environment_is_refused() -> None:
    with pytest.raises(RefusedError, match="is a deployment to dev, not to staging"):
        target_of(stored(deployment()), "name", ORDER.steps["staging"])

"""Tests of ``outputs.json`` and the credentials of a run, with lost and damaged files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.deployment.outputs import (
    OutputsError,
    kept_outputs,
    outputs_file,
    publish_credentials,
    read_credentials,
    read_outputs,
    users_of,
    write_outputs,
)
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory
from tests.helpers.damage import DAMAGES, damage

if TYPE_CHECKING:
    from pathlib import Path

USER = {"username": "alice@example.com", "password": "secret", "email": "alice@example.com"}
UNREADABLE = [how for how in DAMAGES if how not in {"missing", "{}"}]


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    directory = DataDirectory(tmp_path)
    write_outputs(directory, {"Region": "us-east-1", "Users": {"alice": USER}})
    return directory


@pytest.mark.parametrize("how", DAMAGES)
def test_a_run_starts_and_its_credentials_can_be_read(how: str, directory: DataDirectory) -> None:
    publish_credentials(directory, RunCredentials.generate())
    damage(outputs_file(directory), how)

    credentials = RunCredentials.generate()
    publish_credentials(directory, credentials)

    assert read_credentials(directory) == credentials
    assert read_outputs(directory)["AccessKeyId"] == credentials.access_key_id


def test_a_starting_run_keeps_existing_files(directory: DataDirectory) -> None:
    publish_credentials(directory, RunCredentials.generate())
    assert users_of(read_outputs(directory)) == {"alice": USER}


@pytest.mark.parametrize("name", ["outputs.json", "credentials.json"])
@pytest.mark.parametrize("how", DAMAGES)
def test_credentials_are_recovered_from_either_file(how: str, name: str, directory: DataDirectory) -> None:
    credentials = RunCredentials.generate()
    publish_credentials(directory, credentials)
    damage(directory.root / name, how)
    assert read_credentials(directory) == credentials


@pytest.mark.parametrize("how", DAMAGES)
def test_lost_credentials_are_an_error_with_a_remedy(how: str, directory: DataDirectory) -> None:
    publish_credentials(directory, RunCredentials.generate())
    damage(outputs_file(directory), how)
    damage(directory.root / "credentials.json", how)
    with pytest.raises(OutputsError, match="`make down`, then `make up`"):
        read_credentials(directory)


@pytest.mark.parametrize("how", UNREADABLE)
def test_a_damaged_file_is_an_error_for_readers_and_set_aside_by_writers(how: str, directory: DataDirectory) -> None:
    file = outputs_file(directory)
    damage(file, how)
    with pytest.raises(OutputsError, match=r"outputs\.json is damaged.*`make up`"):
        read_outputs(directory)

    assert kept_outputs(directory) == {}

    assert (directory.root / "outputs.json.damaged").is_symlink() or (directory.root / "outputs.json.damaged").exists()
    assert read_outputs(directory) == {}


@pytest.mark.parametrize(
    "users", [None, [], "alice", {"alice": None}, {"alice": {}}, {"alice": {**USER, "password": 7}}, {"alice": ["x"]}]
)
def test_incomplete_users_are_ignored(users: object) -> None:
    assert users_of({"Users": users}) == {}

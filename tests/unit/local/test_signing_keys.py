"""Tests of user pools' signing keys: no token is signed with a key that is not stored."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING

import pytest

from appsync_local.backend import AwsError
from local.embedded.durable_files import FAULTS, WriteFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.local.cognito import UserPool
    from tests.unit.local.conftest import Embedded

ADDRESS = "keys@example.com"
FOLDER = "a folder"
"""In place of a file."""


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    FAULTS.arm([])


class Keys:
    """The key files of a pool, and MiniStack's in-memory state of them."""

    def __init__(self, embedded: Embedded, pool: UserPool) -> None:
        self._cognito = embedded.emulator.module_of("cognito-idp")
        self.folder = embedded.directory.state / "cognito-pool-keys"
        self.access = self.folder / f"{pool.id}-access.pem"
        self._pool = pool

    def forget(self, *, is_old_pool: bool = False) -> None:
        """Read the files again, as after a restart."""
        self._cognito._pool_keys.clear()  # noqa: SLF001 - pinned
        if is_old_pool:
            pools = self._cognito._user_pools._data  # noqa: SLF001 - pinned
            next(pool for key, pool in pools.items() if key[-1] == self._pool.id)["CreationDate"] = 0


@pytest.fixture
def keys(embedded: Embedded, pool: UserPool) -> Keys:
    return Keys(embedded, pool)


async def test_no_token_is_issued_if_its_key_could_not_be_written(pool: UserPool, keys: Keys) -> None:
    await pool.sign_up(ADDRESS)
    for skip in range(20):
        suffered = FAULTS.suffered
        FAULTS.arm([WriteFault("cognito-pool-keys", errno.ENOSPC, skip=skip)])
        try:
            tokens = await pool.sign_in(ADDRESS)
        except AwsError as error:
            refused = error
        else:
            break
        assert FAULTS.suffered == suffered + 1
        assert refused.code == "InternalErrorException"
        assert f"could not write {keys.folder}" in refused.message
        for path in keys.folder.glob(f"{pool.id}-*"):
            path.unlink()
        keys.forget()
    assert skip == 6, "two keys, each written, flushed and put in place"
    assert keys.access.stat().st_mode & 0o077 == 0
    keys.forget()
    assert (await pool.shown(tokens["AccessToken"]))["email"] == ADDRESS


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIV", b"\x00\xff", FOLDER])
async def test_a_damaged_or_missing_key_is_replaced_with_a_warning_in_the_log(
    pool: UserPool, keys: Keys, caplog: pytest.LogCaptureFixture, content: bytes | str | None
) -> None:
    await pool.sign_up(ADDRESS)
    former = await pool.sign_in(ADDRESS)
    _damage(keys.access, content)
    keys.forget(is_old_pool=True)
    with caplog.at_level(logging.WARNING):
        tokens = await pool.sign_in(ADDRESS)
    named = [record for record in caplog.records if str(keys.access) in record.getMessage()]
    assert len(named) == 1
    with pytest.raises(AwsError):
        await pool.shown(former["AccessToken"])
    keys.forget()
    assert (await pool.shown(tokens["AccessToken"]))["email"] == ADDRESS


async def test_a_new_pool_logs_no_warning(pool: UserPool, keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    await pool.sign_up(ADDRESS)
    with caplog.at_level(logging.WARNING):
        await pool.sign_in(ADDRESS)
    assert keys.access.exists()
    assert [record for record in caplog.records if "is created again" in record.getMessage()] == []


def _damage(path: Path, content: bytes | str | None) -> None:
    path.unlink()
    if content == FOLDER:
        (path / "sub").mkdir(parents=True)
    elif isinstance(content, bytes):
        path.write_bytes(content)

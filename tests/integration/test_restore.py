"""Restores tables beside those in use, which do not change; against the local AWS, with its limitations.

MiniStack restores the current content of a table, whatever time is requested. ``test_terraform.py`` imports restored
tables into Terraform.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contract.tables import TABLES
from ops.__main__ import main
from tests.helpers.documents import documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

    Command = Callable[..., tuple[int, str, str]]

GENERATION = "20300102"
PROD = ("--environment", "prod")
WINDOW = documented("docs/operations.md", "python -m ops restore window").words[4:]
RUN = documented("docs/operations.md", "python -m ops restore run").words[4:]
KEYS = [table.key for table in TABLES]


@pytest.fixture
def command(
    backend: LocalBackend, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    """Return the command line against the shared backend: exit code and output; delete restored tables afterwards."""
    (tmp_path / "chat-prod").symlink_to(backend.directory / "stack")  # stands in for production
    for name, value in backend.own_variables().items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["restore", *arguments, "--stacks", str(tmp_path)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield call
    dynamodb = backend.dynamodb()
    for name in dynamodb.list_tables()["TableNames"]:
        if f"-{GENERATION}-" in name:
            dynamodb.delete_table(TableName=name)


@pytest.fixture
def recoverable(backend: LocalBackend) -> Iterator[None]:
    """Enable point-in-time recovery, as in other environments than the local one."""
    names = [backend.outputs[f"{key.capitalize()}TableName"] for key in KEYS]
    dynamodb = backend.dynamodb()
    for enabled in (True, False):
        for name in names:
            dynamodb.update_continuous_backups(
                TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled}
            )
        if enabled:
            yield


@pytest.mark.usefixtures("recoverable")
async def test_all_tables_are_restored_beside_those_in_use(
    backend: LocalBackend, command: Command, shared_room: Row, alice: ChatUser
) -> None:
    before = await alice.send(shared_room, "Before it happened")

    code, printed, told = await asyncio.to_thread(command, *RUN)

    assert code == 0, told
    for key in KEYS:
        assert f"chat-{key}-{GENERATION}-prod: " in printed
        assert f" in chat-{key}-local" in printed
    assert "terraform -chdir=" in printed
    assert f'generation = "{GENERATION}"' in printed
    place = {"roomId": {"S": shared_room["id"]}, "seq": {"N": str(before["seq"])}}
    found = backend.dynamodb().get_item(TableName=f"chat-messages-{GENERATION}-prod", Key=place)["Item"]
    assert found["content"] == {"S": "Before it happened"}
    assert (await alice.send(shared_room, "It goes on"))["seq"] == before["seq"] + 1

    code, printed, told = await asyncio.to_thread(command, *RUN)
    assert (code, told.count("exists from an earlier run")) == (0, len(KEYS)), "repeating goes on where it was"


@pytest.mark.usefixtures("recoverable")
async def test_unavailable_time_is_refused_before_any_restore(backend: LocalBackend, command: Command) -> None:
    code, printed, _ = await asyncio.to_thread(command, *WINDOW)
    assert (code, len(printed.splitlines())) == (0, len(KEYS))

    for moment in (datetime.now(UTC) + timedelta(days=1), datetime(2020, 1, 1, tzinfo=UTC)):
        code, _, told = await asyncio.to_thread(
            command, "run", *PROD, "--generation", GENERATION, "--to", moment.isoformat()
        )
        assert code == 1
        assert "can be restored from" in told
    assert not any(GENERATION in name for name in backend.dynamodb().list_tables()["TableNames"])


async def test_tables_without_recovery_cannot_be_restored(command: Command) -> None:
    code, _, told = await asyncio.to_thread(command, *RUN)

    assert code == 1
    assert "storage.point_in_time_recovery is off" in told


@pytest.mark.parametrize(
    "arguments",
    [("run", "--latest"), ("run", "--generation", "Too-Long"), ("run", "--generation", "a"), ("run", "--to", "noon")],
)
def test_wrong_usage_is_reported(command: Command, arguments: tuple[str, ...]) -> None:
    code, _, told = command(*arguments, *PROD)

    assert code == 2
    assert "Error: " in told

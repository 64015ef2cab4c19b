"""Tests of a server with damaged data: it reports all damage, changes nothing, and sets files aside on request."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.process import ROOT
from tests.helpers.damage import DAMAGES, SUBTLE, damage, files_of_data
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TABLE = "kept"
POOL = "kept"
ITEMS = 30
GONE = {("inventory.json", "missing"), ("inventory.json", "broken link")}
"""If the state is missing as well, the directory is equivalent to a new one."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a stopped directory with a table, items, a pool and a user, in two segments and a snapshot."""
    folder = tmp_path_factory.mktemp("grown") / "data"
    with ServerProcess(folder, compact_bytes=4_000) as server:
        dynamodb, cognito = server.client("dynamodb"), server.client("cognito-idp")
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        )
        pool = cognito.create_user_pool(PoolName=POOL)["UserPool"]["Id"]
        cognito.admin_create_user(UserPoolId=pool, Username="someone")
        for number in range(ITEMS):
            dynamodb.put_item(TableName=TABLE, Item={"p": {"S": str(number)}})
        assert server.end(signal.SIGTERM) == 0
    with ServerProcess(folder) as server:
        server.client("dynamodb").put_item(TableName=TABLE, Item={"p": {"S": "last"}})
        assert server.end(signal.SIGTERM) == 0
    return folder


@pytest.fixture
def data(grown: Path, tmp_path: Path) -> Path:
    """Return a copy of it to damage."""
    return shutil.copytree(grown, tmp_path / "data")


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in files_of_data(folder)]


def _serve(folder: Path, *options: str, program: Sequence[str] = ("-m", "local")) -> dict[str, Any]:
    """Return the server's output at its start; the server is ended at once."""
    command = [sys.executable, *program, "serve", "--directory", str(folder), "--until-eof", "--report", "1"]
    done = subprocess.run(
        [*command, "--port", "0", "--tls-port", "0", "--web-port", "0", *options],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[0])

    return report


def _contents(folder: Path) -> dict[str, bytes]:
    kept = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def test_the_directory_has_every_kind_of_file(grown: Path) -> None:
    files = _files(grown)
    assert {"inventory.json", "state/cognito.json", "state/items/snapshot.jsonl"} <= set(files)
    assert len([name for name in files if name.startswith("state/items/journal-")]) >= 2
    assert any(name.startswith("state/events/") for name in files)


@pytest.mark.parametrize("how", [*DAMAGES, *SUBTLE])
def test_damage_of_each_file_is_reported_and_nothing_is_changed(data: Path, how: str) -> None:
    """All files are damaged at once, and one message names each of them."""
    names = [name for name in _files(data) if (name, how) not in GONE]
    for name in names:
        damage(data / name, how)
    before = {name: content for name, content in _contents(data).items() if name.startswith(("state", "inventory"))}
    error = _serve(data)["error"]
    assert f"Data in {data} is damaged, and nothing was changed" in error
    assert "`make up REPAIR=1`" in error
    for name in {"state/cognito.json", "state/items", "state/events", *names} - {n for n in names if "jsonl" in n}:
        assert f"  {data / name}" in error
    after = _contents(data)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("name", ["state/cognito.json", "state/items/snapshot.jsonl", "inventory.json"])
def test_a_single_damaged_file_is_reported(data: Path, name: str) -> None:
    damage(data / name, "truncated")
    error = _serve(data)["error"]
    named = [line for line in error.splitlines() if line.startswith("  ")]
    assert len(named) == 1
    assert named[0].startswith(f"  {data / name} is truncated: it has ")


def test_a_missing_state_folder_is_reported(data: Path) -> None:
    shutil.rmtree(data / "state")
    error = _serve(data)["error"]
    for name in ("cognito.json", "items", "events"):
        assert f"{data / 'state' / name} is missing" in error
    assert not list((data / "state").glob("*.json"))


@pytest.mark.parametrize("trace", ["deployed-by", "objects/000000000000/bucket/key"])
def test_a_missing_state_folder_and_inventory_are_reported(data: Path, trace: str) -> None:
    (data / trace).parent.mkdir(parents=True, exist_ok=True)
    (data / trace).write_text("{}", encoding="utf-8")
    shutil.rmtree(data / "state")
    (data / "inventory.json").unlink()
    error = _serve(data)["error"]
    assert f"{data / 'inventory.json'} is missing, and so is all of {data / 'state'}" in error
    assert not list((data / "state").iterdir())
    assert any("was rebuilt from" in line for line in _serve(data, "--repair")["repaired"])
    assert "error" not in _serve(data)


def test_a_file_of_another_service_or_directory_is_foreign(data: Path) -> None:
    state = data / "state"
    other = next(path for path in state.glob("*.json") if path.name != "cognito.json")
    shutil.copy(other, state / "cognito.json")
    error = _serve(data)["error"]
    assert f"{state / 'cognito.json'} is the file of another service: it contains {other.stem}, not cognito." in error


def test_damaged_files_are_set_aside_on_request_and_readable_ones_are_kept(data: Path) -> None:
    damaged = ["state/cognito.json", max(name for name in _files(data) if name.startswith("state/items/journal-"))]
    before = {}
    for name in damaged:
        damage(data / name, "one byte less")
        before[name] = (data / name).read_bytes()
    repaired = _serve(data, "--repair")["repaired"]
    assert any(str(data / "state/cognito.json") in line and "must sign up again" in line for line in repaired)
    assert any("were recovered" in line for line in repaired)
    (aside,) = (data / "damaged").iterdir()
    assert f"The damaged files are kept in {aside}." in repaired
    assert {name: (aside / name).read_bytes() for name in damaged} == before
    assert "cognito.json" in (aside / "what-was-damaged.txt").read_text()
    with ServerProcess(data) as server:
        items = server.client("dynamodb").scan(TableName=TABLE)["Items"]
        assert {item["p"]["S"] for item in items} >= {str(number) for number in range(ITEMS)}
        assert server.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"] == []


def test_nothing_is_set_aside_without_damage(data: Path) -> None:
    assert _serve(data, "--repair")["repaired"] == []
    assert not (data / "damaged").exists()


def test_a_deleted_pool_stays_deleted(data: Path) -> None:
    """The inventory lists the files, not their content: an empty state is a valid state."""
    with ServerProcess(data) as server:
        cognito = server.client("cognito-idp")
        for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]:
            cognito.delete_user_pool(UserPoolId=pool["Id"])
        server.client("dynamodb").delete_table(TableName=TABLE)
        server.end(signal.SIGKILL)
    with ServerProcess(data) as server:
        assert server.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"] == []
        with suppress(ClientError), pytest.raises(ClientError, match="ResourceNotFound"):
            server.client("dynamodb").describe_table(TableName=TABLE)


def test_a_repair_that_cannot_be_written_keeps_the_damage_detectable(data: Path) -> None:
    damage(data / "state/items/snapshot.jsonl", "one byte less")
    code = (
        "import errno, runpy, sys; from local.embedded.durable_files import FAULTS, WriteFault; "
        "FAULTS.arm([WriteFault('snapshot.jsonl', errno.ENOSPC)]); runpy.run_module('local', run_name='__main__')"
    )
    assert "is full" in _serve(data, "--repair", program=["-c", code])["error"]
    assert f"{data / 'state/items/snapshot.jsonl'} is truncated" in _serve(data)["error"]
    assert any("were recovered" in line for line in _serve(data, "--repair")["repaired"])


def test_items_are_kept_without_the_snapshot_that_named_their_tables(data: Path) -> None:
    """Each segment begins with the tables, so that the remaining segments of a journal are usable."""
    with ServerProcess(data, compact_bytes=2_000) as server:
        for number in range(40):
            server.client("dynamodb").put_item(TableName=TABLE, Item={"p": {"S": f"later-{number}"}})
        server.end(signal.SIGKILL)
    (data / "state/items/snapshot.jsonl").unlink()
    assert _serve(data, "--repair")["repaired"]
    with ServerProcess(data) as server:
        assert server.client("dynamodb").describe_table(TableName=TABLE)["Table"]["TableStatus"] == "ACTIVE"


def test_missing_tables_of_the_first_release_are_reported(tmp_path: Path) -> None:
    """Without tables, all items would be orphans, and the next snapshot would drop them."""
    items = tmp_path / "data" / "state" / "items"
    items.mkdir(parents=True)
    (items / "journal-00000001.jsonl").write_text('[["item","table-id","p","s",{"p":{"S":"p"}}]]\n')
    (tmp_path / "data" / "server.pid").touch()
    (tmp_path / "data" / "objects").mkdir()
    assert f"{tmp_path / 'data' / 'state' / 'dynamodb.json'} is missing" in _serve(tmp_path / "data")["error"]
    assert (items / "journal-00000001.jsonl").exists()

"""A server whose data is damaged: it names all of it and changes nothing; on request it sets aside what is damaged."""

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
"""With the state, this is as good as a new directory."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped directory with a table, items, a pool and a user, in two segments and a snapshot."""
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
    """A copy of it that may be damaged."""
    return shutil.copytree(grown, tmp_path / "data")


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in files_of_data(folder)]


def _serve(folder: Path, *options: str, program: Sequence[str] = ("-m", "local")) -> dict[str, Any]:
    """What a server says at its start; it is ended at once."""
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
def test_damage_of_each_file_is_named_and_nothing_is_changed(data: Path, how: str) -> None:
    """All files at once: each of them is in the one message."""
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
def test_one_damaged_file_is_named_alone(data: Path, name: str) -> None:
    damage(data / name, "truncated")
    error = _serve(data)["error"]
    named = [line for line in error.splitlines() if line.startswith("  ")]
    assert len(named) == 1
    assert named[0].startswith(f"  {data / name} is truncated: it has ")


def test_a_folder_of_state_that_is_gone_is_missed(data: Path) -> None:
    shutil.rmtree(data / "state")
    error = _serve(data)["error"]
    for name in ("cognito.json", "items", "events"):
        assert f"{data / 'state' / name} is missing" in error
    assert not list((data / "state").glob("*.json"))


@pytest.mark.parametrize("trace", ["deployed-by", "objects/000000000000/bucket/key"])
def test_the_state_and_the_inventory_together_are_missed_too(data: Path, trace: str) -> None:
    (data / trace).parent.mkdir(parents=True, exist_ok=True)
    (data / trace).write_text("{}", encoding="utf-8")
    shutil.rmtree(data / "state")
    (data / "inventory.json").unlink()
    error = _serve(data)["error"]
    assert f"{data / 'inventory.json'} is missing, and so is all of {data / 'state'}" in error
    assert not list((data / "state").iterdir())
    assert any("has been made anew" in line for line in _serve(data, "--repair")["repaired"])
    assert "error" not in _serve(data)


def test_a_file_of_another_service_or_directory_is_foreign(data: Path) -> None:
    state = data / "state"
    other = next(path for path in state.glob("*.json") if path.name != "cognito.json")
    shutil.copy(other, state / "cognito.json")
    error = _serve(data)["error"]
    assert f"{state / 'cognito.json'} is another file: it holds {other.stem}, not cognito." in error


def test_what_is_damaged_is_set_aside_on_request_and_what_can_be_read_goes_on(data: Path) -> None:
    damaged = ["state/cognito.json", max(name for name in _files(data) if name.startswith("state/items/journal-"))]
    before = {}
    for name in damaged:
        damage(data / name, "one byte less")
        before[name] = (data / name).read_bytes()
    repaired = _serve(data, "--repair")["repaired"]
    assert any(str(data / "state/cognito.json") in line and "have to sign up again" in line for line in repaired)
    assert any("could be read, and were kept" in line for line in repaired)
    (aside,) = (data / "damaged").iterdir()
    assert f"The damaged files are kept in {aside}." in repaired
    assert {name: (aside / name).read_bytes() for name in damaged} == before
    assert "cognito.json" in (aside / "what-was-damaged.txt").read_text()
    with ServerProcess(data) as server:
        items = server.client("dynamodb").scan(TableName=TABLE)["Items"]
        assert {item["p"]["S"] for item in items} >= {str(number) for number in range(ITEMS)}
        assert server.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"] == []


def test_nothing_is_set_aside_where_nothing_is_damaged(data: Path) -> None:
    assert _serve(data, "--repair")["repaired"] == []
    assert not (data / "damaged").exists()


def test_a_deleted_pool_stays_deleted(data: Path) -> None:
    """The inventory says which files there are, not what is in them: an empty state is a state."""
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


def test_a_repair_that_cannot_be_written_leaves_the_damage_to_be_found_again(data: Path) -> None:
    damage(data / "state/items/snapshot.jsonl", "one byte less")
    code = (
        "import errno, runpy, sys; from local.embedded.durable_files import FAULTS, WriteFault; "
        "FAULTS.arm([WriteFault('snapshot.jsonl', errno.ENOSPC)]); runpy.run_module('local', run_name='__main__')"
    )
    assert "is full" in _serve(data, "--repair", program=["-c", code])["error"]
    assert f"{data / 'state/items/snapshot.jsonl'} is truncated" in _serve(data)["error"]
    assert any("could be read, and were kept" in line for line in _serve(data, "--repair")["repaired"])


def test_items_outlive_the_snapshot_that_named_their_tables(data: Path) -> None:
    """Each segment begins with the tables, so that what is kept of a journal is of use."""
    with ServerProcess(data, compact_bytes=2_000) as server:
        for number in range(40):
            server.client("dynamodb").put_item(TableName=TABLE, Item={"p": {"S": f"later-{number}"}})
        server.end(signal.SIGKILL)
    (data / "state/items/snapshot.jsonl").unlink()
    assert _serve(data, "--repair")["repaired"]
    with ServerProcess(data) as server:
        assert server.client("dynamodb").describe_table(TableName=TABLE)["Table"]["TableStatus"] == "ACTIVE"


def test_tables_of_the_first_release_that_are_gone_are_missed(tmp_path: Path) -> None:
    """Without them, all items would belong to nobody, and leave with the next snapshot."""
    items = tmp_path / "data" / "state" / "items"
    items.mkdir(parents=True)
    (items / "journal-00000001.jsonl").write_text('[["item","table-id","p","s",{"p":{"S":"p"}}]]\n')
    (tmp_path / "data" / "server.pid").touch()
    (tmp_path / "data" / "objects").mkdir()
    assert f"{tmp_path / 'data' / 'state' / 'dynamodb.json'} is missing" in _serve(tmp_path / "data")["error"]
    assert (items / "journal-00000001.jsonl").exists()

"""Files and folders are damaged while the backend is down: it regenerates all that can be regenerated.

All at once, and a few separately; with ``CHAT_FAULTS=all`` each of them separately.
"""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest

from local.demo.person import sign_in
from tests.helpers.damage import damage
from tests.helpers.deployed import deployed_backend
from tests.helpers.failing import IS_COMPLETE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.backend import LocalBackend

FILES = (
    "outputs.json",
    "credentials.json",
    "deployed-by",
    "direct.json",
    "stack/cdk.tf.json",
    "stack/sources.sha256",
    "certificates/authority.pem",
    "certificates/server.pem",
    "certificates/server-key.pem",
    "web/amplify_outputs.json",
    "web/demonstration.json",
    "logs/server.log",
    "logs/process.log",
)
FOLDERS = ("stack", "terraform", "web", "certificates", "logs", "tmp")
ALONE = FILES if IS_COMPLETE else ("outputs.json", "direct.json", "stack/cdk.tf.json", "certificates/server-key.pem")
FOLDERS_ALONE = FOLDERS if IS_COMPLETE else ("stack", "certificates")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Return a stopped backend with a message in a room."""
    backend = deployed_backend(tmp_path_factory, "damaged")
    backend.up()
    send(backend, "before")
    backend.down()
    yield backend
    backend.command("down")


def send(backend: LocalBackend, text: str) -> None:
    alice = sign_in(backend.outputs.values, "alice")
    create = "mutation ($name: String!) { createChatRoom(input: { name: $name, visibility: PUBLIC }) { id } }"
    asyncio.run(alice.ask(create, {"name": text}))


def rooms(backend: LocalBackend) -> set[str]:
    alice = sign_in(backend.outputs.values, "alice")
    page = asyncio.run(alice.ask("{ myChatRooms { items { chatRoom { name } } } }"))
    return {entry["chatRoom"]["name"] for entry in page["items"]}


def check(backend: LocalBackend) -> None:
    """Start the backend; check that its messages are clear and that all data still exists."""
    outputs = backend.up()
    assert rooms(backend) == {"before"}
    assert outputs.trust()
    assert {path.name for path in (backend.directory / "web").iterdir()} >= {"amplify_outputs.json"}
    backend.down()
    log = backend.directory / "logs" / "process.log"
    assert b"Traceback" not in log.read_bytes()


@pytest.mark.parametrize("how", ["missing", "binary", "folder"])
def test_all_files_at_once(how: str, damaged: LocalBackend) -> None:
    for name in FILES:
        if not name.startswith("logs/") or how == "missing":
            damage(damaged.directory / name, how)
    check(damaged)


@pytest.mark.parametrize("name", [name for name in ALONE if not name.startswith("logs/")])
def test_one_file(name: str, damaged: LocalBackend) -> None:
    damage(damaged.directory / name, "truncated")
    check(damaged)


def test_all_folders_at_once(damaged: LocalBackend) -> None:
    for name in FOLDERS:
        shutil.rmtree(damaged.directory / name, ignore_errors=True)
    check(damaged)


@pytest.mark.parametrize("name", FOLDERS_ALONE)
def test_one_folder(name: str, damaged: LocalBackend) -> None:
    shutil.rmtree(damaged.directory / name, ignore_errors=True)
    check(damaged)


@pytest.mark.parametrize("how", ["missing", "[]"])
def test_outputs_of_a_running_backend(how: str, damaged: LocalBackend) -> None:
    damaged.up()
    damage(damaged.directory / "outputs.json", how)
    refused = [damaged.command(*command) for command in (("graphql", "{ me { id } }"), ("credentials",))]
    assert not any("Traceback" in done.stdout + done.stderr for done in refused)
    assert refused[0].returncode == 1
    assert "`make up`" in refused[0].stderr
    assert refused[1].returncode == 0, "they are in a second file"
    check(damaged)


def test_lost_credentials_of_a_running_backend_are_reported_with_a_remedy(damaged: LocalBackend) -> None:
    damaged.up()
    for name in ("outputs.json", "credentials.json"):
        damage(damaged.directory / name, "empty")
    for command in (("up", "--detach", "--no-web", "--deploy", "direct"), ("credentials",)):
        done = damaged.command(*command)
        assert done.returncode == 1
        assert "`make down`, then `make up`" in done.stderr
        assert "Traceback" not in done.stderr
    damaged.down()
    check(damaged)


@pytest.mark.parametrize("name", ["outputs.json", "stack/sources.sha256", "certificates/server.pem", "direct.json"])
def test_stored_files_are_readable_by_their_owner_only(name: str, damaged: LocalBackend) -> None:
    file = damaged.directory / name
    assert file.stat().st_mode & 0o077 == 0

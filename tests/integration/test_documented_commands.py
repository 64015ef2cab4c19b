"""Runs commands as documented, in a copy of the checkout and against the shared backend.

Commands that take minutes or need another AWS are run by the tests of their subject; tests/unit/docs/test_commands.py
lists all of them.
"""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from graphql import build_schema

from tests.helpers.backend import ROOT
from tests.helpers.documented_checkout import copy_for_commands
from tests.helpers.documents import documented, documented_block
from tests.helpers.system_messages import UNTOLD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser
    from tests.helpers.documents import Block, Command

SECONDS = 300


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a copy of the checkout for commands to write to; the tools are linked, and `make` installs nothing."""
    return copy_for_commands(tmp_path_factory.mktemp("documented") / "chat")


@pytest.fixture(scope="module")
def environment(checkout: Path, backend: LocalBackend) -> dict[str, str]:
    """Return a shell's variables, with the shared backend as the local one and as the only AWS."""
    kept = {name: value for name, value in backend.environment().items() if not name.startswith(("CHAT_", "CDKTF_"))}
    return kept | {
        **UNTOLD,
        "PATH": f"{checkout / 'bin'}:{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "LOCAL_DIRECTORY": str(backend.directory),
        "CHAT_LOCAL_DIRECTORY": str(backend.directory),
        **dict.fromkeys(("PORT", "TLS_PORT", "WEB_PORT"), "0"),
        "DEPLOY": "direct",
        "TERM": "xterm",
    }


@pytest.fixture
def run(checkout: Path, environment: dict[str, str]) -> Any:  # noqa: ANN401 - a function with options
    """Run a documented block or command in a shell that stops at the first failure; return its output."""

    def shell(block: Block | Command, folder: Path = checkout, **variables: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text],
            cwd=folder,
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{block.page}:{block.line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return shell


def test_make_up_starts_the_backend_and_prints_its_urls(run: Any, backend: LocalBackend) -> None:  # noqa: ANN401
    said = run(documented_block("README.md", "make up"))

    assert "Loud and clear" in said or "have already talked" in said
    assert backend.outputs["WebURL"] in said


def test_make_chat_opens_both_users_in_a_terminal(checkout: Path, environment: dict[str, str]) -> None:
    block = documented_block("README.md", "make chat")
    ours, theirs = pty.openpty()
    command = ["bash", "-euo", "pipefail", "-c", block.text]
    with subprocess.Popen(
        command, cwd=checkout, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        try:
            wait_for(ours, b"Quit")
            os.write(ours, b"\x11")  # Ctrl-Q
            drain(ours)
            assert process.wait(timeout=SECONDS) == 0
        finally:
            process.kill()
            os.close(ours)


def wait_for(terminal: int, words: bytes) -> None:
    """Read from a terminal until it has shown this text."""
    seen, end = b"", time.monotonic() + SECONDS
    while words not in seen:
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536)


def drain(terminal: int) -> None:
    """Read from a terminal until its end, so that its writer does not block."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # at the end of a terminal, on Linux
        return


def test_single_operation_on_the_command_line(run: Any) -> None:  # noqa: ANN401
    said = run(documented_block("README.md", ".venv/bin/python -m local graphql"))

    assert json.loads(said) == {"data": {"me": {"displayName": "Bob"}}}


async def test_curl_with_a_token(run: Any, backend: LocalBackend, alice: ChatUser) -> None:  # noqa: ANN401
    room = await alice.create_room()
    block = documented_block("docs/api.md", "curl -s")

    said = run(block, URL=backend.outputs["GraphQLURL"], TOKEN=alice.tokens.id_token)

    assert [row["chatRoom"]["id"] for row in json.loads(said)["data"]["myChatRooms"]["items"]] == [room["id"]]


def test_gql_writes_the_schema(run: Any, checkout: Path, backend: LocalBackend, alice: ChatUser) -> None:  # noqa: ANN401
    block = documented_block("docs/clients.md", ".venv/bin/gql-cli")

    run(block, URL=backend.outputs["GraphQLURL"], TOKEN=alice.tokens.access_token)

    written = (checkout / ".local" / "introspected.graphql").read_text(encoding="utf-8")
    assert "createMessage(" in written
    assert build_schema(written).mutation_type


def test_client_configuration(run: Any, checkout: Path, backend: LocalBackend) -> None:  # noqa: ANN401
    run(documented_block("docs/clients.md", "make outputs"))

    written = json.loads((checkout / ".local" / "client" / "amplify_outputs.json").read_text(encoding="utf-8"))
    assert written["data"]["url"] == backend.outputs["GraphQLURL"]
    assert "CHAT_GRAPHQL_URL=" in (checkout / ".local" / "client" / ".env").read_text(encoding="utf-8")


def test_client_configuration_from_terraform_output(
    run: Any,  # noqa: ANN401
    checkout: Path,
    backend: LocalBackend,
    tmp_path: Path,
) -> None:
    printed = {name: {"value": value} for name, value in backend.outputs.values.items()}
    (checkout / "outputs.json").write_text(json.dumps(printed), encoding="utf-8")
    (checkout / "web" / "dist").unlink()
    (checkout / "web" / "dist").symlink_to(tmp_path)

    run(documented_block("docs/clients.md", ".venv/bin/python -m ops outputs"))

    assert json.loads((tmp_path / "amplify_outputs.json").read_text(encoding="utf-8"))["version"]


def test_cost_of_a_month(run: Any) -> None:  # noqa: ANN401
    said = run(documented_block("docs/cost.md", "python -m ops cost"))

    assert "Largest activities" in said


def test_failed_stream_records_are_listed(run: Any, tmp_path: Path, backend: LocalBackend) -> None:  # noqa: ANN401
    production = tmp_path / "cdktf.out" / "stacks" / "chat-prod"
    production.parent.mkdir(parents=True)
    production.symlink_to(backend.directory / "stack")  # stands in for production

    said = run(documented_block("docs/operations.md", "python -m ops redrive list"), tmp_path, PYTHONPATH=str(ROOT))

    assert "notifications" in said


def test_policy_rules(run: Any) -> None:  # noqa: ANN401
    assert "production" in run(documented("docs/promotion.md", "python -m ops policy --rules"))

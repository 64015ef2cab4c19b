"""``python -m local graphql``: operations as a demo user, their output and exit codes."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from local.__main__ import main
from local.demo.graphql_command import coloured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.backend import LocalBackend

ROOMS = "mutation ($name: String!) { createChatRoom(input: {name: $name, visibility: PRIVATE}) { id } }"


def graphql(backend: LocalBackend, *arguments: str) -> int:
    """Run the command in this process."""
    return main(["graphql", *arguments, "--directory", str(backend.directory)])


def data_of(text: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(text)["data"]


def test_operation_prints_its_result(backend: LocalBackend, capsys: pytest.CaptureFixture[str]) -> None:
    assert graphql(backend, "{ me { displayName } }", "--as", "bob") == 0
    assert data_of(capsys.readouterr().out) == {"me": {"displayName": "Bob"}}


def test_variables_operation_name_and_standard_input(
    backend: LocalBackend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("query A { nothing } query B { me { displayName } }"))
    assert graphql(backend, "-", "--operation", "B") == 1  # A does not match the schema
    assert "FieldUndefined" in capsys.readouterr().err
    room = uuid.uuid4().hex
    assert graphql(backend, ROOMS, "--variables", json.dumps({"name": room})) == 0
    assert data_of(capsys.readouterr().out)["createChatRoom"]["id"]


def test_errors_are_in_the_output_and_explained_in_a_sentence(
    backend: LocalBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    assert graphql(backend, '{ getChatRoom(id: "nowhere") { id } }') == 1
    told = capsys.readouterr()
    assert data_of(told.out) == {"getChatRoom": None}
    assert told.err.startswith("NotFound: ")
    assert told.err.rstrip().endswith("(getChatRoom)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{ me { id } }", "--as", "carol"], "There is no demo user carol; there are: alice, bob."),
        (["subscription { onMessageCreated(chatRoomId: 1) { id } }"], "The request of Alice was rejected: NotFound: "),
        (["{"], "MalformedHttpRequestException"),
    ],
)
def test_refusals_are_explained(
    backend: LocalBackend, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert graphql(backend, *arguments) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("variables", ["[1]", "{", "1"])
def test_variables_that_are_not_an_object_are_wrong_usage(
    backend: LocalBackend, variables: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        graphql(backend, "{ me { id } }", "--variables", variables)
    assert ended.value.code == 2
    assert "--variables" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["graphql", "{ me { id } }"], ["chat"]], ids=["graphql", "chat"])
def test_missing_backend_is_reported_with_a_remedy(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--directory", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.strip() == "The local AWS is not running. `make up` starts it."


def test_subscription_streams_to_a_terminal_in_color_until_ctrl_c(
    backend: LocalBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    assert graphql(backend, ROOMS, "--variables", json.dumps({"name": "streamed"})) == 0
    room = data_of(capsys.readouterr().out)["createChatRoom"]["id"]
    text = uuid.uuid4().hex
    document = f'subscription {{ onMessageCreated(chatRoomId: "{room}") {{ content }} }}'
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "local", "graphql", document, "--directory", str(backend.directory)]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, text=True, env=environment) as process:
        os.close(theirs)
        try:
            assert process.stderr is not None
            assert "Subscribed as alice" in process.stderr.readline()
            sent = f'mutation {{ createMessage(input: {{chatRoomId: "{room}", content: "{text}"}}) {{ ...M }} }}'
            # A subscriber gets what the sender selected, and the room's filter compares chatRoomId.
            assert graphql(backend, f"{sent} fragment M on Message {{ chatRoomId content }}") == 0
            seen = b""
            while f'\x1b[36m"content"\x1b[0m: \x1b[32m"{text}"\x1b[0m'.encode() not in seen:
                assert select.select([ours], [], [], 60)[0], seen
                seen += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
            os.close(ours)


def test_colored_json_has_the_same_text() -> None:
    text = json.dumps({"a": [1, -2.5e3, None, True, 'x: "y"'], "b\\": {}}, indent=2)
    painted = coloured(text)
    for colour in ("\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[0m"):
        assert colour in painted
        painted = painted.replace(colour, "")
    assert painted == text

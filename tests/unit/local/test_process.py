"""The command line and the life of the server process: one a directory, clear messages, no corpse."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from local.embedded.environment import DataDirectory, client_environment
from local.errors import LocalBackendError
from local.instance import Instance
from local.process import ROOT, clean, running, running_and_ready, stop
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path


needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc, which only Linux has")


def _command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAT_")}
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def _said(text: str) -> None:
    assert text


def test_one_that_is_letting_go_is_waited_for(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with (tmp_path / "server.pid").open("a+", encoding="ascii") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        letting_go = threading.Timer(0.3, lambda: fcntl.flock(holder, fcntl.LOCK_UN))
        began = time.monotonic()
        letting_go.start()
        assert running(directory) is None
        assert time.monotonic() - began >= 0.3
        letting_go.join()


def test_one_that_was_killed_and_still_holds_the_directory_is_not_waited_for(tmp_path: Path) -> None:
    """The threads of a killed process end one by one, and the last one lets go of the lock."""
    directory = DataDirectory(tmp_path)
    with (tmp_path / "server.pid").open("a+", encoding="ascii") as holder:
        holder.write(f"{os.getpid()} 1 2 3\n")
        holder.flush()
        fcntl.flock(holder, fcntl.LOCK_EX)
        letting_go = threading.Timer(0.5, lambda: fcntl.flock(holder, fcntl.LOCK_UN))
        letting_go.start()
        assert running_and_ready(directory) is None
        letting_go.join()


def test_is_found_while_it_lives_and_is_gone_when_it_dies_however_it_dies(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    assert running(directory) is None
    with ServerProcess(directory.root) as server:
        assert server.process is not None
        instance = running(directory)
        assert instance is not None
        assert (instance.pid, instance.url) == (server.process.pid, server.url)
        server.end(signal.SIGKILL)
        assert running(directory) is None
        server.start()
        assert server.process is not None
        assert stop(directory, say=_said)
        assert server.process.wait(timeout=60) == 0
        assert not stop(directory, say=_said)


def test_answers_on_both_ports_when_it_says_so(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        assert server.process is not None
        instance = running(DataDirectory(server.directory))
        assert instance is not None
        with urllib.request.urlopen(f"{server.url}/_local/ready", timeout=60) as answer:  # noqa: S310 - loopback
            assert json.load(answer) == {"ready": True, "pid": server.process.pid}
        with socket.create_connection(("127.0.0.1", instance.tls_port), timeout=60):
            pass


@needs_proc
def test_listens_on_loopback_only(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        assert server.process is not None
        inodes = set()
        for descriptor in os.listdir(f"/proc/{server.process.pid}/fd"):  # noqa: PTH208 - names, not paths
            try:
                inodes.add(os.readlink(f"/proc/{server.process.pid}/fd/{descriptor}"))  # noqa: PTH115
            except OSError:
                continue
        listening = []
        for table in ("tcp", "tcp6"):
            with open(f"/proc/net/{table}", encoding="ascii") as lines:  # noqa: PTH123
                rows = [line.split() for line in lines][1:]
            listening += [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]
        assert len(listening) == 3
        assert all(address.startswith("0100007F:") for address in listening)


def test_a_second_server_in_the_same_directory_is_refused(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        done = _command("serve", "--directory", str(server.directory), "--port", "0", "--tls-port", "0")
        assert done.returncode == 1
        assert "Another process runs the local backend in" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named_with_its_user_and_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _command("up", "--directory", str(tmp_path / "data"), "--port", str(port), "--tls-port", "0")
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"(process {os.getpid()})" in done.stderr
    assert f"make up PORT={port + 1000}" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert running(DataDirectory(tmp_path / "data")) is None


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["up", "--port", "99999"], {}, "not a port"),
        (["up"], {"CHAT_LOCAL_PORT": "http"}, "not a port"),
        (["up"], {"CHAT_LOCAL_DEPLOY": "magic"}, "not one of auto, terraform, direct"),
        (["fly"], {}, "invalid choice"),
        ([], {}, "usage:"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_message(arguments: list[str], environment: dict[str, str], words: str) -> None:
    done = _command(*arguments, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_down_clean_and_status_of_nothing_say_so(tmp_path: Path) -> None:
    where = ("--directory", str(tmp_path / "data"))
    assert [_command(command, *where).returncode for command in ("status", "down", "clean")] == [1, 0, 0]


def test_clean_deletes_what_is_its_own_only(tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").touch()
    with pytest.raises(LocalBackendError, match="nothing in it was deleted"):
        clean(DataDirectory(tmp_path / "foreign"), say=_said)
    assert (tmp_path / "foreign" / "thesis.txt").exists()
    with ServerProcess(tmp_path / "own") as server:
        assert clean(DataDirectory(server.directory), say=_said)
        assert not server.directory.exists()
        assert server.process is not None
        assert server.process.wait(timeout=60) == 0


def test_a_file_of_a_dead_server_is_not_believed(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    (tmp_path / "server.pid").write_text(f"{os.getpid()} 1 2 3\n")
    assert running(directory) is None
    assert not stop(directory, say=_said)
    assert Instance(1, 2, 3, 4).url == "http://127.0.0.1:2"


def test_ends_with_whoever_started_it(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "local", "serve", "--directory", str(tmp_path / "data"), "--until-eof"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--tls-port", "0", "--web-port", "0", "--report", str(writing)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        pass_fds=(writing,),
    )
    os.close(writing)
    with os.fdopen(reading) as report:
        assert "port" in json.loads(report.readline())
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=60) == 0


@needs_proc
def test_leaves_no_child_and_no_file_outside_its_directory(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / "data") as server:
        assert server.process is not None
        children = _children(server.process.pid)
        assert children  # Node
        server.end(signal.SIGKILL)
        deadline = time.monotonic() + 60
        while any(map(_lives, children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(_lives, children))
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def _children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    return [int(child) for child, parent in (line.split() for line in listed.splitlines()) if int(parent) == pid]


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_client_environment_has_nothing_of_the_users_aws() -> None:
    mine = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "x", "TF_LOG": "TRACE", "PATH": "/bin", "HTTP_PROXY": "p"}
    environment = client_environment(base=mine)
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert "TF_LOG" not in environment
    assert environment["PATH"] == "/bin"
    assert environment["NO_PROXY"] == "127.0.0.1,localhost"

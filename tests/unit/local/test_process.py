"""Tests of the command line and of the server process: one server per directory, clear messages, no remains."""

from __future__ import annotations

import errno
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
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from common.owned_folder import Purpose, purpose_of
from common.system_errors import data_directory, describe
from local import process, serving
from local.__main__ import main
from local.data_folder import claim_data_folder
from local.embedded.environment import DataDirectory, client_environment
from local.errors import LocalAwsError
from local.instance import Instance
from local.process import ROOT, Ports, clean, open_lock, running, running_and_ready, start, stop
from local.serving import _taken
from tests.helpers.server import UNTIL_EOF, start_server
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _expect_service_until_eof(server: subprocess.Popen[bytes], output: IO[str]) -> None:
    """Wait for the port of a starting server, and end it by closing its standard input."""
    with output as report:
        assert "port" in json.loads(report.readline())
    assert server.stdin is not None
    server.stdin.close()
    assert server.wait(timeout=60) == 0


def _said(text: str) -> None:
    assert text


def test_an_ending_server_is_awaited(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with (tmp_path / "server.pid").open("a+", encoding="ascii") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        letting_go = threading.Timer(0.3, lambda: fcntl.flock(holder, fcntl.LOCK_UN))
        began = time.monotonic()
        letting_go.start()
        assert running(directory) is None
        assert time.monotonic() - began >= 0.3
        letting_go.join()


def test_a_killed_server_that_still_holds_the_directory_is_not_awaited(tmp_path: Path) -> None:
    """The threads of a killed process end one by one, and the last one releases the lock."""
    directory = DataDirectory(tmp_path)
    with (tmp_path / "server.pid").open("a+", encoding="ascii") as holder:
        holder.write(f"{os.getpid()} 1 2 3\n")
        holder.flush()
        fcntl.flock(holder, fcntl.LOCK_EX)
        letting_go = threading.Timer(0.5, lambda: fcntl.flock(holder, fcntl.LOCK_UN))
        letting_go.start()
        assert running_and_ready(directory) is None
        letting_go.join()


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00\x80" * 100, b"one two three four\n", b"1 2 3 4 5\n", b"1 2 3 4"])
def test_a_damaged_file_of_a_process_that_holds_the_directory_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with (tmp_path / "server.pid").open("wb") as holder:
        holder.write(text)
        holder.flush()
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(LocalAwsError, match=r"server\.pid but its id is not recorded"):
            running(DataDirectory(tmp_path))
    assert running(DataDirectory(tmp_path)) is None


def test_a_short_lock_by_the_status_command_does_not_block_a_server(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    claim_data_folder(directory)
    with (directory / "server.pid").open("a+b") as reader:
        reader.write(b"1 2 3 4\n")  # of a killed server
        reader.flush()
        fcntl.flock(reader, fcntl.LOCK_SH)
        letting_go = threading.Timer(2.5, lambda: fcntl.flock(reader, fcntl.LOCK_UN))
        letting_go.start()
        with ServerProcess(directory) as server:
            assert server.process is not None
            instance = running(DataDirectory(directory))
            assert instance is not None
            assert instance.pid == server.process.pid
        letting_go.join()


def test_the_file_of_a_killed_server_is_not_attributed_to_the_next_one(tmp_path: Path) -> None:
    """Between the lock and the first write, the file of a server is empty: `down` must not kill another process."""
    directory = DataDirectory(tmp_path / "data")
    claim_data_folder(directory.root)
    (directory.root / "server.pid").write_text("1 2 3 4\n", encoding="ascii")
    with _taken(directory):
        assert (directory.root / "server.pid").read_bytes() == b""


def test_a_lock_on_a_file_deleted_by_clean_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise two servers would run in one directory, because the next one locks a new file."""
    directory = DataDirectory(tmp_path / "data")
    claim_data_folder(directory.root)
    path = directory.root / "server.pid"
    deletions = 0

    def open_and_clean(name: Path) -> IO[str]:
        nonlocal deletions
        opened = open_lock(name)
        if deletions == 0:
            name.unlink()
            deletions += 1
        return opened

    monkeypatch.setattr(serving, "open_lock", open_and_clean)
    with _taken(directory) as held:
        assert os.path.samestat(os.fstat(held.fileno()), path.stat())
    assert deletions == 1


def test_a_server_is_found_while_it_runs_and_not_after_any_kind_of_end(tmp_path: Path) -> None:
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


def test_responds_on_both_ports_once_it_reports_them(tmp_path: Path) -> None:
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
        assert "Another process runs the local AWS in" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_in_use_is_reported_with_its_user_and_the_remedy(tmp_path: Path) -> None:
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
def test_wrong_usage_exits_with_2_and_one_message(
    arguments: list[str], environment: dict[str, str], words: str
) -> None:
    done = _command(*arguments, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_down_clean_and_status_report_that_nothing_runs(tmp_path: Path) -> None:
    where = ("--directory", str(tmp_path / "data"))
    assert [_command(command, *where).returncode for command in ("status", "down", "clean")] == [1, 0, 0]


def test_clean_deletes_files_of_the_backend_only(tmp_path: Path) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").touch()
    with pytest.raises(LocalAwsError, match="nothing in it was deleted"):
        clean(DataDirectory(tmp_path / "foreign"), say=_said)
    assert (tmp_path / "foreign" / "thesis.txt").exists()
    with ServerProcess(tmp_path / "own") as server:
        assert clean(DataDirectory(server.directory), say=_said)
        assert not server.directory.exists()
        assert server.process is not None
        assert server.process.wait(timeout=60) == 0


def test_the_file_of_a_dead_server_is_ignored(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    (tmp_path / "server.pid").write_text(f"{os.getpid()} 1 2 3\n")
    assert running(directory) is None
    assert not stop(directory, say=_said)
    assert Instance(1, 2, 3, 4).url == "http://127.0.0.1:2"


def test_a_server_ends_with_its_parent(tmp_path: Path) -> None:
    _expect_service_until_eof(*start_server(tmp_path / "data", UNTIL_EOF))


@needs_proc
def test_leaves_no_child_process_and_no_file_outside_its_directory(tmp_path: Path) -> None:
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


def test_a_client_environment_has_no_settings_of_the_users_aws() -> None:
    mine = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "x", "TF_LOG": "TRACE", "PATH": "/bin", "HTTP_PROXY": "p"}
    environment = client_environment(base=mine)
    assert "AWS_PROFILE" not in environment
    assert "AWS_SESSION_TOKEN" not in environment
    assert "TF_LOG" not in environment
    assert environment["PATH"] == "/bin"
    assert environment["NO_PROXY"] == "127.0.0.1,localhost"


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, Path]:
    """Return paths that cannot be a data directory."""
    (tmp_path / "file").touch()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "server.pid").mkdir()
    names = ("file", "foreign", "dangling", "loop", "directory")
    return {
        **{name: tmp_path / name for name in names},
        "below": tmp_path / "file" / "data",
        "long": tmp_path / ("x" * 300),
        "bytes": tmp_path / os.fsdecode(b"\xff"),
        "root": Path("/"),
        "proc": Path("/proc/nope"),
        "repository": ROOT,
    }


@pytest.mark.parametrize(
    "name", ["file", "foreign", "dangling", "loop", "directory", "below", "long", "root", "proc", "bytes", "repository"]
)
def test_no_path_makes_a_command_print_a_traceback(
    odd: dict[str, Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.umask(0o022)
    try:
        for command, codes in (("status", {1}), ("down", {0, 1}), ("clean", {0, 1}), ("up", {1})):
            code = main([command, "--directory", str(odd[name])])
            said = capsys.readouterr()
            assert code in codes, (command, said.err)
            assert len((said.err + said.out).strip().splitlines()) == 1
            if said.err:
                assert "LOCAL_DIRECTORY" in said.err or "link" in said.err
    finally:
        os.umask(before)
    assert (odd["foreign"] / "thesis.txt").exists()


def test_clean_lists_the_files_that_it_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    claim_data_folder(data)
    for name in ("outputs.json", "thesis.txt"):
        (data / name).touch()
    assert main(["clean", "--directory", str(data)]) == 0
    said = capsys.readouterr()
    assert f"{data / 'thesis.txt'} was not created by the chat backend and was not deleted." in said.out + said.err
    assert f"Deleted everything else in {data}." in said.out + said.err
    assert (data / "thesis.txt").exists()
    assert not (data / "outputs.json").exists()
    (data / "thesis.txt").unlink()
    assert main(["clean", "--directory", str(data)]) == 0
    assert f"Deleted {data}." in capsys.readouterr().out
    assert not data.exists()


def test_a_port_is_requested_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("up", "serve"):
        ports = ["--port", "5000", "--tls-port", "5000", "--web-port", "0"]
        assert main([command, "--directory", str(tmp_path / "data"), *ports]) == 1
        assert "PORT and TLS_PORT are both 5000. Choose different ports." in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("source", [os.devnull, __file__])
def test_a_server_that_cannot_watch_its_input_reports_it(tmp_path: Path, source: str) -> None:
    with open(source, "rb") as file:  # noqa: PTH123 - also /dev/null
        done = subprocess.run(
            [sys.executable, "-m", "local", "serve", "--directory", str(tmp_path / "data"), "--until-eof"],
            cwd=ROOT,
            stdin=file,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == ("--until-eof requires that standard input is a pipe or a terminal, not a file.\n")
    assert not (tmp_path / "data").exists()


def test_an_empty_name_selects_the_default(tmp_path: Path) -> None:
    done = _command("status", CHAT_LOCAL_DIRECTORY="", HOME=str(tmp_path))
    assert "Traceback" not in done.stderr
    assert not (ROOT / "server.pid").exists()


def test_a_link_to_a_folder_is_used_but_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to("disk")
    with ServerProcess(tmp_path / "data") as server:
        assert purpose_of(tmp_path / "disk") is Purpose.DATA
        refused = _command("clean", "--directory", str(tmp_path / "data"))
        assert refused.returncode == 1
        assert "is a symbolic link to disk, so nothing was deleted" in refused.stderr
        assert server.process is not None
        assert server.process.poll() is None
        assert _command("down", "--directory", str(tmp_path / "data")).returncode == 0
    assert purpose_of(tmp_path / "disk") is Purpose.DATA


def test_files_are_readable_by_the_owner_only_for_any_start_of_the_server(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    program = (
        "import os, sys; from pathlib import Path; from local.embedded.environment import DataDirectory\n"
        "from local.process import Ports; from local.serving import serve\n"
        "os.umask(0)\n"
        "serve(DataDirectory(Path(sys.argv[1])), Ports(0, 0, 0), report=int(sys.argv[2]), until_eof=True)\n"
    )
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(directory), str(writing)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        pass_fds=(writing,),
    )
    os.close(writing)
    _expect_service_until_eof(server, os.fdopen(reading))
    found = [directory, *directory.rglob("*")]
    assert len(found) > 10
    assert [path for path in found if path.lstat().st_mode & 0o077] == []


@pytest.mark.parametrize("is_early", [True, False])
def test_a_server_whose_parent_is_killed_ends_or_is_found(tmp_path: Path, *, is_early: bool) -> None:
    """Before the server holds the directory, it ends and frees it for the next; after that, the next `up` finds it."""
    directory = DataDirectory(tmp_path / "data")
    server, output = start_server(directory.root)
    if is_early:
        output.close()
        assert server.wait(timeout=60) == 1
        assert running(directory) is None
        return
    deadline = time.monotonic() + 60
    while (found := running(directory)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    output.close()
    assert found is not None
    assert running_and_ready(directory) == found
    assert stop(directory, say=_said)
    assert server.wait(timeout=60) == 0


def test_an_interrupted_start_leaves_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = DataDirectory(tmp_path / "data")

    def interrupt(*_arguments: object) -> None:
        deadline = time.monotonic() + 60
        while running(directory) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(process, "_await_report", interrupt)
        with pytest.raises(KeyboardInterrupt):
            start(directory, Ports(0, 0, 0), attached=False, say=_said)
    assert running(directory) is None
    started = start(directory, Ports(0, 0, 0), attached=False, say=_said)
    try:
        assert running_and_ready(directory) == started.instance
    finally:
        stop(directory, say=_said)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_at_the_start_is_reported_and_can_be_cleaned(tiny_disk: Path) -> None:
    data = tiny_disk / "data"
    ports = ("--port", "0", "--tls-port", "0", "--web-port", "0")
    done = _command("up", "--detach", "--no-web", "--directory", str(data), *ports)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(data) in done.stderr
    assert "space" in done.stderr
    assert _command("clean", "--directory", str(data)).returncode == 0
    assert not data.exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "{place}: the disk is full. Free some space"),
        (errno.EDQUOT, "{place}: the disk is full. Free some space"),
        (errno.EACCES, "{place}: Permission denied. Make it yours (`sudo chown -R $(id -un) {root}`)"),
        (errno.EROFS, "{place} is on a read-only file system. Make it writable, or name another folder"),
        (errno.EMFILE, "{place}: too many files are open. Raise the limit"),
        (
            errno.EIO,
            "{place}: Input/output error. Remove the cause and run the same command again, or name another folder",
        ),
    ],
)
def test_system_errors_are_reported_with_path_and_remedy(tmp_path: Path, number: int, words: str) -> None:
    place = tmp_path / "state"
    error = OSError(number, os.strerror(number), str(place))
    assert describe(error, tmp_path, data_directory(tmp_path)).startswith(words.format(place=place, root=tmp_path))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can own a folder that is another user's")
def test_a_directory_of_another_user_is_reported_with_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_data_folder(tmp_path / "data")
    os.chown(tmp_path / "data", 65534, 65534)

    def refuse(path: Path, *_arguments: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", refuse)
    directory = DataDirectory(tmp_path / "data")
    words = r"Permission denied\. It belongs to the user nobody\."
    with pytest.raises(LocalAwsError, match=words):
        running(directory)
    with pytest.raises(LocalAwsError, match=words):
        start(directory, Ports(0, 0, 0), attached=False, say=_said)

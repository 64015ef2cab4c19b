"""The server process: locks the directory, binds the ports, creates the run's credentials, and runs until stopped."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import select
import shutil
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from appsync_local.javascript.node_process import NodeMissingError
from common.errors import ExpectedError
from common.owned_folder import ForeignFolderError
from common.system_errors import data_directory, describe
from local.data_folder import claim_data_folder
from local.deployment.outputs import publish_credentials
from local.descriptors import raise_limit, warn_when_short
from local.embedded.credentials import RunCredentials
from local.embedded.damage import DamagedDirectoryError
from local.embedded.durable_files import NotWrittenError
from local.errors import LocalAwsError
from local.instance import WEB_PORT, Instance
from local.private_files import OWNER_ONLY, make_private
from local.process import PID_FILE, Ports, open_lock
from local.server import Listeners, listen, run

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from local.embedded.environment import DataDirectory

_LOCK_SECONDS = 3.0
"""How long to try to get the lock: `make status` holds it briefly, a killed server until its threads have ended."""
_LISTENING = "0A"
"""TCP_LISTEN in /proc/net/tcp."""


def serve(
    directory: DataDirectory, ports: Ports, *, report: int | None, until_eof: bool, is_repairing: bool = False
) -> None:
    """Run the server.

    Args:
        directory: the data directory.
        ports: the requested ports.
        report: a file descriptor that receives one JSON line, ``{"pid", "port", "tls_port", "web_port", "repaired"}``
            (see `local.server.run`) or ``{"error"}``.
        until_eof: stop at the end of standard input.
        is_repairing: set damaged data aside instead of refusing to start.

    Raises:
        LocalAwsError: it could not start.
    """
    os.umask(OWNER_ONLY)
    raise_limit()
    with _reporting(report, directory) as tell:
        claim_data_folder(directory.root)
        with _taken(directory) as pid_file:
            _end_if_abandoned(report)
            make_private(directory.root)
            listeners = Listeners(_bind(ports.plain, "PORT"), _bind(ports.secure, "TLS_PORT"), _bind_web(ports.web))
            pid_file.write(f"{os.getpid()} {listeners.port} {listeners.tls_port} {listeners.web_port}\n")
            pid_file.flush()
            credentials = RunCredentials.generate()
            publish_credentials(directory, credentials)
            warn_when_short()

            def ready(repaired: list[str]) -> None:
                instance = Instance(os.getpid(), listeners.port, listeners.tls_port, listeners.web_port)
                tell({**asdict(instance), "repaired": repaired})

            run(directory, listeners, credentials, ready=ready, until_eof=until_eof, is_repairing=is_repairing)
            pid_file.truncate(0)


@contextlib.contextmanager
def _reporting(descriptor: int | None, directory: DataDirectory) -> Iterator[Callable[[dict[str, object]], None]]:
    """Yield a function that reports once to the starting process; errors are reported and raised again.

    Raises:
        LocalAwsError: a problem that the user can act on.
    """

    def tell(message: dict[str, object]) -> None:
        nonlocal descriptor
        if descriptor is not None:
            with contextlib.suppress(BrokenPipeError):  # the starting process was killed
                os.write(descriptor, json.dumps(message).encode() + b"\n")
            os.close(descriptor)
            descriptor = None

    try:
        yield tell
    except (ExpectedError, NodeMissingError, ForeignFolderError, DamagedDirectoryError, NotWrittenError) as error:
        tell({"error": str(error)})
        raise LocalAwsError(str(error)) from error
    except OSError as error:
        message = f"The local AWS cannot start: {describe(error, directory.root, data_directory(directory.root))}"
        tell({"error": message})
        raise LocalAwsError(message) from error
    except Exception as error:
        tell({"error": f"The local AWS failed to start: {error!r}. Details are in {directory.logs / 'process.log'}."})
        raise


def _end_if_abandoned(report: int | None) -> None:
    """Stop if the starting process was killed, so that the next server can use the directory.

    Raises:
        LocalAwsError: the starting process no longer exists.
    """
    if report is None:
        return
    poll = select.poll()
    poll.register(report, 0)
    if any(events & (select.POLLERR | select.POLLHUP) for _descriptor, events in poll.poll(0)):
        message = "The command that started this process has ended."
        raise LocalAwsError(message)


@contextlib.contextmanager
def _taken(directory: DataDirectory) -> Iterator[IO[str]]:
    """Hold the lock on a directory.

    Raises:
        LocalAwsError: another process holds it.
    """
    path = directory.root / PID_FILE
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        with open_lock(path) as pid_file:
            if _is_taken(pid_file, path):
                pid_file.truncate(0)  # remove the content of a killed server
                yield pid_file
                return
        if time.monotonic() > deadline:
            message = (
                f"Another process runs the local AWS in {directory.root}: see `make status`, or stop it: `make down`."
            )
            raise LocalAwsError(message)
        time.sleep(0.02)


def _is_taken(pid_file: IO[str], path: Path) -> bool:
    """Try to lock the file; return False if it fails, or if `make clean` has deleted the file meanwhile."""
    try:
        fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(pid_file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _bind(port: int, variable: str) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is in use{_by_whom(port)}. "
                f"Stop the program that uses it, or choose another port: `make up {variable}={port + 1000}`."
            )
        elif error.errno in {errno.EACCES, errno.EPERM}:
            message = (
                f"Port {port} may not be opened by this user. Choose a port above 1023: `make up {variable}=4566`."
            )
        else:
            message = (
                f"Port {port} cannot be opened: {error.strerror}. Take another: `make up {variable}={port + 1000}`."
            )
        raise LocalAwsError(message) from error


def _bind_web(port: int | None) -> socket.socket:
    if port is not None:
        return _bind(port, "WEB_PORT")
    try:
        return listen(WEB_PORT)
    except OSError:
        return _bind(0, "WEB_PORT")


def _by_whom(port: int) -> str:
    """Return " by ..." with the program that listens on a port, if the system reports it."""
    owner = _owner_from_proc(port) or _owner_from_lsof(port)
    return f" by {owner}" if owner else ""


def _owner_from_proc(port: int) -> str:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTENING and int(words[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{words[9]}]")
    if not inodes:
        return ""
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(descriptor.readlink()) in inodes:
                pid = descriptor.parts[2]
                name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
                return f"{name} (process {pid})"
    return ""


def _owner_from_lsof(port: int) -> str:
    if shutil.which("lsof") is None:
        return ""
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"p(\d+)\nc(.+)", found)
    return f"{match[2]} (process {match[1]})" if match else ""

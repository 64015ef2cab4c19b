"""One server a data directory: started in the background, found, stopped; what a killed one leaves is no trouble.

The server holds a lock (flock) on ``server.pid`` for as long as it lives, however it dies; the file's text (process id,
ports) is only believed while the lock is held.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from local.appsync.javascript.node_process import NodeMissingError
from local.deployment.outputs import publish_credentials
from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, client_environment
from local.errors import LocalBackendError
from local.instance import Instance
from local.private_files import make_private
from local.server import READY_PATH, Listeners, listen, run

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
WEB_PORT = 4580
_PID_FILE = "server.pid"
_DEPLOY_FILE = "deploy.lock"
_START_SECONDS = 180
_STOP_SECONDS = 30
_TELL_AFTER_SECONDS = 2.0
_LISTENING = "0A"
"""TCP_LISTEN in /proc/net/tcp."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports asked for; 0 is any free one."""

    plain: int
    secure: int
    web: int | None
    """None is `WEB_PORT`, or any free one where that is taken: a second checkout has a web client too."""


# --- the server's side ------------------------------------------------------------------------------


def serve(directory: DataDirectory, ports: Ports, *, report: int | None, until_eof: bool) -> None:
    """Be the server: take the directory, bind the ports, make this run's credentials, run until told to stop.

    Args:
        directory: the data.
        ports: the ports asked for.
        report: a file descriptor; receives one JSON line, ``{"pid", "port", "tls_port", "web_port"}`` or ``{"error"}``.
        until_eof: whether the end of standard input ends the server.
    """
    with _reporting(report) as tell:
        _make(directory.root)
        with (directory.root / _PID_FILE).open("a+", encoding="ascii") as pid_file:
            _take(pid_file, directory)
            make_private(directory.root)
            listeners = Listeners(_bind(ports.plain, "PORT"), _bind(ports.secure, "TLS_PORT"), _bind_web(ports.web))
            pid_file.truncate(0)
            pid_file.write(f"{os.getpid()} {listeners.port} {listeners.tls_port} {listeners.web_port}\n")
            pid_file.flush()
            credentials = RunCredentials.generate()
            publish_credentials(directory, credentials)

            def ready() -> None:
                tell(asdict(Instance(os.getpid(), listeners.port, listeners.tls_port, listeners.web_port)))

            run(directory, listeners, credentials, ready=ready, until_eof=until_eof)
            pid_file.truncate(0)


@contextlib.contextmanager
def _reporting(descriptor: int | None) -> Iterator[Callable[[dict[str, object]], None]]:
    """Give a function that tells the starter one thing; an error is told before it goes on its way."""

    def tell(message: dict[str, object]) -> None:
        nonlocal descriptor
        if descriptor is not None:
            os.write(descriptor, json.dumps(message).encode() + b"\n")
            os.close(descriptor)
            descriptor = None

    try:
        yield tell
    except (LocalBackendError, NodeMissingError) as error:
        tell({"error": str(error)})
        raise
    except Exception as error:
        tell({"error": f"the server failed to start: {error!r}"})
        raise


def _take(pid_file: IO[str], directory: DataDirectory) -> None:
    try:
        fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = (
            f"Another process runs the local backend in {directory.root}: see `make status`, or stop it: `make down`."
        )
        raise LocalBackendError(message) from None


def _bind(port: int, variable: str) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is in use{_by_whom(port)}. "
                f"Stop what uses it, or take another port: `make up {variable}={port + 1000}`."
            )
        elif error.errno in {errno.EACCES, errno.EPERM}:
            message = f"Port {port} may not be opened by this user. Take one above 1023: `make up {variable}=4566`."
        else:
            message = (
                f"Port {port} cannot be opened: {error.strerror}. Take another: `make up {variable}={port + 1000}`."
            )
        raise LocalBackendError(message) from error


def _bind_web(port: int | None) -> socket.socket:
    if port is not None:
        return _bind(port, "WEB_PORT")
    try:
        return listen(WEB_PORT)
    except OSError:
        return _bind(0, "WEB_PORT")


# --- the user's side --------------------------------------------------------------------------------


def running(directory: DataDirectory) -> Instance | None:
    """Return the running server of a directory; it may not answer yet, see `running_and_ready`.

    Raises:
        LocalBackendError: somebody holds the directory and does not say who.
    """
    path = directory.root / _PID_FILE
    for _attempt in range(100):
        try:
            with path.open("r+", encoding="ascii") as file:
                if _is_free(file):
                    return None
                # The holder may be about to write this, or to let go: so the lock is tried again, too.
                words = file.read().split()
        except FileNotFoundError:
            return None
        if len(words) == 4:  # noqa: PLR2004 - as `serve` writes it
            return Instance(*map(int, words))
        time.sleep(0.05)
    message = f"A process holds {path} but does not say which it is. It may be ending: try again in a moment."
    raise LocalBackendError(message)


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def start(directory: DataDirectory, ports: Ports, *, attached: bool, say: Callable[[str], None]) -> StartedServer:
    """Start the server as a process of its own and return when it answers.

    Args:
        directory: the data.
        ports: the ports asked for.
        attached: whether the server ends with this process, however this process ends.
        say: receives progress, if it takes long.

    Raises:
        LocalBackendError: it did not start.
    """
    _make(directory.logs)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "local", "serve", "--directory", str(directory.root)]
    command += ["--port", str(ports.plain), "--tls-port", str(ports.secure)]
    command += [] if ports.web is None else ["--web-port", str(ports.web)]
    command += ["--report", str(writing)]
    with (directory.logs / "process.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *(["--until-eof"] if attached else [])],
            cwd=ROOT,
            env=client_environment(),
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(writing,),
            start_new_session=True,
        )
    os.close(writing)
    with os.fdopen(reading, "rb") as report:
        answer = _await_report(report, process, directory, say)
    return StartedServer(process, Instance(**answer))


@dataclass(frozen=True, slots=True)
class StartedServer:
    """A server that this process started."""

    process: subprocess.Popen[bytes]
    instance: Instance


def _await_report(
    report: IO[bytes], process: subprocess.Popen[bytes], directory: DataDirectory, say: Callable[[str], None]
) -> dict[str, int]:
    os.set_blocking(report.fileno(), False)
    begun, told, line = time.monotonic(), False, b""
    while not line.endswith(b"\n"):
        chunk = report.read()
        if chunk == b"":
            message = f"The server ended while starting. Its last words are in {directory.logs / 'process.log'}."
            raise LocalBackendError(message)
        line += chunk or b""
        waited = time.monotonic() - begun
        if waited > _TELL_AFTER_SECONDS and not told:
            say("The server is still starting ...")
            told = True
        if waited > _START_SECONDS:
            process.terminate()
            message = f"The server did not answer within {_START_SECONDS} s. See {directory.logs / 'server.log'}."
            raise LocalBackendError(message)
        time.sleep(0.02)
    answer: dict[str, int] = json.loads(line)
    if "error" in answer:
        process.wait()
        raise LocalBackendError(str(answer["error"]))
    return answer


def running_and_ready(directory: DataDirectory) -> Instance | None:
    """Return the running server of a directory once it answers; None if there is none, or it ends meanwhile.

    One that was killed holds the directory until all of its threads have ended.

    Raises:
        LocalBackendError: it does not answer.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_SECONDS
    while (instance := running(directory)) is not None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), opener.open(f"{instance.url}{READY_PATH}", timeout=5) as answer:
            if json.load(answer).get("pid") == instance.pid:
                return instance
        time.sleep(0.1)
    if instance is None:
        return None
    message = (
        f"Process {instance.pid} holds the data directory but does not answer on {instance.url}. `make down` ends it."
    )
    raise LocalBackendError(message)


def stop(directory: DataDirectory, *, say: Callable[[str], None]) -> bool:
    """Stop the server of a directory; return False when none runs.

    Raises:
        LocalBackendError: it does not end.
    """
    instance = running(directory)
    if instance is None:
        return False
    begun, told = time.monotonic(), False
    with contextlib.suppress(ProcessLookupError):
        os.kill(instance.pid, signal.SIGTERM)
    while running(directory) is not None:
        waited = time.monotonic() - begun
        if waited > _TELL_AFTER_SECONDS and not told:
            say(f"Process {instance.pid} is saving its data ...")
            told = True
        if waited > _STOP_SECONDS:
            message = (
                f"Process {instance.pid} has not ended within {_STOP_SECONDS} s (see {directory.logs / 'server.log'}). "
                f"`kill -9 {instance.pid}` ends it and loses nothing that was acknowledged."
            )
            raise LocalBackendError(message)
        time.sleep(0.05)
    return True


def clean(directory: DataDirectory, *, say: Callable[[str], None]) -> bool:
    """Stop the server and delete its directory; return False when there is none.

    Raises:
        LocalBackendError: the directory is somebody else's.
    """
    stop(directory, say=say)
    if not directory.root.exists():
        return False
    if not (directory.root / _PID_FILE).exists() and any(directory.root.iterdir()):
        message = f"{directory.root} is not a directory of the local backend: nothing in it was deleted."
        raise LocalBackendError(message)
    shutil.rmtree(directory.root)
    return True


@contextlib.contextmanager
def deploying(directory: DataDirectory, *, say: Callable[[str], None]) -> Iterator[None]:
    """Keep two deployments into one directory apart: the second waits."""
    _make(directory.root)
    with (directory.root / _DEPLOY_FILE).open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another `up` is deploying into the same directory; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder} cannot be made: {error.strerror}. Name another directory: `make up LOCAL_DIRECTORY=...`."
        raise LocalBackendError(message) from error


def _by_whom(port: int) -> str:
    """Return " by ..." with the program that listens on a port, where the system tells."""
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

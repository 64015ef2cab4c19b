"""Starts, finds and stops the server of a data directory; stale state of a killed server is ignored.

There is one server per data directory. It holds a lock (flock) on ``server.pid`` until its process ends; the file's
content (process id, ports) is valid only while the lock is held. This module uses the standard library only, so that a
server can be found, stopped and its data deleted before anything is installed. The server's side is in `serving.py`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from common.owned_folder import ForeignFolderError
from common.system_errors import data_directory, describe
from local.data_folder import OPTION, claim_data_folder, delete_data_folder, may_delete_data_folder
from local.embedded.environment import DataDirectory, client_environment
from local.errors import LocalAwsError
from local.instance import READY_PATH, Instance
from local.log_files import open_log
from local.private_files import OWNER_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
PID_FILE = "server.pid"
_DEPLOY_FILE = "deploy.lock"
_START_SECONDS = 180
_STOP_SECONDS = 30
_TELL_AFTER_SECONDS = 2.0
_PID_FILE_BYTES = 100
"""More than the maximum length of the file."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The requested ports; 0 is any free port."""

    plain: int
    secure: int
    web: int | None
    """None is `WEB_PORT`, or any free port if it is in use, so that a second checkout has a web client too."""


def running(directory: DataDirectory) -> Instance | None:
    """Return the running server of a directory; it may not respond yet, see `running_and_ready`.

    Raises:
        LocalAwsError: an unknown process holds the lock.
    """
    path = directory.root / PID_FILE
    for _attempt in range(100):
        try:
            with path.open("rb") as file:
                if _is_free(file):
                    return None
                # The holder may be about to write the file or to release the lock, so the lock is tried again, too.
                instance = _instance_of(file.read(_PID_FILE_BYTES))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(error, directory) from error
        if instance is not None:
            return instance
        time.sleep(0.05)
    message = f"A process holds {path} but its id is not recorded. It may be stopping; try again shortly."
    raise LocalAwsError(message)


def _instance_of(text: bytes) -> Instance | None:
    """Parse the content of the server's file; return None if it is not valid."""
    words = text.split()
    if len(words) != 4 or not text.endswith(b"\n") or not all(map(bytes.isdigit, words)):  # noqa: PLR2004
        return None
    return Instance(*map(int, words))


def _is_free(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def start(
    directory: DataDirectory, ports: Ports, *, attached: bool, is_repairing: bool = False, say: Callable[[str], None]
) -> StartedServer:
    """Start the server as a separate process and return when it responds.

    Args:
        directory: the data directory.
        ports: the requested ports.
        attached: whether the server stops when this process ends for any reason.
        is_repairing: set damaged data aside instead of refusing to start.
        say: receives progress messages if the start takes long, and a list of the data set aside.

    Raises:
        LocalAwsError: it did not start.
    """
    _claim(directory)
    log = open_log(directory.logs / "process.log")
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "local", "serve", "--directory", str(directory.root)]
    command += ["--port", str(ports.plain), "--tls-port", str(ports.secure)]
    command += [] if ports.web is None else ["--web-port", str(ports.web)]
    command += ["--report", str(writing), *(["--repair"] if is_repairing else [])]
    try:
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
    finally:
        log.close()
        os.close(writing)
    try:
        with os.fdopen(reading, "rb") as report:
            answer = _await_report(report, directory, say)
    except BaseException:  # the server must not continue in the background after an interrupted start
        _end(process)
        raise
    for line in answer.pop("repaired"):
        say(line)
    return StartedServer(process, Instance(**answer))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class StartedServer:
    """A server that this process started."""

    process: subprocess.Popen[bytes]
    instance: Instance


def _await_report(report: IO[bytes], directory: DataDirectory, say: Callable[[str], None]) -> dict[str, Any]:
    os.set_blocking(report.fileno(), False)
    begun, told, line = time.monotonic(), False, b""
    while not line.endswith(b"\n"):
        chunk = report.read()
        if chunk == b"":
            message = f"The local AWS ended while starting. See {directory.logs / 'process.log'}."
            raise LocalAwsError(message)
        line += chunk or b""
        waited = time.monotonic() - begun
        if waited > _TELL_AFTER_SECONDS and not told:
            say("Starting the local AWS ...")
            told = True
        if waited > _START_SECONDS:
            message = f"The local AWS did not respond within {_START_SECONDS} s. See {directory.logs / 'server.log'}."
            raise LocalAwsError(message)
        time.sleep(0.02)
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise LocalAwsError(str(answer["error"]))
    return answer


def running_and_ready(directory: DataDirectory) -> Instance | None:
    """Return the running server of a directory once it responds; None if there is none, or if it stops meanwhile.

    A killed server holds the lock until all of its threads have ended.

    Raises:
        LocalAwsError: it does not respond.
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
        f"Process {instance.pid} holds the data directory but does not answer on {instance.url}. `make down` stops it."
    )
    raise LocalAwsError(message)


def stop(directory: DataDirectory, *, say: Callable[[str], None]) -> bool:
    """Stop the server of a directory; return False if none runs.

    Raises:
        LocalAwsError: it does not stop.
    """
    instance = running(directory)
    if instance is None:
        return False
    begun, told = time.monotonic(), False
    try:
        os.kill(instance.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        message = (
            f"Process {instance.pid}, the server of {directory.root}, belongs to another user. That user must stop it."
        )
        raise LocalAwsError(message) from error
    while running(directory) is not None:
        waited = time.monotonic() - begun
        if waited > _TELL_AFTER_SECONDS and not told:
            say(f"Process {instance.pid} is saving its data ...")
            told = True
        if waited > _STOP_SECONDS:
            message = (
                f"Process {instance.pid} has not ended within {_STOP_SECONDS} s (see {directory.logs / 'server.log'}). "
                f"`kill -9 {instance.pid}` ends it without losing acknowledged data."
            )
            raise LocalAwsError(message)
        time.sleep(0.05)
    return True


def clean(directory: DataDirectory, *, say: Callable[[str], None]) -> bool:
    """Stop the server and delete its directory except for files of another origin; return False if there is none.

    Raises:
        LocalAwsError: the folder is not a data directory, and nothing was stopped or deleted; or it cannot be
            deleted.
    """
    try:
        if not may_delete_data_folder(directory.root):
            return False
        stop(directory, say=say)
        return delete_data_folder(directory.root)
    except ForeignFolderError as error:
        raise LocalAwsError(str(error)) from error


@contextlib.contextmanager
def deploying(directory: DataDirectory, *, say: Callable[[str], None]) -> Iterator[None]:
    """Claim the directory, and serialize deployments into it: a second one waits.

    Raises:
        LocalAwsError: the directory cannot be used.
    """
    _claim(directory)
    with open_lock(directory.root / _DEPLOY_FILE) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another `up` is deploying into the same directory; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_lock(path: Path) -> IO[str]:
    """Open a file for locking and writing; create it if it is missing, and do not follow symbolic links.

    Raises:
        LocalAwsError: it cannot be opened.
    """
    try:
        return os.fdopen(_open_private(path), "a+", encoding="ascii", errors="replace")
    except OSError as error:
        raise LocalAwsError(describe(error, path.parent, data_directory(path.parent))) from error


def _open_private(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666 & ~OWNER_ONLY)


def _claim(directory: DataDirectory) -> None:
    try:
        claim_data_folder(directory.root)
    except ForeignFolderError as error:
        raise LocalAwsError(str(error)) from error


def _unusable(error: OSError, directory: DataDirectory) -> LocalAwsError:
    if isinstance(error, NotADirectoryError):
        return LocalAwsError(f"{directory.root} is not a folder. Name one with {OPTION}.")
    return LocalAwsError(describe(error, directory.root, data_directory(directory.root)))

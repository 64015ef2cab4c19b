"""Builds the web client once for each version of its sources, shared by all backends of the checkout.

A build is stored in ``web/dist/<digest of the sources>``. Vite and the client's dependencies are installed in the
folder of the sources by ``ops/bootstrap.sh``, unless this has been done for the current lock file.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from common.errors import ExpectedError
from common.system_errors import is_about_space
from common.whole_files import explanation, make_folder, read_text, remove, write_whole
from local.errors import LocalAwsError
from local.log_files import open_log
from local.process import ROOT
from local.web.folder import WebFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.embedded.environment import DataDirectory

SOURCES = ROOT / "web"
_FILES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
_FOLDERS = ("src", "public")
_SHARED = "contract"
"""The sibling folder whose files the sources import."""
_VITE = "node_modules/vite/bin/vite.js"
_KEPT_BUILDS = 4
_SECONDS = 600
_TELL_AFTER_SECONDS = 0.5


class BuildError(LocalAwsError):
    """The client could not be built; the message describes the problem and the remedy."""


class WebBuild:
    """A background build.

    Args:
        directory: the data directory that serves the client.
        sources: the folder of the client.
    """

    def __init__(self, directory: DataDirectory, sources: Path = SOURCES) -> None:
        self._folder = WebFolder.of(directory)
        self._log = directory.logs / "web.log"
        self._sources = sources
        self._trouble: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_cancelled = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start the build."""
        self._thread.start()

    def cancel(self) -> None:
        """Cancel the build."""
        self._is_cancelled = True
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._thread.join(timeout=10)

    def finish(self, *, say: Callable[[str], None]) -> bool:
        """Wait for the build and report a failure or a long duration; return whether there is a client."""
        self._thread.join(timeout=_TELL_AFTER_SECONDS)
        if self._thread.is_alive():
            say("The web client is still being built; the backend is ready ...")
            begun = time.monotonic()
            self._thread.join()
            if self._trouble is None:
                say(f"The web client is available after {time.monotonic() - begun:.0f} s more.")
        if self._trouble is not None:
            say(f"\nThe web client is not available; everything else works. {self._trouble}")
        return self._trouble is None

    def _run(self) -> None:
        try:
            make_folder(self._folder.path)
            self._folder.show(self._built())
        except ExpectedError as error:
            self._trouble = str(error)
        except OSError as error:
            is_full = is_about_space(str(error))
            self._trouble = explanation(error, self._sources) if is_full else f"It could not be built: {error}."
        if self._trouble is not None:
            with contextlib.suppress(ExpectedError):
                self._folder.write(self._folder.trouble, self._trouble)

    def _built(self) -> Path:
        target = self._sources / "dist" / digest(self._sources)
        if not _is_whole(target):
            make_folder(target.parent)
            with _alone(target.parent / ".lock"):
                if not _is_whole(target):
                    self._build(target)
        target.touch()
        return target

    def _build(self, target: Path) -> None:
        if self._lacks_packages():
            install = ["sh", str(ROOT / "ops" / "bootstrap.sh"), "web", "runtime"]
            self._call(install, ROOT, "Its packages could not be installed. Check that npm's registry can be reached.")
            (self._sources / "node_modules" / ".runtime").touch()
        temporary = target.with_name(f"{target.name}.new")
        remove(temporary)
        vite = ["node", _VITE, "build", "--outDir", str(temporary), "--emptyOutDir"]
        self._call(vite, self._sources, "Its sources could not be built.")
        remove(target)
        write_whole(_stamp(target), _content(temporary))
        temporary.rename(target)
        _forget_old_builds(target.parent)

    def _lacks_packages(self) -> bool:
        stamp, lock = self._sources / "node_modules" / ".runtime", self._sources / "package-lock.json"
        if not stamp.exists() or not (self._sources / _VITE).is_file():
            return True
        return stamp.stat().st_mtime < lock.stat().st_mtime

    def _call(self, command: list[str], folder: Path, failure: str) -> None:
        with open_log(self._log) as log:
            if self._is_cancelled:
                raise BuildError("It was interrupted.")
            try:
                process = subprocess.Popen(
                    ["nice", *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            except FileNotFoundError as error:
                raise BuildError(f"{error.filename} is missing.") from error
            self._process = process
            try:
                code = process.wait(timeout=_SECONDS)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise BuildError(f"{failure} It took longer than {_SECONDS} s.") from error
        if code:
            raise BuildError(f"{failure} The reason is at the end of {self._log}; `make up` tries again.")


def _stamp(build: Path) -> Path:
    """Return the file with the fingerprint of a build."""
    return build.with_name(f"{build.name}.sha256")


def _is_whole(build: Path) -> bool:
    """Return whether a build exists and is undamaged."""
    return build.is_dir() and read_text(_stamp(build)) == _content(build)


def _content(build: Path) -> str:
    """Return the fingerprint of a build's files."""
    total = hashlib.sha256()
    for file in sorted(path for path in build.rglob("*") if path.is_file()):
        total.update(f"{file.relative_to(build).as_posix()}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def digest(sources: Path) -> str:
    """Return the digest of the sources, which identifies their build."""
    files = [sources / name for name in _FILES]
    files += sorted(file for name in _FOLDERS for file in (sources / name).rglob("*") if file.is_file())
    files += sorted((sources.parent / _SHARED).glob("*.json"))
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        total.update(f"{file.relative_to(sources.parent).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:16]


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Serialize builds of one checkout."""
    if file.is_dir():
        remove(file)
    with file.open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old_builds(folder: Path) -> None:
    """Delete all but the newest builds; older ones may still be served by backends of other source versions."""
    builds = sorted((path for path in folder.iterdir() if path.is_dir()), key=os.path.getmtime, reverse=True)
    for build in builds[_KEPT_BUILDS:]:
        shutil.rmtree(build, ignore_errors=True)
        _stamp(build).unlink(missing_ok=True)

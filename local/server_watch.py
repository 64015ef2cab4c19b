"""Detects the end of the server during work that uses it, and interrupts that work."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

from common.errors import ExpectedError
from local.instance import HOST
from local.process import running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from types import TracebackType

    from local.embedded.environment import DataDirectory
    from local.instance import Instance

_CHECK_SECONDS = 0.2
_ENDING_SECONDS = 2.0
_TELL_AFTER_SECONDS = 1.0


class ServerWatch:
    """Interrupts the main thread by SIGTERM if the server ends while the ``with`` block runs.

    The block then ends as after Ctrl-C. SIGTERM must raise KeyboardInterrupt.

    Args:
        directory: the server's data directory.
        instance: the server.
        process: the server, if this process started it.
        say: receives a message if the interrupted work takes longer than a second to stop.
    """

    def __init__(
        self,
        directory: DataDirectory,
        instance: Instance,
        process: subprocess.Popen[bytes] | None = None,
        *,
        say: Callable[[str], None],
    ) -> None:
        self._directory = directory
        self._instance = instance
        self._process = process
        self._say = say
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="server-watch", daemon=True)
        self.gone = threading.Event()
        """Set once the server has ended."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._thread.join()

    def explains(self, error: BaseException) -> bool:
        """Return whether the end of the server explains an error in the block."""
        if isinstance(error, Exception) and not is_answering(self._instance.url):
            # The error may arrive before the watch notices: a killed server closes its connections first.
            deadline = time.monotonic() + _ENDING_SECONDS
            while not self.gone.is_set() and time.monotonic() < deadline:
                if self._has_ended():
                    self.gone.set()
                time.sleep(0.02)
        return self.gone.is_set()

    def _watch(self) -> None:
        while not self._closing.wait(_CHECK_SECONDS):
            if self._has_ended():
                self.gone.set()
                # Sent to the main thread, because only a signal to the thread itself interrupts its waiting.
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
                if not self._closing.wait(_TELL_AFTER_SECONDS):
                    self._say(f"The local AWS (process {self._instance.pid}) has ended; stopping ...")
                return

    def _has_ended(self) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        try:
            return running(self._directory) != self._instance
        except ExpectedError:
            return True


def is_answering(url: str) -> bool:
    """Return whether a local server accepts connections at a URL."""
    port = int(url.rpartition(":")[2].strip("/"))
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False

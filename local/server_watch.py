"""Notice at once that the server has ended while something works with it, and end that work."""

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
    """Interrupts the main thread, as SIGTERM does, when the server ends while the ``with`` block runs.

    Whatever the block waits for then ends as it does after Ctrl-C. SIGTERM must raise KeyboardInterrupt.

    Args:
        directory: the data of the server.
        instance: the server.
        process: the server, if this process started it.
        say: told of the end if what is interrupted takes longer than a second to stop.
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
        """Return whether an error in the block came about because the server has ended."""
        if isinstance(error, Exception) and not is_answering(self._instance.url):
            # The error was faster than the watch: a server that was killed first closes its connections.
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
                # To this thread, because only a signal to the thread itself wakes it from waiting.
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
    """Return whether anything accepts connections at the address of a local server."""
    port = int(url.rpartition(":")[2].strip("/"))
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False

"""Random credentials for the roles of functions.

MiniStack derives them from the names of the function and of its role (``core.lambda_runtime.execution_credentials``,
pinned), so that anyone who knows these names, which are public, could sign as the function. Here, they are also derived
from a secret of this run; all processes of the same function and role get the same credentials.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator

_BYTES = 32


class FunctionCredentials:
    """Gives functions' processes unpredictable credentials."""

    def __init__(self, emulator: Emulator) -> None:
        from ministack.core import lambda_runtime  # noqa: PLC0415 - see emulator.Emulator

        runtime: Any = lambda_runtime
        service: Any = emulator.module_of("lambda")
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(_BYTES)
        self._sessions: Any = emulator.module_of("sts")
        derive = runtime.execution_credentials

        def random_credentials(config: dict[str, Any]) -> dict[str, str]:
            with self._lock:  # several threads start processes
                return self._replaced(derive(config))

        runtime.execution_credentials = service.execution_credentials = random_credentials

    def _replaced(self, derived: dict[str, str]) -> dict[str, str]:
        """Register the session of derived credentials under random ones, and return those."""
        session = self._sessions._sessions.pop(derived["AWS_ACCESS_KEY_ID"])  # noqa: SLF001
        key = f"ASIA{self._digest(derived['AWS_ACCESS_KEY_ID'])[:16].upper()}"
        secret, token = self._digest(f"secret:{key}"), self._digest(f"token:{key}")
        self._sessions.register_session(key, {**session, "SecretAccessKey": secret, "SessionToken": token})
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

"""Injects faults into a running backend: ``/_local/faults``, see ``local/embedded/fault_injection.py``."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import urllib3

from local.embedded.fault_injection import PATH, VARIABLE

if TYPE_CHECKING:
    from tests.helpers.backend import LocalBackend

FAULTY = {VARIABLE: "on"}
"""Settings of a backend in which faults can be armed; initially there are none."""
_pool = urllib3.PoolManager(retries=False)


def fault(operation: str, mode: str, step: int = 0, **more: object) -> dict[str, Any]:
    """Return a fault in the format of the backend."""
    return {"operation": operation, "mode": mode, "step": step, **more}


class FaultSwitch:
    """The faults of one backend; arming new faults replaces all previous ones."""

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend

    async def arm(self, *faults: dict[str, Any]) -> list[dict[str, Any]]:
        """Arm these faults; return the previous ones, with ``calls`` and ``struck``."""
        return await asyncio.to_thread(self._ask, "PUT", json.dumps(faults).encode())

    async def state(self) -> list[dict[str, Any]]:
        """Return the armed faults, with ``calls`` and ``struck``."""
        return await asyncio.to_thread(self._ask, "GET", None)

    def _ask(self, method: str, body: bytes | None) -> list[dict[str, Any]]:
        answer = _pool.request(method, f"{self._backend.outputs.endpoint}{PATH}", body=body)
        content = answer.json()
        assert answer.status == 200, content
        faults: list[dict[str, Any]] = content["faults"]
        return faults

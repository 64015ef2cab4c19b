"""Refuses changes of an AppSync API as AppSync does while another change of it is in progress, for tests.

AppSync API reference, CreateFunction and others: ``ConcurrentModificationException`` (409), "Another modification is in
progress at this time and it must complete before you can make your change."
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_CHANGED: Final = re.compile(r"/v1/apis/(?P<api>[^/]+)/(?:apikeys|datasources|functions|types/[^/]+/resolvers)\b.*")
_MESSAGE: Final = (
    "Another modification is in progress at this time and it must complete before you can make your change."
)


class Conflicts:
    """Refuses a share of the changes, or those that overlap with another change of the same API.

    Attributes:
        share: the share of changes that are refused at random, 0 to 1.
        seconds: how long a change takes; a change of the same API during this time is refused.
        refused: the number of refused changes since the last `arm`.
        changes: the number of changes since then.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._random = random.Random(0)  # noqa: S311 - the same faults in every run
        self._busy: set[str] = set()
        self.share = self.seconds = 0.0
        self.refused = self.changes = 0
        emulator.wrap("appsync", self._handle)

    def arm(self, share: float, seconds: float) -> None:
        """Set the conflicts, and count from zero."""
        self._random.seed(0)
        self.share, self.seconds = share, seconds
        self.refused = self.changes = 0

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        changed = _CHANGED.fullmatch(call.path)
        if changed is None or call.method == "GET" or not (self.share or self.seconds):
            return await forward(call)
        self.changes += 1
        api = changed["api"]
        if api in self._busy or self._random.random() < self.share:
            self.refused += 1
            return _refusal()
        if self.seconds:
            self._busy.add(api)
        try:
            await asyncio.sleep(self.seconds)
            return await forward(call)
        finally:
            self._busy.discard(api)


def _refusal() -> Response:
    code = "ConcurrentModificationException"
    headers: dict[str, Any] = {"Content-Type": "application/json", "x-amzn-errortype": code}
    return 409, headers, json.dumps({"__type": code, "message": _MESSAGE}).encode()

"""Batches the resolver calls of list items, so that a Lambda function is invoked once for several items.

A field of a list's items runs its resolver once per item. Each run announces at its start that it may call. A batch is
sent when no announced call is outstanding, or as soon as it is full; no timer is involved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

Send = Callable[[list[Any]], Awaitable[list[Any]]]
"""Sends payloads and returns as many results, in the same order."""

DEFAULT_SIZE: Final = 5
"""AppSync's batch size if ``maxBatchSize`` is 0 ("Introducing configurable batching size", AWS Mobile blog, 2022)."""


@dataclass(slots=True)
class _Gathering:
    expected: int = 0
    payloads: list[Any] = field(default_factory=list)
    answers: list[asyncio.Future[Any]] = field(default_factory=list)
    send: Send | None = None


class Batches:
    """The pending batches of one operation."""

    def __init__(self) -> None:
        self._gatherings: dict[Hashable, _Gathering] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, key: Hashable) -> None:
        """Announce a possible call with this key. `call` or `withdraw` must follow."""
        self._gatherings.setdefault(key, _Gathering()).expected += 1

    def withdraw(self, key: Hashable) -> None:
        """Withdraw an announced call. A batch that waited only for it is sent."""
        self._arrive(key, self._gatherings[key])

    async def call(self, key: Hashable, payload: object, *, most: int, send: Send) -> Any:  # noqa: ANN401 - of `send`
        """Call in a batch with other calls of the same key. The call must have been announced with `expect`.

        Args:
            key: the batch key.
            payload: the payload to send.
            most: maximum number of payloads in a batch.
            send: sends a batch.
        """
        gathering = self._gatherings[key]
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        gathering.payloads.append(payload)
        gathering.answers.append(answer)
        gathering.send = send
        if len(gathering.payloads) >= most:
            self._send(gathering)
        self._arrive(key, gathering)
        return await answer

    def cancel(self) -> None:
        """Cancel all pending calls at the end of the operation."""
        for task in self._tasks:
            task.cancel()

    def _arrive(self, key: Hashable, gathering: _Gathering) -> None:
        gathering.expected -= 1
        if gathering.expected == 0:
            del self._gatherings[key]
            self._send(gathering)

    def _send(self, gathering: _Gathering) -> None:
        if not gathering.payloads or gathering.send is None:
            return
        task = asyncio.create_task(_answer(gathering.send, gathering.payloads, gathering.answers))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        gathering.payloads, gathering.answers = [], []


async def _answer(send: Send, payloads: list[Any], answers: list[asyncio.Future[Any]]) -> None:
    try:
        values = await send(payloads)
    except Exception as error:  # noqa: BLE001 - it is everybody's who waits for this batch
        for answer in answers:
            if not answer.done():
                answer.set_exception(error)
        return
    for answer, value in zip(answers, values, strict=True):
        if not answer.done():
            answer.set_result(value)

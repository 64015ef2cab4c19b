"""Gathers the calls that the items of a list make one by one, so that a Lambda function is invoked once for many.

A field of a list's items runs its resolver once an item. Each run says at its start that it may call, so that a batch
goes out when all who may still come have come, or as soon as it is full; no clock is involved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

Send = Callable[[list[Any]], Awaitable[list[Any]]]
"""Payloads in, as many answers in the same order out."""

DEFAULT_SIZE: Final = 5
"""What AppSync takes for ``maxBatchSize`` 0 ("Introducing configurable batching size", AWS Mobile blog, 2022)."""


@dataclass(slots=True)
class _Gathering:
    expected: int = 0
    payloads: list[Any] = field(default_factory=list)
    answers: list[asyncio.Future[Any]] = field(default_factory=list)
    send: Send | None = None


class Batches:
    """The calls of one operation that wait for their like."""

    def __init__(self) -> None:
        self._gatherings: dict[Hashable, _Gathering] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, key: Hashable) -> None:
        """Somebody may make a call under this key; `call` or `withdraw` has to follow."""
        self._gatherings.setdefault(key, _Gathering()).expected += 1

    def withdraw(self, key: Hashable) -> None:
        """The call is not going to come; whoever waited for it alone goes on."""
        self._arrive(key, self._gatherings[key])

    async def call(self, key: Hashable, payload: object, *, most: int, send: Send) -> Any:  # noqa: ANN401 - of `send`
        """Call with others of the same key; an `expect` has gone before.

        Args:
            key: what the calls have in common.
            payload: what to send.
            most: payloads in one batch.
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
        """The operation is over."""
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

"""A virtual user: one connection, one open room, and actions at intervals."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from benchmarks._simulation import workload
from benchmarks._simulation.actions import Actions
from benchmarks._simulation.room_client import RoomClient
from benchmarks._simulation.target import sign_in
from benchmarks._simulation.timing import TimedRealtimeClient, timed_graphql_client
from chat_client import ChatClientError, HandshakeError, OperationError, document
from chat_client.cognito import Tokens, claims
from local.demo.person import cognito_client
from tests.helpers.accounts import Account
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks._simulation.expected_state import ExpectedState
    from benchmarks._simulation.metrics import Metrics
    from benchmarks._simulation.target import Credentials
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import Row
    from tests.helpers.realtime_client import Subscription

EXPECTED_ERRORS = (ChatClientError, HTTPError, OSError, TimeoutError, AssertionError)
"""Errors that an action may raise; others are defects of this program."""
_FINISH_SECONDS = 60.0
_RENEWED_BEFORE = 120.0


def as_chat_user(
    credentials: Credentials, outputs: Outputs, metrics: Metrics, authorization: Mapping[str, str] | None = None
) -> ChatUser:
    """Return a client of a signed-in account that measures its requests."""
    account = Account(credentials.username, credentials.password, credentials.user_id, credentials.username)
    client = timed_graphql_client(outputs["GraphQLURL"], authorization or {"Authorization": credentials.token}, metrics)
    return ChatUser(account, Tokens(credentials.token, "", ""), outputs, client)


class VirtualUser(Actions):
    """A user who performs actions until a time.

    Args:
        credentials: the user's credentials.
        rooms: the rooms that the user is in: ``id``, ``kind``, ``owner`` (a user id), ``members`` (user ids).
        everybody: all users' ids.
        outputs: outputs of the backend.
        run: prefix of the ids of this run's messages.
        idle: seconds between two actions, on average.
        seed: seed of random choices.
        metrics: receives the measurements.
        expected: receives acknowledged changes.
    """

    def __init__(
        self,
        credentials: Credentials,
        rooms: list[Row],
        everybody: tuple[str, ...],
        outputs: Outputs,
        *,
        run: str,
        idle: float,
        seed: int,
        metrics: Metrics,
        expected: ExpectedState,
    ) -> None:
        random = Random(f"{seed}:{credentials.number}")  # noqa: S311 - a simulation, repeatable by its seed
        authorization = {"Authorization": credentials.token}
        user = as_chat_user(credentials, outputs, metrics, authorization)
        super().__init__(
            credentials.number, user, rooms, everybody, run=run, random=random, metrics=metrics, expected=expected
        )
        self._credentials = credentials
        self._authorization = authorization
        self._outputs = outputs
        self._idle = idle
        self._connection: TimedRealtimeClient | None = None
        self._notifications: Subscription | None = None

    async def live(self, until: float) -> None:
        """Connect, and perform one action after another.

        Args:
            until: ``time.monotonic`` at which to stop.
        """
        heartbeat = asyncio.create_task(self._beat())
        try:
            await self._try("connect")
            await self._try("switch_room")
            weights = [action.weight for action in workload.ACTIONS]
            while time.monotonic() + (pause := self._pause()) < until:
                await asyncio.sleep(pause)
                if self._is_lost():
                    await self._try("reconnect")
                (action,) = self.random.choices(workload.ACTIONS, weights)
                await self._try(action.name)
        finally:
            heartbeat.cancel()

    async def finish(self) -> None:
        """Compare the open room with a new client, and the rooms with the expected state; disconnect."""
        if self._is_lost() or self.room_client is None:
            await self._try("reconnect")
        if self.room_client is not None:
            equal = await self._try("check_room_client")
            where = f"{self.user.account.username}, {self.room_client.room['id']}"
            self.expected.check("room view equals that of a new client", bool(equal), where)
        await self._try("check_read_markers")
        if self.room_client is not None:
            await self.room_client.close()
        if self._connection is not None:
            await self._connection.close()

    async def check_room_client(self) -> bool:
        """Return whether the open room equals that of a new client."""
        if self.room_client is None or self._connection is None:
            return False
        return await self.room_client.is_up_to_date(self._connection, within=_FINISH_SECONDS)

    async def connect(self) -> None:
        """Open the user's connection, and subscribe to notifications."""
        host = urlsplit(self._outputs["GraphQLURL"]).netloc
        url = self._outputs["RealtimeURL"]
        connection = TimedRealtimeClient(url, self._authorization, host=host, metrics=self.metrics)
        await connection.connect()
        self._connection = connection
        self._notifications = await connection.subscribe(document("onNotificationReceived"))

    async def reconnect(self) -> None:
        """Drop the connection, reconnect, and recover missed events of the open room."""
        if time.time() > claims(self._authorization["Authorization"])["exp"] - _RENEWED_BEFORE:
            await self._renew()
        view = self.room_client
        if view is not None:
            await view.abandon()
        if self._connection is not None:
            with suppress(*EXPECTED_ERRORS):
                await self._connection.close()
        self._check_notifications()
        await self.connect()
        if view is None:
            await self.switch_room()
        elif view.left_at is None and self._connection is not None:
            await view.open(self._connection)

    async def open_room(self, room: Row) -> RoomClient:
        """Open another room."""
        if self._connection is None:
            await self.connect()
        if self.room_client is not None:
            await self.room_client.close()
            self.room_client = None
        view = RoomClient(self.user, room, run=self.run, metrics=self.metrics, expected=self.expected)
        if self._connection is not None:
            await view.open(self._connection)
        self.room_client = view
        return view

    def _is_lost(self) -> bool:
        """Return whether the connection is closed, or the token, with which it ends, is about to expire."""
        expires = claims(self._authorization["Authorization"])["exp"]
        is_old = time.time() > expires - _RENEWED_BEFORE
        return is_old or self._connection is None or self._connection.disconnected.is_set()

    async def _renew(self) -> None:
        account = {"username": self._credentials.username, "password": self._credentials.password}
        cognito = cognito_client(self._outputs.values)
        self._authorization["Authorization"] = await asyncio.to_thread(sign_in, cognito, self._outputs, account)

    def _check_notifications(self) -> None:
        """Check that all received notifications belong to the user."""
        while self._notifications is not None and not self._notifications.events:
            event = self._notifications.events.popleft()
            row = (event.data or {}).get("onNotificationReceived") or {}
            self.expected.check("notifications reach only their owner", row.get("userId") == self.user.id, str(row))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(workload.HEARTBEAT_SECONDS * self.random.uniform(0.9, 1.0))
            await self._try("heartbeat")

    def _pause(self) -> float:
        """Return the seconds to the next action: most pauses are short, a few are long."""
        return min(self.random.expovariate(1 / self._idle), 5 * self._idle)

    async def _try(self, action: str) -> object:
        """Perform an action; count errors by action and type."""
        self.metrics.actions[action] += 1
        try:
            return await getattr(self, action)()
        except EXPECTED_ERRORS as error:
            self.metrics.errors[f"{action}: {_kind(error)}"] += 1
        return None


def _kind(error: BaseException) -> str:
    if isinstance(error, OperationError):
        return ", ".join(sorted({str(kind) for kind in error.types}))
    if isinstance(error, HandshakeError):
        return f"connection_error {json.dumps(error.codes)}"
    if isinstance(error, AssertionError):
        return str(error)[:120]
    return type(error).__name__

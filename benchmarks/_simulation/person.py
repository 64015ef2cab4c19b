"""A simulated user: one connection, one room in view, and now and then an action."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from benchmarks._simulation import mix
from benchmarks._simulation.acts import Acts
from benchmarks._simulation.target import sign_in
from benchmarks._simulation.timing import TimedRealtimeClient, timed_graphql_client
from benchmarks._simulation.view import RoomInView
from chat_client import ChatClientError, HandshakeError, OperationError, document
from chat_client.cognito import Tokens, claims
from local.demo.person import cognito_client
from tests.helpers.accounts import Account
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks._simulation.figures import Figures
    from benchmarks._simulation.ledger import Ledger
    from benchmarks._simulation.target import Seat
    from tests.helpers.backend import Outputs
    from tests.helpers.chat import Row
    from tests.helpers.realtime_client import Subscription

TROUBLE = (ChatClientError, HTTPError, OSError, TimeoutError, AssertionError)
"""What an action may end with; anything else is a mistake of this program."""
_SETTLING_SECONDS = 60.0
_RENEWED_BEFORE = 120.0


def as_chat_user(
    seat: Seat, outputs: Outputs, figures: Figures, authorization: Mapping[str, str] | None = None
) -> ChatUser:
    """Return the tests' client of a signed-in account, whose requests are timed."""
    account = Account(seat.username, seat.password, seat.user_id, seat.username)
    client = timed_graphql_client(outputs["GraphQLURL"], authorization or {"Authorization": seat.token}, figures)
    return ChatUser(account, Tokens(seat.token, "", ""), outputs, client)


class Person(Acts):
    """A user who chats until told to stop.

    Args:
        seat: the account.
        rooms: the rooms that the user is in: ``id``, ``kind``, ``owner`` (a user id), ``members`` (user ids).
        everybody: all users' ids.
        outputs: where the backend is.
        run: the beginning of the ids of this run's messages.
        idle: seconds between two actions, on average.
        seed: of all that is drawn.
        figures: where times go.
        ledger: where promises go.
    """

    def __init__(
        self,
        seat: Seat,
        rooms: list[Row],
        everybody: tuple[str, ...],
        outputs: Outputs,
        *,
        run: str,
        idle: float,
        seed: int,
        figures: Figures,
        ledger: Ledger,
    ) -> None:
        random = Random(f"{seed}:{seat.number}")  # noqa: S311 - a simulation, repeatable by its seed
        authorization = {"Authorization": seat.token}
        user = as_chat_user(seat, outputs, figures, authorization)
        super().__init__(seat.number, user, rooms, everybody, run=run, random=random, figures=figures, ledger=ledger)
        self._seat = seat
        self._authorization = authorization
        self._outputs = outputs
        self._idle = idle
        self._connection: TimedRealtimeClient | None = None
        self._notifications: Subscription | None = None

    async def live(self, until: float) -> None:
        """Come in and do one thing after the other.

        Args:
            until: ``time.monotonic`` at which to stop.
        """
        heartbeat = asyncio.create_task(self._beat())
        try:
            await self._try("connect")
            await self._try("switch_room")
            weights = [action.weight for action in mix.ACTIONS]
            while time.monotonic() + (pause := self._pause()) < until:
                await asyncio.sleep(pause)
                if self._is_lost():
                    await self._try("reconnect")
                (action,) = self.random.choices(mix.ACTIONS, weights)
                await self._try(action.name)
        finally:
            heartbeat.cancel()

    async def settle(self) -> None:
        """Compare what is shown with what a fresh client shows, and the own rooms with the own ledger; go."""
        if self._is_lost() or self.view is None:
            await self._try("reconnect")
        if self.view is not None:
            equal = await self._try("settle_view")
            where = f"{self.user.account.username}, {self.view.room['id']}"
            self.ledger.check("what is shown is what a fresh client shows", bool(equal), where)
        await self._try("settle_rooms")
        if self.view is not None:
            await self.view.close()
        if self._connection is not None:
            await self._connection.close()

    async def settle_view(self) -> bool:
        """Tell whether what is shown is what a fresh client shows."""
        if self.view is None or self._connection is None:
            return False
        return await self.view.is_up_to_date(self._connection, within=_SETTLING_SECONDS)

    async def connect(self) -> None:
        """Open the connection that everything of the user's comes by, and listen to notifications."""
        host = urlsplit(self._outputs["GraphQLURL"]).netloc
        url = self._outputs["RealtimeURL"]
        connection = TimedRealtimeClient(url, self._authorization, host=host, figures=self.figures)
        await connection.connect()
        self._connection = connection
        self._notifications = await connection.subscribe(document("onNotificationReceived"))

    async def reconnect(self) -> None:
        """Lose the connection, come back, and catch up with the room in view."""
        if time.time() > claims(self._authorization["Authorization"])["exp"] - _RENEWED_BEFORE:
            await self._renew()
        view = self.view
        if view is not None:
            await view.abandon()
        if self._connection is not None:
            with suppress(*TROUBLE):
                await self._connection.close()
        self._check_notifications()
        await self.connect()
        if view is None:
            await self.switch_room()
        elif view.left_at is None and self._connection is not None:
            await view.open(self._connection)

    async def look_at(self, room: Row) -> RoomInView:
        """Take another room into view."""
        if self._connection is None:
            await self.connect()
        if self.view is not None:
            await self.view.close()
            self.view = None
        view = RoomInView(self.user, room, run=self.run, figures=self.figures, ledger=self.ledger)
        if self._connection is not None:
            await view.open(self._connection)
        self.view = view
        return view

    def _is_lost(self) -> bool:
        """Whether the connection has gone by itself, or the token is about to: the connection ends with it."""
        expires = claims(self._authorization["Authorization"])["exp"]
        is_old = time.time() > expires - _RENEWED_BEFORE
        return is_old or self._connection is None or self._connection.disconnected.is_set()

    async def _renew(self) -> None:
        account = {"username": self._seat.username, "password": self._seat.password}
        cognito = cognito_client(self._outputs.values)
        self._authorization["Authorization"] = await asyncio.to_thread(sign_in, cognito, self._outputs, account)

    def _check_notifications(self) -> None:
        """Everything that came on the own subscription is the own."""
        while self._notifications is not None and not self._notifications.events:
            event = self._notifications.events.popleft()
            row = (event.data or {}).get("onNotificationReceived") or {}
            self.ledger.check("notifications reach their owner only", row.get("userId") == self.user.id, str(row))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(mix.HEARTBEAT_SECONDS * self.random.uniform(0.9, 1.0))
            await self._try("heartbeat")

    def _pause(self) -> float:
        """Seconds of doing nothing: most pauses are short, a few are long."""
        return min(self.random.expovariate(1 / self._idle), 5 * self._idle)

    async def _try(self, action: str) -> object:
        """Do something; what goes wrong is counted, by what it was and by the type of error."""
        self.figures.actions[action] += 1
        try:
            return await getattr(self, action)()
        except TROUBLE as error:
            self.figures.errors[f"{action}: {_kind(error)}"] += 1
        return None


def _kind(error: BaseException) -> str:
    if isinstance(error, OperationError):
        return ", ".join(sorted({str(kind) for kind in error.types}))
    if isinstance(error, HandshakeError):
        return f"connection_error {json.dumps(error.codes)}"
    if isinstance(error, AssertionError):
        return str(error)[:120]
    return type(error).__name__

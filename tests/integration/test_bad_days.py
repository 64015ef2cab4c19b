"""A long history of failures: kills, full disks, damaged files and clock steps, while users chat.

An independent checker verifies acknowledged calls: every message exists, once, in the order in which its author sent
it; every notification has arrived; every account can sign in; every file has its content. A damaged file is reported,
or can be regenerated.

``CHAT_BAD_DAYS`` is the number of rounds (6), ``CHAT_BAD_DAYS_SEED`` repeats a run; the long run has 200::

    CHAT_BAD_DAYS=200 .venv/bin/python -m pytest -s tests/integration/test_bad_days.py
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from chat_client import OperationError, TransportError
from local.embedded.fault_injection import JOURNAL_VARIABLE, WRITES_PATH
from tests.helpers.accounts import Account, UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.clock import SteppedClock
from tests.helpers.damage import DAMAGES, SUBTLE, damage, files_of_data
from tests.helpers.deployed import deployed_backend
from tests.helpers.faults import FAULTY
from tests.helpers.invariants import Leftovers, RoomRows, notification_violations, violations
from tests.helpers.system_messages import UNTOLD
from tests.helpers.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row

ROUNDS = int(os.environ.get("CHAT_BAD_DAYS", "6"))
SEED = os.environ.get("CHAT_BAD_DAYS_SEED") or str(random.SystemRandom().randrange(10**6))
CHECK_EVERY = 10
SENDERS = 4
SHORT_JOURNAL = 60_000
"""Size in bytes at which the journal is replaced by a snapshot; some kills happen during the replacement."""
LONGEST_STEP = 3600
BUCKET = "bad-days"
SETTLING_SECONDS = 120
SLOWEST_NOTIFICATIONS = 10
"""Notifications per second, on a busy machine."""
ERRORS = ("ENOSPC", "EIO", "EDQUOT")
PLACES = ("", "state/items", "state/items/journal", "state/items/snapshot", "state/events", "state/cognito", "objects")
REBUILT = ("outputs.json", "direct.json", "deployed-by", "stack/cdk.tf.json", "certificates/server-key.pem")

pytestmark = pytest.mark.backend


@dataclass
class Sender:
    """Sends one message after another, each with one key until it is acknowledged."""

    account: Account
    room: Row
    other: str
    """The id of a user to mention."""
    user: ChatUser
    acknowledged: list[Row] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    async def send_all(self, days: BadDays) -> None:
        """Send until the end of the rounds."""
        while not days.over.is_set():
            key, content = str(uuid4()), f"{self.account.name} {len(self.acknowledged)}"
            await eventually(partial(self._is_sent, days, key, content), within=10 * SETTLING_SECONDS, every=0.2)
            await asyncio.sleep(0.2)

    async def _is_sent(self, days: BadDays, key: str, content: str) -> bool:
        more = {"clientMessageId": key, "mentions": [self.other]}
        try:
            self.acknowledged.append(await self.user.send(self.room, content, **more))
        except (TransportError, OperationError) as error:
            self.failures[type(error).__name__] += 1
            if "401" in str(error) or "UnauthorizedException" in str(error):
                self.user = await days.signed_in(self.account)
            return False
        return True


@dataclass
class BadDays:
    """A backend, its users, and the calls that it has acknowledged."""

    backend: LocalBackend
    clock: SteppedClock
    chance: random.Random
    pool: UserPool
    senders: list[Sender] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def signed_in(self, account: Account) -> ChatUser:
        """Sign in, with retries."""
        found: list[ChatUser] = []

        async def is_in() -> bool:
            with suppress(ClientError, BotoCoreError, OSError):
                found.append(ChatUser.of(account, await self.pool.sign_in(account), self.backend.outputs))
            return bool(found)

        await eventually(is_in, within=SETTLING_SECONDS, every=0.5)
        return found[0]

    # --- faults -----------------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill the server and start it again."""
        self.backend.kill()
        await self._up()

    async def restart(self) -> None:
        """Stop the backend gracefully and start it again."""
        await asyncio.to_thread(self.backend.down)
        await self._up()

    async def full_disk(self) -> None:
        """Make some writes fail, sometimes until a kill."""
        faults = [
            {
                "part": self.chance.choice(PLACES),
                "error": self.chance.choice(ERRORS),
                "skip": self.chance.randrange(4),
                "count": self.chance.choice((1, 3, 10, 10**6)),
                "half": self.chance.random() < 0.5,
            }
            for _ in range(self.chance.randrange(1, 4))
        ]
        await self._let_writes_fail(faults)
        await asyncio.gather(self._sign_up(), self._upload())
        await asyncio.sleep(self.chance.random())
        if self.chance.random() < 0.5:
            await self.kill()
        else:
            await self._let_writes_fail([])

    async def damage(self) -> None:
        """Damage a file while the backend is down: it is reported, nothing is lost, and restoring it works."""
        await self._end()
        path = self.chance.choice(files_of_data(self.backend.directory))
        kind = self.chance.choice([*DAMAGES, *SUBTLE])
        copy = path.with_name(f"{path.name}.copy")
        shutil.copy2(path, copy)
        before = path.read_bytes()
        damage(path, kind)
        if path.is_file() and path.read_bytes() == before:
            copy.unlink()
        else:
            done = await asyncio.to_thread(self.backend.command, "up", "--detach", "--no-web", "--deploy", "direct")
            said = f"{kind}: {path}\n{done.stdout}{done.stderr}"
            assert done.returncode == 1, said
            assert str(path) in said or f"{path.parent} is incomplete" in said, said
            assert "Traceback" not in said, said
            if path.is_dir():
                shutil.rmtree(path)
            copy.replace(path)
        await self._up()

    async def rebuild(self) -> None:
        """Damage a file that can be regenerated, and check that it is."""
        await self._end()
        path = self.backend.directory / self.chance.choice(REBUILT)
        damage(path, self.chance.choice(DAMAGES))
        await self._up()

    async def step_clock(self) -> None:
        """Step the clock back or forward."""
        self.clock.set(self.chance.choice((0, -5, -60, 5, 600, LONGEST_STEP, -LONGEST_STEP)))
        await asyncio.sleep(self.chance.random())
        if self.chance.random() < 0.3:
            await self.kill()

    async def promises(self) -> None:
        """Create an account and upload a file, which must be kept."""
        await asyncio.gather(self._sign_up(), self._upload())

    # --- helpers ------------------------------------------------------------------------------------

    async def _end(self) -> None:
        if self.chance.random() < 0.5:
            self.backend.kill()
        else:
            await asyncio.to_thread(self.backend.down)

    async def _up(self) -> None:
        await asyncio.to_thread(self.backend.up)

    async def _let_writes_fail(self, faults: list[dict[str, Any]]) -> None:
        url = f"{self.backend.outputs.endpoint}{WRITES_PATH}"
        answer = await asyncio.to_thread(urllib3.request, "PUT", url, body=json.dumps(faults).encode())
        assert answer.status == 200, answer.data

    async def _sign_up(self) -> None:
        """Sign up once; an acknowledged account must be kept."""
        account = self.pool.invent("Guest")
        try:
            sub = await asyncio.to_thread(self.pool.register, account)
        except (ClientError, BotoCoreError):
            return
        self.accounts.append(Account(account.username, account.password, sub, account.name))

    async def _upload(self) -> None:
        key, content = f"kept/{uuid4()}", os.urandom(2000)
        client = self.backend.client("s3")
        with suppress(ClientError, BotoCoreError):
            await asyncio.to_thread(client.put_object, Bucket=BUCKET, Key=key, Body=content)
            self.objects[key] = content

    # --- the checker --------------------------------------------------------------------------------

    async def check(self) -> None:
        """Compare the stored data with the acknowledged calls."""
        self.clock.set(0)
        await self._let_writes_fail([])
        reader = await self.signed_in(self.senders[0].account)
        room = self.senders[0].room
        promised = [(sender, list(sender.acknowledged)) for sender in self.senders]
        rows = await reader.history(room, limit=100)
        found = Counter(row["clientMessageId"] for row in rows if row["type"] == "TEXT")
        there = {row["clientMessageId"]: row for row in rows}
        assert [key for key, number in found.items() if number > 1] == [], "no message is there twice"
        for sender, acknowledged in promised:
            missing = [row for row in acknowledged if row["clientMessageId"] not in there]
            assert missing == [], f"acknowledged and lost: {missing}"
            assert [there[row["clientMessageId"]]["content"] for row in acknowledged] == [
                row["content"] for row in acknowledged
            ]
            numbers = [row["seq"] for row in acknowledged]
            assert numbers == sorted(numbers), f"{sender.account.name}'s messages are out of order"
        await self._check_accounts_and_objects()

    async def _check_accounts_and_objects(self) -> None:
        cognito, outputs = self.backend.cognito(), self.backend.outputs
        for account in self.accounts:
            user = await asyncio.to_thread(
                cognito.admin_get_user, UserPoolId=outputs.user_pool_id, Username=account.username
            )
            assert {one["Name"]: one.get("Value") for one in user["UserAttributes"]}["sub"] == account.sub
        client = self.backend.client("s3")
        for key, content in self.objects.items():
            answer = await asyncio.to_thread(client.get_object, Bucket=BUCKET, Key=key)
            assert await asyncio.to_thread(answer["Body"].read) == content

    async def check_at_the_end(self) -> None:
        """Check the tables as well, when no call is pending any more."""
        await self.check()
        wanted = {sender.other: set[str]() for sender in self.senders}
        for sender in self.senders:
            wanted[sender.other] |= {row["id"] for row in sender.acknowledged}

        async def has_come() -> bool:
            rows = await asyncio.to_thread(self.backend.rows, "notifications")
            come = {user: {row.get("messageId") for row in rows if row["userId"] == user} for user in wanted}
            return all(messages <= come[user] for user, messages in wanted.items())

        # Functions process the messages of all rounds batch by batch, and every round has delayed them.
        backlog = sum(map(len, wanted.values()))
        await eventually(has_come, within=SETTLING_SECONDS + backlog / SLOWEST_NOTIFICATIONS, every=5)
        room = self.senders[0].room["id"]
        rows = await asyncio.to_thread(RoomRows.read, self.backend, room)
        assert violations(rows, Leftovers(holes=10**6)) == []
        notifications = await asyncio.to_thread(self.backend.rows, "notifications")
        for user in wanted:
            assert notification_violations([row for row in notifications if row["userId"] == user]) == []


@pytest.fixture
async def days(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BadDays]:
    clock = SteppedClock(tmp_path / "clock")
    lasting = {"CHAT_MESSAGING__DEDUPLICATION_HOURS": "72", JOURNAL_VARIABLE: str(SHORT_JOURNAL)}
    backend = deployed_backend(tmp_path_factory, "bad-days", {**UNTOLD, **FAULTY, **lasting, **clock.settings})
    await asyncio.to_thread(backend.up)
    await asyncio.to_thread(backend.client("s3").create_bucket, Bucket=BUCKET)
    pool = UserPool(backend)
    found = BadDays(backend, clock, random.Random(SEED), pool)  # noqa: S311 - repeatable
    accounts = [await pool.sign_up(name) for name in ("Alice", "Bob", "Carol", "Dave")][:SENDERS]
    users = [ChatUser.of(account, await pool.sign_in(account), backend.outputs) for account in accounts]
    room = await users[0].create_room()
    for user in users[1:]:
        await user.join(room)
    for place, user in enumerate(users):
        found.senders.append(Sender(user.account, room, users[place - 1].id, user))
    yield found
    await asyncio.to_thread(backend.down)


@pytest.mark.timeout(300 + 60 * ROUNDS)
async def test_acknowledged_messages_are_not_lost_duplicated_or_reordered_by_failures(days: BadDays) -> None:
    print(f"\nseed {SEED}, {ROUNDS} rounds")
    acts: dict[Callable[[], Coroutine[Any, Any, None]], int] = {
        days.kill: 4,
        days.restart: 2,
        days.full_disk: 6,
        days.damage: 4,
        days.rebuild: 1,
        days.step_clock: 3,
        days.promises: 2,
    }
    tasks = [asyncio.create_task(sender.send_all(days)) for sender in days.senders]
    for number in range(1, ROUNDS + 1):
        (act,) = days.chance.choices(list(acts), list(acts.values()))
        days.happened[act.__name__] += 1
        await act()
        await asyncio.sleep(days.chance.random())
        assert not any(task.done() for task in tasks), [task.exception() for task in tasks if task.done()]
        if number % CHECK_EVERY == 0:
            await days.check()
            print(f"{number} rounds, {sum(len(sender.acknowledged) for sender in days.senders)} messages", flush=True)
    await days.check()
    days.over.set()
    await asyncio.gather(*tasks)
    await days.check_at_the_end()
    failures = sum((sender.failures for sender in days.senders), Counter[str]())
    messages = sum(len(sender.acknowledged) for sender in days.senders)
    print(f"{dict(days.happened)}; attempts that failed: {dict(failures)}")
    print(f"acknowledged: {messages} messages, {len(days.accounts)} accounts, {len(days.objects)} files")
    assert failures or not (days.happened.keys() & {"kill", "restart", "full_disk", "damage"})

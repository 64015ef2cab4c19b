"""What all tests share: one backend a session, and people who are signed in to it.

Every file of tests has people of its own: what one file's tests do to Alice, another's do not find in her rooms and
notifications. The tests of one file do find it, and look for their own room or message among it.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import boto3
import pytest
from hypothesis import HealthCheck, settings

from appsync_local.datasources.dynamodb.refusals import RefusedResult
from tests.durations import longest_first, measure
from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser
from tests.helpers.deployed import deployed_backend
from tests.helpers.faults import FAULTY
from tests.helpers.refused_results import set_refused_result
from tests.helpers.system_messages import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.helpers.backend import LocalBackend, Outputs
    from tests.helpers.chat import Row

    NewUser = Callable[..., Awaitable[ChatUser]]


# The same examples in every run, however long each takes: a run that looks for new ones says so by how many it wants.
settings.register_profile(
    "tests",
    deadline=None,
    derandomize="CHAT_FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")
os.environ.setdefault("GOGC", "400")  # Terraform and its provider collect garbage for a third of their time otherwise
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore interrupts, and so would every process of the tests.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Measure where the time goes."""
    measure(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what talks to a backend, so that it can be chosen or left out with ``-m``; bring the longest files first."""
    for item in items:
        if "backend" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.backend)
    longest_first(config, items)


@pytest.fixture(autouse=True)
def _own_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands read the credentials of the test's environment: boto3 would keep those of its first client."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """A running backend in a folder of its own, deployed without Terraform, shared by the whole session."""
    running = deployed_backend(tmp_path_factory, "backend", {**UNTOLD, **FAULTY})
    running.up()
    yield running
    running.down()


@pytest.fixture(params=RefusedResult)
def refused_result(request: pytest.FixtureRequest, backend: LocalBackend) -> Iterator[RefusedResult]:
    """Run a test in each mode of ``ctx.result`` after a refused condition."""
    mode = RefusedResult(request.param)
    set_refused_result(backend, mode)
    yield mode
    set_refused_result(backend, RefusedResult.PRESENT)


@pytest.fixture(scope="session")
def outputs(backend: LocalBackend) -> Outputs:
    """Where the shared backend is and what it is made of."""
    return backend.outputs


@pytest.fixture(scope="session")
def pool(backend: LocalBackend) -> UserPool:
    """The shared backend's user pool."""
    return UserPool(backend)


@pytest.fixture(scope="session")
def new_user(pool: UserPool, outputs: Outputs) -> NewUser:
    """Make a person: signed up, confirmed, put into ``groups`` and signed in."""

    async def make(name: str, *groups: str) -> ChatUser:
        account = await pool.sign_up(name)
        for group in groups:
            await pool.add_to_group(account, group)
        return ChatUser.of(account, await pool.sign_in(account), outputs)

    return make


@pytest.fixture(scope="module")
async def alice(new_user: NewUser) -> ChatUser:
    """Somebody; in the tests she opens the rooms."""
    return await new_user("Alice")


@pytest.fixture(scope="module")
async def bob(new_user: NewUser) -> ChatUser:
    """Somebody else; in the tests he joins."""
    return await new_user("Bob")


@pytest.fixture(scope="module")
async def mallory(new_user: NewUser) -> ChatUser:
    """Somebody who is a member of no room."""
    return await new_user("Mallory")


@pytest.fixture(scope="module")
async def admin(new_user: NewUser) -> ChatUser:
    """A member of the group Admins, and of no room."""
    return await new_user("Ada", "Admins")


@pytest.fixture(scope="module")
async def moderator(new_user: NewUser) -> ChatUser:
    """A member of the group Moderators, and of no room."""
    return await new_user("Mo", "Moderators")


@pytest.fixture
async def room(alice: ChatUser) -> Row:
    """A new public room with Alice as its only member."""
    return await alice.create_room()


@pytest.fixture
async def shared_room(room: Row, bob: ChatUser) -> Row:
    """A new public room with Alice and Bob in it."""
    await bob.join(room)
    return room

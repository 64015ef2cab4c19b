"""Fixtures shared by all tests: one backend per session, and users who are signed in to it.

Every test file has its own users: tests of one file do not see the rooms and notifications of another. Tests in the
same file share them, and therefore look for their own room or message.
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
from tests.helpers.environments import FROZEN
from tests.helpers.faults import FAULTY
from tests.helpers.refused_results import set_refused_result
from tests.helpers.system_messages import UNTOLD
from tests.parts import chosen_part, select_part

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.helpers.backend import LocalBackend, Outputs
    from tests.helpers.chat import Row

    NewUser = Callable[..., Awaitable[ChatUser]]


# The same examples in every run, without a deadline. A run that looks for new examples sets their number.
settings.register_profile(
    "tests",
    deadline=None,
    derandomize="CHAT_FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")
os.environ.setdefault("GOGC", "400")  # otherwise Terraform spends a third of its time on garbage collection
os.environ.update(FROZEN)  # tests do not depend on the settings in environments/
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell makes its background processes ignore SIGINT, and the processes of the tests would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Register the measurement of durations, and reject an invalid part before the workers start."""
    chosen_part()
    measure(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests that use a backend, so that ``-m`` can select them; select a part, and run the longest files first."""
    for item in items:
        if "backend" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.backend)
    select_part(config, items)
    longest_first(config, items)


@pytest.fixture(autouse=True)
def _own_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make commands read the credentials of the test's environment: boto3 caches those of its first client."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a backend in its own folder, deployed without Terraform, and share it with the whole session."""
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
    """Return the outputs of the shared backend."""
    return backend.outputs


@pytest.fixture(scope="session")
def pool(backend: LocalBackend) -> UserPool:
    """Return the shared backend's user pool."""
    return UserPool(backend)


@pytest.fixture(scope="session")
def new_user(pool: UserPool, outputs: Outputs) -> NewUser:
    """Create a user: signed up, confirmed, added to ``groups`` and signed in."""

    async def make(name: str, *groups: str) -> ChatUser:
        account = await pool.sign_up(name)
        for group in groups:
            await pool.add_to_group(account, group)
        return ChatUser.of(account, await pool.sign_in(account), outputs)

    return make


@pytest.fixture(scope="module")
async def alice(new_user: NewUser) -> ChatUser:
    """Return Alice, who creates the rooms of the tests."""
    return await new_user("Alice")


@pytest.fixture(scope="module")
async def bob(new_user: NewUser) -> ChatUser:
    """Return Bob, who joins the rooms of the tests."""
    return await new_user("Bob")


@pytest.fixture(scope="module")
async def mallory(new_user: NewUser) -> ChatUser:
    """Return Mallory, who is not a member of any room."""
    return await new_user("Mallory")


@pytest.fixture(scope="module")
async def admin(new_user: NewUser) -> ChatUser:
    """Return a member of the group Admins who is not a member of any room."""
    return await new_user("Ada", "Admins")


@pytest.fixture(scope="module")
async def moderator(new_user: NewUser) -> ChatUser:
    """Return a member of the group Moderators who is not a member of any room."""
    return await new_user("Mo", "Moderators")


@pytest.fixture
async def room(alice: ChatUser) -> Row:
    """Create a public room with Alice as its only member."""
    return await alice.create_room()


@pytest.fixture
async def shared_room(room: Row, bob: ChatUser) -> Row:
    """Create a public room with Alice and Bob."""
    await bob.join(room)
    return room

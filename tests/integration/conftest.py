"""Backends in both delivery modes, for tests that must pass in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from appsync_local.realtime.publication import DELIVERY_VARIABLE
from tests.helpers.accounts import UserPool
from tests.helpers.deployed import deployed_backend
from tests.helpers.faults import FAULTY
from tests.helpers.system_messages import UNTOLD
from tests.integration.event_listener import listening, private_room_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.helpers.backend import LocalBackend
    from tests.integration.event_listener import EventListener, PrivateRoom


@pytest.fixture(scope="session")
def backend_by_alias(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    """Start a backend like the shared one, but with delivery mode by alias."""
    settings = {**UNTOLD, **FAULTY, DELIVERY_VARIABLE: "alias"}
    running = deployed_backend(tmp_path_factory, "by-alias", settings)
    running.up()
    yield running
    running.down()


@pytest.fixture(scope="module", params=["backend", "backend_by_alias"])
async def private_room(request: pytest.FixtureRequest) -> PrivateRoom:
    """Create a private room with users, in a backend of each delivery mode."""
    running: LocalBackend = request.getfixturevalue(request.param)
    return await private_room_of(running, UserPool(running))


@pytest.fixture
async def listener(private_room: PrivateRoom) -> AsyncIterator[EventListener]:
    """Subscribe Bob to all events of the room."""
    async with listening(private_room) as listener:
        yield listener
